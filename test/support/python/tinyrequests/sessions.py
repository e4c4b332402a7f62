import http.client
import json
from urllib.parse import urlencode, urlsplit

from .exceptions import ConnectionError, HTTPError, Timeout


class Response:
    def __init__(self, url, answer):
        self.url, self.status_code, self.reason = url, answer.status, answer.reason
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.content = answer.read()

    @property
    def ok(self):
        return self.status_code < 400

    @property
    def text(self):
        return self.content.decode()

    def json(self):
        return json.loads(self.content)

    def raise_for_status(self):
        if not self.ok:
            raise HTTPError(self)


class Session:
    """Keeps its connections open."""

    def __init__(self):
        self.headers = {"User-Agent": "tinyrequests/0.3"}
        self._connections = {}

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.close()

    def close(self):
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def request(self, method, url, *, json=None, data=None, params=None, headers=None, timeout=None):
        place = urlsplit(url)
        path = (place.path or "/") + (f"?{urlencode(params)}" if params else "")
        body, sent = self._body(json, data), {**self.headers, **(headers or {})}
        if json is not None:
            sent.setdefault("Content-Type", "application/json")
        for fresh in (False, True):
            connection = self._connection(place.netloc, timeout, fresh)
            reused = connection.sock is not None
            try:
                connection.request(method, path, body, sent)
                return Response(url, connection.getresponse())
            except TimeoutError as error:
                connection.close()
                raise Timeout(f"{url}: {error}") from error
            except (http.client.HTTPException, OSError) as error:
                connection.close()
                if not reused:
                    raise ConnectionError(f"{url}: {error}") from error
        raise ConnectionError(f"{url}: the connection was closed twice")

    def get(self, url, **options):
        return self.request("GET", url, **options)

    def post(self, url, **options):
        return self.request("POST", url, **options)

    def _connection(self, netloc, timeout, fresh):
        if fresh or netloc not in self._connections:
            self._connections[netloc] = http.client.HTTPConnection(netloc, timeout=timeout)
        return self._connections[netloc]

    def _body(self, given, data):
        return json.dumps(given).encode() if given is not None else data
