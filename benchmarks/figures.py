"""How long all figures of one quarter take for the province, with many agreements: SQLite at 100,000
(`MARKET_BENCH_LINKS`), PostgreSQL at that and at ten times as many. Beside each, in the same run, the bare
sum of the quarter's deliveries, and each figure asked by itself; then reading what the worker counted ahead,
which is what an officer's page does where counting takes long, and what closing the quarter takes.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.lib import agreements, engines, market
from benchmarks.lib.report import tell
from market import clock, memory
from market.db import Database
from market.engine import make_engine
from market.events import Actor
from market.links.models import Delivery, Link
from market.places import queries as places
from market.settings import Settings
from market.statistics import ahead, calendar, closing, figures, indicators, periods, stored
from market.statistics.aggregates import Question
from market.statistics.periods import Period

SIZE = int(os.environ.get("MARKET_BENCH_LINKS", "100000"))
TIMES_MORE, ROUNDS = 10, 5
SHELL = Actor(channel="shell")


def main() -> None:
    """Fill, ask, close, print; on PostgreSQL once more with ten times as many."""
    memory.set_up()
    with engines.folder() as where:
        for name in market.PROFILES:
            with market.profile(name, where / name) as profile:
                settings = profile.empty(where / name / "data")
                agreements.fill(settings, SIZE)
                took = measure(settings, name, SIZE)
                if name == "server":
                    many = SIZE * TIMES_MORE
                    agreements.add(settings, SIZE + 1, many)
                    longer = measure(settings, name, many)
                    tell("figures", f"{name}: growth of time for {TIMES_MORE} times as many", longer / took,
                         "times", against="growth of agreements", ratio=longer / took / TIMES_MORE,
                         n=many)  # fmt: skip


def measure(settings: Settings, name: str, count: int) -> float:
    """Seconds that all figures of the last quarter take."""
    quarter = next(periods.ended("quarter", today=clock.today(), count=1))
    database = Database(make_engine(settings.database))

    def ask(session: Session) -> None:
        found = figures.compute(
            session, indicators=indicators.ALL, period=quarter, place=None, as_of=clock.today()
        )
        assert any(one.value for one in found)

    def ask_each(session: Session) -> None:
        for one in indicators.ALL:
            figures.compute(session, indicators=[one], period=quarter, place=None, as_of=clock.today())

    def add_up(session: Session) -> None:
        within = Delivery.on_date.between(quarter.start, quarter.end)
        sums = sa.select(sa.func.count(Link.id.distinct()), sa.func.sum(Delivery.accepted))
        assert session.execute(sums.join(Link).where(within)).one()[0]

    try:
        together = _median(database, ask)
        apart, bare = _median(database, ask_each, 1), _median(database, add_up)
        tell("figures", f"{name}: all figures of a quarter", together, "s", against="each asked by itself",
             ratio=together / apart, n=count)  # fmt: skip
        tell("figures", f"{name}: all figures of a quarter", together, "s",
             against="one bare sum of deliveries", ratio=together / bare, n=count)  # fmt: skip
        _count_ahead(database, quarter)
        read = _median(database, lambda session: _read_ahead(session, quarter))
        tell("figures", f"{name}: all figures of a quarter, counted ahead", read, "s", against="counted",
             ratio=read / together, n=count)  # fmt: skip
        with database.reading() as session:
            wrong = list(ahead.differences(session))
        assert not wrong, wrong
        began = time.perf_counter()
        _close(database, quarter.code)
        closed = time.perf_counter() - began
        frozen = _median(database, lambda session: _read(session, quarter.code))
        with database.writing() as session:
            closing.reopen(session, actor=SHELL, over=None, code=quarter.code, reason="benchmark")
        tell("figures", f"{name}: all figures of the quarter once it is closed", frozen, "s",
             against="counted", ratio=frozen / together, n=count)  # fmt: skip
        tell("figures", f"{name}: a quarter closed, its rows' keys kept", closed, "s",
             against="all its figures", ratio=closed / together, n=count)  # fmt: skip
    finally:
        database.close()
    return together


def _median(database: Database, ask: Callable[[Session], None], rounds: int = ROUNDS) -> float:
    took = []
    for _ in range(rounds):
        with database.reading() as session:
            began = time.perf_counter()
            ask(session)
            took.append(time.perf_counter() - began)
    return statistics.median(took)


def _count_ahead(database: Database, quarter: Period) -> None:
    """What the worker does."""
    with database.reading() as session:
        due = ahead.Due(places.province_on(session, day=quarter.end).id, quarter)
        found = ahead.counted(session, due)
    with database.writing() as session:
        # On a small province it is counted again by whoever asks.
        least = ahead.SHORT // timedelta(milliseconds=1)
        ahead.keep(session, due, {**found, "took_ms": max(found["took_ms"], least)})


def _read_ahead(session: Session, quarter: Period) -> None:
    """What the page does."""
    place = places.province_on(session, day=quarter.end)
    [found] = stored.compute(
        session, indicators.ALL, [(quarter, None)], Question(place, clock.today()), counted_ahead=True
    )
    assert all(one.counted_at for one in found)
    assert any(one.value for one in found)


def _close(database: Database, code: str) -> None:
    with database.writing() as session:
        closing.prepare(session, actor=SHELL, over=None, code=code)
    with database.writing() as session:
        closing.close(session, actor=SHELL, over=None, code=code)


def _read(session: Session, code: str) -> None:
    known, today = calendar.read(session, code, as_of=clock.today()), clock.today()
    asked = Question(places.province_on(session, day=known.period.end), today)
    [found] = stored.compute(session, indicators.ALL, [(known.period, known.known_before)], asked)
    assert any(one.value for one in found)


if __name__ == "__main__":
    main()
