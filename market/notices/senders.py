"""The two ways out: e-mail by SMTP and SMS by a plain HTTP gateway. A sender knows addresses and texts,
nothing of the queue; what it raises says whether trying again makes sense.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import requests

from market import clock
from market.errors import Misconfigured

TIMEOUT = 20.0
LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))


class SendFailed(Exception):
    """The message did not leave. ``for_good``: another try would fare no better."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class Mailer:
    """Sends e-mails over one connection, opened when first needed. ``url`` is smtp[s]://user:pass@host:port."""

    def __init__(self, url: str, *, base_url: str) -> None:
        self._parts = urlsplit(url)
        if self._parts.scheme not in ("smtp", "smtps") or not self._parts.hostname:
            raise Misconfigured("MARKET_SMTP_URL: write it as smtp://user:password@host:port")
        self._sender = _sender_address(unquote(self._parts.username or ""), base_url)
        self._server: smtplib.SMTP | None = None

    def send(self, *, to: str, subject: str, body: str, message_id: str, language: str) -> None:
        """Send one e-mail, or raise SendFailed."""
        mail = EmailMessage()
        mail["From"] = f"Chợ Liên Kết <{self._sender}>"
        mail["To"] = to
        mail["Subject"] = " ".join(subject.split())[:150]
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = message_id
        mail["Content-Language"] = language
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(body)
        try:
            self._open().send_message(mail, self._sender, [to])
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()))[0]
            raise SendFailed(f"recipient refused ({code})", for_good=code >= 500) from refused
        except (smtplib.SMTPException, OSError) as failure:
            self.close()
            raise SendFailed(type(failure).__name__) from failure

    def _open(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        host, parts = self._parts.hostname or "", self._parts
        secure = ssl.create_default_context()
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=secure)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
        try:
            server.ehlo()
            encrypted = parts.scheme == "smtps"
            if not encrypted and server.has_extn("starttls") and host not in LOCAL:
                server.starttls(context=secure)
                server.ehlo()
                encrypted = True
            if parts.username:
                if not encrypted and host not in LOCAL:
                    raise smtplib.SMTPNotSupportedError("no password over an open line")
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        self._server = server
        return server

    def close(self) -> None:
        """Let the connection go; the next e-mail opens another."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()


def _sender_address(user: str, base_url: str) -> str:
    if "@" in user:
        return user
    host = urlsplit(base_url).hostname or "localhost"
    return f"noreply@{'localhost' if host in LOCAL else host}"


def send_sms(url: str, *, to: str, text: str, message_id: str) -> None:
    """Hand one SMS to the gateway as JSON {to, text, id}, or raise SendFailed. ``id`` stays over retries."""
    try:
        answer = requests.post(
            url,
            json={"to": to, "text": text, "id": message_id},
            timeout=(5, TIMEOUT),
            allow_redirects=False,
        )
    except requests.RequestException as failure:
        raise SendFailed(type(failure).__name__) from failure
    if answer.status_code not in (200, 201, 202, 204):
        raise SendFailed(f"the gateway answered {answer.status_code}")
