"""The ledger of searches: what was looked for and whether there was any, tied to nobody. How rows come here,
and what is read from them, is in ledger.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, one_of

FOUND = ("none", "few", "some")
CHANNELS = ("page", "api", "command")


class Search(Base):
    """One search as it was understood: known words and filters, never the text as typed.

    ``searched_at`` is the beginning of its hour, so that no row can be laid against anybody's visit.
    """

    __tablename__ = "searches"
    __table_args__ = (one_of("found", FOUND), one_of("channel", CHANNELS))

    id: Mapped[Key]
    searched_at: Mapped[datetime] = mapped_column(index=True)
    asked: Mapped[dict[str, Any]]
    total: Mapped[int]
    found: Mapped[str]
    language: Mapped[str]
    channel: Mapped[str]


class SearchSubject(Base):
    """A product, a month and a place of a search, each empty where it named none; one row a combination."""

    __tablename__ = "search_subjects"

    search_id: Mapped[int] = mapped_column(ForeignKey("searches.id"), primary_key=True)
    product: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
