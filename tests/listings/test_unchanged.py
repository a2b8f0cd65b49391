"""With SQLite the rows of an answer are read again only when something was committed since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import unchanged, worker
from market.db import Database
from market.engine import make_engine
from market.listings import searching
from market.listings.models import Listing
from market.listings.searching import Found
from market.parties.models import Party
from market.runtime import Runtime
from market.unchanged import Watch
from search.query import Query
from tests import make
from tests.listings.goods import make_listing
from tests.make import TODAY
from tests.profiles import Profile

pytestmark = pytest.mark.usefixtures("on_a_day")

RICE = Query(text="gao")


@pytest.fixture
def market(profile: Profile, tmp_path: Path) -> Iterator[Runtime]:
    """A market of its own, where commits are commits, with one listing that can be found."""
    worker.subscribe_all()
    settings = profile.own(tmp_path)
    runtime = Runtime.open(settings, Database(make_engine(settings.database)))
    with runtime.database.session(write=True) as session:
        make_listing(session, make.make_unit(session, name="HTX Ba Đình"), title="Gạo ST25")
    worker.run_due(runtime, long=False)
    yield runtime
    runtime.close()


@contextmanager
def selects(database: Database) -> Iterator[list[str]]:
    """The SELECTs that are sent meanwhile."""
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(database.engine, "before_cursor_execute", note)


def ask(market: Runtime, session: Session | None = None) -> Found:
    if session is not None:
        return searching.find_by_index(session, market.the_index(), RICE, on=TODAY)
    with market.database.looking() as looking:
        return ask(market, looking)


def rename(market: Runtime, name: str) -> None:
    with market.database.writing() as session:
        session.execute(sa.update(Party).values(name=name))


def test_rows_are_read_again_only_after_a_commit(market: Runtime) -> None:
    for _ in range(3):
        ask(market)
    with selects(market.database) as sent:
        assert [card.cooperative for card in ask(market).cards] == ["HTX Ba Đình"]
    assert len(sent) == (0 if market.database.is_sqlite else 1)
    rename(market, "HTX Mới")
    assert [ask(market).cards[0].cooperative for _ in range(3)] == ["HTX Mới"] * 3
    with market.database.writing() as session:
        session.execute(sa.update(Listing).values(state="withdrawn"))
    assert [ask(market).cards for _ in range(3)] == [[]] * 3


def test_who_reads_as_of_before_leaves_no_rows_to_others(market: Runtime) -> None:
    for _ in range(3):
        ask(market)
    with market.database.looking() as early:
        early.scalar(sa.select(sa.func.count()).select_from(Party))
        rename(market, "HTX Mới")
        ask(market, early)
    assert ask(market).cards[0].cooperative == "HTX Mới"


@pytest.mark.profiles("embedded")
def test_the_mark_moves_with_each_commit_of_anybody(market: Runtime, tmp_path: Path) -> None:
    path = market.database.engine.url.database
    assert path
    with market.database.looking() as session:
        before = unchanged.mark(session)
        assert before == unchanged.mark(session)
        rename(market, "HTX Mới")
        after = unchanged.mark(session)
        assert after != before
    with market.database.reading() as session:
        assert unchanged.mark(session) is None, "only who looks has one"
    other = Watch(path)
    assert other.mark() is not None
    other.close()
    nowhere = Watch(str(tmp_path / "no" / "file"))
    assert nowhere.mark() is None
