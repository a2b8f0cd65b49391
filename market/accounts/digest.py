"""The day's news in one message, for whoever has chosen to be told so: gathered at six in the evening from
what waits (notices/models.py), each person's in a transaction of its own. An e-mail has a line for each
notice that has not been read yet; an SMS only says how many there are.

A day's message has a Message-ID that follows from the person and the day, and the database holds one of each:
whoever gathers again, after a crash or beside another, makes no second one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import queries
from market.accounts import service as accounts
from market.notices import choices
from market.notices import service as notices
from market.notices.letters import Letter, Line
from market.notices.models import Message, Notice, Waiting
from market.notices.topics import topic_of
from market.runtime import Runtime, one_by_one
from market.words import Words, t, unpack

#: The hour of the local day.
EVENING = time(18)
#: Lines in one e-mail; of more it says how many.
MOST_LINES = 50
#: Persons in one round; the next goes on.
BATCH = 200
NEWS = "/account/notices"


def gather(runtime: Runtime) -> int:
    """Write the message of everybody for whom something waits since before the last evening hour that has
    struck; says how many were written. Who missed the hour, as after a night without power, writes it later.
    """
    moment = last_evening(clock.now())
    write = partial(_write, moment=moment, secret_key=runtime.settings.secret_key)
    return one_by_one(runtime, partial(_due, moment=moment), write)


def last_evening(now: datetime) -> datetime:
    """The last moment, up to now, at which a day's news were due."""
    today = datetime.combine(clock.day_of(now), EVENING, clock.LOCAL)
    return today if today <= now else today - timedelta(days=1)


def message_id(secret_key: str, *, user_id: int, day: date) -> str:
    """The same for a person and a day at every time, and no other installation's."""
    said = f"digest:{user_id}:{day.isoformat()}".encode()
    return f"<{hmac.new(secret_key.encode(), said, hashlib.sha256).hexdigest()[:32]}@cho-lien-ket>"


def _waits(moment: datetime) -> sa.ColumnElement[bool]:
    # What waits since a later day than today was put there while the clock was ahead, and waits no longer.
    return sa.or_(Waiting.since < moment, Waiting.since > moment + timedelta(days=2))


def _due(session: Session, *, moment: datetime) -> list[int]:
    waits = sa.select(Waiting.user_id).where(_waits(moment)).distinct().order_by(Waiting.user_id)
    return list(session.scalars(waits.limit(BATCH)))


def _write(session: Session, user_id: int, *, moment: datetime, secret_key: str) -> bool:
    mine = sa.and_(Waiting.user_id == user_id, _waits(moment))
    name = message_id(secret_key, user_id=user_id, day=clock.day_of(moment))
    if session.scalar(sa.select(Message.id).where(Message.message_id == name)) is not None:
        # Made before the hour and committed after the message was: it goes with the next day's.
        session.execute(sa.update(Waiting).where(mine).values(since=moment))
        return False
    taken = session.scalars(sa.delete(Waiting).where(mine).returning(Waiting.notice_id)).all()
    person = queries.find_contact(session, user_id=user_id)
    news = _unread(session, user_id, taken) if person is not None else []
    if person is None or not news:
        return False
    to = accounts.recipient(session, person, NEWS)
    if to.channel is None:
        return False
    notices.write_to(session, to, _letter(news, to.link), message_id=name)
    return True


def _unread(session: Session, user_id: int, taken: Sequence[int]) -> list[Line]:
    """What is still to be told of what waited, the oldest first: not what has been read, nor what is now to
    stay in the application.
    """
    hows = choices.chosen(session, user_id=user_id)
    rows = session.execute(
        sa.select(Notice.kind, Notice.text, Notice.values, Notice.path)
        .where(Notice.id.in_(taken), Notice.read_at.is_(None))
        .order_by(Notice.id)
    )
    return [
        Line(unpack({"text": row.text, "values": row.values}), row.path)
        for row in rows
        if hows.get(topic_of(row.kind) or "") != "inside"
    ]


def _letter(news: Sequence[Line], link: str) -> Letter:
    words: Words = (
        t("One piece of news on Chợ Liên Kết.")
        if len(news) == 1
        else t("{n} pieces of news on Chợ Liên Kết.", n=len(news))
    )
    over = len(news) - MOST_LINES
    return Letter(
        words,
        Line(t("See all news"), link),
        lines=tuple(news[:MOST_LINES]),
        more=t("… and {n} more news", n=over) if over > 0 else None,
        chosen=True,
    )
