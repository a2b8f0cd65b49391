"""How stale the index is, as measured: lags over the last quarter of an hour, and what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.changes import LISTING, Change, touch
from market.listings import freshness
from market.listings.freshness import IndexBatch
from tests import make

NOW = datetime(2026, 3, 10, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_a_moment(session: Session) -> Iterator[None]:
    with clock.at(NOW):
        yield


def later(**span: float) -> None:
    clock.move(clock.now() + timedelta(**span))


def drained(session: Session) -> None:
    """All that waits can be found now, as the drain says it."""
    ids = session.scalars(sa.select(Change.id)).all()
    freshness.note(session, ids)
    session.execute(sa.delete(Change).where(Change.id.in_(ids)))
    session.commit()


def test_nothing_has_been_measured_yet(session: Session) -> None:
    found = freshness.read(session)
    assert (found.waiting, found.oldest_seconds, found.measured) == (0, 0.0, 0)
    assert found.p50 is found.p95 is found.longest is found.drained_at is found.rebuilt_at is None


def test_what_waits_is_counted_with_the_age_of_the_oldest(session: Session) -> None:
    touch(session, LISTING, [1])
    later(seconds=90)
    touch(session, LISTING, [2, 3])
    found = freshness.read(session)
    assert (found.waiting, found.oldest_seconds) == (3, 90.0)


def test_lags_are_those_of_each_change(session: Session) -> None:
    for number in range(100):
        touch(session, LISTING, [number + 1])
        later(milliseconds=10)
    drained(session)
    found = freshness.read(session)
    assert (found.waiting, found.measured) == (0, 100)
    assert (found.p50, found.p95, found.longest) == (0.5, 0.95, 1.0)
    assert found.drained_at == clock.now()


def test_the_last_quarter_of_an_hour_is_measured_or_what_was_last(session: Session) -> None:
    touch(session, LISTING, [1])
    later(seconds=30)
    drained(session)
    later(minutes=14)
    touch(session, LISTING, [2])
    later(seconds=2)
    drained(session)
    assert freshness.read(session).longest == 30.0
    later(minutes=2)
    assert freshness.read(session).longest == 2.0
    later(days=3)
    found = freshness.read(session)
    assert (found.measured, found.longest) == (2, 30.0), "nothing since: what there was"


def test_a_clock_that_was_set_back_gives_no_negative_lag(session: Session) -> None:
    touch(session, LISTING, [1])
    clock.move(NOW - timedelta(minutes=5))
    drained(session)
    assert freshness.read(session).longest == 0.0
    touch(session, LISTING, [2])
    clock.move(NOW - timedelta(minutes=9))
    assert freshness.read(session).oldest_seconds == 0.0


def test_only_the_newest_batches_are_kept(session: Session) -> None:
    session.execute(
        sa.insert(IndexBatch),
        [{"id": number, "drained_at": NOW, "lags_ms": [9]} for number in range(1, freshness.MOST + 30)],
    )
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT setval('index_batches_id_seq', 2000)"))
    touch(session, LISTING, [1])
    drained(session)
    assert make.count_rows(session, IndexBatch) <= freshness.MOST
    assert freshness.read(session).measured <= freshness.MOST


def test_nothing_taken_off_the_queue_is_no_batch(session: Session) -> None:
    freshness.note(session, [])
    freshness.note(session, [4711])
    assert make.count_rows(session, IndexBatch) == 0


def test_the_last_rebuild_is_remembered(session: Session) -> None:
    freshness.note_rebuilt(session, 12)
    later(hours=2)
    freshness.note_rebuilt(session, 13)
    session.commit()
    assert freshness.read(session).rebuilt_at == clock.now()
