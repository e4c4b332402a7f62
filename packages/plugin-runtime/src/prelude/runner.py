"""Runs one plugin function and describes the outcome."""

import datetime
import gc
import json
import signal
import sys
import time

import _millrace_failure
import _millrace_http_response
import _millrace_integrity
import _millrace_line_builder
import _millrace_network_calls
import _millrace_plugin_api
import _millrace_plugin_code
import _millrace_print_capture
import _millrace_run_state


# Where plugins cannot replace them for the runs after theirs.
_clock_ns = time.perf_counter_ns
_collect_garbage = gc.collect
_count_garbage = gc.get_count
_set_signal_handler = signal.signal
_raise_interrupt = signal.default_int_handler
_INTERRUPT = signal.SIGINT
_set_recursion_limit = sys.setrecursionlimit

# What Python and this runtime consist of never becomes garbage: nobody needs to search it.
gc.collect()
gc.freeze()

# Generations for the garbage collector. After this many runs it searches what survived one of them, too.
_YOUNG, _ALL = 0, 2
_YOUNG_COLLECTIONS = 500


def run(request_json, source, batches, body):
    """(outcome as JSON, response body or None). Everything a plugin does wrong is part of the outcome."""
    started_ns = _clock_ns()
    try:
        result = _run(request_json, source, batches, body)
        # The functions of a plugin refer to their globals and these to them: garbage that Python would not look for
        # before it has piled up. Its finalizers run on the time of the run that made it.
        _collect_garbage(_YOUNG if _count_garbage()[1] < _YOUNG_COLLECTIONS else _ALL)
        return result
    except KeyboardInterrupt as error:
        # The time limit struck between the plugin's last instruction and the end of our own.
        state = _millrace_run_state.RunState(json.loads(request_json))
        described = _millrace_failure.describe(error, state, "") | {"phase": "return"}
        return json.dumps({"ok": False, "error": described, "events": [], "durationNs": _clock_ns() - started_ns}), None
    except MemoryError:
        pass  # There was no room even to describe the failure. What the plugin held goes with this exception.
    _collect_garbage(_ALL)
    state = _millrace_run_state.RunState(json.loads(request_json))
    described = _millrace_failure.describe(MemoryError(), state, "") | {"phase": "call"}
    return json.dumps({"ok": False, "error": described, "events": [], "durationNs": _clock_ns() - started_ns}), None


def _run(request_json, source, batches, body):
    request = json.loads(request_json)
    state = _millrace_run_state.RunState(request)
    outcome = {}
    response_body = None
    try:
        response_body = _run_plugin(request, state, source, batches, body, outcome)
    except BaseException as error:
        outcome["error"] = _millrace_failure.describe(error, state, source)
        outcome["error"]["phase"] = outcome.get("phase", "load")
        # Before a plugin is loaded nothing fails but what an earlier one has changed.
        outcome["tampered"] = "phase" not in outcome and not isinstance(error, (MemoryError, KeyboardInterrupt))
    try:
        _millrace_print_capture.end()
    except BaseException:
        pass  # The last, unfinished line broke the output budget: it is lost with the rest.
    _millrace_network_calls.end()
    outcome["ok"] = "error" not in outcome
    if not _millrace_integrity.intact():
        outcome["tampered"] = True
    outcome["durationNs"] = state.duration_ns
    outcome["events"] = state.take_events()
    return json.dumps(outcome), response_body


def _run_plugin(request, state, source, batches, body, outcome):
    # A plugin of an earlier run may have replaced any of these.
    _set_signal_handler(_INTERRUPT, _raise_interrupt)
    _set_recursion_limit(1000)
    _millrace_print_capture.begin(state)
    _millrace_network_calls.begin(state)
    _millrace_line_builder.remove()
    _millrace_line_builder.install()

    outcome["phase"] = "load"
    function = _millrace_plugin_code.entry_point(request["kind"], state, source)
    api = _millrace_plugin_api.PyPluginCallApi(state)
    arguments = _arguments(request, batches, body)
    outcome["phase"] = "call"
    result = function(api, *arguments, request["args"])
    if request["kind"] != "request":
        return None
    outcome["phase"] = "return"
    status, headers, response_body = _millrace_http_response.to_response(result)
    outcome["response"] = {"status": status, "headers": headers}
    return response_body


def _arguments(request, batches, body):
    if request["kind"] == "writes":
        return (batches,)
    if request["kind"] == "schedule":
        # The process runs in UTC: a naive time, like the original's, that every idiom reads alike.
        return (datetime.datetime.fromtimestamp(request["callTimeSeconds"]),)
    return request["query"], request["headers"], body


def cache_command(command, namespace, data):
    """Host commands between runs: forget a namespace, or carry one to another interpreter."""
    caches = _millrace_plugin_api.local_caches
    if command == "drop":
        caches.drop(namespace)
        return None
    if command == "pack":
        try:
            return caches.pack(namespace)
        except Exception as error:
            return f"{type(error).__qualname__}: {error}"
    caches.unpack(namespace, data)
    return None


_millrace_integrity.remember()
