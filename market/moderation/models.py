"""Moderation: what people report, what is hidden and why, what is said against it, what an authority wants
taken down. Nothing is ever deleted of what is traded with: a hiding has a beginning and an end. Free words
and contacts of persons stand in rows of their own, so that they can be erased without touching what was
decided.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, one_of

#: Why somebody reports a listing or a unit, and why one is hidden.
REASONS = ("untrue", "unlawful", "counterfeit", "unsafe", "price", "duplicate", "offensive", "other")
REPORT_STATES = ("open", "dismissed", "acted")
GROUNDS = ("report", "officer", "authority")
APPEAL_OUTCOMES = ("kept", "lifted")
IN_FORCE_OF_ONE = text("lifted_at IS NULL AND listing_id IS NOT NULL")
IN_FORCE_OF_ALL = text("lifted_at IS NULL AND listing_id IS NULL")


class Report(Base):
    """Somebody says that a listing (or, without one, a unit) is not as it should be. Without an account
    ``user_id`` is empty, and how to reach the person stands with the words.
    """

    __tablename__ = "reports"
    __table_args__ = (
        one_of("reason", REASONS),
        one_of("state", REPORT_STATES),
        Index("ix_reports_state", "state", "id"),
    )

    id: Mapped[Key]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listings.id"))
    reason: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(default="open")
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: What the officer says of it; an official word, which stays.
    answer: Mapped[str | None]
    hiding_id: Mapped[int | None] = mapped_column(ForeignKey("hidings.id"))


class ReportWords(Base):
    """What was said in a report, and how to reach whoever said it without an account."""

    __tablename__ = "report_words"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    words: Mapped[str]
    contact: Mapped[str | None]


class Hiding(Base):
    """A listing, or all listings of a unit (``listing_id`` empty), kept out of sight from a moment to a
    moment. At most one of each is in force.
    """

    __tablename__ = "hidings"
    __table_args__ = (
        one_of("reason", REASONS),
        one_of("ground", GROUNDS),
        Index(
            "uq_hidings_listing",
            "listing_id",
            unique=True,
            sqlite_where=IN_FORCE_OF_ONE,
            postgresql_where=IN_FORCE_OF_ONE,
        ),
        Index(
            "uq_hidings_party",
            "party_id",
            unique=True,
            sqlite_where=IN_FORCE_OF_ALL,
            postgresql_where=IN_FORCE_OF_ALL,
        ),
        Index("ix_hidings_party", "party_id", "id"),
        CheckConstraint("(lifted_at IS NULL) = (lift_note IS NULL)", name="lifted"),
    )

    id: Mapped[Key]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listings.id"))
    reason: Mapped[str]
    ground: Mapped[str]
    #: What the owner is told; an official word, which stays.
    words: Mapped[str]
    hidden_at: Mapped[datetime]
    hidden_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lift_note: Mapped[str | None]


class Appeal(Base):
    """What the owner says against a hiding: once. Another officer decides than the one who hid."""

    __tablename__ = "appeals"
    __table_args__ = (
        one_of("outcome", APPEAL_OUTCOMES),
        CheckConstraint("(decided_at IS NULL) = (outcome IS NULL)", name="decided"),
    )

    hiding_id: Mapped[int] = mapped_column(ForeignKey("hidings.id"), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str | None]
    answer: Mapped[str | None]


class AppealWords(Base):
    """The words of an appeal."""

    __tablename__ = "appeal_words"

    hiding_id: Mapped[int] = mapped_column(ForeignKey("appeals.hiding_id"), primary_key=True)
    words: Mapped[str]


class Takedown(Base):
    """An authority's request to take something down: by its number, until a moment; done by a hiding."""

    __tablename__ = "takedowns"
    __table_args__ = (Index("ix_takedowns_due", "done_at", "due_at"),)

    id: Mapped[Key]
    authority: Mapped[str]
    number: Mapped[str]
    words: Mapped[str]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listings.id"))
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    hiding_id: Mapped[int | None] = mapped_column(ForeignKey("hidings.id"))
