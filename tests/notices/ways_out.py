"""The far ends of the two ways out, real ones on free ports of 127.0.0.1: an SMTP server and an HTTP gateway.
Each keeps what it got and answers as a test tells it to.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from selectolax.lexbor import LexborHTMLParser


@dataclass
class Mailbox:
    """What an SMTP server got, and how it answers: RCPT by ``refuse_all`` or ``refuse``, DATA by
    ``at_data``.
    """

    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    refuse_all: str = ""
    at_data: list[str] = field(default_factory=list)
    tried: int = 0
    slowly: float = 0.0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, to: str, options: Any) -> str:
        self.tried += 1
        if answer := self.refuse_all or self.refuse.get(to):
            return answer
        envelope.rcpt_tos.append(to)
        return "250 fine"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.slowly)
        if self.at_data:
            return self.at_data.pop(0)
        self.raw.append(envelope.content)
        made = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(made, EmailMessage)
        self.mails.append(made)
        self.recipients += envelope.rcpt_tos
        return "250 kept"


def text_of(mail: EmailMessage) -> str:
    """What a mail says to a program that shows text."""
    return _part(mail, "plain")


def html_of(mail: EmailMessage) -> LexborHTMLParser:
    """What it says to one that shows pages, read."""
    return LexborHTMLParser(_part(mail, "html"))


def _part(mail: EmailMessage, kind: str) -> str:
    [part] = [one for one in mail.iter_parts() if one.get_content_type() == f"text/{kind}"]
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


class _OnAFreePort(Controller):
    def _trigger_server(self) -> None:
        # The port was left to the system; the controller looks for its server where it really is.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp(*, smtputf8: bool = True) -> Iterator[Mailbox]:
    """A mail server until the block ends."""
    box = Mailbox()
    controller = _OnAFreePort(box, hostname="127.0.0.1", port=0, enable_SMTPUTF8=smtputf8)
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Gateway:
    """What an SMS gateway got (the JSON of each request), and the statuses it answers with, 200 at last."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    #: Seconds for which it goes on sending bytes of an answer that never ends.
    drips: float = 0.0


@contextmanager
def gateway() -> Iterator[Gateway]:
    """An HTTP gateway until the block ends."""
    kept = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.got.append(json.loads(body))
            self.send_response(kept.statuses.pop(0) if kept.statuses else 200)
            if kept.drips:
                self.end_headers()
                until = time.monotonic() + kept.drips
                while time.monotonic() < until:
                    try:
                        self.wfile.write(b".")
                    except OSError:
                        return
                    time.sleep(0.05)
                return
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing on the tests' screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_address[1]}/sms"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(20)
        yield listening.getsockname()[1]


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
