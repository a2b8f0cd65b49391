"""The rules that never break, attacked by processes that trade by dice with one another on one database:
whoever is in the middle of something may be killed, and comes back. Afterwards everything adds up, nothing
that was told as done is gone, and the index holds what the database holds.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from market.db import Database
from market.engine import make_engine
from market.listings import indexing
from market.runtime import Runtime
from market.settings import Settings
from market.statistics import verify
from tests import processes, random_trade, rules
from tests.house import racer
from tests.make import make_buyer, make_unit
from tests.processes import Running
from tests.profiles import Profile
from tests.services import free_port
from tests.trade import make_inquiry, make_listing

UNITS = 5
BUYERS = 6
#: So long a race may stand still: the longest wait for a row, and a plan.
STUCK = 90


@dataclass
class Race:
    """So many racers, each with so many deeds to do; a worker follows with the index."""

    settings: Settings
    database: Database
    racers: int
    deeds: int
    seed: str
    running: dict[int, Running] = field(default_factory=dict)
    worker: Running | None = None
    #: What each had done when it was started last.
    before: dict[int, int] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)

    def journal(self, number: int) -> Path:
        return self.settings.data_dir / f"journal{number}"

    def start(self, number: int) -> None:
        self.before[number] = self.done(number)
        arguments = (self.settings.database, str(self.journal(number)), f"{self.seed} {number}")
        self.running[number] = processes.start_module(
            self.settings, f"racer{number}", "tests.house.racer", *arguments, str(self.deeds)
        )

    def start_worker(self) -> None:
        """Who follows with the index: a worker, or where there is none the web process."""
        # Nobody waits until it is there: meanwhile the race goes on.
        embedded = ("serve", "--port", str(free_port()))
        arguments = embedded if self.settings.embedded_index else ("worker",)
        self.worker = processes.start(self.settings, *arguments)

    def done(self, number: int) -> int:
        """How many deeds a racer has told."""
        journal = self.journal(number)
        return journal.read_bytes().count(b"\n") if journal.exists() else 0

    def run(self, kills: int) -> None:
        """Let them race, and kill one so many times: any racer that is at it, each fifth time the worker."""
        dice = Random(self.seed)
        whole = self.racers * self.deeds
        moments = sorted(dice.sample(range(whole // 20, whole * 3 // 4), kills))
        for number in range(self.racers):
            self.start(number)
        for turn, moment in enumerate(moments, start=1):
            self._wait_until(moment)
            time.sleep(dice.uniform(0, 0.05))
            if turn % 5 == 0:
                assert self.worker is not None
                self.worker.kill()
                self.killed["worker"] += 1
                self.start_worker()
            else:
                self._kill_a_racer(dice)
        self._wait_until(whole)
        for one in self.running.values():
            assert one.process.wait(timeout=30) == 0, one.log.read_text()[-3000:]

    def _kill_a_racer(self, dice: Random) -> None:
        """One that has done something since it was started, and has something left to do."""
        deadline = time.monotonic() + STUCK
        while True:
            at = {number: self.done(number) for number in self.running}
            if moved := [one for one, now in at.items() if self.before[one] < now < self.deeds]:
                number = dice.choice(moved)
                self.running[number].kill()
                self.killed["racer"] += 1
                self.start(number)
                return
            self._check_alive()
            assert time.monotonic() < deadline, "nobody moves"
            time.sleep(0.05)

    def _wait_until(self, whole: int) -> None:
        """Until so many deeds are told; everybody alive has to be in good order."""
        told, since = -1, time.monotonic()
        while (now := sum(self.done(number) for number in range(self.racers))) < whole:
            self._check_alive()
            if now > told:
                told, since = now, time.monotonic()
            assert time.monotonic() - since < STUCK, "nobody moves"
            time.sleep(0.05)

    def _check_alive(self) -> None:
        for one in self.running.values():
            assert one.process.poll() in (None, 0), one.log.read_text()[-3000:]

    def outcomes(self) -> dict[str, Counter[str]]:
        """How often each deed was done, and how often refused."""
        found = {"done": Counter[str](), "refused": Counter[str]()}
        for number in range(self.racers):
            for entry in racer.entries(self.journal(number)):
                found["refused" if entry["refused"] else "done"][entry["deed"]] += 1
        return found

    def check(self) -> None:
        """The rules hold, and what was told is there."""
        with self.database.reading() as session:
            rules.check_volumes(session)
            rules.check_links(session)
            rules.check_commitments(session)
            rules.check_wholes(session)
            rules.check_steps(session)
            assert list(verify.differences(session)) == []
            for name, table in racer.KEPT.items():
                told = [
                    key
                    for number in range(self.racers)
                    for entry in racer.entries(self.journal(number))
                    for key in entry["rows"].get(name, ())
                ]
                assert len(set(told)) == len(told), f"two deeds wrote one row of {name}"
                assert set(told) <= set(session.scalars(sa.select(table.id))), f"rows of {name} are gone"

    def check_index(self) -> None:
        """The index has followed, and holds exactly what is on offer."""
        assert self.worker is not None
        processes.wait_for(self._has_followed, self.worker.log)
        runtime = Runtime.open(self.settings, self.database, access="read")
        index = runtime.the_index()
        found = indexing.verify(self.database, index)
        index.close()
        assert found.none, found
        assert found.held > 0

    def _has_followed(self) -> bool:
        with self.database.reading() as session:
            return not indexing.waiting(session)


@pytest.fixture
def database(profile: Profile, tmp_path: Path) -> Iterator[tuple[Settings, Database]]:
    """A market of several units and buyers, with something on offer and something asked."""
    settings = profile.own(tmp_path / "data")
    database = Database(make_engine(settings.database))
    with database.session(write=True) as session:
        units = [make_unit(session) for _ in range(UNITS)]
        buyers = [make_buyer(session) for _ in range(BUYERS)]
        for number, unit in enumerate(units):
            listing, _ = make_listing(session, unit, volumes=(900_000,), price_from=9000 + 50 * number)
            make_inquiry(session, buyers[number], listing, volume=100_000)
    yield settings, database
    database.close()


def run_race(
    settings: Settings, database: Database, *, racers: int, deeds: int, kills: int
) -> dict[str, Counter[str]]:
    """Race, look at all of it, and say how often each deed was done and refused."""
    race = Race(settings, database, racers, deeds, seed=f"{Random().random()}")
    race.start_worker()
    began = time.monotonic()
    try:
        race.run(kills)
        took = time.monotonic() - began
        race.check()
        race.check_index()
    finally:
        for one in (*race.running.values(), *([race.worker] if race.worker else [])):
            if one.process.poll() is None:
                one.kill()
    outcomes = race.outcomes()
    told = {name: sum(counts.values()) for name, counts in outcomes.items()}
    print(json.dumps({**told, "killed": race.killed, "seconds": round(took), "deeds": outcomes}))
    assert sum(told.values()) == racers * deeds
    assert sum(race.killed.values()) == kills
    return outcomes


@pytest.mark.long
def test_a_race_with_kills_breaks_no_rule(database: tuple[Settings, Database]) -> None:
    settings, opened = database
    size = {"racers": 2, "deeds": 30} if settings.embedded_index else {"racers": 3, "deeds": 30}
    outcomes = run_race(settings, opened, **size, kills=2)
    assert outcomes["done"]["answer"]
    assert outcomes["refused"]


@pytest.mark.soak
def test_a_long_race_with_many_kills_breaks_no_rule(database: tuple[Settings, Database]) -> None:
    # On SQLite one writes at a time: more would wait for longer than they trade.
    settings, opened = database
    size = {"racers": 4, "deeds": 250} if settings.embedded_index else {"racers": 8, "deeds": 500}
    outcomes = run_race(settings, opened, **size, kills=16 if settings.embedded_index else 40)
    assert {*outcomes["done"], *outcomes["refused"]} == set(random_trade.OFTEN)
    assert {"answer", "plan", "lose", "amend", "sign", "deliver", "end"} <= set(outcomes["done"])
