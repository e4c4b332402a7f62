"""Sockets whose other end is the host, which decides what they may connect to. Everything of the `socket`
module that leads to a network leads here; libraries above it work as they are. docs/guides/plugin-network.md
states what plugins may expect."""

import errno
import gc
import os
import socket
import sys
import time
import types
import weakref

_calls = sys.modules["_millrace_network_calls"]
_names = sys.modules["_millrace_host_names"]
_clock = time.monotonic
_stdlib = vars(socket.socket)

_SEND_MAX = 128 * 1024
_RECEIVE_MAX = 1024 * 1024
_FIRST_FILENO = 1 << 20
_LISTENING = "plugins cannot listen on sockets: they can only connect to others"

# What a socket hands over to the one that takes its connection.
_STATE = (
    *("_fileno", "_handle", "_peer", "_local", "_ahead"),
    *("_options", "_timeout", "_family", "_type", "_proto"),
)

_last_fileno = _FIRST_FILENO
by_fileno = weakref.WeakValueDictionary()
_detached = {}


class _HostSocket:
    """What `_socket.socket` is elsewhere: the primitive operations."""

    # For objects whose making failed before they had their own.
    _handle = None
    _fileno = -1

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        global _last_fileno
        self._handle = self._peer = self._local = None
        self._ahead = b""
        self._options = {}
        self._timeout = socket.getdefaulttimeout()
        self._io_refs = 0
        self._closed = False
        self._fileno = -1
        if fileno is not None:
            self._adopt(fileno)
            return
        self._family = socket.AF_INET if family == -1 else family
        self._type = socket.SOCK_STREAM if type == -1 else type
        self._proto = 0 if proto == -1 else proto
        if self._family not in (socket.AF_INET, socket.AF_INET6) or self._type != socket.SOCK_STREAM:
            raise OSError(errno.EPROTONOSUPPORT, "plugins have TCP sockets only")
        _last_fileno += 1
        self._fileno = _last_fileno
        by_fileno[self._fileno] = self

    def _adopt(self, fileno):
        state = _detached.pop(fileno, None)
        if state is None:
            raise OSError(errno.EBADF, "plugins can use only sockets that they opened")
        self.__dict__.update(state)
        by_fileno[self._fileno] = self

    def detach(self):
        """Gives the number with which `socket.socket(fileno=…)` takes the connection over."""
        fileno = self._fileno
        if fileno != -1:
            _detached[fileno] = {name: self.__dict__[name] for name in _STATE}
            by_fileno.pop(fileno, None)
        self._fileno, self._handle = -1, None
        self._closed = True
        return fileno

    family = property(lambda self: socket._intenum_converter(self._family, socket.AddressFamily))
    type = property(lambda self: socket._intenum_converter(self._type, socket.SocketKind))
    proto = property(lambda self: self._proto)
    timeout = property(lambda self: self._timeout)

    def fileno(self):
        return self._fileno

    def settimeout(self, timeout):
        if timeout is not None:
            timeout = float(timeout)
            if timeout < 0:
                raise ValueError("Timeout value out of range")
        self._timeout = timeout

    def gettimeout(self):
        return self._timeout

    def setblocking(self, flag):
        self._timeout = None if flag else 0.0

    def getblocking(self):
        return self._timeout != 0

    def setsockopt(self, level, option, value, length=None):
        self._options[level, option] = value

    def getsockopt(self, level, option, length=0):
        value = self._options.get((level, option), 0)
        if (level, option) == (socket.SOL_SOCKET, socket.SO_TYPE):
            value = self._type
        return value.to_bytes(length, sys.byteorder) if length and isinstance(value, int) else value

    def get_inheritable(self):
        return False

    def set_inheritable(self, inheritable):
        pass

    def bind(self, address):
        if address[0] not in ("", "0.0.0.0", "::") or address[1] != 0:
            raise PermissionError(errno.EACCES, _LISTENING)

    def listen(self, backlog=0):
        raise PermissionError(errno.EACCES, _LISTENING)

    def accept(self):
        raise PermissionError(errno.EACCES, _LISTENING)

    def connect(self, address):
        if self._fileno == -1:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        if self._handle is not None:
            raise OSError(errno.EISCONN, os.strerror(errno.EISCONN))
        host, port = _names.text(address[0]), address[1]
        # A connection that would be made in the background is made at once: a plugin has no other thread.
        timeout = _calls.milliseconds(self._timeout or None)
        call = {"op": "connect", "host": host, "port": port, "timeoutMs": timeout}
        reply = _calls.attempt(host, port, lambda: self._connect(call))
        self._handle = reply["value"]
        self._local = self._address(reply["localAddress"])
        self._peer = self._address(reply["remoteAddress"])
        name = reply.get("name")
        _calls.record(f"connected to {_calls.endpoint(name or host, port)}" + (f" ({self._peer[0]})" if name else ""))

    def _connect(self, call):
        try:
            return _calls.ask_host(**call)
        except _calls.CallFailed as failure:
            if failure.kind != "too-many":
                raise
            gc.collect()
            return _calls.ask_host(**call)

    def _address(self, pair):
        host, port = pair
        return (host, port, 0, 0) if ":" in host else (host, port)

    def connect_ex(self, address):
        try:
            self.connect(address)
        except OSError as error:
            if error.errno is None:
                raise
            return error.errno
        return 0

    def _call(self, data=None, **call):
        if self._fileno == -1:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        if self._handle is None:
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
        try:
            return _calls.ask_host(data, socket=self._handle, **call)
        except _calls.CallFailed as failure:
            raise failure.as_os_error() from None
        except KeyboardInterrupt:
            # The host may still answer, to nobody: what it took from the stream then is lost.
            self._real_close()
            raise

    def send(self, data, flags=0):
        return self._send(memoryview(data).cast("B"), self._timeout)

    def _send(self, view, timeout):
        chunk = bytes(view[:_SEND_MAX])
        return self._call(chunk, op="send", timeoutMs=_calls.milliseconds(timeout))["value"] if chunk else 0

    def sendall(self, data, flags=0):
        view = memoryview(data).cast("B")
        deadline = self._timeout and _clock() + self._timeout
        while len(view):
            left = self._timeout
            if deadline:
                left = deadline - _clock()
                if left <= 0:
                    raise TimeoutError("timed out")
            view = view[self._send(view, left) :]

    def sendto(self, data, *flags_and_address):
        return self.send(data)

    def sendmsg(self, buffers, ancillary=(), flags=0, address=None):
        return self.send(b"".join(buffers))

    def recv(self, size, flags=0):
        if size < 0:
            raise ValueError("negative buffersize in recv")
        if flags & ~(socket.MSG_PEEK | socket.MSG_DONTWAIT | socket.MSG_WAITALL):
            raise OSError(errno.EOPNOTSUPP, "plugins' sockets know no such flag")
        timeout = 0.0 if flags & socket.MSG_DONTWAIT else self._timeout
        if flags & socket.MSG_PEEK:
            if len(self._ahead) < size and not self._ahead:
                self._ahead = self._receive(size, timeout)
            return self._ahead[:size]
        data = self._take(size, timeout)
        while flags & socket.MSG_WAITALL and data and len(data) < size:
            more = self._take(size - len(data), timeout)
            if not more:
                break
            data += more
        return data

    def _take(self, size, timeout):
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
            return data
        return self._receive(size, timeout)

    def _receive(self, size, timeout):
        if size == 0:
            return b""
        return self._call(op="receive", maxBytes=min(size, _RECEIVE_MAX), timeoutMs=_calls.milliseconds(timeout))

    def recv_into(self, buffer, nbytes=0, flags=0):
        view = memoryview(buffer).cast("B")
        data = self.recv(nbytes or len(view), flags)
        view[: len(data)] = data
        return len(data)

    def recvfrom(self, size, flags=0):
        return self.recv(size, flags), self._peer

    def recvfrom_into(self, buffer, nbytes=0, flags=0):
        return self.recv_into(buffer, nbytes, flags), self._peer

    def recvmsg(self, size, ancillary_size=0, flags=0):
        return self.recv(size, flags), [], 0, self._peer

    def getpeername(self):
        if self._handle is None:
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
        return self._peer

    def getsockname(self):
        any_address = ("::", 0, 0, 0) if self._family == socket.AF_INET6 else ("0.0.0.0", 0)
        return self._local or any_address

    def shutdown(self, how):
        if how != socket.SHUT_RD:
            self._call(op="shutdown")

    def _real_close(self):
        handle, self._handle = self._handle, None
        fileno, self._fileno = self._fileno, -1
        by_fileno.pop(fileno, None)
        if handle is not None:
            _calls.close(handle)

    def __del__(self):
        self._real_close()


class _PluginSocket(_HostSocket):
    """A TCP connection of a plugin, made by the host."""

    __enter__ = _stdlib["__enter__"]
    __exit__ = _stdlib["__exit__"]
    __repr__ = _stdlib["__repr__"]
    __getstate__ = _stdlib["__getstate__"]
    makefile = _stdlib["makefile"]
    sendfile = _stdlib["sendfile"]
    close = _stdlib["close"]
    _check_sendfile_params = _stdlib["_check_sendfile_params"]
    _sendfile_use_send = _stdlib["_sendfile_use_send"]
    _sendfile_use_sendfile = _stdlib["_sendfile_use_send"]
    _decref_socketios = _stdlib["_decref_socketios"]

    def dup(self):
        raise OSError(errno.EOPNOTSUPP, "plugins' sockets cannot be duplicated")


_PluginSocket.__name__ = _PluginSocket.__qualname__ = "socket"
_PluginSocket.__module__ = "socket"


def _install():
    socket.socket = socket.SocketType = _PluginSocket
    # urllib3 would fetch through a browser instead of through sockets.
    hook = types.ModuleType("urllib3.contrib.emscripten")
    hook.inject_into_urllib3 = lambda: None
    sys.modules[hook.__name__] = hook


_install()
