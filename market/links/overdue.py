"""Agreements whose last day has passed and that nobody has closed: their two sides are asked once to record
what was delivered and to close, or to agree on a later day. The department has a list of them.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock
from market.events import Event, EventRow
from market.links import service as links
from market.links.models import Link
from market.words import t

#: So long after the last day nothing is asked: what was handed over on it is confirmed, or counts, by then.
MARGIN = timedelta(days=14)
ASKED = "link.overdue"


def list_overdue(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of agreements whose sides are to be asked now."""
    return list(session.scalars(sa.select(Link.id).where(_overdue()).order_by(Link.id).limit(limit)))


def _overdue() -> sa.ColumnElement[bool]:
    """Not asked yet; a later last day than the one that was asked of is asked of again. What an officer
    entered is hers to close.
    """
    asked = sa.select(EventRow.data["to"].as_string()).where(
        EventRow.name == ASKED, EventRow.subject_id == Link.id
    )
    day = sa.cast(Link.to_date, sa.String)
    return sa.and_(
        Link.state == "active",
        Link.origin != "officer",
        Link.to_date < clock.today() - MARGIN,
        day.not_in(asked),
    )


def ask(session: Session, link_id: int) -> bool:
    """Ask both sides to close it; False if somebody has just done so."""
    link = session.get_one(Link, link_id)
    lock(session, link)
    if session.scalar(sa.select(Link.id).where(Link.id == link_id, _overdue())) is None:
        return False
    events.record(session, Event(ASKED, link.id, events.CLOCK, {"to": link.to_date.isoformat()}))
    words = t(
        "The last day of an agreement was {day}. Please record what was delivered and close it, or propose a "
        "later day.",
        day=link.to_date,
    )
    for side in ("seller", "buyer"):
        links.tell(session, link, to=side, kind=ASKED, actor=events.CLOCK, words=words)
    return True
