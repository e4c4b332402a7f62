"""Notices that a plugin has changed the code around it. Such an interpreter must not serve other runs: no correction of
the plugin would ever help. Whoever hides a change from this harms later runs of the same interpreter only."""

import sys
from operator import is_

# What our own code assigns while it runs.
_CHANGING = {"_millrace_network_calls": {"_run"}, "_millrace_sockets": {"_last_fileno"}}

_remembered = []


def remember():
    """Everything that our modules consist of is there, and no plugin has run yet."""
    for module, code in list(sys.modules.items()):
        if module.startswith("_millrace_") and code is not None:
            stays = {name: value for name, value in vars(code).items() if name not in _CHANGING.get(module, ())}
            _remembered.append((vars(code).get, tuple(stays), tuple(stays.values())))


def intact():
    """Whether our modules mean the same by their names as in the beginning."""
    return all(all(map(is_, map(current, names), values)) for current, names, values in _remembered)
