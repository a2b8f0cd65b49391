"""What tests stand on: both profiles, a migrated database with the reference data in each, an outer
transaction around each test, and a client that goes through HTTP. Things to trade with are in make.py.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, kept, worker
from market.app import create_app
from market.db import Database
from market.engine import make_engine
from market.settings import Settings
from tests import dealing, make, profiles, services, side_by_side
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.profiles import Profile
from tests.services import Meilisearch


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever stands on a profile runs on each."""
    if "profile" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("profiles")
        metafunc.parametrize("profile", marker.args if marker else profiles.NAMES, indirect=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Deal before `-m` is read, put in order after all else."""
    dealing.deal(items)
    yield
    dealing.order(items)


def pytest_collection_finish() -> None:
    """What is there by now stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def joined() -> Iterator[None]:
    """Whatever is tested, no statement multiplies rows by leaving tables side by side."""
    with side_by_side.refused():
        yield


@pytest.fixture(scope="session")
def made_profiles(
    tmp_path_factory: pytest.TempPathFactory, meilisearch: Callable[[], Meilisearch]
) -> Iterator[Callable[[str], Profile]]:
    """Gives a profile by its name, made when it is first asked for."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with ExitStack() as stack:

        @cache
        def make_profile(name: str) -> Profile:
            folder = tmp_path_factory.mktemp(name)
            found: Profile = (
                profiles.Embedded(folder, shared)
                if name == "embedded"
                else profiles.Server(folder, shared, services.postgres(shared), meilisearch())
            )
            stack.callback(found.close)
            return found

        yield make_profile


@pytest.fixture(scope="session")
def meilisearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Meilisearch]]:
    """Gives this test process's search server, started when it is first asked for."""
    with ExitStack() as stack:
        folder = tmp_path_factory.getbasetemp() / "meilisearch"
        yield cache(lambda: stack.enter_context(services.meilisearch_server(folder)))


@pytest.fixture
def profile(request: pytest.FixtureRequest, made_profiles: Callable[[str], Profile]) -> Profile:
    """The profile a test runs on."""
    return made_profiles(request.param)


class Savepoints(Database):
    """A database whose commits are savepoints of the test's own transaction."""

    def __init__(self, engine: sa.Engine, connection: sa.Connection) -> None:
        super().__init__(engine)
        self.connection = connection

    def session(self, *, write: bool) -> Session:
        return Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    def looking(self) -> Session:
        return self.session(write=False)

    def close(self) -> None:
        """The engine outlives the test."""


@pytest.fixture
def database(profile: Profile) -> Iterator[Database]:
    """The test's own database: whatever it commits is gone afterwards."""
    connection = profile.engine.execution_options(sqlite_write=True).connect()
    outer = connection.begin()
    yield Savepoints(profile.engine, connection)
    outer.rollback()
    connection.close()


@pytest.fixture
def own_database(profile: Profile, tmp_path: Path) -> Iterator[Database]:
    """A database of the test's own, where commits are commits, and everybody listens."""
    worker.subscribe_all()
    database = Database(make_engine(profile.own(tmp_path).database))
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session for the test's own set-up and looks."""
    with database.session(write=True) as opened:
        yield opened


@pytest.fixture
def settings(profile: Profile, tmp_path: Path) -> Settings:
    return profile.settings(tmp_path)


@pytest.fixture
def app(profile: Profile, settings: Settings, database: Database) -> FastAPI:
    """The application on the test's database; background work is run by name (``worker.run_due``)."""
    kept.forget_all()  # the test before this one may have written what is kept
    application = create_app(settings, database=database, background=False)
    profile.clear_index(application.state.runtime.the_index())
    return application


@pytest.fixture
def browser(app: FastAPI, session: Session) -> Iterator[Callable[[], Browser]]:
    """Opens browsers (clients with a cookie jar of their own) on the application."""
    with Browser(app, before=session.expunge_all) as first:
        pending = [first]
        yield lambda: pending.pop() if pending else Browser(app, before=session.expunge_all).beside(first)


@pytest.fixture
def on_a_day() -> Iterator[date]:
    """The test lives on ``make.TODAY``."""
    with clock.at(make.TODAY):
        yield make.TODAY


@pytest.fixture
def seller(session: Session) -> Side:
    """A confirmed cooperative with a manager who may do everything."""
    return make.make_unit(session)


@pytest.fixture
def unit(seller: Side) -> Side:
    """The seller, in tests that know no other side."""
    return seller


@pytest.fixture
def buyer(session: Session) -> Side:
    """A confirmed buyer."""
    return make.make_buyer(session)


@pytest.fixture
def manager(unit: Side, browser: Callable[[], Browser]) -> Browser:
    """A browser in which the unit's manager has signed in."""
    return signed_in(browser, unit)
