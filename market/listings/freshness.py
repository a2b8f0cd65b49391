"""How stale the index is, measured: how long each change waited from its writing until it could be found,
what waits now, and when the index was last built anew. ``indexing.py`` says ``note``; the status page and
the metrics read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from market import clock
from market.changes import LISTING, Change, IndexState
from market.db import Base, Key

#: The measures are taken over the changes of so long, and over so many of them at most.
WINDOW = timedelta(minutes=15)
MOST = 1_000
#: A state of the index: its last change and its last rebuild. None: not known.
Stamp = tuple[Any, ...] | None
#: The row that remembers the last rebuild.
REBUILT = "rebuilt"
#: The row that remembers up to which day the calendar was looked at.
CALENDAR = "calendar"


class IndexBatch(Base):
    """Changes that became findable together, with how long each had waited (milliseconds)."""

    __tablename__ = "index_batches"

    id: Mapped[Key]
    drained_at: Mapped[datetime]
    lags_ms: Mapped[list[int]] = mapped_column(sa.JSON())


def note(session: Session, change_ids: Sequence[int]) -> None:
    """Note that these changes can be found now; in the transaction that takes them off the queue, before it
    does. The time counts from the moment a service wrote the change, so it holds the commit as well.
    """
    now = clock.now()
    touched = session.scalars(sa.select(Change.touched_at).where(Change.id.in_(list(change_ids)))).all()
    if not touched:
        return
    batch = IndexBatch(
        drained_at=now, lags_ms=sorted(max(0, round((now - at).total_seconds() * 1000)) for at in touched)
    )
    session.add(batch)
    session.flush()  # the id says which batches are too old to be looked at
    # Every batch holds a change at least: so many batches hold all that is measured.
    session.execute(sa.delete(IndexBatch).where(IndexBatch.id <= batch.id - MOST))


def note_rebuilt(session: Session, held: int) -> None:
    """Note that the index was built anew and holds so many listings."""
    _note(session, REBUILT, clock.now(), str(held))


def note_calendar(session: Session, at: datetime) -> None:
    """Note that what falls due by the calendar until this moment is in the index, or queued for it."""
    _note(session, CALENDAR, at, None)


def _note(session: Session, name: str, at: datetime, answer: str | None) -> None:
    state = session.get(IndexState, name)
    if state is None:
        state = IndexState(name=name)
        session.add(state)
    state.done_at, state.answer = at, answer


def stamp() -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    """A ``Stamp`` as two columns that differ after every change of the index that can be found: they are
    written once it is there, so an index that is asked after they were read holds all that they stand for.
    """
    batch = sa.select(sa.func.max(IndexBatch.id)).scalar_subquery()
    rebuilt = sa.select(IndexState.done_at).where(IndexState.name == REBUILT).scalar_subquery()
    return batch.label("batch"), rebuilt.label("rebuilt")


def read_stamp(session: Session) -> Stamp:
    """The state of the index at this moment."""
    return tuple(session.execute(sa.select(*stamp())).one())


@dataclass(frozen=True, slots=True)
class Freshness:
    """What is known of the index's staleness. Lags in seconds, of ``measured`` changes; None without any.

    ``oldest_seconds``: how long the oldest change that waits has been waiting, 0 when none does.
    """

    waiting: int
    oldest_seconds: float
    measured: int
    p50: float | None
    p95: float | None
    longest: float | None
    drained_at: datetime | None
    rebuilt_at: datetime | None


def read(session: Session) -> Freshness:
    """The measures of this moment, in three SELECTs. Without a change in the last quarter of an hour they are
    those of the last changes there were.
    """
    now = clock.now()
    waiting, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(Change.touched_at)).where(Change.kind == LISTING)
    ).one()
    batches = session.execute(
        sa.select(IndexBatch.drained_at, IndexBatch.lags_ms).order_by(IndexBatch.id.desc()).limit(MOST)
    ).all()
    recent = [batch for batch in batches if batch.drained_at > now - WINDOW] or batches
    lags: list[int] = []
    for batch in recent:
        if len(lags) >= MOST:
            break
        lags += batch.lags_ms  # whole: within a batch they ascend
    lags.sort()
    return Freshness(
        waiting=waiting,
        oldest_seconds=max(0.0, (now - oldest).total_seconds()) if oldest is not None else 0.0,
        measured=len(lags),
        p50=_share(lags, 0.5),
        p95=_share(lags, 0.95),
        longest=_share(lags, 1.0),
        drained_at=batches[0].drained_at if batches else None,
        rebuilt_at=session.scalar(sa.select(IndexState.done_at).where(IndexState.name == REBUILT)),
    )


def _share(lags: Sequence[int], share: float) -> float | None:
    """The lag, in seconds, that this share of the changes did not exceed; ``lags`` ascend."""
    if not lags:
        return None
    return lags[math.ceil(len(lags) * share - 1e-9) - 1] / 1000
