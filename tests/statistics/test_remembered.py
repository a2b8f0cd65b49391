"""What was known before a moment that has passed is counted once, what is known now until something is
written.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from market import clock
from market.db import Database
from market.places import queries as places
from market.statistics import indicators, periods, state
from market.statistics.aggregates import Question, tables_of
from market.statistics.figures import Figure, Wish
from market.statistics.history import Ask
from market.statistics.publication import SETTLED
from market.statistics.remembered import LIFE, Remembered
from tests import make, trade


def test_a_figure_is_remembered_once_nobody_can_be_writing_yet_what_it_counts(session: Session) -> None:
    remembered, today = Remembered(), clock.today()
    place, period = places.province_on(session, day=today), periods.of_year(today.year)
    wanted = [indicators.get("cooperatives")]

    def ask(known_before: datetime | None, *, of: Remembered = remembered) -> list[Figure]:
        question = Question(place, today, known_before=known_before)
        return of.compute_all(session, [Wish(wanted, period, question)])[0]

    now = clock.now()
    long_ago, just_now = now - SETTLED - timedelta(minutes=1), now - timedelta(minutes=1)
    first = {at: ask(at) for at in (None, long_ago, just_now)}
    assert all(ask(at) is found for at, found in first.items()), "nothing was written since"
    make.make_unit(session)
    assert ask(long_ago) is first[long_ago], "it was counted again"
    assert ask(long_ago, of=Remembered()) == first[long_ago], "and would come to the same"
    assert ask(just_now) is not first[just_now]
    assert [one.value for one in ask(None)] == [(one.value or 0) + 1 for one in first[None]]


def test_what_was_unused_for_longest_is_let_go(session: Session) -> None:
    remembered, today = Remembered(most=2), clock.today()
    place = places.province_on(session, day=today)
    question = Question(place, today, known_before=clock.now() - 2 * SETTLED)

    def ask(year: int) -> list[Figure]:
        wish = Wish([indicators.get("cooperatives")], periods.of_year(year), question)
        return remembered.compute_all(session, [wish])[0]

    first = {year: ask(year) for year in (2024, 2025)}
    assert ask(2024) is first[2024]
    ask(2023)
    assert ask(2024) is first[2024]
    assert ask(2025) is not first[2025]


def _ask(session: Session, remembered: Remembered, today: date, code: str = "cooperatives") -> list[Figure]:
    """A figure of the province and this year, as known now."""
    question = Question(places.province_on(session, day=today), today)
    wish = Wish([indicators.get(code)], periods.of_year(today.year), question)
    return remembered.compute_all(session, [wish])[0]


def test_what_is_known_now_is_counted_again_after_a_minute(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = partial(_ask, session, Remembered(), clock.today())
    first = ask()
    assert ask() is first
    began = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: began + LIFE + 1)
    again = ask()
    assert again is not first
    assert again == first


def test_what_takes_long_to_count_holds_for_a_while_whatever_is_written(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = partial(_ask, session, Remembered(), clock.today())
    monkeypatch.setattr("market.statistics.remembered.SHORT", -1.0)  # as if it had taken a second more
    first = ask()
    make.make_unit(session)
    assert ask() is first
    with clock.at(clock.now() + timedelta(days=1)):
        assert ask() is not first, "but not over midnight"
    monkeypatch.setattr("market.statistics.remembered.SHORT", 0.5)
    assert [one.value for one in ask()] == [(one.value or 0) + 1 for one in first]


def test_what_a_figure_does_not_count_makes_nobody_count_it_again(session: Session) -> None:
    remembered, today = Remembered(), clock.today()
    ask = partial(_ask, session, remembered, today)
    seller = make.make_unit(session)
    first = {code: ask(code) for code in ("cooperatives", "listings_published")}
    trade.make_listing(session, seller)
    assert ask("cooperatives") is first["cooperatives"]
    assert ask("listings_published")[0].value == (first["listings_published"][0].value or 0) + 1


def test_the_events_that_rows_ask_for_are_known() -> None:
    asked = set()
    for indicator in indicators.ALL:
        for part in indicator.parts:
            if "events" in tables_of(part.rows):
                statement = part.rows(Ask.of(date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1)))
                asked |= {
                    one.value
                    for one in visitors.iterate(statement)
                    if isinstance(one, sa.BindParameter) and isinstance(one.value, str) and "." in one.value
                }
    assert asked == set(state.COUNTED_EVENTS)


def test_of_many_who_ask_the_same_at_once_one_counts(own_database: Database) -> None:
    remembered, today, together = Remembered(), clock.today(), threading.Barrier(4)
    asked: list[str] = []

    def ask(_: int) -> list[Figure]:
        with own_database.reading() as session:
            question = Question(places.province_on(session, day=today), today)
            wish = Wish([indicators.get("cooperatives")], periods.of_year(today.year), question)
            together.wait()
            return remembered.compute_all(session, [wish])[0]

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        if "UNION ALL" in statement:
            asked.append(statement)

    sa.event.listen(own_database.engine, "before_cursor_execute", note)
    try:
        with ThreadPoolExecutor(4) as crowd:
            first, *others = crowd.map(ask, range(4))
    finally:
        sa.event.remove(own_database.engine, "before_cursor_execute", note)
    assert all(found is first for found in others)
    assert len(asked) == 1
