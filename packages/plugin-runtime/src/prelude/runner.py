"""Runs one plugin function and describes the outcome."""

import __main__
import builtins
import datetime
import json
import signal
import sys
import traceback

import _millrace_http_response
import _millrace_line_builder
import _millrace_plugin_api
import _millrace_print_capture
import _millrace_run_state

_ENTRY_POINTS = {
    "writes": (
        "process_writes",
        "the process_writes function is not present in the plugin. Should be defined as: "
        "process_writes(influxdb3_local, table_batches, args=None)",
    ),
    "schedule": (
        "process_scheduled_call",
        "the process_scheduled_call function is not present in the plugin. Should be defined as: "
        "process_scheduled_call(influxdb3_local, call_time, args=None)",
    ),
    "request": (
        "process_request",
        "the process_request function is not present in the plugin. Should be defined as: "
        "process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None)"
        " -> Tuple[str, Optional[Dict[str, str]]]",
    ),
}
_COMPILED_MAX = 32
_FRAMES_MAX = 100
_compiled = {}


class _NoText(Exception):
    """A failure whose text stands alone, without the name of a Python exception."""


class _MissingFunction(_NoText):
    pass


def run(request_json, batches, body):
    """(outcome as JSON, response body or None). Everything a plugin does wrong is part of the outcome."""
    try:
        return _run(request_json, batches, body)
    except KeyboardInterrupt as error:
        # The time limit struck between the plugin's last instruction and the end of our own.
        state = _millrace_run_state.RunState(json.loads(request_json))
        described = _describe(error, state, "") | {"phase": "return"}
        return json.dumps({"ok": False, "error": described, "events": [], "durationNs": 0}), None


def _run(request_json, batches, body):
    request = json.loads(request_json)
    state = _millrace_run_state.RunState(request)
    outcome = {}
    response_body = None
    try:
        response_body = _run_plugin(request, state, batches, body, outcome)
    except BaseException as error:
        outcome["error"] = _describe(error, state, request["source"])
        outcome["error"]["phase"] = outcome.get("phase", "load")
    try:
        _millrace_print_capture.end()
    except BaseException:
        pass  # The last, unfinished line broke the output budget: it is lost with the rest.
    outcome["ok"] = "error" not in outcome
    outcome["durationNs"] = state.duration_ns
    outcome["events"] = state.take_events()
    return json.dumps(outcome), response_body


def _run_plugin(request, state, batches, body, outcome):
    # A plugin of an earlier run may have replaced any of these.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.setrecursionlimit(1000)
    _millrace_print_capture.begin(state)
    exec(_millrace_line_builder.__code__, __main__.__dict__)
    builtins.LineBuilder = __main__.LineBuilder

    exec(_compile(request["source"]), state.globals)
    name, missing = _ENTRY_POINTS[request["kind"]]
    try:
        function = eval(name, state.globals)
    except Exception:
        raise _MissingFunction(missing) from None

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


def _compile(source):
    code = _compiled.get(source)
    if code is None:
        if "\0" in source:
            raise _NoText("plugin code contains null bytes")
        code = compile(source, "<string>", "exec", dont_inherit=True)
        if len(_compiled) >= _COMPILED_MAX:
            del _compiled[next(iter(_compiled))]
        _compiled[source] = code
    return code


def _describe(error, state, source):
    name = type(error).__qualname__
    try:
        text = str(error)
    except BaseException:
        text = "<exception str() failed>"
    text = text.encode("utf-8", "backslashreplace").decode()
    stands_alone = isinstance(error, (_NoText, _millrace_http_response.UnsupportedReturn))
    kind = "exception"
    if isinstance(error, _MissingFunction):
        kind = "missing-function"
    elif isinstance(error, MemoryError):
        kind = "memory"
    elif isinstance(error, _millrace_run_state.BudgetExceeded):
        kind = "budget"
    return {
        "type": name,
        "text": text if stands_alone else f"{name}: {text}",
        "kind": kind,
        "traceback": _frames(error, state, source),
    }


def _frames(error, state, source):
    """The frames from the plugin's first one on, without those of the runtime; code of the plugin has no file."""
    lines = source.split("\n")
    frames = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        own = frame.f_globals is state.globals and code.co_filename == "<string>"
        if not own and (not frames or code.co_filename.startswith("<_millrace_")):
            continue
        described = {"file": None if own else code.co_filename, "line": line, "function": code.co_name}
        if own and line is not None and line <= len(lines):
            described["source"] = lines[line - 1].strip()
        frames.append(described)
    if isinstance(error, SyntaxError) and error.filename == "<string>" and error.lineno is not None:
        text = (error.text or "").strip()
        frames.append({"file": None, "line": error.lineno, "function": "<module>", "source": text})
    if len(frames) > _FRAMES_MAX:
        half = _FRAMES_MAX // 2
        frames[half:-half] = []
    return frames


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
