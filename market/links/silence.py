"""What silence does to a delivery: its other side is reminded twice, and after a week the delivery counts."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock
from market.events import Event, EventRow
from market.inquiries import service as inquiries
from market.links import claim_moves
from market.links import service as links
from market.links.models import Delivery, Link
from market.words import t

#: Unanswered for so long a delivery counts as confirmed; before that its other side is reminded.
SILENCE = timedelta(days=7)
REMINDERS = (timedelta(days=3), timedelta(days=6))
REMINDED = "delivery.reminded"


def list_to_remind(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of deliveries of which the other side is to be reminded now."""
    found = sa.select(Delivery.id).where(_to_remind()).order_by(Delivery.id)
    return list(session.scalars(found.limit(limit)))


def _to_remind() -> sa.ColumnElement[bool]:
    told, now = _reminders(), clock.now()
    due = sa.or_(
        *(
            sa.and_(told == number, Delivery.recorded_at <= now - wait)
            for number, wait in enumerate(REMINDERS)
        )
    )
    return sa.and_(Delivery.state == "recorded", due)


def _reminders(before: datetime | None = None) -> sa.ScalarSelect[int]:
    """How often the other side was reminded of a delivery (by a moment)."""
    told = sa.select(sa.func.count()).where(EventRow.name == REMINDED, EventRow.subject_id == Delivery.id)
    return (told if before is None else told.where(EventRow.at <= before)).scalar_subquery()


def remind(session: Session, delivery_id: int) -> bool:
    """Remind the side that has yet to answer; False if it has just done so."""
    delivery = session.get_one(Delivery, delivery_id)
    link = session.get_one(Link, delivery.link_id)
    lock(session, link)
    session.refresh(delivery)
    if session.scalar(sa.select(Delivery.id).where(Delivery.id == delivery_id, _to_remind())) is None:
        return False
    events.record(session, Event(REMINDED, delivery.id, events.CLOCK, {"link": link.id}))
    until = delivery.recorded_at + SILENCE
    words = t("A delivery waits for your answer. Without one it counts as confirmed on {day}.", day=until)
    to = inquiries.other(delivery.recorded_side)
    links.tell(session, link, to=to, kind=REMINDED, actor=events.CLOCK, words=words)
    return True


def list_silent(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of deliveries that nobody answered for a week, though reminded twice, and last a day ago: a worker
    that was away, or a clock that jumped, leaves everybody a day to answer after the reminder.
    """
    now = clock.now()
    found = (
        sa.select(Delivery.id)
        .where(
            Delivery.state == "recorded",
            Delivery.recorded_at <= now - SILENCE,
            _reminders(now - SILENCE + REMINDERS[-1]) >= len(REMINDERS),
        )
        .order_by(Delivery.id)
    )
    return list(session.scalars(found.limit(limit)))


def confirm_by_silence(session: Session, delivery_id: int) -> bool:
    """What was not answered counts; it is shown apart."""
    delivery = session.get_one(Delivery, delivery_id)
    link = session.get_one(Link, delivery.link_id)
    lock(session, link)
    session.refresh(delivery)
    if delivery.state != "recorded" or delivery.recorded_at > clock.now() - SILENCE:
        return False
    delivery.by_silence = True
    claim_moves.move(session, delivery, events.CLOCK, "confirmed", of="recorded")
    events.record(
        session, Event("delivery.confirmed", delivery.id, events.CLOCK, {"link": link.id, "silence": True})
    )
    for side in ("seller", "buyer"):
        words = t("A delivery counts as confirmed: nobody answered for seven days.")
        links.tell(session, link, to=side, kind="delivery.silent", actor=events.CLOCK, words=words)
    return True
