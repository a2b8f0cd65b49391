"""Targets: what a resolution wants a figure to be. Rows are only ever added; of those for one figure, place,
period and sector the last that was entered stands, one of 0 takes it back. How far it is, is in targets.py.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, between
from market.official.models import MOST, MOST_DECIMALS


class Target(Base):
    """At least this much of a figure by the end of a period (as periods.py writes it).

    ``amount`` with ``decimals`` digits behind the comma, in a ``unit`` of market/official/amounts.py.
    """

    __tablename__ = "targets"
    __table_args__ = (
        between("decimals", 0, MOST_DECIMALS),
        between("amount", 0, MOST),
        Index("ix_targets_what", "indicator", "place_id", "period"),
    )

    id: Mapped[Key]
    indicator: Mapped[str]
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    period: Mapped[str]
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("sectors.code"))
    amount: Mapped[int]
    decimals: Mapped[int]
    unit: Mapped[str]
    document: Mapped[str]
    document_number: Mapped[str]
    document_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
