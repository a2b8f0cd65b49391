"""One client with a kept connection: what an answer takes from the asking to its last byte."""

import http.client
import time
from urllib.parse import urlsplit


class Client:
    """Asks one server again and again."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[float, int, bytes]:
        """Milliseconds, status and body."""
        began = time.perf_counter()
        self._connection.request(method, path, body=body, headers=headers or {})
        response = self._connection.getresponse()
        content = response.read()
        return (time.perf_counter() - began) * 1000, response.status, content

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()
