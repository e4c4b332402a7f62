"""Trusted start-up code of every interpreter. Runs once before the memory snapshot is taken; `start` runs in
each interpreter that was restored from it, after the native functions are in place and before the lock."""

import importlib
import io
import json
import math
import os
import random
import signal
import sys
import time
import types
import zoneinfo

import _millrace_concurrency

# Imported for the snapshot's sake: these need the foreign-function interface, or time, when first imported.
import asyncio, base64, collections, concurrent.futures, csv, ctypes, dataclasses, datetime  # noqa: E401, F401
import decimal, functools, hashlib, hmac, itertools, logging, operator, pickle, re, sqlite3, ssl  # noqa: E401, F401
import statistics, string, threading, tomllib, traceback, typing, urllib.request, uuid, zlib  # noqa: E401, F401
import importlib.metadata, importlib.resources, zoneinfo._common  # noqa: E401

# Filled with native functions in each interpreter.
_millrace = sys.modules["_millrace"] = types.ModuleType("_millrace")


_busy_sleep = time.sleep


def _sleep(seconds, /):
    """Suspend execution for a given number of seconds."""
    duration = float(seconds)
    if math.isnan(duration):
        raise ValueError("Invalid value NaN (not a number)")
    if duration < 0:
        raise ValueError("sleep length must be non-negative")
    getattr(_millrace, "sleep", _busy_sleep)(duration)


_sleep.__name__ = _sleep.__qualname__ = "sleep"


def _load_time_zone(key):
    if not hasattr(_millrace, "time_zone_file"):
        raise zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key} while packages are prepared")
    data = _millrace.time_zone_file(key)
    if data is None:
        raise zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key}")
    return io.BytesIO(data)


def _available_timezones():
    """Returns a set containing all available time zones."""
    return set(_millrace.time_zone_names().split("\n"))


# A snapshot must hold what Pyodide put at fixed places of its table of JavaScript objects.
_kept_for_snapshot = []


def _close_javascript():
    from _pyodide import _importhook

    finder = _importhook.jsfinder
    _kept_for_snapshot.extend(finder.jsproxies.values())
    finder.jsproxies.clear()
    sys.meta_path[:] = [entry for entry in sys.meta_path if entry is not finder]
    for name in [name for name in sys.modules if name.partition(".")[0] in ("js", "pyodide_js")]:
        _kept_for_snapshot.append(sys.modules.pop(name))


def _patch_modules():
    time.sleep = _sleep
    zoneinfo._common.load_tzdata = _load_time_zone
    zoneinfo.available_timezones = _available_timezones
    _millrace_concurrency.start()


def _use_packages(path, prefix):
    # Nothing a program runs may leave compiled files beside its sources: other processes read them too.
    sys.dont_write_bytecode = True
    if not path:
        return
    if path not in sys.path:
        sys.path.append(path)
    sys.prefix = sys.exec_prefix = prefix


def prepare_packages(path, prefix):
    """Before packages become part of the snapshot. They must find what they would find in a running interpreter."""
    _patch_modules()
    _close_javascript()
    _use_packages(path, prefix)


def import_package(name):
    """The reason why it cannot be imported; empty when it was."""
    before = set(sys.modules)
    try:
        importlib.import_module(name)
        return ""
    except KeyboardInterrupt:
        reason = "its import took too long"
    except BaseException as error:
        reason = f"{type(error).__name__}: {error}"
    for loaded in set(sys.modules) - before:
        if loaded.partition(".")[0] == name:
            del sys.modules[loaded]
    return reason


def start(environment, packages, prefix):
    os.environ.clear()
    os.environ.update(json.loads(environment))
    _patch_modules()
    _use_packages(packages, prefix)
    # The snapshot froze the generator: every interpreter would draw the same numbers.
    random.seed()
    importlib.invalidate_caches()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _close_javascript()
    _kept_for_snapshot.clear()
    os.chdir("/tmp")
