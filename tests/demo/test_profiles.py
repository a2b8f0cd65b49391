"""The demo is the same market on both profiles: the same figures to the byte, and the same hits.

`make test` looks at its life up to the middle of 2022, `make soak` at all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market import clock, commands, worker
from market.__main__ import main
from market.catalogue.models import Product
from market.db import Database
from market.demo import commands as demo
from market.engine import make_engine
from market.listings import indexing
from market.listings.models import Listing
from market.runtime import Runtime
from market.settings import Settings
from search.query import Query
from tests.demo.test_article import load
from tests.make import environment
from tests.profiles import NAMES, Profile


@dataclass(frozen=True, slots=True)
class Both:
    """The loaded demo on each profile, in databases of the test's own, and a day within its life."""

    settings: list[Settings]
    on: date
    asked: tuple[tuple[str, ...], ...]


ASKED: tuple[tuple[str, ...], ...] = (
    ("--as-of", "2021-12-31"),
    ("--as-of", "2022-06-30", "--period", "2022-H1"),
    ("--period", "2022-05", "--place", "954@2022-01-01", "--as-of", "2022-07-01"),
)
LATER: tuple[tuple[str, ...], ...] = (
    ("--as-of", "2024-12-31"),
    ("--period", "2025-H1", "--place", "960@2022-01-01", "--as-of", "2025-08-31"),
    ("--period", "2025"),
    (),
)


def _load_all(database: Database) -> None:
    commands.migrate(database)
    worker.subscribe_all()
    demo.load(database)


@pytest.fixture(params=["until July 2022", pytest.param("whole", marks=pytest.mark.soak)])
def both(request: pytest.FixtureRequest, made_profiles: Callable[[str], Profile], tmp_path: Path) -> Both:
    whole = request.param == "whole"
    made = []
    for name in NAMES:
        profile = made_profiles(name)
        like = profile.made_once("whole-demo", _load_all) if whole else profile.made_once("demo", load)
        made.append(profile.own(tmp_path / name, like=like))
    return Both(made, clock.today() if whole else date(2022, 7, 10), ASKED + LATER if whole else ASKED)


def test_both_profiles_tell_the_same_figures(
    both: Both, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in both.asked:
        told = []
        for settings in both.settings:
            for name, value in environment(settings).items():
                monkeypatch.setenv(name, value)
            assert main(["figures", *arguments, "--json"]) == 0
            told.append(capsys.readouterr().out)
        assert told[0] == told[1]
        assert len(told[0]) > 1_000


@contextmanager
def _indexed(settings: Settings) -> Iterator[tuple[Runtime, dict[int, tuple[str, ...]]]]:
    """The profile with its index filled, and what identifies each listing whatever its id is."""
    runtime = Runtime.open(settings, Database(make_engine(settings.database)))
    try:
        assert indexing.rebuild(runtime.database, runtime.the_index()) > 150
        with runtime.database.reading() as session:
            rows = session.execute(
                sa.select(Listing.id, Listing.title, Listing.party_id, Listing.published_at)
            ).all()
        yield runtime, {row.id: (row.title, str(row.party_id), str(row.published_at)) for row in rows}
    finally:
        runtime.close()


def fifty_queries(runtime: Runtime) -> list[Query]:
    """Products by their names, with and without accents, half typed, with filters and orders."""
    with runtime.database.reading() as session:
        names = session.scalars(sa.select(Product.name_vi).order_by(Product.position, Product.id)).all()
    made = [Query(name, limit=1_000) for name in names[:18]]
    made += [Query(name.lower()[:-2], limit=1_000) for name in names[18:26]]
    made += [
        Query(text, limit=1_000)
        for text in ("tom su", "gao st25 huu co", "lua om", "muối", "muoi", "của", "chiếu lác khổ lớn", "htx")
    ]
    made += [Query(sort=sort, limit=1_000) for sort in ("relevance", "newest", "price", "volume", "ending")]
    made += [Query("lúa", sort=sort, limit=1_000) for sort in ("newest", "price", "volume", "ending")]
    made += [
        Query(sectors=("shrimp",), limit=1_000),
        Query("tôm", sectors=("shrimp", "rice"), price_max=200_000, limit=1_000),
        Query(places=("954",), limit=1_000),
        Query(volume_min=10_000_000, limit=1_000),
        Query("gạo", ocop_min=3, limit=1_000),
        Query(months=("2022-08", "2022-09"), limit=1_000),
        Query("cá kèo vĩnh lợi xyz", limit=1_000),
    ]
    assert len(made) == 50
    return made


def _all_hits(runtime: Runtime, query: Query) -> list[int]:
    """The hits of all pages."""
    found: list[int] = []
    while page := runtime.the_index().search(replace(query, offset=len(found))).ids:
        found += page
    return found


def test_both_profiles_find_the_same(both: Both) -> None:
    one, other = both.settings
    with clock.at(both.on), _indexed(one) as (embedded, its_names), _indexed(other) as (server, names):
        some = 0
        for query in fifty_queries(embedded):
            here, there = embedded.the_index().search(query), server.the_index().search(query)
            assert (here.total, here.facets) == (there.total, there.facets), query
            found: list[list[Any]] = [
                [its_names[id_] for id_ in _all_hits(embedded, query)],
                [names[id_] for id_ in _all_hits(server, query)],
            ]
            if query.text and query.sort == "relevance":
                # The order is each engine's own, but for what it promises.
                found = [sorted(one) for one in found]
            assert found[0] == found[1], query
            assert here.understood == there.understood, query
            some += bool(here.total)
        assert some > 40, "finding nothing twice proves nothing"
