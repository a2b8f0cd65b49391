"""Many people at once on a market of 100,000 listings and as many agreements: the server profile as it is in
production, by one web process and by two, a worker beside them. What they ask is `lib/mix.py`'s; how they
come, alone, as a closed loop and as an open one, `lib/loops.py`'s. Every answer must be the right one.

Beside it, in the same run and ways: a bare page of FastAPI and Jinja2 as large as a page of search
(`lib/floor.py`), and Datasette on the same listings. Then where the time of the page goes that costs most
(`lib/hottest.py`), and what memory the web processes hold while visitors go on coming.

`MARKET_LOAD_LISTINGS` and `MARKET_LOAD_LINKS` (100000), `MARKET_LOAD_SECONDS` of each loop (10),
`MARKET_LOAD_VISITORS` of the closed loop (16), `MARKET_LOAD_MINUTES` of the look at memory (1).
`MARKET_BENCH_RIVALS=no` leaves Datasette out.
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
    public,
    questions,
    traders,
)
from benchmarks.lib.loops import Met
from benchmarks.lib.mix import LOOKING, Mix
from benchmarks.lib.report import tell
from market.db import Database, make_engine
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
BARE = "a bare page"
SEARCH = "search, page"


def main() -> None:
    """Fill, let people come in each way, and print."""
    with engines.folder() as where, market.profile("server", where / "server") as profile:
        settings = profile.empty(where / "data")
        mix = filled(settings, where)
        gc.freeze()  # what filling has left is not to be gone through in the middle of a loop
        rival = datasette(where, settings, mix) if RIVALS else None
        for number in PROCESSES:
            with serving(settings, number) as (group, url):
                rate = measure(settings, url, number, mix, rival)
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
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
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


def datasette(where: Path, settings: Settings, mix: Mix) -> Met | None:
    """What those meet who only look, at Datasette; None where this machine cannot have it."""
    with datasette_pages.serving(where / "rivals", market.documents(settings)) as pages:
        if pages is None:
            return None
        deal = pages.instead_of(mix.like(LOOKING))
        met = checked("Datasette", loops.closed(pages.url, deal, visitors=VISITORS, seconds=SECONDS))
    tell_rate("Datasette, closed loop, searches and listings", met, {})
    return met


def measure(settings: Settings, url: str, number: int, mix: Mix, rival: Met | None) -> float:
    """Visitors in each way, a bare page beside them; gives answers a second of the closed loop."""
    us = f"{number} web process" + ("es" if number > 1 else "")
    warm = checked(us, loops.closed(url, mix, visitors=VISITORS, seconds=SECONDS / 2))
    with floor.serving(settings, number, int(median(warm.sizes[SEARCH])), **PRODUCTION) as bare:

        def alone(to: str, deal: loops.Deal) -> Met:
            return checked(us, loops.closed(to, deal, visitors=1, seconds=SECONDS))

        def closed(to: str, deal: loops.Deal) -> Met:
            return checked(us, loops.closed(to, deal, visitors=VISITORS, seconds=SECONDS))

        tell_times(f"{us}, one visitor", alone(url, mix), alone(bare, floor.ask))
        met, floored = closed(url, mix), closed(bare, floor.ask)
        tell_rate(f"{us}, closed loop", met, {BARE: floored})
        tell_times(f"{us}, closed loop", met, floored)
        rate = met.rate * PART
        met = checked(us, loops.opened(url, mix, rate=rate, seconds=SECONDS))
        floored_open = checked(us, loops.opened(bare, floor.ask, rate=rate, seconds=SECONDS))
        tell_rate(f"{us}, open loop", met, {})
        tell_times(f"{us}, open loop", met, floored_open)
        met = closed(url, mix.like(LOOKING))
        others = {BARE: floored} | ({"Datasette": rival} if rival else {})
        tell_rate(f"{us}, closed loop, searches and listings", met, others)
        if rival:
            tell_times(f"{us}, closed loop, searches and listings", met, rival, "Datasette")
    return rate


def checked(who: str, met: Met) -> Met:
    """The same, unless something was not answered as it must be."""
    assert not met.errors, f"{who}: {len(met.errors)} errors: {met.errors[:3]}"
    return met


def tell_rate(figure: str, met: Met, others: dict[str, Met]) -> None:
    """Answers a second, beside others', and that none was wrong."""
    for name, other in others.items() or {"": met}.items():
        ratio = met.rate / other.rate if name else None
        tell("load", f"{figure}: answered", met.rate, "pages/s", against=name, ratio=ratio, n=met.answered)
    tell("load", f"{figure}: errors", len(met.errors), "pages", n=met.answered)


def tell_times(figure: str, met: Met, other: Met, name: str = BARE) -> None:
    """How long each kind of page took, beside the other's of that kind, or its one kind."""
    for kind in sorted(met.times):
        for share in SHARES:
            value = met.took(share, kind)
            beside = other.took(share, kind if kind in other.times else "")
            tell("load", f"{figure}, {kind}: p{share * 100:.0f}", value, "ms", against=name,
                 ratio=value / beside, n=len(met.times[kind]))  # fmt: skip


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
