"""Waiting for several sockets at once: `select.select`, `select.poll` and the selectors for sockets of the
host. Sending is never waited for here: the host takes what is sent, or makes the sending call itself wait."""

import errno
import select
import selectors
import sys

_calls = sys.modules["_millrace_network_calls"]
_sockets = sys.modules["_millrace_sockets"]
_select = select.select


def _fileno(item):
    return item if isinstance(item, int) else item.fileno()


def _find(item):
    """The socket of a number or object; None for what is none of ours."""
    return _sockets.by_fileno.get(_fileno(item))


def _wait(sockets, seconds):
    """Those of the sockets that can be received from without waiting."""
    at_once = [one for one in sockets if one._ahead or one._handle is None]
    handles = [one._handle for one in sockets if one._handle is not None]
    if not handles and not at_once and seconds is None:
        raise OSError(errno.EDEADLK, "nothing is left that this wait could end for")
    timeout = 0 if at_once else _calls.milliseconds(seconds)
    try:
        ready = _calls.ask_host(op="wait", sockets=handles, timeoutMs=timeout)["value"]
    except _calls.CallFailed as failure:
        raise failure.as_os_error() from None
    return [one for one in sockets if one in at_once or one._handle in ready]


def _plugin_select(rlist, wlist, xlist, timeout=None, /):
    """Wait until one or more sockets are ready."""
    reading = [(item, _find(item)) for item in rlist]
    writing = [item for item in wlist if _find(item)]
    if not writing and not any(found for _, found in reading):
        return _select(rlist, wlist, xlist, timeout)
    ready = _wait([found for _, found in reading if found], 0 if writing else timeout)
    return [item for item, found in reading if found in ready], writing, []


class _Poll:
    """Like the objects of `select.poll()`."""

    def __init__(self):
        self._masks = {}

    def register(self, item, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /):
        self._masks[_fileno(item)] = eventmask

    def modify(self, item, eventmask, /):
        if _fileno(item) not in self._masks:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")
        self._masks[_fileno(item)] = eventmask

    def unregister(self, item, /):
        del self._masks[_fileno(item)]

    def poll(self, timeout=None, /):
        """Gives the pairs of file numbers and events that are ready; `timeout` is in milliseconds."""
        found = {fileno: _find(fileno) for fileno in self._masks}
        writing = {fileno for fileno, one in found.items() if one and self._masks[fileno] & select.POLLOUT}
        invalid = {fileno for fileno, one in found.items() if not one}
        reading = [one for fileno, one in found.items() if one and self._masks[fileno] & select.POLLIN]
        seconds = None if timeout is None or timeout < 0 else timeout / 1000
        ready = _wait(reading, 0 if writing or invalid else seconds)
        events = {fileno: select.POLLNVAL for fileno in invalid}
        for fileno, one in found.items():
            mask = (select.POLLIN if one in ready else 0) | (select.POLLOUT if fileno in writing else 0)
            if one and mask:
                events[fileno] = mask
        return list(events.items())


select.select = _plugin_select
select.poll = _Poll
selectors.PollSelector._selector_cls = _Poll
selectors.SelectSelector._select = staticmethod(_plugin_select)
