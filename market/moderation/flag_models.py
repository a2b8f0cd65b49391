"""Flags: listings that a job found worth a look by an officer. A flag hides nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, one_of

FLAG_KINDS = ("duplicate", "price", "volume")
FLAG_STATES = ("open", "dismissed", "acted")


class Flag(Base):
    """Why a listing was flagged. ``value``: the price (đồng) or volume (base units) that stands out, with
    the middle of the product's (``usual``); of a duplicate the other listing is ``other_id``. 0: not of
    this kind. The same thing is flagged once: what was dismissed comes back only when its value is another
    one.
    """

    __tablename__ = "flags"
    __table_args__ = (
        one_of("kind", FLAG_KINDS),
        one_of("state", FLAG_STATES),
        UniqueConstraint("kind", "listing_id", "other_id", "value"),
        Index("ix_flags_state", "state", "id"),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    other_id: Mapped[int] = mapped_column(default=0)
    value: Mapped[int] = mapped_column(default=0)
    usual: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="open")
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: An official word.
    answer: Mapped[str | None]
    hiding_id: Mapped[int | None] = mapped_column(ForeignKey("hidings.id"))
