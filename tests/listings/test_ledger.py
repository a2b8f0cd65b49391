"""The ledger of searches: what is written of a search and what never is, typing that counts once, a database
that is away, and what the rows tell of unmet wishes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from market import clock, worker
from market.app import create_app
from market.db import Database
from market.engine import make_engine
from market.listings import ledger, ledger_rows
from market.listings.ledger import Entry, Ledger
from market.listings.ledger_models import Search, SearchSubject
from market.runtime import Runtime
from search.query import Query
from tests import make
from tests.notices import ways_out
from tests.processes import wait_for
from tests.profiles import Profile

NOW = datetime(2026, 3, 10, 5, 47, 31, 250, tzinfo=UTC)
SINCE, UNTIL = NOW - timedelta(days=1), NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_a_moment() -> Iterator[None]:
    with clock.at(NOW):
        yield


class Ticks:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def book(database: Database, ticks: Ticks) -> Ledger:
    return Ledger(database, ticks=ticks)


def entry(text: str = "", total: int = 0, **changes: Any) -> Entry:
    channel = changes.pop("channel", "page")
    return Entry(Query(text, **changes), total, language="vi", channel=channel)


def rows(session: Session) -> list[Search]:
    session.expire_all()
    return list(session.scalars(sa.select(Search).order_by(Search.id)))


def subjects(session: Session) -> set[tuple[str, str, str]]:
    found = session.execute(sa.select(SearchSubject.product, SearchSubject.month, SearchSubject.place))
    return {(row.product, row.month, row.place) for row in found}


def test_known_words_and_filters_are_written_and_no_other_word(session: Session, book: Ledger) -> None:
    text = "cần gặp Trịnh Thị Ngoan 0912345678 mua tôm sú Hồng Dân gấp"
    book.note(entry(text, 2, months=("2026-05",), price_max=200_000), client="203.0.113.9|Firefox")
    assert book.flush() == 1
    [row] = rows(session)
    assert (row.total, row.found, row.language, row.channel) == (2, "few", "vi", "page")
    assert row.searched_at == datetime(2026, 3, 10, 5, tzinfo=UTC), "by the hour alone"
    assert row.asked["months"] == ["2026-05"]
    assert row.asked["price_max"] == 200_000
    assert {"tom su", "hong dan"} <= set(row.asked["words"])
    everything = " ".join(
        str(value)
        for table in (Search.__table__, SearchSubject.__table__)
        for found in session.execute(sa.select(table))
        for value in found
    )
    for word in ("trinh", "thi", "ngoan", "0912345678", "gap", "203.0.113.9", "Firefox"):
        assert word not in everything.replace("hong dan", "").casefold().split(), word
        assert "0912" not in everything
    assert "tom-su" in {product for product, _, _ in subjects(session)}
    assert all(month == "2026-05" and place for _, month, place in subjects(session))


def test_what_was_understood_counts_more_than_the_names_in_the_text(session: Session, book: Ledger) -> None:
    book.note(entry("tôm", goods=("tom-the",), places=("96",)))
    book.flush()
    assert subjects(session) == {("tom-the", "", "96")}


def test_found_is_none_few_or_some(session: Session, book: Ledger) -> None:
    for total in (0, 1, 2, 3, 900):
        book.note(entry("muối", total))
    book.flush()
    assert [row.found for row in rows(session)] == ["none", "few", "few", "some", "some"]


def test_looking_around_and_leafing_are_no_searches(session: Session, book: Ledger) -> None:
    book.note(entry("   "), client="a")
    book.note(entry("tôm", offset=20), client="a")
    book.note(entry(sectors=("rice",)), client="a")
    assert book.flush() == 1
    assert rows(session)[0].asked == {"sectors": ["rice"]}


def test_typing_counts_once_for_each_who_types(session: Session, book: Ledger, ticks: Ticks) -> None:
    for length in range(1, 7):
        book.note(entry("tôm sú"[:length]), client="one")
        book.note(entry("gạo thơm"[:length]), client="other")
        ticks.now += 0.4
    book.note(entry("tôm"), client="one")  # took a word back
    assert book.flush(everything=False) == 0, "they may be typing still"
    ticks.now += ledger.STILL
    assert book.flush(everything=False) == 2
    assert [row.asked["words"] for row in rows(session)] == [["gao"], ["tom"]]


def test_another_text_or_a_later_one_is_another_search(session: Session, book: Ledger, ticks: Ticks) -> None:
    book.note(entry("tôm sú"), client="one")
    ticks.now += 1
    book.note(entry("muối"), client="one")
    ticks.now += ledger.STILL + 1
    book.note(entry("muối ăn"), client="one")
    assert book.flush() == 3


def test_what_is_too_much_is_dropped_and_counted(session: Session, database: Database) -> None:
    book = Ledger(database, most=5)
    for number in range(9):
        book.note(entry("tôm"), client=str(number))
    assert book.dropped == 4
    assert book.flush() == 5
    book.note(entry("tôm"), client="\ud800")
    assert book.flush() == 1


def test_a_database_that_is_away_is_waited_for(session: Session, database: Database) -> None:
    away = Database(make_engine(f"postgresql://x@127.0.0.1:{ways_out.closed_port()}/x"))
    book = Ledger(away, most=300)
    for number in range(310):
        book.note(entry("muối", number))
    assert book.flush() == 0
    book.note(entry("tôm"))
    assert book.dropped == 11
    book._database = database
    assert book.flush() == 300
    assert [row.total for row in rows(session)] == list(range(300)), "in their order"
    away.close()


@pytest.fixture
def own(profile: Profile, tmp_path: Path) -> Iterator[Runtime]:
    """A database of its own, where every commit is one."""
    settings = profile.own(tmp_path / "own")
    found = Runtime(settings, Database(make_engine(settings.database)))
    yield found
    found.close()


def count(database: Database) -> int:
    with database.reading() as session:
        return make.count_rows(session, Search)


def test_a_thread_writes_by_itself_and_the_end_writes_the_rest(own: Runtime) -> None:
    book = Ledger(own.database)
    book.start()
    book.note(entry("tôm"))
    wait_for(lambda: count(own.database) == 1)
    book.note(entry("tôm"), client="typing still")
    book.stop()
    assert count(own.database) == 2


def test_nobody_waits_for_a_database_that_is_written_to(own: Runtime) -> None:
    book = Ledger(own.database)
    with own.database.writing() as session:
        make.make_user(session)
        book.start()
        for number in range(2000):
            book.note(entry("tôm"), client=str(number))
    book.stop()
    assert count(own.database) == 2000


def test_the_application_keeps_one_and_writes_it_at_the_end(own: Runtime) -> None:
    app = create_app(own.settings, background=False)
    with TestClient(app):
        app.state.ledger.note(entry("tôm"), client="one")
    assert count(own.database) == 1


def test_unmet_wishes_are_counted_by_product_month_and_place_from_five_up(
    session: Session, book: Ledger
) -> None:
    for number in range(6):
        book.note(entry(products=("tom-su",), months=("2026-05",), places=("96",), total=number % 2))
        book.note(entry(products=("tom-su",), months=("2026-05",), places=("96",), total=40))
        book.note(entry(products=("lua-st25", "gao-st25"), total=0))
    for _ in range(4):
        book.note(entry(products=("tom-the",)))
    book.flush()
    found = ledger.unmet(session, SINCE, UNTIL)
    assert [(one.product, one.month, one.place, one.searches, one.none, one.few) for one in found] == [
        ("gao-st25", "", "", 6, 6, 0),
        ("lua-st25", "", "", 6, 6, 0),
        ("tom-su", "2026-05", "96", 12, 3, 3),
    ]
    assert "tom-the" in {one.product for one in ledger.unmet(session, SINCE, UNTIL, least=1)}
    assert ledger.unmet(session, SINCE - timedelta(days=9), SINCE) == []


def test_after_two_years_searches_are_forgotten(app: FastAPI, session: Session, book: Ledger) -> None:
    with clock.at(NOW - timedelta(days=732)):
        for _ in range(ledger_rows.STEP + 1):
            book.note(entry("tôm"))
    book.note(entry("muối"))
    book.flush()
    assert worker.run_due(app.state.runtime, long=False)["listings:ledger"] == ledger_rows.STEP + 1
    assert len(rows(session)) == 1
    assert make.count_rows(session, SearchSubject) >= 1
