"""What persons ask about their own data (Law on the protection of personal data 91/2025/QH15): a queue with
due days. The words stand in rows of their own and go with the person.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, one_of

#: Put something right; stop using the data (the account is closed); erase the person.
REQUEST_KINDS = ("correct", "stop", "erase")
#: ``accepted``: answered, and to be carried out.
REQUEST_STATES = ("received", "accepted", "done", "refused", "withdrawn")
OPEN_REQUESTS = ("received", "accepted")
ANSWERS = ("accept", "refuse")
OPEN = text("state IN ('received', 'accepted')")


class DataRequest(Base):
    """A person's request: to be answered by a day, to be carried out by another. One of a kind is open."""

    __tablename__ = "data_requests"
    __table_args__ = (
        one_of("kind", REQUEST_KINDS),
        one_of("state", REQUEST_STATES),
        Index("ix_data_requests_state", "state", "answer_by"),
        Index(
            "uq_data_requests_open", "user_id", "kind", unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        ),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="received")
    made_at: Mapped[datetime]
    answer_by: Mapped[date]
    done_by: Mapped[date]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    finished_at: Mapped[datetime | None]
    finished_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class DataRequestWords(Base):
    """What the person asked, and what was answered."""

    __tablename__ = "data_request_words"

    request_id: Mapped[int] = mapped_column(ForeignKey("data_requests.id"), primary_key=True)
    words: Mapped[str]
    answer: Mapped[str | None]
