"""Notices inside the application and messages that leave it (e-mail, SMS): both are queued in the
transaction of what they tell about; jobs.py sends. Words are kept as message and values, said in the
reader's language. Also what each person has chosen to be told, and how.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, one_of
from market.notices.topics import HOWS, TOPICS

CHANNELS = ("email", "sms")
STATES = ("queued", "sent", "failed")


class Notice(Base):
    """A line in somebody's list of news, with the page it leads to."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_unread", "user_id", "read_at"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    kind: Mapped[str]
    text: Mapped[str]
    values: Mapped[dict[str, Any]]
    path: Mapped[str]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Message(Base):
    """An e-mail or SMS on its way out. ``message_id`` stays the same over retries. ``unsubscribe`` is the
    path by which mails of its kind are ended, signed in or not.
    """

    __tablename__ = "messages"
    __table_args__ = (
        one_of("channel", CHANNELS),
        one_of("state", STATES),
        Index("ix_messages_due", "state", "due_at"),
    )

    id: Mapped[Key]
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    channel: Mapped[str]
    address: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    unsubscribe: Mapped[str | None]
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Choice(Base):
    """How a person wants to be told of a topic. Without a row it is at once."""

    __tablename__ = "notice_choices"
    __table_args__ = (one_of("topic", TOPICS), one_of("how", HOWS))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    how: Mapped[str]
    chosen_at: Mapped[datetime]


class Waiting(Base):
    """A notice that waits to be told with the day's others; ``since`` it was made, or was put off."""

    __tablename__ = "notices_waiting"
    __table_args__ = (Index("ix_notices_waiting_since", "since", "user_id"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    since: Mapped[datetime]
