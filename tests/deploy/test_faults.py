"""A short run of what `benchmarks/faults.py` breaks, under load: nothing acknowledged is lost or there twice,
nothing is oversold, mails leave, index and figures verify, and whoever got an answer read words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from benchmarks import faults
from benchmarks.lib.house import House
from market import clock, worker
from market.events import EventRow
from tests import processes
from tests.profiles import Profile, Server

BROKEN = (
    "PostgreSQL lets nobody in",
    "Meilisearch is killed",
    "web processes are killed",
    "the worker is killed",
    "the mail server is away",
    "the disk of the files is full",
    "the clock is a day ahead",
)


@contextmanager
def a_day_ahead(house: House) -> Iterator[None]:
    """The clock is ahead until something was written by it, however slow the machine is."""

    def written() -> bool:
        with house.database.reading() as session:
            newest = session.scalars(sa.select(sa.func.max(EventRow.at))).one()
            return newest > clock.now() + timedelta(hours=23)

    with faults.FAULTS["the clock is a day ahead"](house):
        yield
        processes.wait_for(written, seconds=60)


@pytest.mark.long
@pytest.mark.profiles("server")
def test_what_breaks_under_load_loses_nothing(profile: Profile, tmp_path: Path) -> None:
    assert isinstance(profile, Server)
    worker.subscribe_all()
    with faults.house_of(profile.own(tmp_path / "data"), profile.meilisearch, webs=1) as house:
        broken = {name: faults.FAULTS[name] for name in BROKEN} | {"the clock is a day ahead": a_day_ahead}
        met = faults.broken_and_checked(house, broken, seconds=0.8)
    for name, seen in met.items():
        assert seen["done"], f"{name}: somebody is answered once it is back"
        assert not seen["fault"], f"{name}: nobody met a page without words"
        assert bool(seen["line"]) is (name == "web processes are killed"), name
    assert met["PostgreSQL lets nobody in"]["told"]
