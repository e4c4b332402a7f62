"""Describes the exception that ended a run."""

import errno
import linecache
import traceback

import _millrace_http_response
import _millrace_plugin_code
import _millrace_run_state

_FRAMES_MAX = 100
# Code of this runtime and of Python's import system: no developer wants to see it.
_HIDDEN = ("<_millrace_", "<frozen importlib")


def describe(error, state, source):
    name = type(error).__qualname__
    try:
        text = str(error)
    except KeyboardInterrupt as interrupt:
        # The time was up while the plugin's own exception made its text.
        return describe(interrupt, state, source)
    except BaseException:
        text = "<exception str() failed>"
    text = text.encode("utf-8", "backslashreplace").decode()
    stands_alone = (_millrace_plugin_code.LoadError, _millrace_http_response.UnsupportedReturn)
    described = {
        "type": name,
        "text": text if isinstance(error, stands_alone) else f"{name}: {text}",
        "kind": _kind(error),
        "traceback": _frames(error, state, source),
    }
    if isinstance(error, OSError) and error.errno in errno.errorcode:
        described["errno"] = errno.errorcode[error.errno]
    return described


def _kind(error):
    if isinstance(error, _millrace_plugin_code.MissingFunction):
        return "missing-function"
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, _millrace_run_state.BudgetExceeded):
        return "budget"
    return "exception"


def _frames(error, state, source):
    """The frames from the plugin's first one on, without those of the runtime."""
    if isinstance(error, _millrace_plugin_code.LoadError) and error.__cause__ is not None:
        error = error.__cause__
    frames = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        file = state.own_file(frame)
        if file is None and (not frames or code.co_filename.startswith(_HIDDEN)):
            continue
        described = {"file": file or code.co_filename, "line": line, "function": code.co_name}
        if file is not None:
            described["own"] = True
            described["source"] = _source_line(code.co_filename, line, source)
        frames.append(described)
    if isinstance(error, SyntaxError) and error.lineno is not None:
        file = state.own_file_named(error.filename)
        if file is not None:
            text = (error.text or "").strip()
            frames.append({"file": file, "line": error.lineno, "function": "<module>", "source": text, "own": True})
    if len(frames) > _FRAMES_MAX:
        half = _FRAMES_MAX // 2
        frames[half:-half] = []
    return frames


def _source_line(file, line, source):
    if line is None:
        return ""
    if file != "<string>":
        return linecache.getline(file, line).strip()
    lines = source.split("\n", line)
    return lines[line - 1].strip() if line <= len(lines) else ""
