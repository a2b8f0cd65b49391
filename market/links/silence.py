"""What silence does to a delivery: its other side is reminded twice, and after a week the delivery counts.
Unless with it more would be delivered than was agreed, the tolerance included: that takes a yes, and the
other side is reminded every week until it has answered.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market import clock, events
from market.db import lock
from market.events import Event, EventRow
from market.inquiries import service as inquiries
from market.links import claim_moves, queries
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
    last = _of_delivery(sa.select(sa.func.max(EventRow.at))).scalar_subquery()
    due = sa.or_(
        sa.and_(told >= len(REMINDERS), last <= now - SILENCE, _beyond()),
        *(
            sa.and_(told == number, Delivery.recorded_at <= now - wait)
            for number, wait in enumerate(REMINDERS)
        ),
    )
    return sa.and_(Delivery.state == "recorded", due)


def _reminders(before: datetime | None = None) -> sa.ScalarSelect[int]:
    """How often the other side was reminded of a delivery (by a moment)."""
    told = _of_delivery(sa.select(sa.func.count()))
    return (told if before is None else told.where(EventRow.at <= before)).scalar_subquery()


def _of_delivery(found: sa.Select[Any]) -> sa.Select[Any]:
    return found.where(EventRow.name == REMINDED, EventRow.subject_id == Delivery.id)


def _beyond() -> sa.ColumnElement[bool]:
    """Whether with a delivery more is delivered than its agreement takes without a yes (queries.most_of)."""
    other = aliased(Delivery)
    done = (
        sa.select(sa.func.coalesce(sa.func.sum(other.accepted), 0))
        .where(other.link_id == Delivery.link_id, other.state.in_(queries.COUNTED))
        .correlate(Delivery)  # two SELECTs further out: by itself it would only look at the next one
        .scalar_subquery()
    )
    parts = 10_000 + sa.func.coalesce(Link.tolerance, 0)
    return (
        sa.select(Link.id)
        .where(
            Link.id == Delivery.link_id,
            Link.all_output.is_(False),
            (done + Delivery.accepted) * 10_000 > Link.volume * parts,
        )
        .exists()
    )


def remind(session: Session, delivery_id: int) -> bool:
    """Remind the side that has yet to answer; False if it has just done so."""
    delivery = session.get_one(Delivery, delivery_id)
    link = session.get_one(Link, delivery.link_id)
    lock(session, link)
    session.refresh(delivery)
    if session.scalar(sa.select(Delivery.id).where(Delivery.id == delivery_id, _to_remind())) is None:
        return False
    events.record(session, Event(REMINDED, delivery.id, events.CLOCK, {"link": link.id}))
    words = t(
        "A delivery waits for your answer. Without one it counts as confirmed on {day}.",
        day=delivery.recorded_at + SILENCE,
    )
    if _is_beyond(session, delivery_id):
        words = t(
            "A delivery waits for your answer. It is more than was agreed and counts only with your yes."
        )
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
            ~_beyond(),
            _reminders(now - SILENCE + REMINDERS[-1]) >= len(REMINDERS),
        )
        .order_by(Delivery.id)
    )
    return list(session.scalars(found.limit(limit)))


def confirm_by_silence(session: Session, delivery_id: int) -> bool:
    """What was not answered counts; it is shown apart. False if it has just been, or is more than agreed."""
    delivery = session.get_one(Delivery, delivery_id)
    link = session.get_one(Link, delivery.link_id)
    lock(session, link)
    session.refresh(delivery)
    if delivery.state != "recorded" or delivery.recorded_at > clock.now() - SILENCE:
        return False
    if _is_beyond(session, delivery_id):
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


def _is_beyond(session: Session, delivery_id: int) -> bool:
    found = sa.select(Delivery.id).where(Delivery.id == delivery_id, _beyond())
    return session.scalar(found) is not None
