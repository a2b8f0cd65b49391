"""What is kept for the department: the dashboard's figures of a place, and all of some periods, as they were
counted last; and which unit was told of what. Counting is in overview.py, kept.py and ahead.py, telling in
telling.py.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key


class KeptOverview(Base):
    """The dashboard's figures of a place, counted when the data stood at ``state`` (kept.py): as long as it
    stands there, counting again gives the same.
    """

    __tablename__ = "kept_overviews"

    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), primary_key=True)
    on_day: Mapped[date]
    counted_at: Mapped[datetime]
    state: Mapped[str]
    document: Mapped[dict[str, Any]]


class KeptFigures(Base):
    """All figures of a place and period, not broken down, counted when the data stood at ``state``
    (ahead.py): as long as it stands there, counting again gives the same. ``took_ms``: milliseconds that
    counting took.
    """

    __tablename__ = "kept_figures"

    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    on_day: Mapped[date]
    counted_at: Mapped[datetime]
    state: Mapped[str]
    took_ms: Mapped[int]
    document: Mapped[dict[str, Any]]


class Reminder(Base):
    """A unit was told by an officer of one thing on a day; once a thing and day. ``subject_id``: the
    agreement, product or person that the list (worklists.py) is about.
    """

    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("worklist", "party_id", "subject_id", "on_day"),)

    id: Mapped[Key]
    worklist: Mapped[str]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    subject_id: Mapped[int]
    on_day: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
