"""Links: what was agreed, the volume committed to it, and what was delivered. States and terms are
append-only rows by date; the columns on the link repeat the last of them. The facts that figures group by
are copied when the link is made, so that a later move of a party changes no past figure.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.catalogue import areas
from market.db import MAX_PRICE, MAX_VALUE, MAX_VOLUME, Base, Key, between, one_of
from market.events import CHANNELS
from market.inquiries.models import LEADS
from market.listings.terms import CHECKS, SIDES, TermsColumns
from market.parties.models import BUYER_KINDS, KINDS

KINDS_OF_LINK = ("spot", "season", "linkage")
LINK_STATES = ("provisional", "active", "lapsed", "fulfilled", "short", "ended_early")
#: In force: the state in which the sides owe each other goods and money.
IN_FORCE = ("active",)
ENDED = ("lapsed", "fulfilled", "short", "ended_early")
#: Not over.
LIVE = ("provisional", "active")
ORIGINS = ("platform", "declared_one", "declared_both", "officer")
#: Steps of what has to pass before goods are handed over.
CHECK_STEPS = ("done", "passed", "failed")
#: What two sides said on the market.
TWO_SIDED = ("platform", "declared_both")
CONTRACTS = ("none", "uploaded", "seen")
DESTINATIONS = ("province", "region", "domestic", "export", "unknown")
WAITS = ("deposit", "contract", "authority")
END_REASONS = (
    "agreed", "all_delivered", "price", "quality", "no_goods", "not_taken", "unpaid", "force_majeure",
    "other",
)  # fmt: skip
AMENDMENT_STATES = ("open", "accepted", "declined", "withdrawn", "void")
DELIVERY_STATES = ("recorded", "confirmed", "contested", "settled")
#: What the other side of a delivery may see otherwise.
CONTESTED = ("volume", "size", "deduction", "price")


class Link(TermsColumns, Base):
    """An agreement between a seller and a buyer. Volumes in base units, money in đồng, areas in m²."""

    __tablename__ = "links"
    __table_args__ = (
        one_of("kind", KINDS_OF_LINK),
        one_of("state", LINK_STATES),
        one_of("origin", ORIGINS),
        one_of("contract", CONTRACTS),
        one_of("lead", LEADS),
        one_of("area_base", areas.BASES),
        one_of("destination", DESTINATIONS),
        one_of("waits_for", WAITS),
        one_of("awaits_side", SIDES),
        one_of("buyer_kind", BUYER_KINDS),
        one_of("seller_kind", KINDS),
        between("form", 1, 7),
        between("volume", 0, MAX_VOLUME),
        between("price", 0, MAX_PRICE),
        between("value", 0, MAX_VALUE),
        CheckConstraint("buyer_id <> seller_id", name="two_sides"),
        CheckConstraint("(origin = 'platform') = (inquiry_id IS NOT NULL)", name="origin_inquiry"),
        Index("ix_links_seller", "seller_id", "state"),
        Index("ix_links_buyer", "buyer_id", "state"),
        Index("ix_links_state", "state", "id"),
    )

    id: Mapped[Key]
    inquiry_id: Mapped[int | None] = mapped_column(ForeignKey("inquiries.id"), unique=True)
    #: The offer that was accepted; a plain number, since offers point to links as well.
    offer_id: Mapped[int | None]
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listings.id"), index=True)
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"), index=True)
    #: Which agreement of its chain it is, each renewing the one before; the first is 1.
    season_no: Mapped[int] = mapped_column(default=1)
    seller_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    season_id: Mapped[int | None] = mapped_column(ForeignKey("seasons.id"))
    # Copied facts that figures group by.
    sector_code: Mapped[str] = mapped_column(ForeignKey("sectors.code"))
    seller_kind: Mapped[str]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    former_place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    buyer_kind: Mapped[str]
    destination: Mapped[str] = mapped_column(default="unknown")
    # What holds now; the rows of LinkTerms and LinkState say what held when.
    kind: Mapped[str]
    form: Mapped[int | None]
    lead: Mapped[str] = mapped_column(default="seller")
    origin: Mapped[str]
    contract: Mapped[str] = mapped_column(default="none")
    contract_number: Mapped[str | None]
    contract_date: Mapped[date | None]
    covers_inputs: Mapped[bool] = mapped_column(default=False)
    covers_production: Mapped[bool] = mapped_column(default=False)
    covers_processing: Mapped[bool] = mapped_column(default=False)
    spec: Mapped[dict[str, Any]]
    price_kind: Mapped[str] = mapped_column(default="fixed")
    price: Mapped[int]
    price_basis: Mapped[str] = mapped_column(default="field")
    price_reference: Mapped[dict[str, Any] | None]
    all_output: Mapped[bool] = mapped_column(default=False)
    volume: Mapped[int]
    value: Mapped[int]
    area_m2: Mapped[int | None]
    area_base: Mapped[str | None]
    households: Mapped[int | None]
    from_date: Mapped[date]
    to_date: Mapped[date]
    state: Mapped[str]
    at_risk: Mapped[bool] = mapped_column(default=False)
    waits_for: Mapped[str | None]
    #: Of what one side recorded: whose yes it still lacks.
    awaits_side: Mapped[str | None]
    provisional_until: Mapped[datetime | None]
    agreed_at: Mapped[datetime]
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)


class LinkLine(Base):
    """A line of the agreed schedule. A line that an amendment replaced says when."""

    __tablename__ = "link_lines"
    __table_args__ = (
        between("volume", 0, MAX_VOLUME),
        CheckConstraint("from_date <= to_date", name="window"),
    )

    id: Mapped[Key]
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"), index=True)
    position: Mapped[int]
    from_date: Mapped[date]
    to_date: Mapped[date]
    volume: Mapped[int]
    price: Mapped[int]
    value: Mapped[int]
    replaced_at: Mapped[datetime | None]


class LinkState(Base):
    """A step of a link's life, from a day on."""

    __tablename__ = "link_states"
    __table_args__ = (one_of("state", LINK_STATES), one_of("by_side", SIDES), one_of("channel", CHANNELS))

    id: Mapped[Key]
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"), index=True)
    state: Mapped[str]
    by_side: Mapped[str | None]
    reason: Mapped[str | None]
    force_majeure: Mapped[bool] = mapped_column(default=False)
    on_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]


class LinkTerms(Base):
    """What a link's terms were from a day on; an amendment or an officer's finding adds a row."""

    __tablename__ = "link_terms"
    __table_args__ = (
        one_of("kind", KINDS_OF_LINK),
        one_of("contract", CONTRACTS),
        between("form", 1, 7),
        between("volume", 0, MAX_VOLUME),
        between("value", 0, MAX_VALUE),
    )

    id: Mapped[Key]
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    kind: Mapped[str]
    form: Mapped[int | None]
    contract: Mapped[str]
    volume: Mapped[int]
    value: Mapped[int]
    area_m2: Mapped[int | None]
    area_base: Mapped[str | None]
    households: Mapped[int | None]
    from_date: Mapped[date]
    to_date: Mapped[date]
    on_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


OPEN_AMENDMENT = text("state = 'open'")


class Amendment(Base):
    """Other terms that a side proposes for a live link: its offer, which never changes, and the answer. It is
    ``void`` when the link ended before anybody answered.
    """

    __tablename__ = "amendments"
    __table_args__ = (
        one_of("side", SIDES),
        one_of("state", AMENDMENT_STATES),
        # One at a time, whoever proposes two at the same instant.
        Index(
            "uq_amendments_open",
            "link_id",
            unique=True,
            sqlite_where=OPEN_AMENDMENT,
            postgresql_where=OPEN_AMENDMENT,
        ),
    )

    id: Mapped[Key]
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"), index=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), unique=True)
    side: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Commitment(Base):
    """Volume of a lot taken for a line of a link, or for a held inquiry. Rule 1 sums these."""

    __tablename__ = "commitments"
    __table_args__ = (
        CheckConstraint("released >= 0 AND released <= volume", name="released"),
        between("volume", 1, MAX_VOLUME),
        CheckConstraint("link_id IS NOT NULL OR inquiry_id IS NOT NULL", name="owner"),
    )

    id: Mapped[Key]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("link_lines.id"))
    inquiry_id: Mapped[int | None] = mapped_column(ForeignKey("inquiries.id"), index=True)
    #: Of a held inquiry: which line of its offer, counted from 0; the link that comes of it has the same.
    line: Mapped[int | None]
    volume: Mapped[int]
    released: Mapped[int] = mapped_column(default=0)


class CommitmentMove(Base):
    """Volume taken from a lot (positive) or given back (negative), by date; append-only."""

    __tablename__ = "commitment_moves"

    id: Mapped[Key]
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), index=True)
    amount: Mapped[int]
    reason: Mapped[str]
    on_date: Mapped[date]
    recorded_at: Mapped[datetime]


class Delivery(Base):
    """Goods handed over. Only ``confirmed`` and ``settled`` accepted volume counts as delivered."""

    __tablename__ = "deliveries"
    __table_args__ = (
        one_of("state", DELIVERY_STATES),
        one_of("recorded_side", SIDES),
        between("accepted", 0, MAX_VOLUME),
        between("value", 0, MAX_VALUE),
    )

    id: Mapped[Key]
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("link_lines.id"))
    on_date: Mapped[date]
    state: Mapped[str]
    recorded_side: Mapped[str]
    accepted: Mapped[int]
    value: Mapped[int]
    by_silence: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    paid_on: Mapped[date | None]


class DeliveryState(Base):
    """A step of a delivery: recorded, confirmed, contested, settled, and what was accepted then."""

    __tablename__ = "delivery_states"
    __table_args__ = (one_of("state", DELIVERY_STATES), one_of("channel", CHANNELS))

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    state: Mapped[str]
    accepted: Mapped[int]
    value: Mapped[int]
    on_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]


class Weighing(Base):
    """A weighing line: what the scale said, what was deducted and why, what was accepted at what price."""

    __tablename__ = "weighings"
    __table_args__ = (
        between("gross", 0, MAX_VOLUME),
        between("deducted", 0, MAX_VOLUME),
        CheckConstraint("accepted = gross - deducted", name="accepted"),
        UniqueConstraint("delivery_id", "position"),
    )

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"))
    position: Mapped[int]
    spec: Mapped[dict[str, Any]]
    gross: Mapped[int]
    deducted: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    accepted: Mapped[int]
    price: Mapped[int]
    value: Mapped[int]
    #: The size found is in no line of the agreed table: the price is what was said of it.
    off_table: Mapped[bool] = mapped_column(default=False)


class LinkCheck(Base):
    """A step of what has to pass before goods are handed over: it was done, by which paper or laboratory, and
    the buyer found that it passed or failed. The last step of each check counts.
    """

    __tablename__ = "link_checks"
    __table_args__ = (
        one_of("check_code", CHECKS),
        one_of("step", CHECK_STEPS),
        one_of("side", SIDES),
        one_of("channel", CHANNELS),
    )

    id: Mapped[Key]
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"), index=True)
    check_code: Mapped[str]
    step: Mapped[str]
    side: Mapped[str]
    on_date: Mapped[date]
    paper: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]


class DeliveryClaim(Base):
    """What a side found instead of what stands recorded, or what an officer has found, on which ground: of
    the whole delivery or of one of its weighings. It is settled when the other side agrees, an officer's at
    once. The last one of a settled delivery, or of each of its weighings, is what counts.
    """

    __tablename__ = "delivery_claims"
    __table_args__ = (
        one_of("side", (*SIDES, "officer")),
        one_of("what", CONTESTED),
        one_of("channel", CHANNELS),
        between("gross", 1, MAX_VOLUME),
        between("deducted", 0, MAX_VOLUME),
        CheckConstraint("accepted = gross - deducted", name="accepted"),
        between("value", 0, MAX_VALUE),
    )

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    weighing_id: Mapped[int | None] = mapped_column(ForeignKey("weighings.id"))
    side: Mapped[str]
    what: Mapped[str]
    spec: Mapped[dict[str, Any]]
    gross: Mapped[int]
    deducted: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    accepted: Mapped[int]
    price: Mapped[int]
    value: Mapped[int]
    off_table: Mapped[bool] = mapped_column(default=False)
    ground: Mapped[str | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
