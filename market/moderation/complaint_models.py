"""The complaint desk: what somebody complains of, by a number, until a day; and the rules of operation that
have been made known. Words and how to reach whoever complains stand in rows of their own.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, one_of

SUBJECTS = ("goods", "delivery", "payment", "party", "moderation", "platform", "data", "other")
COMPLAINT_STATES = ("received", "answered", "closed")
#: How a complaint ended.
OUTCOMES = ("upheld", "partly", "rejected", "settled", "withdrawn", "referred")


class Complaint(Base):
    """A complaint. ``number`` is told to whoever complains, with a link that is nowhere kept."""

    __tablename__ = "complaints"
    __table_args__ = (
        one_of("subject", SUBJECTS),
        one_of("state", COMPLAINT_STATES),
        one_of("outcome", OUTCOMES),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed"),
        Index("ix_complaints_state", "state", "due_on"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(default="received")
    received_at: Mapped[datetime]
    due_on: Mapped[date]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str | None]


class ComplaintWords(Base):
    """What was complained of, by whom, and what was answered."""

    __tablename__ = "complaint_words"

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), primary_key=True)
    name: Mapped[str]
    contact: Mapped[str]
    words: Mapped[str]
    answer: Mapped[str | None]


class RulesNoted(Base):
    """A version of the rules of operation that the accounts have been told of (or that was the first)."""

    __tablename__ = "rules_noted"

    version: Mapped[str] = mapped_column(primary_key=True)
    noted_at: Mapped[datetime]
    told: Mapped[int]
