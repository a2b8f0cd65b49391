"""Indexes for the search tests: an empty one, and one filled with a random market.

Each engine is named once in ENGINES; a second one joins the contract by a second line.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.documents import ListingDocument
from search.embedded_index import EmbeddedIndex
from search.index import Index
from tests.search.documents import random_documents

ENGINES: dict[str, Callable[[Path], Index]] = {
    "embedded": lambda folder: EmbeddedIndex(folder, writable=True),
}


@pytest.fixture(params=ENGINES)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """An empty index, of each engine in turn."""
    made = ENGINES[request.param](tmp_path / "search")
    made.rebuild([])
    yield made
    made.close()


@pytest.fixture(scope="module")
def market() -> list[ListingDocument]:
    """Three hundred listings, many of which tie."""
    return random_documents(seed=7, count=300)


@pytest.fixture(scope="module", params=ENGINES)
def filled(
    request: pytest.FixtureRequest, market: list[ListingDocument], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """An index that holds `market`, came to it in several changes, and is only read by tests."""
    made = ENGINES[request.param](tmp_path_factory.mktemp("filled"))
    made.rebuild(market[:100])
    # Other listings under ids to come, and some to be taken out again: the index has seen changes.
    stale = random_documents(seed=8, count=60)
    made.apply(stale, [])
    made.apply(market[100:200], [one.id for one in stale])
    made.apply(market, [])
    yield made
    made.close()
