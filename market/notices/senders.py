"""The two ways out: e-mail by SMTP and SMS by a plain HTTP gateway. A sender knows addresses and texts,
nothing of the queue; what it raises says whether another try, or another message, would fare better.
"""

from __future__ import annotations

import smtplib
import ssl
from email.header import Header
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

from market import clock
from market.errors import Misconfigured

#: Seconds to wait for one word of the other end. An e-mail takes up to nine of them: together they stay
#: below the first pause in jobs.py, so that nobody takes up a message that is still on its way.
TIMEOUT = 10.0
LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))


class SendFailed(Exception):
    """The message did not leave. ``for_good``: another try would fare no better. ``closed``: the way itself
    is closed, no other message would leave by it now.
    """

    def __init__(self, reason: str, *, for_good: bool = False, closed: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good
        self.closed = closed


class _Whole(str):
    """The address in List-Unsubscribe, on one line: folded the usual way a long one would be encoded as
    text, which no mail program follows.
    """

    name = "List-Unsubscribe"

    def fold(self, *, policy: Policy[Any]) -> str:
        """The header as it is sent."""
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(str):
    """A subject whose spaces all arrive: what Python 3.11 folds by itself loses one where a line breaks
    before a word that has to be encoded, which in Vietnamese is one long subject out of six.
    """

    name = "Subject"

    def fold(self, *, policy: Policy[Any]) -> str:
        """The header as it is sent."""
        words = Header(str(self), header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {words}{policy.linesep}"


class Mailer:
    """Sends e-mails over one connection, opened when first needed. ``url`` is smtp[s]://user:pass@host:port."""

    def __init__(self, url: str, *, base_url: str) -> None:
        self._parts = urlsplit(url)
        if self._parts.scheme not in ("smtp", "smtps") or not self._parts.hostname:
            raise Misconfigured("MARKET_SMTP_URL: write it as smtp://user:password@host:port")
        self._sender = _sender_address(unquote(self._parts.username or ""), base_url)
        self._server: smtplib.SMTP | None = None

    def send(
        self,
        *,
        to: str,
        subject: str,
        body: str,
        html: str,
        message_id: str,
        language: str,
        unsubscribe: str = "",
    ) -> None:
        """Send one e-mail, or raise SendFailed. ``body`` and ``html`` say the same; the reader's program
        shows one. ``unsubscribe``: an address to which a mail program may post in its reader's name, so that
        no more such mails come (RFC 8058).
        """
        try:
            mail = self._addressed(to, subject, message_id)
            # Seven bits: not every server on the way says that it takes eight.
            mail.set_content(body, cte="quoted-printable")
            mail.add_alternative(html, subtype="html", cte="quoted-printable")
            mail["Content-Language"] = language  # setting the content clears what was said of it
            if unsubscribe.isascii() and unsubscribe:
                mail["List-Unsubscribe"] = _Whole(f"<{unsubscribe}>")
                mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        except ValueError as wrong:
            raise SendFailed("the address cannot be written", for_good=True) from wrong
        try:
            server = self._open()
        except (smtplib.SMTPException, OSError) as failure:
            raise SendFailed(type(failure).__name__, closed=True) from failure
        try:
            server.send_message(mail, self._sender, [to])
        except smtplib.SMTPRecipientsRefused as refused:
            code, said = next(iter(refused.recipients.values()))
            if code == 421:  # with this the server hangs up
                self.close()
            for_good = code >= 500 and not _by_policy(said)
            raise SendFailed(f"recipient refused ({code})", for_good=for_good) from refused
        except smtplib.SMTPNotSupportedError as unable:
            raise SendFailed("the server cannot write to this address", for_good=True) from unable
        except smtplib.SMTPDataError as refused:
            self.close()
            code = refused.smtp_code
            for_good = code >= 500 and not _by_policy(refused.smtp_error)
            raise SendFailed(f"contents refused ({code})", for_good=for_good) from refused
        except (smtplib.SMTPException, OSError) as failure:
            self.close()
            raise SendFailed(type(failure).__name__, closed=True) from failure

    def _addressed(self, to: str, subject: str, message_id: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = f"Chợ Liên Kết <{self._sender}>"
        mail["To"] = to  # refuses line breaks, by which an address would become another header
        mail["Subject"] = _Subject(" ".join(subject.split())[:150])
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = message_id
        mail["Auto-Submitted"] = "auto-generated"
        return mail

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


def _by_policy(said: bytes | str) -> bool:
    """Whether a server says (RFC 3463, 5.7) that it may not, as for everybody where it is set up wrongly. The
    operator has until the last try to put that right.
    """
    return (said if isinstance(said, bytes) else said.encode(errors="replace")).lstrip().startswith(b"5.7.")


def _sender_address(user: str, base_url: str) -> str:
    if "@" in user:
        return user
    host = urlsplit(base_url).hostname or "localhost"
    return f"noreply@{'localhost' if host in LOCAL else host}"


def send_sms(url: str, *, to: str, text: str, message_id: str) -> None:
    """Hand one SMS to the gateway as JSON {to, text, id}, or raise SendFailed. ``id`` stays over retries."""
    try:
        # Streamed, because only the status counts: an answer without an end is not waited for.
        with requests.post(
            url,
            json={"to": to, "text": text, "id": message_id},
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as answer:
            status = answer.status_code
    except requests.RequestException as failure:
        raise SendFailed(type(failure).__name__, closed=True) from failure
    if status not in (200, 201, 202, 204):
        raise SendFailed(f"the gateway answered {status}")
