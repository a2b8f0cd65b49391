"""The change table: which rows the search index has yet to follow. A service says ``touch`` by name in the
transaction that changes something; listings/indexing.py drains it. (A flush listener would miss UPDATE and
DELETE statements, and that is how volume moves.)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from market import clock
from market.db import Base, Key


class Change(Base):
    """One thing to look at again. Rows are removed by id, only after the engine's task succeeded."""

    __tablename__ = "changes"

    id: Mapped[Key]
    kind: Mapped[str]
    subject_id: Mapped[int]
    touched_at: Mapped[datetime] = mapped_column(index=True)


class IndexState(Base):
    """What the index's keeper knows of it: a rebuild that is asked for, and the last one that was done."""

    __tablename__ = "index_states"

    name: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[str | None]
    asked_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    answer: Mapped[str | None]


LISTING = "listing"


def touch(session: Session, kind: str, ids: Iterable[int]) -> None:
    """Queue rows of one kind (``LISTING``) for the index, in the caller's transaction."""
    now = clock.now()
    rows = [{"kind": kind, "subject_id": i, "touched_at": now} for i in sorted(set(ids))]
    if rows:
        session.execute(sa.insert(Change), rows)


def wait_from_now(session: Session) -> None:
    """Let what is queued have waited from this moment: written in the past on purpose, it is not late."""
    session.execute(sa.update(Change).values(touched_at=clock.now()))
