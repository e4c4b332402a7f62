"""Turns what `process_request` returned into a status, headers and a body.
The table is in docs/reference/processing-engine.md."""

import json

_STATUS_MAX = 65_535
_HTML = "text/html"
_JSON = "application/json"


def to_response(value):
    """(status, [(name, value)], body bytes)"""
    flask = getattr(value, "__flask_response__", None)
    if flask is not None and flask() is True:
        return _flask_response(value)
    if isinstance(value, tuple) and 1 <= len(value) <= 3:
        return _tuple_response(value)
    if isinstance(value, str):
        return 200, [("Content-Type", _HTML)], value.encode()
    if isinstance(value, (dict, list)):
        return 200, [("Content-Type", _JSON)], json.dumps(value).encode()
    try:
        items = iter(value)
    except TypeError:
        raise UnsupportedReturn("Unsupported return type from Python function") from None
    return 200, [("Content-Type", _HTML)], b"".join(_parts(items))


class UnsupportedReturn(Exception):
    """The plugin returned something that no HTTP response can be made of. Its text stands alone in answers."""


def _flask_response(value):
    body = value.get_data()
    if not isinstance(body, str):
        raise TypeError(f"'{type(body).__qualname__}' object cannot be converted to 'PyString'")
    return _status(value.status_code), _headers(value.headers), body.encode()


def _tuple_response(value):
    body, content_type = _first_item(value[0])
    status = 200
    headers = [("Content-Type", content_type)]
    if len(value) > 1:
        if isinstance(value[1], int):
            status = _status(value[1])
        elif isinstance(value[1], dict):
            headers = _merge(headers, _headers(value[1]))
    if len(value) > 2:
        if not isinstance(value[2], dict):
            raise UnsupportedReturn("expected a dictionary in header item")
        headers = _merge(headers, _headers(value[2]))
    return status, headers, body


def _first_item(item):
    if isinstance(item, str):
        return item.encode(), _HTML
    if isinstance(item, (dict, list)):
        return json.dumps(item).encode(), _JSON
    return str(item).encode(), "text/plain"


def _parts(items):
    for item in items:
        if isinstance(item, str):
            yield item.encode()
        elif isinstance(item, bytes):
            try:
                item.decode()
            except UnicodeDecodeError:
                continue
            yield item


def _status(status):
    status = int(status)
    if not 0 <= status <= _STATUS_MAX:
        raise OverflowError("out of range integral type conversion attempted")
    return status


def _headers(headers):
    pairs = list(headers.items())
    for pair in pairs:
        for text in pair:
            if not isinstance(text, str):
                raise TypeError(f"'{type(text).__qualname__}' object cannot be converted to 'PyString'")
            text.encode()
    return pairs


def _merge(headers, extra):
    """Names are compared as HTTP does, without case: a content type of the plugin's own replaces the default."""
    replaced = {name.lower() for name, _ in extra}
    return [pair for pair in headers if pair[0].lower() not in replaced] + extra
