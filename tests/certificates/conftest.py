"""What the tests of certificates stand on: listings that hear of them, an officer, the running parts."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import worker
from market.runtime import Runtime
from tests import make
from tests.make import Account


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def officer(session: Session) -> Account:
    """An officer with all duties for the whole province."""
    return make.make_officer(session)


@pytest.fixture
def runtime(app: FastAPI) -> Runtime:
    found: Runtime = app.state.runtime
    return found
