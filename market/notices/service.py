"""Telling people: a notice inside the application and, where there is an address, a message on its way out,
both in the transaction of what they tell about. Who is to be told is found by accounts/service.py, which
knows the persons; jobs.py sends. Words are kept unsaid and said in the reader's language.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import NotFound
from market.notices.letters import Letter, Line, keep
from market.notices.models import Message, Notice, Waiting
from market.notices.topics import topic_of
from market.words import Words, pack, t

Channel = Literal["email", "sms"]

#: Stands in a message for the public address, which only the sender knows.
BASE_URL = "{base_url}"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person to tell: ``address`` by ``channel`` if it is to leave the application, and the path.
    ``waits``: it leaves later, with the day's other news.
    """

    user_id: int
    language: str = "vi"
    channel: Channel | None = None
    address: str = ""
    link: str = ""
    waits: bool = False


def notify(
    session: Session, *, to: Recipient, kind: str, words: Words, path: str, party_id: int | None = None
) -> Notice:
    """A notice that leads to ``path``, and a message when the recipient has a channel."""
    packed = pack(words)
    notice = Notice(
        user_id=to.user_id,
        party_id=party_id,
        kind=kind,
        text=packed["text"],
        values=packed["values"],
        path=path,
        created_at=clock.now(),
    )
    session.add(notice)
    if to.waits:
        session.flush()  # what waits names its notice
        session.add(Waiting(notice_id=notice.id, user_id=to.user_id, since=notice.created_at))
    elif to.channel is not None:
        session.flush()  # the message names its notice
        action = Line(t("See it here"), to.link or path)
        letter = Letter(words, action, chosen=topic_of(kind) is not None)
        write_to(session, to, letter, notice_id=notice.id)
    return notice


def write_to(session: Session, to: Recipient, letter: Letter, **more: Any) -> None:
    """Queue a letter by the recipient's channel: whole by e-mail; as an SMS its words and where they lead.
    ``more`` as ``queue_message`` takes it.
    """
    assert to.channel is not None
    body: Words | Letter = letter
    if to.channel == "sms":
        link = BASE_URL + (letter.action.path if letter.action else "")
        body = t("{words} {link}", words=letter.words, link=link)
    queue_message(
        session,
        user_id=to.user_id,
        channel=to.channel,
        address=to.address,
        language=to.language,
        subject=letter.words,
        body=body,
        **more,
    )


def queue_message(
    session: Session,
    *,
    user_id: int | None,
    channel: Channel,
    address: str,
    language: str,
    subject: Words,
    body: Words | Letter,
    notice_id: int | None = None,
    unsubscribe: str | None = None,
    message_id: str | None = None,
) -> Message:
    """An e-mail or SMS for the sending job. ``{base_url}`` in a value of an SMS becomes the public address;
    ``unsubscribe`` is a path that ends mails of its kind when it is posted to (RFC 8058). ``message_id`` is
    given where the message must be the same whoever makes it, and unique.
    """
    message = Message(
        notice_id=notice_id,
        user_id=user_id,
        channel=channel,
        address=address,
        language=language,
        subject=json.dumps(pack(subject), ensure_ascii=False),
        body=json.dumps(keep(body) if isinstance(body, Letter) else pack(body), ensure_ascii=False),
        unsubscribe=unsubscribe,
        message_id=message_id or f"<{secrets.token_hex(16)}@cho-lien-ket>",
        created_at=clock.now(),
        due_at=clock.now(),
    )
    session.add(message)
    return message


def mark_read(session: Session, *, user_id: int, notice_id: int) -> str:
    """Note that the person has seen it; gives the path it leads to. ``NotFound`` for somebody else's."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.user_id != user_id:
        raise NotFound
    if notice.read_at is None:
        notice.read_at = clock.now()
    return notice.path


def mark_all_read(session: Session, *, user_id: int) -> None:
    """Note that the person has seen everything there is."""
    session.execute(
        sa.update(Notice)
        .where(Notice.user_id == user_id, Notice.read_at.is_(None))
        .values(read_at=clock.now())
    )
