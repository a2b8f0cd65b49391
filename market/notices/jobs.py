"""Sending what is queued. A message is claimed in a short transaction that also sets the next try, sent
outside of any, and then noted as sent: a process killed in between sends it again under the same Message-ID.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from market import clock
from market.notices import letters
from market.notices.mails import Writer
from market.notices.models import Message
from market.notices.senders import Mailer, SendFailed, send_sms
from market.notices.service import BASE_URL
from market.runtime import Job, Runtime
from market.web.context import speaking
from market.web.language import say
from market.words import unpack

log = logging.getLogger("market.notices")

#: After the first, second, third try that failed; then always the last.
PAUSES = (timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
MOST_ATTEMPTS = 8
BATCH = 50
#: What was said is cleared once it need not be said again: it may hold a code or a link that opens.
SAID: dict[str, str | None] = {"body": "", "subject": "", "unsubscribe": None}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message taken for one try; its words are still unsaid."""

    id: int
    channel: str
    address: str
    language: str
    subject: str
    body: str
    unsubscribe: str | None
    message_id: str
    attempts: int


def send_due(runtime: Runtime) -> int:
    """Send what is due by the channels that have an address set; gives how many were tried.

    A way that is closed costs one message a try; the others wait for the next round.
    """
    settings = runtime.settings
    tried = 0
    _bring_back(runtime)
    if settings.smtp_url:
        mailer = Mailer(settings.smtp_url, base_url=settings.base_url)
        try:
            tried += _send_by(runtime, "email", partial(_mail, mailer, Writer(settings)))
        finally:
            mailer.close()
    if settings.sms_url:
        tried += _send_by(runtime, "sms", _sms)
    return tried


def _bring_back(runtime: Runtime) -> None:
    """What is due later than any pause takes was written or tried while the clock was ahead: put back, it
    would wait for that day. It is due after the shortest pause, in which nobody can still be sending it.
    """
    now = clock.now()
    far = sa.and_(Message.state == "queued", Message.due_at > now + PAUSES[-1] + PAUSES[0])
    with runtime.database.reading() as session:
        if session.scalar(sa.select(Message.id).where(far).limit(1)) is None:
            return
    with runtime.database.writing() as session:
        session.execute(sa.update(Message).where(far).values(due_at=now + PAUSES[0]))


def _send_by(runtime: Runtime, channel: str, send: Callable[[Runtime, Claimed], None]) -> int:
    with runtime.database.reading() as session:
        due = session.scalars(
            sa.select(Message.id)
            .where(_is_due(), Message.channel == channel)
            .order_by(Message.due_at, Message.id)
            .limit(BATCH)
        ).all()
    tried = 0
    for message_id in due:
        claimed = _claim(runtime, message_id)
        if claimed is None:
            continue
        try:
            send(runtime, claimed)
        except SendFailed as failure:
            _note_failure(runtime, claimed, failure)
            if failure.closed:
                break
        else:
            _note(runtime, claimed.id, state="sent", sent_at=clock.now(), error=None, **SAID)
        tried += 1
    return tried


def _is_due() -> sa.ColumnElement[bool]:
    return sa.and_(Message.state == "queued", Message.due_at <= clock.now())


def _claim(runtime: Runtime, message_id: int) -> Claimed | None:
    """Take the message for one try, unless another sender was quicker: what is taken is no longer due."""
    with runtime.database.writing() as session:
        message = session.scalars(
            sa.select(Message).where(Message.id == message_id, _is_due()).with_for_update(skip_locked=True)
        ).one_or_none()
        if message is None:
            return None
        tries = message.attempts
        taken = session.execute(
            sa.update(Message)
            .where(Message.id == message_id, _is_due(), Message.attempts == tries)
            .values(attempts=tries + 1, due_at=clock.now() + PAUSES[min(tries, len(PAUSES) - 1)])
            .returning(Message.id),
            execution_options={"synchronize_session": False},
        ).first()
        if taken is None:
            return None
        return Claimed(
            message.id,
            message.channel,
            message.address,
            message.language,
            message.subject,
            message.body,
            message.unsubscribe,
            message.message_id,
            tries + 1,
        )


@contextmanager
def _speaking(claimed: Claimed) -> Iterator[None]:
    """Put words into the reader's language; what cannot be said fails for good."""
    try:
        with speaking(claimed.language):
            yield
    except (ValueError, KeyError, TypeError, AttributeError, LookupError) as wrong:
        # A fault of ours: it must not hold up the messages behind it.
        log.exception("message %d", claimed.id)
        raise SendFailed("cannot be put into words", for_good=True) from wrong


def _sms(runtime: Runtime, claimed: Claimed) -> None:
    settings = runtime.settings
    with _speaking(claimed):
        text = say(unpack(json.loads(claimed.body))).replace(BASE_URL, settings.base_url.rstrip("/"))
    send_sms(settings.sms_url, to=claimed.address, text=text, message_id=claimed.message_id)


def _mail(mailer: Mailer, writer: Writer, runtime: Runtime, claimed: Claimed) -> None:
    with _speaking(claimed):
        subject = say(unpack(json.loads(claimed.subject)))
        written = writer.write(letters.kept(json.loads(claimed.body)))
    stop = runtime.settings.base_url.rstrip("/") + claimed.unsubscribe if claimed.unsubscribe else ""
    mailer.send(
        to=claimed.address,
        subject=subject,
        body=written.text,
        html=written.html,
        message_id=claimed.message_id,
        language=claimed.language,
        unsubscribe=stop,
    )


def _note_failure(runtime: Runtime, claimed: Claimed, failure: SendFailed) -> None:
    over = failure.for_good or claimed.attempts >= MOST_ATTEMPTS
    log.warning("message %d did not leave (try %d): %s", claimed.id, claimed.attempts, failure)
    if over:
        _note(runtime, claimed.id, state="failed", error=str(failure), **SAID)
    else:
        _note(runtime, claimed.id, error=str(failure))


def _note(runtime: Runtime, message_id: int, **values: object) -> None:
    with runtime.database.writing() as session:
        session.execute(sa.update(Message).where(Message.id == message_id).values(**values))


JOBS = [Job("messages", 5.0, send_due, shared=True)]
