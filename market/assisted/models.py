"""What an officer entered for a unit that called by phone, or took in from a file: a row for each entry,
beside the listing, offer, agreement or delivery that it made, and whether the unit has said that it is so.
Who called and what was said besides is personal and stands in a row of its own.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from market.db import MAX_PRICE, MAX_VOLUME, Base, Key, between, one_of

KINDS = ("listing", "accept", "offer", "decline", "delivery", "link")
#: By which way it came: the unit called, or a file of the department's was taken in.
CHANNELS = ("phone", "import")
#: In the order of their letters the one that matters most comes last (queries.py takes the greatest).
STATES = ("confirmed", "denied", "waiting")
HOWS = ("link", "sign_in")


class AssistedEntry(Base):
    """One thing that an officer entered for a unit. ``link_id``: the agreement of a delivery, or that came of
    an answer, at once or when the other side accepted, or (kind ``link``) that was made outside. Volumes in
    base units, price in đồng per kg or piece. ``made_by`` is None at the shell. ``undone``: of what the unit
    denies, whether it could be taken back at once; ``settled_at``: when the department was done with it.
    """

    __tablename__ = "assisted_entries"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("state", STATES),
        one_of("how", HOWS),
        one_of("channel", CHANNELS),
        between("volume", 0, MAX_VOLUME),
        between("price", 0, MAX_PRICE),
        CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name="answered"),
        CheckConstraint(
            "(kind = 'listing') = (listing_id IS NOT NULL) AND (kind = 'offer') = (offer_id IS NOT NULL)"
            " AND (kind = 'delivery') = (delivery_id IS NOT NULL)",
            name="subject",
        ),
        Index("ix_assisted_entries_state", "state", "id"),
    )

    id: Mapped[Key]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    kind: Mapped[str]
    channel: Mapped[str] = mapped_column(default="phone", server_default="phone")
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listings.id"), unique=True)
    inquiry_id: Mapped[int | None] = mapped_column(ForeignKey("inquiries.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"), unique=True)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"), unique=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    volume: Mapped[int]
    price: Mapped[int | None]
    from_date: Mapped[date | None]
    to_date: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="waiting")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    how: Mapped[str | None]
    undone: Mapped[bool | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class AssistedCall(Base):
    """Who called for an entry, from which number and when, what the officer noted, what the unit says of an
    entry that is not so, and what the department did about it. Of what came by a file only the last two.
    """

    __tablename__ = "assisted_calls"

    entry_id: Mapped[int] = mapped_column(ForeignKey("assisted_entries.id"), primary_key=True)
    name: Mapped[str]
    phone: Mapped[str]
    called_at: Mapped[datetime]
    note: Mapped[str]
    words: Mapped[str | None]
    outcome: Mapped[str | None]
