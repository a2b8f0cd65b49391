"""A mail server and an SMS gateway for each test that asks, and what sends to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from market.db import Database
from market.engine import make_engine
from market.runtime import Runtime
from market.settings import Settings
from tests.notices import ways_out
from tests.profiles import Profile


@pytest.fixture
def box(settings: Settings) -> Iterator[ways_out.Mailbox]:
    """A mail server that the settings point to."""
    with ways_out.smtp() as found:
        settings.smtp_url = found.url
        yield found


@pytest.fixture
def phones(settings: Settings) -> Iterator[ways_out.Gateway]:
    """An SMS gateway that the settings point to."""
    with ways_out.gateway() as found:
        settings.sms_url = found.url
        yield found


@pytest.fixture
def sender(settings: Settings, database: Database) -> Runtime:
    """What the sending job needs; no index."""
    return Runtime(settings, database)


@pytest.fixture
def own(profile: Profile, settings: Settings, tmp_path: Path) -> Iterator[Runtime]:
    """A database of its own, where every commit is one."""
    database = Database(make_engine(profile.own(tmp_path / "own").database))
    found = Runtime(settings, database)
    yield found
    found.close()
