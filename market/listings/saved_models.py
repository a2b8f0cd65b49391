"""Searches that people keep, and what each has been told of. The writing is in saved.py, finding and telling
what is new in saved_news.py.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, one_of

OFTEN = ("at_once", "daily", "never")


class SavedSearch(Base):
    """A search by its address's fields. ``fingerprint`` is the same for searches that ask for the same.

    ``since``: nothing published before it is news. ``looked_at``: up to here the index held every listing at
    the last look. ``daily_on``: the day of the last daily look.
    """

    __tablename__ = "saved_searches"
    __table_args__ = (
        one_of("often", OFTEN),
        UniqueConstraint("user_id", "fingerprint"),
        Index("ix_saved_searches_often", "often"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    fields: Mapped[dict[str, Any]]
    fingerprint: Mapped[str]
    often: Mapped[str]
    created_at: Mapped[datetime]
    since: Mapped[datetime]
    looked_at: Mapped[datetime]
    daily_on: Mapped[date]
    told_at: Mapped[datetime | None]


class Told(Base):
    """A listing that a saved search has been told of: nobody is told of it twice."""

    __tablename__ = "saved_search_tellings"

    saved_search_id: Mapped[int] = mapped_column(ForeignKey("saved_searches.id"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(index=True)
