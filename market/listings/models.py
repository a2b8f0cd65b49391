"""Listings and lots: what a unit offers and how much of it in which window. A lot's volume and what is
committed of it are sums of append-only rows (``LotChange``, and the commitment moves of links/); the columns
on the lot repeat them under a CHECK, so that no volume is ever sold twice.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from market.db import MAX_PRICE, MAX_VOLUME, Base, Key, between, one_of
from market.events import CHANNELS
from market.listings.pricing import KINDS
from market.listings.terms import BASES, TermsColumns

STATES = ("draft", "published", "paused", "withdrawn")
LOT_KINDS = ("forecast", "in_store")
CHANGE_KINDS = ("opened", "raised", "lowered", "loss", "closed")
LOSS_CAUSES = ("disease", "storm", "sold_elsewhere", "wrong_estimate", "other")


class Listing(TermsColumns, Base):
    """What a unit offers. Prices in đồng per kg or piece; ``min_order`` in base units."""

    __tablename__ = "listings"
    __table_args__ = (
        one_of("state", STATES),
        one_of("price_kind", KINDS),
        one_of("price_basis", BASES),
        between("price_from", 0, MAX_PRICE),
        between("price_to", 0, MAX_PRICE),
        between("min_order", 0, MAX_VOLUME),
        Index("ix_listings_newest", "state", "published_at"),
    )

    id: Mapped[Key]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("product_variants.id"))
    title: Mapped[str]
    description: Mapped[str]
    folded: Mapped[str]
    grade: Mapped[str | None]
    spec: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="draft")
    price_kind: Mapped[str] = mapped_column(default="fixed")
    price_from: Mapped[int | None]
    price_to: Mapped[int | None]
    price_basis: Mapped[str] = mapped_column(default="field")
    price_reference: Mapped[dict[str, Any] | None]
    min_order: Mapped[int] = mapped_column(default=0)
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("product_packs.id"))
    area_code: Mapped[str | None]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    #: Kept out of buyers' sight by an officer's decision, which moderation/ holds; the state stays the
    #: owner's.
    hidden: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    version: Mapped[int] = mapped_column(default=1)

    @hybrid_property
    def on_sale(self) -> bool:
        """Published, and no officer has hidden it; a condition as well as of one row."""
        return self.state == "published" and not self.hidden

    @on_sale.inplace.expression
    @classmethod
    def _on_sale(cls) -> sa.ColumnElement[bool]:
        return sa.and_(cls.state == "published", sa.not_(cls.hidden))


class ListingPrice(Base):
    """A line of a price table: from this size (scaled as the spec says) to that, the price."""

    __tablename__ = "listing_prices"
    __table_args__ = (between("price", 0, MAX_PRICE),)

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), index=True)
    position: Mapped[int]
    size_from: Mapped[int | None]
    size_to: Mapped[int | None]
    price: Mapped[int]


class ListingStandard(Base):
    """A standard that the unit claims for what it offers here."""

    __tablename__ = "listing_standards"

    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), primary_key=True)
    standard_code: Mapped[str] = mapped_column(ForeignKey("standards.code"), primary_key=True)


class ListingState(Base):
    """A step of a listing's life, from a day on."""

    __tablename__ = "listing_states"
    __table_args__ = (one_of("state", STATES), one_of("channel", CHANNELS))

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), index=True)
    state: Mapped[str]
    on_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]


class Lot(Base):
    """A volume in a window. Rule 1: 0 ≤ committed ≤ volume, held by the database too."""

    __tablename__ = "lots"
    __table_args__ = (
        CheckConstraint("committed >= 0 AND committed <= volume", name="committed"),
        between("volume", 0, MAX_VOLUME),
        CheckConstraint("from_date <= to_date", name="window"),
        one_of("kind", LOT_KINDS),
        Index("ix_lots_listing", "listing_id", "from_date"),
    )

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    from_date: Mapped[date]
    to_date: Mapped[date]
    volume: Mapped[int]
    committed: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(default="forecast")
    spec: Mapped[dict[str, Any]]
    season_id: Mapped[int | None] = mapped_column(ForeignKey("seasons.id"))
    version: Mapped[int] = mapped_column(default=1)


class LotChange(Base):
    """A change of a lot's volume; the lot's volume is their sum. Losses say their cause."""

    __tablename__ = "lot_changes"
    __table_args__ = (
        one_of("kind", CHANGE_KINDS),
        one_of("cause", LOSS_CAUSES),
        one_of("channel", CHANNELS),
        between("amount", -MAX_VOLUME, MAX_VOLUME),
    )

    id: Mapped[Key]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), index=True)
    kind: Mapped[str]
    cause: Mapped[str | None]
    amount: Mapped[int]
    on_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]


class SeasonPlan(Base):
    """What a unit expects of a product in a season: area (m²), output (base units), harvest window."""

    __tablename__ = "season_plans"
    __table_args__ = (
        between("area_m2", 0, 10**12),
        between("expected", 0, MAX_VOLUME),
        Index("ix_season_plans_unit", "party_id", "product_id", "season_id"),
    )

    id: Mapped[Key]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    season_id: Mapped[int] = mapped_column(ForeignKey("seasons.id"))
    area_m2: Mapped[int | None]
    area_base: Mapped[str | None]
    expected: Mapped[int]
    from_date: Mapped[date]
    to_date: Mapped[date]
    on_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    source: Mapped[str | None]
