"""What tests stand on: one migrated database with the reference data, copied for each test session, an outer
transaction around each test, and a client that goes through HTTP. Things to trade with are in make.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, commands
from market.app import create_app
from market.db import Database, make_engine
from market.settings import Settings
from tests import make
from tests.make import Side
from tests.pages import Browser, signed_in


@pytest.fixture(scope="session")
def blueprint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with places and catalogue, to be copied."""
    path = tmp_path_factory.mktemp("blueprint") / "market.sqlite"
    database = Database(make_engine(f"sqlite:///{path}"))
    commands.migrate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def shared_engine(blueprint: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """An engine on a copy that only tests with an outer transaction use."""
    path = tmp_path_factory.mktemp("shared") / "market.sqlite"
    shutil.copy(blueprint, path)
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


class Savepoints(Database):
    """A database whose commits are savepoints of the test's own transaction."""

    def __init__(self, engine: sa.Engine, connection: sa.Connection) -> None:
        super().__init__(engine)
        self.connection = connection

    def session(self, *, write: bool) -> Session:
        return Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    def close(self) -> None:
        """The engine outlives the test."""


@pytest.fixture
def database(shared_engine: sa.Engine) -> Iterator[Database]:
    """The test's own database: whatever it commits is gone afterwards."""
    connection = shared_engine.execution_options(sqlite_write=True).connect()
    outer = connection.begin()
    yield Savepoints(shared_engine, connection)
    outer.rollback()
    connection.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session for the test's own set-up and looks."""
    with database.session(write=True) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make.make_settings(tmp_path)


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    """The application on the test's database; background work is run by name (``worker.run_due``)."""
    application = create_app(settings, database=database, background=False)
    index = application.state.runtime.the_index()
    index.rebuild([])
    return application


@pytest.fixture
def browser(app: FastAPI, session: Session) -> Iterator[Callable[[], Browser]]:
    """Opens browsers (clients with a cookie jar of their own) on the application."""
    opened: list[Browser] = []

    def open_one() -> Browser:
        found = Browser(app, before=session.expunge_all)
        opened.append(found)
        return found

    with Browser(app, before=session.expunge_all) as first:
        opened.append(first)
        pending = [first]
        yield lambda: pending.pop() if pending else open_one()


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
