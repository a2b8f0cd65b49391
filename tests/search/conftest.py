"""Indexes for the search tests: an empty one, and one filled with a random market, of each engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from itertools import count

import pytest

from search.documents import ListingDocument
from search.embedded_index import EmbeddedIndex
from search.index import Index
from search.meilisearch_index import MeilisearchIndex, make_key
from tests.search.documents import random_documents
from tests.services import MASTER_KEY, Meilisearch, meilisearch_server

#: The last is one index over two servers.
ENGINES = ("embedded", "meilisearch", "two servers")

Make = Callable[[str], Index]


@pytest.fixture(scope="session")
def make_index(
    tmp_path_factory: pytest.TempPathFactory, meilisearch: Callable[[], Meilisearch]
) -> Iterator[Make]:
    """Makes an index of an engine, on nothing yet."""
    numbers = count(1)
    with ExitStack() as stack:

        @cache
        def second() -> Meilisearch:
            return stack.enter_context(meilisearch_server(tmp_path_factory.mktemp("second") / "meilisearch"))

        def make(engine: str) -> Index:
            made: Index
            if engine == "embedded":
                made = EmbeddedIndex(tmp_path_factory.mktemp("search"), writable=True)
            else:
                url, name = meilisearch().url, f"search{next(numbers)}"
                if engine == "two servers":
                    url = f"{url},{second().url}"
                key = make_key(url, master_key=MASTER_KEY, name=name)
                # What is found is asked here, not how soon on a busy machine.
                made = MeilisearchIndex(url, key=key, name=name, patience=20)
            stack.callback(made.close)
            return made

        yield make


@pytest.fixture(params=ENGINES)
def index(request: pytest.FixtureRequest, make_index: Make) -> Iterator[Index]:
    """An empty index, of each engine in turn."""
    made = make_index(request.param)
    made.rebuild([])
    yield made
    made.close()


class Market(list[ListingDocument]):
    """Listings that a failing example names in short."""

    def __repr__(self) -> str:
        return f"<{len(self)} listings>"


@pytest.fixture(scope="session")
def market() -> Market:
    """Three hundred listings, many of which tie."""
    return Market(random_documents(seed=7, count=300))


@pytest.fixture(scope="session")
def fill(make_index: Make, market: list[ListingDocument]) -> Callable[[str], Index]:
    """An index of an engine that holds the market and came to it in several changes; tests only read it."""
    held: dict[str, Index] = {}

    def fill_it(engine: str) -> Index:
        if engine not in held:
            made = held[engine] = make_index(engine)
            made.rebuild(market[:100])
            # Other listings under ids to come, and some to be taken out again: the index has seen changes.
            stale = random_documents(seed=8, count=60)
            made.apply(stale, [])
            made.apply(market[100:200], [one.id for one in stale])
            made.apply(market, [])
        return held[engine]

    return fill_it


@pytest.fixture(params=ENGINES)
def filled(request: pytest.FixtureRequest, fill: Callable[[str], Index]) -> Index:
    """The index that holds the market, of each engine in turn."""
    return fill(request.param)
