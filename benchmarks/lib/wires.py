"""Many HTTP clients in one thread, as light as can be: they share the machine with what they measure. A
request is written and its answer read by hand, over connections that are kept as browsers keep them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

#: Seconds that a connection may rest; the server lets go of it after five.
RESTS = 2.0
#: Seconds until somebody gives up.
PATIENCE = 60.0
END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its head as it came, with the names of headers in small letters, and its body."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """A header's value, "" where there is none."""
        _, found, rest = self.head.partition(f"\r\n{name}: ".encode())
        return rest.partition(b"\r\n")[0].decode("latin-1") if found else ""


class Wires:
    """Connections to one server, as many as are needed at once."""

    def __init__(self, url: str) -> None:
        self._host, self._port = urlsplit(url).hostname, urlsplit(url).port
        self._idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(
        self, path: str, *, headers: Mapping[str, str], fields: Mapping[str, str] | None = None
    ) -> Reply:
        """Ask for a page, or send a form; raises OSError and the like when no whole answer comes."""
        async with asyncio.timeout(PATIENCE):
            reader, writer = await self._connection()
            try:
                writer.write(self._request(path, headers, fields))
                reply = await _read(reader)
            except BaseException:
                writer.close()
                raise
        if reply.header("connection") == "close":
            writer.close()
        else:
            self._idle.append((time.monotonic(), reader, writer))
        return reply

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            since, reader, writer = self._idle.pop()
            if time.monotonic() - since < RESTS and not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(self._host, self._port)

    def _request(self, path: str, headers: Mapping[str, str], fields: Mapping[str, str] | None) -> bytes:
        body = b"" if fields is None else urlencode(fields).encode()
        lines = [f"{'GET' if fields is None else 'POST'} {path} HTTP/1.1", f"Host: {self._host}:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if fields is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode() + END + body

    def close(self) -> None:
        """Let all connections go."""
        for _, _, writer in self._idle:
            writer.close()
        self._idle.clear()


async def _read(reader: asyncio.StreamReader) -> Reply:
    first, _, rest = (await reader.readuntil(END)).partition(b"\r\n")
    lines = (line.partition(b":") for line in rest.rstrip().split(b"\r\n"))
    head = b"".join(b"\r\n" + name.lower() + b": " + value.strip() for name, _, value in lines)
    reply = Reply(int(first.split()[1]), head, b"")
    if length := reply.header("content-length"):
        return Reply(reply.status, head, await reader.readexactly(int(length)))
    if reply.header("transfer-encoding") == "chunked":
        return Reply(reply.status, head, await _chunks(reader))
    return reply


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body
