"""TLS on the host's sockets: the host shakes hands and encrypts, a plugin's context says whom to trust."""

import base64
import os
import re
import socket
import ssl
import sys

_calls = sys.modules["_millrace_network_calls"]
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_SHORT_NAMES = {
    "C": "countryName",
    "CN": "commonName",
    "DC": "domainComponent",
    "L": "localityName",
    "O": "organizationName",
    "OU": "organizationalUnitName",
    "ST": "stateOrProvinceName",
}
_NO_LOWER_LIMIT = (ssl.TLSVersion.MINIMUM_SUPPORTED, ssl.TLSVersion.MAXIMUM_SUPPORTED)


def _load_verify_locations(context, cafile=None, capath=None, cadata=None):
    """Trust the certificates of a file, a directory or a text."""
    if cafile is None and capath is None and cadata is None:
        raise TypeError("cafile, capath and cadata cannot be all omitted")
    texts = []
    if cafile is not None:
        texts.append(_read(cafile))
    if capath is not None:
        texts.extend(_read(os.path.join(capath, name)) for name in sorted(os.listdir(capath)))
    if cadata is not None:
        texts.append(cadata if isinstance(cadata, str) else ssl.DER_cert_to_PEM_cert(cadata))
    found = _PEM.findall("\n".join(texts))
    if not found and capath is None:
        raise ssl.SSLError(1, "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found")
    context._millrace_trusted = [*getattr(context, "_millrace_trusted", []), *found]


def _read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _trust_usual(context, purpose=None):
    """Trust the certificates that the host trusts."""
    context._millrace_trust_usual = True


def _load_cert_chain(context, certfile, keyfile=None, password=None):
    """Show the server a certificate."""
    chain = _read(certfile)
    key = chain if keyfile is None else _read(keyfile)
    if "ENCRYPTED" in key:
        raise ssl.SSLError(1, "[SSL] plugins cannot use keys with passwords: take the password off")
    context._millrace_identity = (chain, key)


def _set_alpn_protocols(context, protocols):
    """Application protocols to offer, the best first."""
    context._millrace_protocols = list(protocols)


def _get_ca_certs(context, binary_form=False):
    """The certificates that were loaded from files and texts."""
    found = [ssl.PEM_cert_to_DER_cert(text) for text in getattr(context, "_millrace_trusted", [])]
    return found if binary_form else [{} for _ in found]


def _cert_store_stats(context):
    count = len(getattr(context, "_millrace_trusted", []))
    return {"x509": count, "crl": 0, "x509_ca": count}


def _settings(context, server_name):
    verify = context.verify_mode != ssl.CERT_NONE
    certificate, key = getattr(context, "_millrace_identity", (None, None))
    low, high = context.minimum_version, context.maximum_version
    return {
        "serverName": server_name,
        "verify": verify,
        "checkName": verify and context.check_hostname,
        "trusted": "\n".join(getattr(context, "_millrace_trusted", [])) if verify else "",
        "trustUsual": getattr(context, "_millrace_trust_usual", False),
        "certificate": certificate,
        "key": key,
        "applicationProtocols": getattr(context, "_millrace_protocols", []),
        "minVersion": None if low in _NO_LOWER_LIMIT else int(low),
        "maxVersion": None if high in _NO_LOWER_LIMIT else int(high),
    }


class _PluginSSLSocket(socket.socket):
    """A connection of a plugin that the host encrypts."""

    def __init__(self, *arguments, **keywords):
        raise TypeError("SSLSocket has no public constructor: use SSLContext.wrap_socket()")

    @classmethod
    def _create(
        cls,
        sock,
        server_side=False,
        do_handshake_on_connect=True,
        suppress_ragged_eofs=True,
        server_hostname=None,
        context=None,
        session=None,
    ):
        if server_side:
            raise ValueError("plugins cannot be TLS servers")
        if context.check_hostname and not server_hostname:
            raise ValueError("check_hostname requires server_hostname")
        if isinstance(sock, cls):
            raise NotImplementedError("plugins cannot put TLS into TLS")
        secured = cls.__new__(cls)
        socket.socket.__init__(secured, fileno=sock.detach())
        secured.context = context
        secured.server_side = False
        secured.server_hostname = server_hostname
        secured.session = secured.session_reused = None
        secured._session = None
        secured._do_handshake_on_connect = do_handshake_on_connect
        try:
            if secured._handle is not None and do_handshake_on_connect:
                secured.do_handshake()
        except BaseException:
            secured.close()
            raise
        return secured

    @property
    def _sslobj(self):
        return None if self._session is None else self

    def connect(self, address):
        super().connect(address)
        if self._do_handshake_on_connect:
            self.do_handshake()

    def do_handshake(self, block=False):
        if self._session is not None:
            return
        tls = _settings(self.context, self.server_hostname)
        timeout = _calls.milliseconds(self._timeout or None)
        try:
            reply = _calls.ask_host(op="start-tls", socket=self._handle, tls=tls, timeoutMs=timeout)
        except _calls.CallFailed as failure:
            error = _tls_error(failure)
            _calls.record(f"failed: TLS with {self.server_hostname or self._peer[0]}: {failure.message}")
            raise error from None
        self._session = reply["tls"]

    def read(self, len=1024, buffer=None):
        return self.recv(len) if buffer is None else self.recv_into(buffer, len)

    def write(self, data):
        return self.send(data)

    def pending(self):
        return len(self._ahead)

    def unwrap(self):
        raise NotImplementedError("plugins cannot take TLS off a connection again")

    def getpeercert(self, binary_form=False):
        session = self._connected_session()
        if session["certificate"] is None:
            return None
        if binary_form:
            return base64.b64decode(session["certificate"])
        if self.context.verify_mode == ssl.CERT_NONE:
            return {}
        return {
            "subject": _names(session["subject"]),
            "issuer": _names(session["issuer"]),
            "version": 3,
            "serialNumber": session["serialNumber"],
            "notBefore": session["validFrom"],
            "notAfter": session["validTo"],
            "subjectAltName": tuple(map(tuple, session["alternativeNames"])),
        }

    def version(self):
        return self._session and self._session["version"]

    def cipher(self):
        return self._session and (self._session["cipher"], self._session["version"], 256)

    def selected_alpn_protocol(self):
        return self._session and self._session["applicationProtocol"]

    def selected_npn_protocol(self):
        return None

    def compression(self):
        return None

    def shared_ciphers(self):
        return None

    def get_channel_binding(self, cb_type="tls-unique"):
        return None

    def _connected_session(self):
        if self._session is None:
            raise ValueError("handshake not done yet")
        return self._session


_PluginSSLSocket.__name__ = _PluginSSLSocket.__qualname__ = "SSLSocket"
_PluginSSLSocket.__module__ = "ssl"


def _names(pairs):
    return tuple(((_SHORT_NAMES.get(name, name), value),) for name, value in pairs)


def _tls_error(failure):
    if failure.kind == "tls-certificate":
        text = f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {failure.message}"
        error = ssl.SSLCertVerificationError(1, text)
        error.reason = "CERTIFICATE_VERIFY_FAILED"
        error.verify_code, error.verify_message = 1, failure.message
    elif failure.kind == "tls":
        error = ssl.SSLError(1, f"[SSL] {failure.message}")
        error.reason = failure.message
    else:
        return failure.as_os_error()
    error.library = "SSL"
    return error


def _get_server_certificate(
    addr, ssl_version=ssl.PROTOCOL_TLS_CLIENT, ca_certs=None, timeout=socket._GLOBAL_DEFAULT_TIMEOUT
):
    """The certificate of a server as PEM, trusted or not unless `ca_certs` says whom to trust."""
    context = ssl.SSLContext(ssl_version)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE if ca_certs is None else ssl.CERT_REQUIRED
    if ca_certs is not None:
        context.load_verify_locations(ca_certs)
    with socket.create_connection(addr, timeout=timeout) as sock:
        with context.wrap_socket(sock, server_hostname=addr[0]) as secured:
            return ssl.DER_cert_to_PEM_cert(secured.getpeercert(True))


def _install():
    ssl.socket = socket.socket
    ssl.create_connection = socket.create_connection
    ssl.SSLSocket = ssl.SSLContext.sslsocket_class = _PluginSSLSocket
    # Of a certificate with alternative names, the common name is not looked at.
    ssl.HAS_NEVER_CHECK_COMMON_NAME = True
    ssl.get_server_certificate = _get_server_certificate
    context = ssl.SSLContext
    context.load_verify_locations = _load_verify_locations
    context.load_default_certs = context.set_default_verify_paths = _trust_usual
    context.load_cert_chain = _load_cert_chain
    context.set_alpn_protocols = _set_alpn_protocols
    context.get_ca_certs = _get_ca_certs
    context.cert_store_stats = _cert_store_stats


_install()
