"""Notices that a plugin has changed the code around it. Such an interpreter must not serve other runs: no correction of
the plugin would ever help. Whoever hides a change from this harms later runs of the same interpreter only."""

import ctypes
import sys
from operator import itemgetter

# What our own code assigns while it runs.
_CHANGING = {"_millrace_network_calls": {"_run"}, "_millrace_sockets": {"_last_fileno"}}

# Of `PyTypeObject`: where the flags are, and the one that refuses new attributes.
_FLAGS_OFFSET = 21 * ctypes.sizeof(ctypes.c_void_p)
_IMMUTABLE = 1 << 8

_remembered = []


def remember():
    """Everything that our modules consist of is there, and no plugin has run yet."""
    for module, code in list(sys.modules.items()):
        if module.startswith("_millrace_") and code is not None:
            stays = {name: value for name, value in vars(code).items() if name not in _CHANGING.get(module, ())}
            # A module has two names at least, so that an item getter gives a tuple.
            _remembered.append((itemgetter(*stays), vars(code), tuple(stays.values())))
            for value in stays.values():
                if isinstance(value, type) and value.__module__ == module:
                    _close(value)


def _close(cls):
    """Makes a class refuse what it refuses where it is written in C. Looking at each after every run would take long."""
    flags = ctypes.c_ulong.from_address(id(cls) + _FLAGS_OFFSET)
    if flags.value != cls.__flags__:
        raise RuntimeError("classes look different in this Python")
    flags.value |= _IMMUTABLE


def intact():
    """Whether our modules mean the same by their names as in the beginning. This is asked after every run: tuples are
    compared object by object, by identity first, without a step of Python for each."""
    try:
        return all(current(code) == values for current, code, values in _remembered)
    except Exception:
        # A name is gone, or what stands for it cannot be compared.
        return False
