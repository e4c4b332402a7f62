"""asyncio's streams on the host's sockets. Connecting and TLS handshakes happen at once, while everything else
of the loop waits; receiving does not hold the loop up."""

import asyncio
import select
import selectors
import socket
import ssl
import sys
import time
from asyncio import selector_events

# A signal that does not raise must still get to the loop, which handles it between two waits.
_WAIT_MAX_SECONDS = 0.1


class _Selector(selectors.PollSelector):
    def select(self, timeout=None):
        seconds = _WAIT_MAX_SECONDS if timeout is None else min(max(timeout, 0), _WAIT_MAX_SECONDS)
        if self.get_map():
            return super().select(seconds)
        if seconds > 0:
            time.sleep(seconds)
        return []


class _PluginLoop(selector_events.BaseSelectorEventLoop):
    """An event loop that blocks its caller."""

    def __init__(self):
        super().__init__(_Selector())

    # There are no other threads that would have to wake the loop.
    def _make_self_pipe(self):
        pass

    def _close_self_pipe(self):
        pass

    def _write_to_self(self):
        pass

    def _make_ssl_transport(
        self,
        rawsock,
        protocol,
        sslcontext,
        waiter=None,
        *,
        server_side=False,
        server_hostname=None,
        extra=None,
        server=None,
        ssl_handshake_timeout=None,
        ssl_shutdown_timeout=None,
    ):
        context = ssl.create_default_context() if sslcontext is None else sslcontext
        rawsock.settimeout(ssl_handshake_timeout)
        secured = context.wrap_socket(rawsock, server_side, server_hostname=server_hostname)
        secured.setblocking(False)
        details = {
            "sslcontext": context,
            "ssl_object": secured,
            "peercert": secured.getpeercert(),
            "cipher": secured.cipher(),
            "compression": None,
        }
        extra = {**(extra or {}), **details}
        return self._make_socket_transport(secured, protocol, waiter, extra=extra, server=server)

    async def start_tls(self, *arguments, **keywords):
        raise NotImplementedError("plugins cannot put TLS on an open stream: connect with ssl=True")


def _install():
    sys.modules["_millrace_concurrency"]._BlockingPolicy._loop_factory = _PluginLoop


_install()
