"""A database in memory with the places of the data files, for the tests of places alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.db import Base, make_engine
from market.places import models as models  # the tables must be known before they are made
from market.places import service


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('places') / 'places.db'}")
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        service.load(session)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    """Whatever a test writes is rolled back after it."""
    with engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()
