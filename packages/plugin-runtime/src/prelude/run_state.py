"""What one run has done so far: its events, its budgets, and where in the plugin it is."""

import json
import sys
import time

import _millrace

_clock_ns = time.perf_counter_ns
_encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

# Events wait for each other up to this number; those a person waits for are sent at once.
_PENDING_MAX = 1000
_PENDING_MAX_LENGTH = 4 * 2**20


class BudgetExceeded(RuntimeError):
    """The plugin did more in one run than the server's limits allow."""


class RunState:
    """One run of a plugin."""

    def __init__(self, request):
        self.database = request["database"]
        self.namespace = request["cacheNamespace"]
        self.local_cache_in_host = request["hostCache"]
        self.is_test = request["test"]
        self.globals = {}
        self.package = request.get("package")
        self._file_name = request["fileName"]
        self._inside = None if self.package is None else self.package["directory"] + "/"
        self._limits = request["limits"]
        self._used = dict.fromkeys(self._limits, 0)
        self._pending = []
        self._pending_length = 0
        self._start_ns = _clock_ns()

    def spend(self, budget, amount=1):
        """Counts against a budget and raises once it is used up."""
        self._used[budget] += amount
        if self._used[budget] > self._limits[budget]:
            raise BudgetExceeded(_millrace.budget_text(budget))

    def event(self, kind, urgent=False, length=0, **details):
        """Records what happened, when, and at which line of the plugin; `length` is that of a text without bound."""
        details["kind"] = kind
        details["atNs"] = _clock_ns() - self._start_ns
        details["file"], details["line"] = self.plugin_place()
        self._pending.append(details)
        self._pending_length += length
        if urgent or len(self._pending) >= _PENDING_MAX or self._pending_length >= _PENDING_MAX_LENGTH:
            self.send_events()

    def send_events(self):
        """Gives what is pending to the host, so that it survives a run that has to be killed."""
        if self._pending:
            text = _encode_json(self._pending)
            self._pending = []
            self._pending_length = 0
            _millrace.send_events(text)

    def take_events(self):
        pending = self._pending
        self._pending = []
        return pending

    def own_file(self, frame):
        """The file of the plugin that a frame belongs to, as the developer names it; None for code of others."""
        if self._inside is None and frame.f_globals is not self.globals:
            return None
        return self.own_file_named(frame.f_code.co_filename)

    def own_file_named(self, name):
        """Same, by the name under which the code was compiled."""
        if self._inside is None:
            return self._file_name if name == "<string>" else None
        if name is not None and name.startswith(self._inside):
            return f"{self._file_name}/{name[len(self._inside):]}"
        return None

    def plugin_place(self):
        """File and line of the innermost call of the plugin's own code, None outside of it."""
        frame = sys._getframe(1)
        while frame is not None:
            file = self.own_file(frame)
            if file is not None:
                return file, frame.f_lineno
            frame = frame.f_back
        return self._file_name, None

    @property
    def duration_ns(self):
        return _clock_ns() - self._start_ns
