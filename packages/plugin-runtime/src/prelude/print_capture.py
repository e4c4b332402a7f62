"""Turns what a plugin prints into events. The two streams live as long as the interpreter, because loggers and
libraries keep them; what they catch belongs to the run that is current."""

import io
import sys


# A loop that prints empty lines must end too: each line costs this much beside its text.
_LINE_BYTES = 100


class _CapturedBytes(io.RawIOBase):
    """The binary side of a captured stream, for code that writes bytes to `sys.stdout.buffer`."""

    def __init__(self, stream):
        self._stream = stream

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        self._stream.write(data.decode("utf-8", "replace"))
        return len(data)


class CapturedStream(io.TextIOBase):
    """Collects whole lines and records each as an event of the current run."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name):
        self._stream_name = name
        self._parts = []
        self._run = None
        self.buffer = _CapturedBytes(self)

    def writable(self):
        return True

    def isatty(self):
        return False

    def begin(self, run):
        self._parts = []
        self._run = run

    def end(self):
        if self._parts:
            self._record("".join(self._parts))
        self._parts = []
        self._run = None

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        run = self._run
        if run is None:
            return len(text)
        run.spend("outputBytes", len(text))
        if "\n" not in text:
            self._parts.append(text)
            return len(text)
        *lines, rest = ("".join(self._parts) + text).split("\n")
        self._parts = [rest] if rest else []
        for line in lines:
            self._record(line)
        return len(text)

    def _record(self, line):
        self._run.spend("outputBytes", _LINE_BYTES)
        message = line.encode("utf-8", "backslashreplace").decode()
        self._run.event("print", urgent=True, stream=self._stream_name, message=message)


_streams = (CapturedStream("stdout"), CapturedStream("stderr"))


def begin(run):
    for stream in _streams:
        stream.begin(run)
    sys.stdout, sys.stderr = _streams


def end():
    for stream in _streams:
        stream.end()
