"""What people meet, and what is left, when something breaks under load: the server profile with all its
processes, a manager who lists and puts photos up, one who agrees more than there is, a buyer who asks, and
two who look, over a line that can be cut. Each thing breaks for some seconds (`MARKET_FAULT_SECONDS`) and
comes back. Afterwards nothing that was acknowledged is missing or there twice, no lot is oversold, every mail
has left, and index and figures verify. A short run of some of it stands in `make test`.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import sqlalchemy as sa

from benchmarks.lib import engines
from benchmarks.lib.house import House
from benchmarks.lib.post import Post
from benchmarks.lib.report import tell
from benchmarks.lib.visitors import Visitors
from market import clock, commands, features, worker
from market.accounts import sessions
from market.db import Database
from market.engine import make_engine
from market.links.models import Link
from market.listings import indexing
from market.listings.models import Listing
from market.listings.photo_models import ListingPhoto
from market.listings.pictures import Store
from market.notices.models import Message
from market.runtime import Runtime
from market.settings import Settings
from market.statistics import verify
from tests import processes, profiles, rules, services
from tests.disks import Disk, small_disk
from tests.make import make_buyer, make_unit
from tests.trade import TONNE, make_inquiry, make_listing

SECONDS = float(os.environ.get("MARKET_FAULT_SECONDS", "8"))
#: So many inquiries of 4 tonnes each about 40.
INQUIRIES, STOCK, ASKED = 40, 40 * TONNE, 4 * TONNE
HOUR = 3600.0

Fault = Callable[[House], AbstractContextManager[None]]

#: What breaks within the processes' own surroundings, and what only servers of one's own can.
FAULTS: dict[str, Fault] = {
    "nothing breaks": House.nothing,
    "PostgreSQL lets nobody in": House.database_closed,
    "Meilisearch is killed": House.search_away,
    "Meilisearch hangs": House.search_hanging,
    "web processes are killed": House.web_killed,
    "the worker is killed": House.worker_killed,
    "one in five answers is cut off": House.line_cut,
    "the mail server is away": lambda house: house.post.away(),
    "the mail server hangs": lambda house: house.post.hanging(),
    "the mail server says: later (451)": lambda house: house.post.refusing("451 come back later"),
    "the disk of the files is full": House.files_full,
    "the clock is an hour ahead": lambda house: house.clock_moved(HOUR),
    "the clock is a day ahead": lambda house: house.clock_moved(24 * HOUR),
    "the clock is an hour behind": lambda house: house.clock_moved(-HOUR),
}
OWN_FAULTS: dict[str, Fault] = {
    "PostgreSQL stops at once": House.postgres_away,
    "the disk of PostgreSQL is full": House.postgres_full,
}


def main() -> None:
    """Break one thing after another on servers of one's own, print what people met, check what is left."""
    worker.subscribe_all()
    with ExitStack() as ending:
        where = ending.enter_context(engines.folder())
        search = ending.enter_context(services.meilisearch_server(where / "search"))
        # PostgreSQL runs as another account there.
        disk = ending.enter_context(small_disk(where / "database", megabytes=700, mode="1777"))
        where.chmod(0o755)
        postgres, data = postgres_on(disk, where)
        server = profiles.Server(where, where, postgres, search)
        settings = server.empty(where / "data")
        features.load_models()
        with house_of(settings, search) as house:
            house.postgres, house.postgres_disk = data, disk
            commands.migrate(house.database)
            broken_and_checked(house, {**FAULTS, **OWN_FAULTS}, seconds=SECONDS)
        server.close()


def postgres_on(disk: Disk, shared: Path) -> tuple[services.Postgres, Path]:
    """A server whose data lie there, and its folder. The tests' own acknowledges what it may still lose when
    it is killed; this one must not.
    """
    before, tempfile.tempdir = tempfile.tempdir, str(disk.folder)
    try:
        server = services.postgres(shared)
    finally:
        tempfile.tempdir = before
    with psycopg.connect(services.as_superuser(server.url("postgres")), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_commit = on")
        connection.execute("ALTER SYSTEM SET max_wal_size = '128MB'")
        connection.execute("SELECT pg_reload_conf()")
    return server, Path((shared / "postgres").read_text())


@contextmanager
def house_of(settings: Settings, search: services.Meilisearch, *, webs: int = 2) -> Iterator[House]:
    """A market on these settings, whose processes, so many of them web processes, are yet to be started."""
    with (
        Post() as post,
        small_disk(settings.data_dir.with_name("files"), megabytes=64) as files,
    ):
        settings = settings.model_copy(update={"files_dir": files.folder / "all"})
        database = Database(make_engine(settings.database))
        house = House(settings, search, post, files, database, webs)
        try:
            yield house
        finally:
            house.close()
            database.close()


def broken_and_checked(house: House, faults: dict[str, Fault], *, seconds: float) -> dict[str, Counter[str]]:
    """Break these things one after the other while people are at work, and check what is left; gives what
    they met meanwhile.
    """
    seller, buyer, inquiries = stock(house.database)
    house.start()
    visitors = Visitors(house.line.url, house.settings.secret_key, seller, buyer, inquiries)
    met: dict[str, Counter[str]] = {}
    with visitors.at_work():
        for name, fault in faults.items():
            met[name] = measure(house, visitors, name, fault, seconds)
    check(house, visitors)
    return met


def stock(database: Database) -> tuple[str, str, list[int]]:
    """A unit with one lot, and buyers who together ask for four times as much: the sessions of the unit and
    of one more buyer, and what was asked.
    """
    with database.session(write=True) as session:
        seller, buyer = make_unit(session), make_buyer(session)
        listing, _ = make_listing(session, seller, volumes=(STOCK,))
        asked = [
            make_inquiry(session, make_buyer(session), listing, volume=ASKED).id for _ in range(INQUIRIES)
        ]
        tokens = [
            sessions.open_session(session, user=one.user, device="test").token for one in (seller, buyer)
        ]
        session.commit()
    return tokens[0], tokens[1], asked


def measure(house: House, visitors: Visitors, name: str, fault: Fault, seconds: float) -> Counter[str]:
    """Let one thing break, and say what people met and how long it took until writes went on."""
    visitors.seen, visitors.slowest = Counter(), 0.0
    with fault(house):
        time.sleep(seconds)
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
    return met


def check(house: House, visitors: Visitors) -> None:
    """What was acknowledged is there once, nothing is oversold, mails have left, index and figures verify."""
    with house.database.reading() as session:
        titles = Counter(session.scalars(sa.select(Listing.title).where(Listing.state == "published")))
        agreed = Counter(session.scalars(sa.select(Link.inquiry_id)))
        shown = session.execute(
            sa.select(ListingPhoto.listing_id, ListingPhoto.name, ListingPhoto.width)
        ).all()
        for one in (rules.check_volumes, rules.check_links, rules.check_commitments):
            one(session)
    pictured = Counter(row.listing_id for row in shown)
    lost: list[object] = [one for one in visitors.listed if not titles[one]]
    lost += [one for one in visitors.agreed if not agreed[one]]
    lost += [one for one in visitors.pictured if not pictured[one]]
    twice = [one for some in (titles, agreed, pictured) for one, number in some.items() if number > 1]
    assert not lost, lost
    assert not twice, twice
    assert sum(agreed.values()) <= STOCK // ASKED, "not a gram more than there was"
    assert not visitors.all_agreed or sum(agreed.values()) == STOCK // ASKED, "all that there was"
    store = Store(house.settings.files)
    bare = [row.name for row in shown if not store.path(row.name, min(row.width, 320)).exists()]
    tell("faults", "acknowledged writes that are missing", len(lost), "writes", n=visitors.done)
    tell("faults", "writes that are there twice", len(twice), "writes", n=visitors.done)
    tell("faults", "lots that are oversold", 0, "lots", n=len(titles))
    tell("faults", "photos without their file", len(bare), "photos", n=len(shown))
    assert not bare, bare
    check_mails(house, visitors)
    check_index_and_figures(house)


def check_mails(house: House, visitors: Visitors) -> None:
    """Of every inquiry that was made the seller has one mail. Those that were refused wait for their next
    try: they are sent as if its time had come.
    """

    def waiting() -> int:
        with house.database.writing() as session:
            session.execute(
                sa.update(Message)
                .where(Message.state == "queued", Message.due_at > clock.now() + timedelta(seconds=30))
                .values(due_at=clock.now())
            )
            still = sa.select(sa.func.count()).select_from(Message).where(Message.state == "queued")
            return session.scalar(still) or 0

    processes.wait_for(lambda: not waiting(), seconds=120)
    with house.database.reading() as session:
        given_up = session.scalars(sa.select(Message.id).where(Message.state == "failed")).all()
    told = house.post.told()
    missing = [one for one in visitors.asked if not told[one]]
    again = len(house.post.box.mails) - len({mail["Message-ID"] for mail in house.post.box.mails})
    tell("faults", "mails that did not leave", len(missing), "mails", n=len(visitors.asked))
    tell("faults", "mails that left twice, under one Message-ID", again, "mails", n=len(house.post.box.mails))
    assert not missing, missing
    assert not given_up, given_up
    assert all(number == 1 for number in told.values()) or again, told


def check_index_and_figures(house: House) -> None:
    """As `market index verify` and `market figures verify` do, once all changes have been followed."""
    runtime = Runtime.open(house.settings, house.database, access="read")
    began = time.monotonic()
    while (found := indexing.verify(house.database, runtime.the_index())) and not found.none:
        assert time.monotonic() - began < 60, found
        time.sleep(0.2)
    with house.database.reading() as session:
        wrong = verify.everything(session)
    assert not wrong, wrong
    tell("faults", "index and figures: differences", 0, "rows", n=found.held)


if __name__ == "__main__":
    main()
