"""ClamAV's daemon, which looks through what people send: asked over a socket in its own protocol (clamd(8)).
What is made of its word, and who is told, is in files/scanning.py.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from market.settings import scanner_at

#: Seconds for a file, from the first byte to the word: new signatures are loaded meanwhile, now and then.
PATIENCE = 60.0
#: Seconds for a question without a file.
SOON = 3.0
CHUNK = 2**16
#: Longer than any answer.
LONGEST = 4096
#: What it says of a file that is longer than it takes at all (StreamMaxLength).
TOO_LONG = "size limit exceeded"
#: What it "finds" in a file that it does not look through to its end (AlertExceedsMax).
TOO_MUCH = "Heuristics.Limits.Exceeded"


class ScannerUnavailable(Exception):
    """It gives no word."""


class NotLookedThrough(Exception):
    """The file is too long, or unpacks to too much, for the bounds that it was given."""


def scan(url: str, file: BinaryIO) -> str:
    """The name of what is found in a file, empty where nothing is. The file is read from its beginning, and
    stands there again afterwards.

    Raises ScannerUnavailable, NotLookedThrough.
    """
    with _asking(url, PATIENCE) as line:
        file.seek(0)
        try:
            line.send(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                line.send(struct.pack(">I", len(chunk)) + chunk)
            line.send(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has heard enough, and may have said why
        finally:
            file.seek(0)
        said = line.hear()
    if TOO_LONG in said:
        raise NotLookedThrough(said)
    word = said.removeprefix("stream: ")
    if word == "OK":
        return ""
    if not word.endswith(" FOUND"):
        raise ScannerUnavailable(said or "it hung up")
    found = word.removesuffix(" FOUND")
    if found.startswith(TOO_MUCH):
        raise NotLookedThrough(found)
    return found


def version(url: str) -> str:
    """What it is, and of when its signatures are; raises ScannerUnavailable."""
    with _asking(url, SOON) as line:
        line.send(b"zVERSION\0")
        said = line.hear()
    if not said.startswith("ClamAV"):
        raise ScannerUnavailable("what answers there is no ClamAV")
    return said


def answers(url: str) -> bool:
    """Whether it does."""
    with suppress(ScannerUnavailable):
        version(url)
        return True
    return False


class _Line:
    """A connection, and until when there is patience."""

    def __init__(self, opened: socket.socket, seconds: float) -> None:
        self._socket, self._until = opened, time.monotonic() + seconds

    def _wait(self) -> socket.socket:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("it takes too long")
        self._socket.settimeout(left)
        return self._socket

    def send(self, data: bytes) -> None:
        self._wait().sendall(data)

    def hear(self) -> str:
        """All that it says, until it hangs up."""
        said = b""
        while len(said) < LONGEST and (more := self._wait().recv(LONGEST)):
            said += more
        return said.decode(errors="replace").strip("\0\n ")


@contextmanager
def _asking(url: str, seconds: float) -> Iterator[_Line]:
    where = scanner_at(url)
    try:
        with _connected(where, min(seconds, SOON)) as opened:
            yield _Line(opened, seconds)
    except (OSError, UnicodeError) as failure:
        raise ScannerUnavailable(str(getattr(failure, "strerror", None) or failure)) from failure


def _connected(where: tuple[str, int] | str, seconds: float) -> socket.socket:
    if isinstance(where, tuple):
        return socket.create_connection(where, timeout=seconds)
    opened = socket.socket(socket.AF_UNIX)
    try:
        opened.settimeout(seconds)
        opened.connect(where)
    except BaseException:
        opened.close()
        raise
    return opened
