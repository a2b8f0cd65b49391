"""Inquiries: a buyer asks about a listing and offers go back and forth. An offer never changes once made;
the inquiry repeats whose turn it is and until when. What an agreement makes of it is in links/.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import MAX_PRICE, MAX_VALUE, MAX_VOLUME, Base, Key, between, one_of
from market.events import CHANNELS
from market.listings.pricing import KINDS
from market.listings.terms import BASES, SIDES, TermsColumns

STATES = ("negotiating", "matched", "declined", "withdrawn", "expired", "held", "released")
OPEN_STATES = ("negotiating", "held")
#: Who may lead what is more than a single purchase.
LEADS = ("seller", "buyer", "other")
DECLINE_REASONS = ("price", "volume", "quality", "window", "place", "sold_out", "other")
LINK_KINDS = ("spot", "season", "linkage")


OPEN = text("state IN ('negotiating', 'held')")


class Inquiry(Base):
    """A buyer's question about a listing, or about several of one seller (``InquiryListing``), and its
    standing. ``last_offer_id`` is the standing offer.
    """

    __tablename__ = "inquiries"
    __table_args__ = (
        one_of("state", STATES),
        one_of("turn", SIDES),
        CheckConstraint("buyer_id <> seller_id", name="two_sides"),
        Index("ix_inquiries_buyer", "buyer_id", "state"),
        Index("ix_inquiries_seller", "seller_id", "state"),
        Index("ix_inquiries_due", "state", "valid_until"),
        # One open talk of a buyer about a listing, whoever sends two at the same instant.
        Index(
            "uq_inquiries_open",
            "listing_id",
            "buyer_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lots.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    state: Mapped[str]
    turn: Mapped[str]
    valid_until: Mapped[datetime]
    held_until: Mapped[datetime | None]
    reason: Mapped[str | None]
    last_offer_id: Mapped[int | None]
    #: The agreement that the one to come renews; a plain number, since links point to inquiries.
    renews_id: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)


class InquiryListing(Base):
    """A listing among several that one inquiry is about, its own ``listing_id`` among them: what a plan for a
    demand takes of it in base units, and the price in đồng per kg or piece at which it counts.
    """

    __tablename__ = "inquiry_listings"
    __table_args__ = (between("volume", 1, MAX_VOLUME), between("price", 0, MAX_PRICE))

    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiries.id"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), primary_key=True, index=True)
    volume: Mapped[int]
    price: Mapped[int]


class InquiryState(Base):
    """A step of an inquiry's life."""

    __tablename__ = "inquiry_states"
    __table_args__ = (one_of("state", STATES), one_of("channel", CHANNELS), one_of("by_side", SIDES))

    id: Mapped[Key]
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiries.id"), index=True)
    state: Mapped[str]
    by_side: Mapped[str | None]
    reason: Mapped[str | None]
    on_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]


class Offer(TermsColumns, Base):
    """One side's complete proposal. Volume in base units, price in đồng per kg or piece, value in đồng."""

    __tablename__ = "offers"
    __table_args__ = (
        one_of("side", SIDES),
        one_of("price_kind", KINDS),
        one_of("price_basis", BASES),
        one_of("kind", LINK_KINDS),
        between("volume", 1, MAX_VOLUME),
        between("price", 0, MAX_PRICE),
        between("value", 0, MAX_VALUE),
        UniqueConstraint("inquiry_id", "sequence"),
    )

    id: Mapped[Key]
    inquiry_id: Mapped[int | None] = mapped_column(ForeignKey("inquiries.id"))
    #: An amendment is an offer on a live link instead.
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"), index=True)
    sequence: Mapped[int]
    side: Mapped[str]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]
    made_at: Mapped[datetime]
    volume: Mapped[int]
    spec: Mapped[dict[str, Any]]
    price_kind: Mapped[str] = mapped_column(default="fixed")
    price: Mapped[int]
    price_basis: Mapped[str] = mapped_column(default="field")
    price_reference: Mapped[dict[str, Any] | None]
    value: Mapped[int]
    kind: Mapped[str] = mapped_column(default="spot")
    covers_inputs: Mapped[bool] = mapped_column(default=False)
    covers_production: Mapped[bool] = mapped_column(default=False)
    covers_processing: Mapped[bool] = mapped_column(default=False)
    area_m2: Mapped[int | None]
    area_base: Mapped[str | None]
    households: Mapped[int | None]
    season_id: Mapped[int | None] = mapped_column(ForeignKey("seasons.id"))
    #: Who leads what is more than a single purchase; unsaid it is the seller.
    lead: Mapped[str | None]
    all_output: Mapped[bool] = mapped_column(default=False)


class OfferLine(Base):
    """A line of an offer's schedule: a volume in a window."""

    __tablename__ = "offer_lines"
    __table_args__ = (
        between("volume", 1, MAX_VOLUME),
        CheckConstraint("from_date <= to_date", name="window"),
        UniqueConstraint("offer_id", "position"),
    )

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"))
    position: Mapped[int]
    from_date: Mapped[date]
    to_date: Mapped[date]
    volume: Mapped[int]


class OfferPrice(Base):
    """A line of an offer's table of prices: from this size (scaled as the spec says) to that, the price."""

    __tablename__ = "offer_prices"
    __table_args__ = (between("price", 1, MAX_PRICE), UniqueConstraint("offer_id", "position"))

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"))
    position: Mapped[int]
    size_from: Mapped[int | None]
    size_to: Mapped[int | None]
    price: Mapped[int]


class Remark(Base):
    """What a side wrote beside an offer or an answer. Free words are personal: a row of its own."""

    __tablename__ = "remarks"

    id: Mapped[Key]
    inquiry_id: Mapped[int | None] = mapped_column(ForeignKey("inquiries.id"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("delivery_claims.id"), index=True)
    side: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]
    at: Mapped[datetime]
