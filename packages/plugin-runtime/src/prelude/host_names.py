"""Names and addresses: the functions of the `socket` module that look them up, answered by the host."""

import ipaddress
import socket
import sys

_calls = sys.modules["_millrace_network_calls"]
_OWN_NAME = socket.gethostname()


def text(host):
    return host.decode("ascii") if isinstance(host, (bytes, bytearray)) else host


def _literal(host):
    """The family and usual spelling of an address; None for a name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return socket.AF_INET6 if address.version == 6 else socket.AF_INET, str(address)


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    """Resolve host and port into list of address info entries."""
    number = _port(port)
    host = "localhost" if text(host) == _OWN_NAME else text(host)
    if not host or host == "localhost" and number == 0:
        addresses = ["127.0.0.1", "::1"]
    elif _literal(host):
        addresses = [host]
    elif flags & socket.AI_NUMERICHOST:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    else:
        timeout = _calls.milliseconds(socket.getdefaulttimeout())
        call = {"op": "resolve", "host": host, "port": number, "timeoutMs": timeout}
        addresses = _calls.attempt(host, number, lambda: _calls.ask_host(**call))["value"]
    found = []
    for address in addresses:
        kind, address = _literal(address)
        if family in (0, kind):
            place = (address, number) if kind == socket.AF_INET else (address, number, 0, 0)
            found.append((kind, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", place))
    if not found or type not in (0, socket.SOCK_STREAM):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return found


_SERVICES = {
    "ftp": 21,
    "smtp": 25,
    "http": 80,
    "pop3": 110,
    "imap": 143,
    "https": 443,
    "submission": 587,
    "imaps": 993,
}


def _port(port):
    if port is None:
        return 0
    service = text(port)
    number = _SERVICES.get(service) if isinstance(service, str) and not service.isdigit() else int(service)
    if number is None:
        raise socket.gaierror(socket.EAI_SERVICE, "Servname not supported for ai_socktype")
    if not 0 <= number <= 65535:
        raise OverflowError("getsockaddrarg: port must be 0-65535.")
    return number


def gethostbyname(host):
    """Return the IP address (a string of the form '255.255.255.255') for a host."""
    return getaddrinfo(host, None, socket.AF_INET)[0][4][0]


def gethostbyname_ex(host):
    """Return the true host name, a list of aliases, and a list of IP addresses, for a host."""
    return host, [], [entry[4][0] for entry in getaddrinfo(host, None, socket.AF_INET)]


def gethostbyaddr(host):
    """Addresses cannot be turned into names."""
    raise socket.herror(1, "Unknown host")


def inet_pton(family, text):
    """Convert an IP address from string format to a packed string."""
    kind = ipaddress.IPv6Address if family == socket.AF_INET6 else ipaddress.IPv4Address
    try:
        return kind(text).packed
    except ValueError:
        raise OSError("illegal IP address string passed to inet_pton") from None


def inet_ntop(family, packed):
    """Convert a packed IP address to string format."""
    kind = ipaddress.IPv6Address if family == socket.AF_INET6 else ipaddress.IPv4Address
    return str(kind(bytes(packed)))


def _install():
    # This build of Python believes that it has no version 6; the host may have it.
    socket.has_ipv6 = True
    for function in (getaddrinfo, gethostbyname, gethostbyname_ex, gethostbyaddr, inet_pton, inet_ntop):
        setattr(socket, function.__name__, function)


_install()
