"""Several processes at once, and what is left when some are killed: who holds the index lets go of it when it
dies, no acknowledged write is lost, and the index follows the database.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa

from market.accounts import current, sessions
from market.changes import IndexState
from market.db import Database
from market.engine import make_engine
from market.listings import freshness, indexing, jobs
from market.listings.models import Listing
from market.runtime import Runtime
from market.settings import Settings
from market.web import csrf
from tests import processes, rules
from tests.make import make_unit
from tests.processes import Running
from tests.profiles import Profile
from tests.services import Meilisearch, meilisearch_server
from tests.trade import TONNE, listing_form, make_listing

SECRET = "c" * 32

#: Takes the index's lock and keeps it, without doing anything.
HOLDER = """
import sys
from market.db import Database
from market.engine import make_engine
from market.listings import jobs
with Database(make_engine(sys.argv[1])).exclusive(jobs.LOCK) as mine:
    print("mine" if mine else "taken", flush=True)
    sys.stdin.read()  # as long as the test goes on
"""


def _hold(settings: Settings, *, says: str = "mine") -> subprocess.Popen[str]:
    """A process that tries to hold the index; ``says`` is whether it could."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, settings.database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=processes.ROOT,
    )
    assert holder.stdout
    assert holder.stdout.readline() == says + "\n"
    return holder


def _end(holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert holder.stdin
    assert holder.stdout
    holder.stdin.close()
    holder.stdout.close()


def test_one_process_holds_the_index_and_when_it_dies_another_does(profile: Profile, tmp_path: Path) -> None:
    settings = profile.own(tmp_path / "data")
    database = Database(make_engine(settings.database))
    first, second = _hold(settings), _hold(settings, says="taken")
    with database.exclusive("something else") as mine:
        assert mine
    with database.exclusive(jobs.LOCK, patience=0.2) as mine:
        assert not mine
    first.kill()
    with database.exclusive(jobs.LOCK, patience=5) as mine:
        assert mine
    with database.exclusive(jobs.LOCK) as mine:
        assert mine, "and whoever is done with it lets go"
    _end(first)
    _end(second)
    database.close()


@pytest.mark.profiles("server")
def test_a_worker_takes_over_from_one_that_died_over_the_index(profile: Profile, tmp_path: Path) -> None:
    settings = profile.own(tmp_path / "data")
    database = Database(make_engine(settings.database))
    dying = _hold(settings)
    with database.session(write=True) as session:
        make_listing(session, make_unit(session))
        session.execute(sa.delete(IndexState).where(IndexState.name == freshness.CALENDAR))
        session.commit()
    with processes.running(settings, "worker"):
        # The worker is at work once it has looked at the calendar; then it wants the index again and again.
        processes.wait_for(lambda: _calendar_was_looked_at(database))
        time.sleep(1)
        assert _waiting(database), "as long as somebody holds the index"
        dying.kill()
        processes.wait_for(lambda: not _waiting(database), seconds=5)
    _end(dying)
    runtime = Runtime.open(settings, database)
    assert indexing.verify(database, runtime.the_index()).none
    runtime.close()


def _calendar_was_looked_at(database: Database) -> bool:
    with database.reading() as session:
        return session.get(IndexState, freshness.CALENDAR) is not None


def _waiting(database: Database) -> list[int]:
    with database.reading() as session:
        return indexing.waiting(session)


@dataclass
class Market:
    """A market of processes, and a manager who keeps writing to it by its pages."""

    settings: Settings
    database: Database
    token: str
    web: Running
    url: str
    workers: list[Running] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        """One listing after another, each with a title of its own, until stopped."""
        with httpx2.Client(timeout=10) as client:
            number = 0
            while not self.stop.is_set():
                number += 1
                title = f"Lúa số {number} của loạt thử"
                fields = {
                    csrf.FIELD: csrf._sign(self.settings.secret_key, SECRET),
                    **listing_form(title, once=f"kill{number}"),
                }
                headers = {"Cookie": f"{current.COOKIE}={self.token}; csrf={SECRET}"}
                try:
                    answer = client.post(self.url + "/listings", data=fields, headers=headers)
                except httpx2.TransportError:
                    time.sleep(0.05)
                    continue
                assert answer.status_code == 303, answer.text
                self.acknowledged.append(title)

    def has_written_since(self, count: int) -> bool:
        """Whether more than so many writes have been acknowledged."""
        return len(self.acknowledged) > count

    def restart_web(self) -> None:
        self.web.kill()
        self.start_web()

    def start_web(self) -> None:
        port = self.url.rsplit(":", 1)[1]
        arguments = ("--workers", "2") if not self.settings.embedded_index else ()
        self.web = processes.start(self.settings, "serve", "--port", port, *arguments)
        processes.wait_for(lambda: processes.answers(self.url + "/healthz"), self.web.log)

    def restart_worker(self) -> None:
        self.workers.pop(0).kill()
        self.workers.append(processes.start(self.settings, "worker"))

    def kill_a_rebuild(self, after: float) -> None:
        """Begin a rebuild beside all the others and kill it after so many seconds; embedded, where the web
        process does the work, kill that as well.
        """
        rebuild = processes.start(self.settings, "index", "rebuild")
        time.sleep(after)
        if not self.settings.embedded_index:
            rebuild.kill()
            return
        self.web.kill()
        # Before the next one starts: with nobody serving the command takes the folder and rebuilds itself.
        rebuild.kill()
        self.start_web()

    def rebuild(self) -> int:
        """Let a rebuild come to its end; gives its exit code."""
        return processes.start(self.settings, "index", "rebuild").process.wait(timeout=60)

    def check(self) -> None:
        """What was acknowledged is kept, and the index holds what the database holds."""
        with self.database.reading() as session:
            kept = set(session.scalars(sa.select(Listing.title).where(Listing.state == "published")))
            rules.check_volumes(session)
        assert set(self.acknowledged) <= kept
        runtime = Runtime.open(self.settings, self.database, access="read")
        index = runtime.the_index()
        found = indexing.verify(self.database, index)
        index.close()
        assert found.none, found
        assert found.held >= len(self.acknowledged)


@pytest.fixture
def search_server(tmp_path: Path) -> Iterator[Meilisearch]:
    with meilisearch_server(tmp_path / "meilisearch") as found:
        yield found


@pytest.fixture
def market(profile: Profile, tmp_path: Path, search_server: Meilisearch) -> Iterator[Market]:
    """Two web processes and two workers (embedded: one process), with a search server of their own."""
    settings = profile.own(tmp_path / "data")
    if not settings.embedded_index:
        settings = settings.model_copy(
            update={"search_url": search_server.url, "search_key": search_server.key}
        )
    database = Database(make_engine(settings.database))
    with database.session(write=True) as session:
        seller = make_unit(session)
        make_listing(session, seller, volumes=(TONNE,))
        token = sessions.open_session(session, user=seller.user, device="test").token
        session.commit()
    arguments = () if settings.embedded_index else ("--workers", "2")
    web, url = processes.start_serving(settings, *arguments)
    made = Market(settings, database, token, web, url)
    if not settings.embedded_index:
        made.workers = [processes.start(settings, "worker") for _ in range(2)]
    yield made
    made.stop.set()
    for one in (*made.workers, made.web):
        one.kill()
    database.close()


def kill_rounds(market: Market, search_server: Meilisearch, rounds: int) -> None:
    """Somebody dies at a random moment under writes and comes back; nothing that was acknowledged is lost."""
    dice = random.Random()
    victims = (
        ["web", "rebuild"]
        if market.settings.embedded_index
        else ["web", "rebuild", "search", "worker", "both"]
    )
    writer = threading.Thread(target=market.write)
    writer.start()
    try:
        for number in range(rounds):
            time.sleep(dice.uniform(0.2, 1.2))
            victim = victims[number % len(victims)]
            before = len(market.acknowledged)
            if victim == "rebuild":
                market.kill_a_rebuild(dice.uniform(0.5, 2.5))
            if victim in ("search", "both"):
                search_server.stop(kill=True)
                time.sleep(dice.uniform(0.0, 0.3))
                search_server.start()
            if victim == "worker":
                market.restart_worker()
            if victim in ("web", "both"):
                market.restart_web()
            processes.wait_for(partial(market.has_written_since, before), market.web.log)
            assert writer.is_alive(), "the writer met an answer that it should not"
    finally:
        market.stop.set()
        writer.join()
    processes.wait_for(lambda: not _waiting(market.database), market.web.log)
    market.check()
    assert market.rebuild() == 0, "and whatever a killed rebuild left is in nobody's way"
    market.check()
    assert len(market.acknowledged) > rounds
    for log in {market.web.log, *(one.log for one in market.workers)}:
        assert "fault in request" not in log.read_text(), log.read_text()[-3000:]
        assert not re.search(r"job .* failed", log.read_text()), log.read_text()[-3000:]


@pytest.mark.long
def test_killed_at_random_the_market_loses_nothing(market: Market, search_server: Meilisearch) -> None:
    # Embedded there is one process to kill, and the index is killed over in tests/search as well.
    kill_rounds(market, search_server, 2 if market.settings.embedded_index else 3)


@pytest.mark.soak
def test_killed_at_random_very_often_the_market_loses_nothing(
    market: Market, search_server: Meilisearch
) -> None:
    kill_rounds(market, search_server, 50)
