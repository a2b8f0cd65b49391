"""Sending what is queued. A message is claimed in a short transaction that also sets the next try, sent
outside of any, and then noted as sent: a process killed in between sends it again under the same Message-ID.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from market import clock
from market.notices.models import Message
from market.notices.senders import Mailer, SendFailed, send_sms
from market.notices.service import BASE_URL
from market.runtime import Job, Runtime
from market.web.context import speaking
from market.web.language import say
from market.words import unpack

log = logging.getLogger("market.notices")

#: After the first, second, third try that failed; then always the last.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
MOST_ATTEMPTS = 8
BATCH = 50


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed message in the words of its reader."""

    id: int
    channel: str
    address: str
    language: str
    subject: str
    body: str
    message_id: str
    attempts: int


def send_due(runtime: Runtime) -> int:
    """Send what is due by the channels that have an address set; gives how many were tried."""
    settings = runtime.settings
    channels = [name for name, url in (("email", settings.smtp_url), ("sms", settings.sms_url)) if url]
    if not channels:
        return 0
    with runtime.database.reading() as session:
        due = session.scalars(
            sa.select(Message.id)
            .where(Message.state == "queued", Message.due_at <= clock.now(), Message.channel.in_(channels))
            .order_by(Message.due_at, Message.id)
            .limit(BATCH)
        ).all()
    mailer = Mailer(settings.smtp_url, base_url=settings.base_url) if settings.smtp_url and due else None
    try:
        return sum(_try_one(runtime, mailer, message_id) for message_id in due)
    finally:
        if mailer is not None:
            mailer.close()


def _try_one(runtime: Runtime, mailer: Mailer | None, message_id: int) -> int:
    outgoing = _claim(runtime, message_id)
    if outgoing is None:
        return 0
    try:
        if outgoing.channel == "email":
            assert mailer is not None
            mailer.send(
                to=outgoing.address,
                subject=outgoing.subject,
                body=outgoing.body,
                message_id=outgoing.message_id,
                language=outgoing.language,
            )
        else:
            send_sms(
                runtime.settings.sms_url,
                to=outgoing.address,
                text=outgoing.body,
                message_id=outgoing.message_id,
            )
    except SendFailed as failure:
        _note_failure(runtime, outgoing, failure)
    else:
        _note(runtime, outgoing.id, state="sent", sent_at=clock.now(), error=None, body="", subject="")
    return 1


def _claim(runtime: Runtime, message_id: int) -> Outgoing | None:
    """Take the message for one try, unless another sender was quicker."""
    with runtime.database.writing() as session:
        message = session.get(Message, message_id)
        if message is None or message.state != "queued":
            return None
        tries = message.attempts
        taken = session.execute(
            sa.update(Message)
            .where(Message.id == message_id, Message.state == "queued", Message.attempts == tries)
            .values(attempts=tries + 1, due_at=clock.now() + PAUSES[min(tries, len(PAUSES) - 1)])
            .returning(Message.id),
            execution_options={"synchronize_session": False},
        ).first()
        if taken is None:
            return None
        with speaking(message.language):
            subject, body = (
                say(unpack(json.loads(kept))).replace(BASE_URL, runtime.settings.base_url.rstrip("/"))
                for kept in (message.subject, message.body)
            )
        return Outgoing(
            message.id,
            message.channel,
            message.address,
            message.language,
            subject,
            body,
            message.message_id,
            tries + 1,
        )


def _note_failure(runtime: Runtime, outgoing: Outgoing, failure: SendFailed) -> None:
    over = failure.for_good or outgoing.attempts >= MOST_ATTEMPTS
    log.warning("message %d did not leave (try %d): %s", outgoing.id, outgoing.attempts, failure)
    if over:
        _note(runtime, outgoing.id, state="failed", error=str(failure), body="", subject="")
    else:
        _note(runtime, outgoing.id, error=str(failure))


def _note(runtime: Runtime, message_id: int, **values: object) -> None:
    # What was said is cleared once it need not be said again: it may hold a code or a link that opens.
    with runtime.database.writing() as session:
        session.execute(sa.update(Message).where(Message.id == message_id).values(**values))


JOBS = [Job("messages", 5.0, send_due)]
