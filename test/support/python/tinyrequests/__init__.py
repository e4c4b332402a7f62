"""A client for HTTP in the manner of the well-known one, over the standard library."""

from .exceptions import ConnectionError, HTTPError, RequestException, Timeout
from .sessions import Session

__all__ = ["ConnectionError", "HTTPError", "RequestException", "Session", "Timeout", "get", "post"]


def get(url, **options):
    return Session().request("GET", url, **options)


def post(url, **options):
    return Session().request("POST", url, **options)
