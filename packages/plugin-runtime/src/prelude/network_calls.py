"""Calls on the host's network: what they give, what they raise, and what watchers of the run are told."""

import errno
import json
import os
import socket
import sys

_millrace = sys.modules["_millrace"]
_encode = json.JSONEncoder(separators=(",", ":")).encode
_decode = json.JSONDecoder().decode

_run = None


def begin(run):
    global _run
    _run = run


def end():
    global _run
    _run = None


class CallFailed(Exception):
    """The host could not do what was asked; `kind` says which exception a plugin gets."""

    def __init__(self, reply):
        super().__init__(reply["message"])
        self.kind = reply["kind"]
        self.message = reply["message"]
        self.code = reply.get("code")

    def as_os_error(self):
        if self.kind == "refused-by-policy":
            return PermissionError(errno.EACCES, self.message)
        if self.kind == "timeout":
            return TimeoutError("timed out")
        if self.kind == "name":
            return socket.gaierror(socket.EAI_NONAME, f"Name or service not known ({self.message})")
        if self.kind == "would-block":
            return BlockingIOError(errno.EAGAIN, self.message)
        if self.kind == "too-many":
            return OSError(errno.EMFILE, self.message)
        number = getattr(errno, self.code or "", errno.EIO)
        return OSError(number, os.strerror(number) if self.code else self.message)


def ask_host(data=None, **call):
    """One call on the host's network: bytes that were received, or the reply as a dict."""
    if _run is None:
        raise OSError(errno.ENETDOWN, "there is no network outside of a plugin's run")
    _run.spend("networkCalls")
    reply = _millrace.network(_encode(call), data)
    if isinstance(reply, bytes):
        return reply
    reply = _decode(reply)
    if not reply["ok"]:
        raise CallFailed(reply)
    return reply


def record(message):
    """Tells whoever watches the run about a connection."""
    if _run is not None:
        _run.event("network", urgent=True, message=message)


def milliseconds(seconds):
    return None if seconds is None else max(0.0, seconds * 1000)


def close(handle):
    """Gives a socket back to the host. Free, and never fails: the host may have closed it already, with all others."""
    if _run is not None:
        try:
            _millrace.network(_encode({"op": "close", "socket": handle}), None)
        except RuntimeError:
            pass


def endpoint(host, port):
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def attempt(host, port, call):
    """Records an attempt that failed as it raises."""
    try:
        return call()
    except CallFailed as failure:
        if failure.kind == "refused-by-policy":
            record(f"refused: {failure.message}")
        else:
            record(f"failed: {endpoint(host, port)}: {failure.message}")
        raise failure.as_os_error() from None
