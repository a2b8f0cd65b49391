"""A mail server that can be away, hang, or refuse, on a port that it keeps."""

from __future__ import annotations

import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller

from tests.notices.ways_out import Mailbox, text_of
from tests.services import free_port


class Post:
    """What arrived is in ``box``."""

    def __init__(self) -> None:
        self.box = Mailbox()
        self._port = free_port()
        self._server: Controller | None = None
        self.url = f"smtp://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _open(self) -> None:
        self._server = Controller(self.box, hostname="127.0.0.1", port=self._port)
        self._server.start()

    def _close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody takes a connection."""
        self._close()
        try:
            yield
        finally:
            self._open()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Connections are taken, and nothing is ever said."""
        self._close()
        held: list[socket.socket] = []
        listening = socket.create_server(("127.0.0.1", self._port))

        def take() -> None:
            with suppress(OSError):
                while True:
                    held.append(listening.accept()[0])

        threading.Thread(target=take, daemon=True).start()
        try:
            yield
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            for one in (listening, *held):
                one.close()
            self._open()

    @contextmanager
    def refusing(self, answer: str) -> Iterator[None]:
        """Every recipient is answered so."""
        self.box.refuse_all = answer
        try:
            yield
        finally:
            self.box.refuse_all = ""

    def told(self) -> Counter[int]:
        """How often a mail arrived about each inquiry that was made."""
        found: Counter[int] = Counter()
        for mail in self.box.mails:
            found.update({int(one) for one in re.findall(r"/inquiries/(\d+)\b", text_of(mail))})
        return found
