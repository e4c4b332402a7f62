class RequestException(IOError):
    pass


class ConnectionError(RequestException):
    pass


class Timeout(RequestException):
    pass


class HTTPError(RequestException):
    def __init__(self, response):
        super().__init__(f"{response.status_code} {response.reason} for {response.url}")
        self.response = response
