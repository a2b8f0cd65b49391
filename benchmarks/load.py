"""Many people at once on a market of 100,000 listings and as many agreements: the server profile as it is in
production, by one web process and by two, a worker beside them. What they ask is `lib/mix.py`'s; how they
come, alone, as a closed loop and as an open one, `lib/loops.py`'s. Every answer must be the right one.

Beside it, in the same run and ways: a bare page of FastAPI and Jinja2 as large as a page of search
(`lib/floor.py`), and with the same listings Datasette and a shop of django-oscar. Then where the time of the
page goes that costs most (`lib/hottest.py`), and what memory the web processes hold while visitors go on
coming.

`MARKET_LOAD_LISTINGS` and `MARKET_LOAD_LINKS` (100000), `MARKET_LOAD_SECONDS` of each loop (10),
`MARKET_LOAD_VISITORS` of the closed loop (16), `MARKET_LOAD_MINUTES` of the look at memory (1).
`MARKET_BENCH_RIVALS=no` leaves those two out.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psycopg

from benchmarks.lib import (
    agreements,
    datasette_pages,
    engines,
    floor,
    hottest,
    loops,
    market,
    memory,
    oscar_pages,
    public,
    questions,
    traders,
)
from benchmarks.lib.loops import Met
from benchmarks.lib.mix import LOOKING, Mix
from benchmarks.lib.report import tell
from market.db import Database
from market.engine import make_engine
from market.settings import Settings
from tests import processes, services

LISTINGS = int(os.environ.get("MARKET_LOAD_LISTINGS", "100000"))
LINKS = int(os.environ.get("MARKET_LOAD_LINKS", "100000"))
SECONDS = float(os.environ.get("MARKET_LOAD_SECONDS", "10"))
VISITORS = int(os.environ.get("MARKET_LOAD_VISITORS", "16"))
MINUTES = float(os.environ.get("MARKET_LOAD_MINUTES", "1"))
RIVALS = os.environ.get("MARKET_BENCH_RIVALS", "yes") != "no"
QUESTIONS = 1_000
PROCESSES = (1, 2)
#: Of what the closed loop carried, so much arrives in the open one.
PART = 0.6
SHARES = (0.5, 0.95, 0.99)
PRODUCTION = {
    "MARKET_ENV": "production",
    "MARKET_BASE_URL": "https://cho.vidu.test",
    "MARKET_OPERATOR": "Sở Nông nghiệp và Môi trường",
}
BARE, DATASETTE, OSCAR = "a bare page", "Datasette", "django-oscar"
SEARCH = "search, page"


def main() -> None:
    """Fill, let people come in each way, and print."""
    with engines.folder() as where, market.profile("server", where / "server") as profile:
        settings = profile.empty(where / "data")
        mix = filled(settings, where)
        gc.freeze()  # what filling has left is not to be gone through in the middle of a loop
        neighbours = look_around(where, settings, mix) if RIVALS else {}
        for number in PROCESSES:
            with serving(settings, number) as (group, url):
                rate = measure(settings, url, number, mix, neighbours)
                if number == PROCESSES[-1]:
                    remember(group, url, mix, rate)
        hottest.look(settings, mix, seconds=SECONDS, **PRODUCTION)


def filled(settings: Settings, where: Path) -> Mix:
    """A market as it stands after years, its index and public figures, and those who come."""
    agreements.fill(settings, LINKS, listings=LISTINGS)
    database = Database(make_engine(settings.database))
    people = traders.gather(database)
    with database.writing() as session:
        public.publish(session)
    database.close()
    harden(settings)
    market.index(settings)
    # What is due by the clock is done before anybody comes.
    assert processes.start(settings, "worker", "--once").process.wait(timeout=600) == 0
    return Mix(settings.secret_key, LISTINGS, questions.asked(where, QUESTIONS), people)


def harden(settings: Settings) -> None:
    """The tests' server may lose what it acknowledged and never cleans up; this one works as any other."""
    with psycopg.connect(services.as_superuser(settings.database_url), autocommit=True) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {name} = on".encode())
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("VACUUM ANALYZE")


@contextmanager
def serving(settings: Settings, number: int) -> Iterator[tuple[int, str]]:
    """So many web processes and a worker; gives the group of the web processes, and their address."""
    url = f"http://127.0.0.1:{(port := services.free_port())}"
    arguments = ("serve", "--port", str(port), "--workers", str(number))
    with (
        processes.running(settings, "worker", **PRODUCTION),
        processes.running(settings, *arguments, **PRODUCTION) as web,
    ):
        processes.wait_for(lambda: processes.answers(f"{url}/readyz"), web.log, seconds=120)
        yield web.process.pid, url


def look_around(where: Path, settings: Settings, mix: Mix) -> dict[str, Met]:
    """What those meet who only look, at each neighbour that this machine can have."""
    documents, met = market.documents(settings), {}
    with datasette_pages.serving(where / "rivals", documents) as pages:
        if pages is not None:
            met[DATASETTE] = look(DATASETTE, pages.url, pages.instead_of(mix.like(LOOKING)))
    with oscar_pages.serving(where / "shop", settings, documents) as shop:
        if shop is not None:
            met[OSCAR] = look(OSCAR, shop.url, shop.instead_of(mix.like(LOOKING)))
    return met


def look(who: str, url: str, deal: loops.Deal) -> Met:
    """A closed loop of those who only look, told."""
    met = checked(who, loops.closed(url, deal, visitors=VISITORS, seconds=SECONDS))
    tell_rate(f"{who}, closed loop, searches and listings", met)
    tell_times(f"{who}, closed loop, searches and listings", met)
    return met


def measure(settings: Settings, url: str, number: int, mix: Mix, neighbours: dict[str, Met]) -> float:
    """Visitors in each way, a bare page beside them; gives how many came in a second of the open loop."""
    us = f"{number} web process" + ("es" if number > 1 else "")
    warm = checked(us, loops.closed(url, mix, visitors=VISITORS, seconds=SECONDS / 2))
    with floor.serving(settings, number, int(median(warm.sizes[SEARCH])), **PRODUCTION) as bare:

        def ask(who: str, to: str, deal: loops.Deal, visitors: int) -> Met:
            return checked(who, loops.closed(to, deal, visitors=visitors, seconds=SECONDS))

        tell_loop(f"{us}, one visitor", ask(us, url, mix, 1), ask(BARE, bare, floor.ask, 1))
        met = ask(us, url, mix, VISITORS)
        floored = ask(BARE, bare, floor.ask, VISITORS)
        tell_loop(f"{us}, closed loop", met, floored)
        rate = met.rate * PART
        met = checked(us, loops.opened(url, mix, rate=rate, seconds=SECONDS))
        other = checked(BARE, loops.opened(bare, floor.ask, rate=rate, seconds=SECONDS))
        tell_loop(f"{us}, open loop", met, other)
        looking = ask(us, url, mix.like(LOOKING), VISITORS)
    figure = f"{us}, closed loop, searches and listings"
    tell_rate(figure, looking, floored, BARE)
    for name, other in neighbours.items():
        tell_rate(figure, looking, other, name)
        tell_times(figure, looking, other, name)
    return rate


def checked(who: str, met: Met) -> Met:
    """The same, unless something was not answered as it must be."""
    assert not met.errors, f"{who}: {len(met.errors)} errors: {met.errors[:3]}"
    return met


def tell_loop(figure: str, met: Met, floored: Met) -> None:
    """All of a loop beside the bare page in the same one, and the bare page itself."""
    tell_rate(figure, met, floored, BARE)
    tell_times(figure, met, floored, BARE)
    tell_rate(f"{BARE}, {figure}", floored)
    tell_times(f"{BARE}, {figure}", floored)


def tell_rate(figure: str, met: Met, other: Met | None = None, name: str = "") -> None:
    """Answers a second, perhaps beside another's, and that none was wrong."""
    ratio = met.rate / other.rate if other else None
    tell("load", f"{figure}: answered", met.rate, "pages/s", against=name, ratio=ratio, n=met.answered)
    tell("load", f"{figure}: errors", len(met.errors), "pages", n=met.answered)


def tell_times(figure: str, met: Met, other: Met | None = None, name: str = "") -> None:
    """How long each kind of page took, perhaps beside another's of that kind, or its only one."""
    for kind in sorted(met.times):
        for share in SHARES:
            value = met.took(share, kind)
            beside = other.took(share, kind if kind in other.times else "") if other else None
            tell("load", f"{figure}, {kind}: p{share * 100:.0f}", value, "ms", against=name,
                 ratio=value / beside if beside else None, n=len(met.times[kind]))  # fmt: skip


def remember(group: int, url: str, mix: Mix, rate: float) -> None:
    """What the web processes hold while visitors go on coming: in the first, middle and last fifth."""
    seconds = MINUTES * 60
    with memory.watched(group, every=seconds / 50) as held:
        met = checked("memory", loops.opened(url, mix, rate=rate, seconds=seconds))
    fifth = max(1, len(held) // 5)
    parts = {"first": held[:fifth], "middle": held[2 * fifth : 3 * fifth], "last": held[-fifth:]}
    for name, some in parts.items():
        tell("load", f"memory of the web processes over {MINUTES:g} minutes: {name} fifth",
             median(some), "MB", against="the middle fifth", ratio=median(some) / median(parts["middle"]),
             n=met.answered)  # fmt: skip


if __name__ == "__main__":
    main()
