"""A real Chromium against a real server. Missing Chromium fails the run: it is never skipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import chrome
from tests.profiles import Profile
from tests.server import Served, serve


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven."""
    with chrome.launched() as browser:
        yield browser


@pytest.fixture
def served(tmp_path: Path, profile: Profile) -> Iterator[Served]:
    """The application on a port of its own, background work included."""
    with serve(profile.own(tmp_path / "served")) as running:
        yield running
