"""What happened: every move of a state is a row with who, for which party, through which channel, when and
what. ``record`` also calls, in the same transaction, the functions that upper features subscribed in app.py
and worker.py; nothing else calls upwards. Rows hold ids, terms and numbers, never a person's name or words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from market import clock
from market.db import Base, Key, one_of

CHANNELS = ("web", "api", "phone", "import", "shell", "clock", "demo")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: the user (None: the clock itself), the party they act for, and the channel."""

    user_id: int | None = None
    party_id: int | None = None
    channel: str = "web"


CLOCK = Actor(channel="clock")


@dataclass(frozen=True, slots=True)
class Event:
    """``name`` is ``<subject kind>.<verb>``, as ``inquiry.sent``; ``data`` holds plain JSON values."""

    name: str
    subject_id: int
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)


class EventRow(Base):
    """An event as it is kept; rows are only ever added: the database refuses anything else (decision 17)."""

    __tablename__ = "events"
    __table_args__ = (one_of("channel", CHANNELS), Index("ix_events_subject", "name", "subject_id"))

    id: Mapped[Key]
    name: Mapped[str]
    subject_id: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"), index=True)
    channel: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]


Handler = Callable[[Session, Event], None]
_handlers: dict[str, list[Handler]] = {}


def subscribe(name: str, handler: Handler) -> None:
    """Have ``handler`` called whenever an event of this name is recorded (once, however often subscribed)."""
    handlers = _handlers.setdefault(name, [])
    if handler not in handlers:
        handlers.append(handler)


def record(session: Session, event: Event) -> None:
    """Write the event and call its subscribers, in the caller's transaction."""
    session.add(
        EventRow(
            name=event.name,
            subject_id=event.subject_id,
            user_id=event.actor.user_id,
            party_id=event.actor.party_id,
            channel=event.actor.channel,
            at=clock.now(),
            data=event.data,
        )
    )
    for handler in _handlers.get(event.name, ()):
        handler(session, event)
