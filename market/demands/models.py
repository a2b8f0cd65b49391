"""Demands: what a buyer openly needs, line by line, and the inquiries that were sent to fill it. What is
filled is never stored here: it is the sum of the matched inquiries' offers.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.catalogue.models import UNITS
from market.db import MAX_PRICE, MAX_VOLUME, Base, Key, between, one_of
from market.events import CHANNELS
from market.listings.terms import BASES

STATES = ("open", "filling", "filled", "closed", "expired")
OPEN_STATES = ("open", "filling")

#: The dearest carriage that can be meant: đồng for a tonne over a kilometre.
MAX_CARRIAGE = 1_000_000


class Demand(Base):
    """A buyer's open need: of the products that ``DemandProduct`` names, the first of which is
    ``product_id``, or of any goods of a sector that are counted in ``unit`` (gram or piece). Volumes in
    base units, the highest price in đồng per kg or piece, carriage in đồng per tonne and kilometre.
    ``held_until``: only the whole will do, and accepted parts wait until then. ``replan``: what falls
    away is asked of others without a word of the buyer; ``replan_due`` since when that waits to be done.
    ``tell_due``: since when the units that could serve wait to be told of it.
    """

    __tablename__ = "demands"
    __table_args__ = (
        one_of("state", STATES),
        one_of("unit", UNITS),
        CheckConstraint("(product_id IS NULL) = (sector_code IS NOT NULL)", name="goods"),
        one_of("price_basis", BASES),
        between("price_max", 1, MAX_PRICE),
        between("daily_intake", 1, MAX_VOLUME),
        between("max_units", 1, 1000),
        between("carriage_rate", 0, MAX_CARRIAGE),
        Index("ix_demands_buyer", "buyer_id", "state"),
        Index("ix_demands_product", "product_id", "state"),
        Index("ix_demands_sector", "sector_code", "state"),
    )

    id: Mapped[Key]
    buyer_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("sectors.code"))
    unit: Mapped[str]
    spec: Mapped[dict[str, Any]]
    price_max: Mapped[int | None]
    price_basis: Mapped[str] = mapped_column(default="field")
    source_place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    delivery_place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    carriage_rate: Mapped[int | None]
    daily_intake: Mapped[int | None]
    max_units: Mapped[int | None]
    part_will_do: Mapped[bool] = mapped_column(default=True)
    unknown_will_do: Mapped[bool] = mapped_column(default=False)
    labelled_will_do: Mapped[bool] = mapped_column(default=False)
    replan: Mapped[bool] = mapped_column(default=False)
    replan_due: Mapped[datetime | None]
    tell_due: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="open")
    held_until: Mapped[datetime | None]
    ends_on: Mapped[date]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)


class DemandProduct(Base):
    """A product that would do, one as good as the other; a demand for a sector names none."""

    __tablename__ = "demand_products"
    __table_args__ = (UniqueConstraint("demand_id", "position"),)

    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True, index=True)
    position: Mapped[int]


class DemandLine(Base):
    """A line of the schedule: a volume in a window."""

    __tablename__ = "demand_lines"
    __table_args__ = (
        between("volume", 1, MAX_VOLUME),
        CheckConstraint("from_date <= to_date", name="window"),
        UniqueConstraint("demand_id", "position"),
    )

    id: Mapped[Key]
    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"))
    position: Mapped[int]
    from_date: Mapped[date]
    to_date: Mapped[date]
    volume: Mapped[int]


class DemandStandard(Base):
    """A standard that what is bought has to hold."""

    __tablename__ = "demand_standards"

    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"), primary_key=True)
    standard_code: Mapped[str] = mapped_column(ForeignKey("standards.code"), primary_key=True)


class DemandState(Base):
    """A step of a demand's life."""

    __tablename__ = "demand_states"
    __table_args__ = (one_of("state", STATES), one_of("channel", CHANNELS))

    id: Mapped[Key]
    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"), index=True)
    state: Mapped[str]
    on_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]


class DemandInquiry(Base):
    """An inquiry that was sent to fill a demand."""

    __tablename__ = "demand_inquiries"

    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiries.id"), primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"), index=True)
    sent_at: Mapped[datetime]


class DemandTelling(Base):
    """A unit that was told of a demand which its goods could serve: once of each."""

    __tablename__ = "demand_tellings"
    __table_args__ = (Index("ix_demand_tellings_unit", "unit_id", "told_at"),)

    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), primary_key=True)
    told_at: Mapped[datetime]
