"""What only an index over several search servers does: each listing lies on one of them, the first asks the
others, and a part of the market is no answer. What every index promises is tested over two in
`test_contract.py` and `test_writing.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from search.errors import SearchBroken, SearchUnavailable, SearchUnfit
from search.meilisearch_client import FAILURES, REST
from search.meilisearch_index import MeilisearchIndex, make_key
from search.query import Query
from tests.search.documents import make_document, random_documents
from tests.services import MASTER_KEY, Meilisearch, meilisearch_server


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[Meilisearch]]:
    """Two servers of the test's own, which do not know each other."""
    with ExitStack() as stack:
        yield [stack.enter_context(meilisearch_server(tmp_path / name)) for name in ("first", "second")]


def _url(servers: list[Meilisearch]) -> str:
    return ", ".join(one.url for one in servers)


@pytest.fixture
def held(servers: list[Meilisearch]) -> Iterator[MeilisearchIndex]:
    """An index over both that holds forty listings."""
    key = make_key(_url(servers), master_key=MASTER_KEY, name="market")
    index = MeilisearchIndex(_url(servers), key=key)
    index.rebuild([make_document(id_) for id_ in range(1, 41)])
    yield index
    index.close()


def _count(server: Meilisearch) -> int:
    return int(server.master.index("market-listings").get_stats().number_of_documents)


def test_each_listing_lies_on_one_server(servers: list[Meilisearch], held: MeilisearchIndex) -> None:
    assert [_count(one) for one in servers] == [20, 20]
    held.apply([make_document(41), make_document(42)], [2, 4])
    assert [_count(one) for one in servers] == [19, 21]
    assert held.search(Query()).total == 40
    assert {one.uid for one in servers[1].master.get_indexes()["results"]} == {"market-listings"}


@pytest.mark.parametrize("gone", [0, 1])
def test_a_part_of_the_market_is_no_answer(
    servers: list[Meilisearch], held: MeilisearchIndex, gone: int
) -> None:
    servers[gone].stop(kill=True)
    for _ in range(FAILURES + 1):
        with pytest.raises(SearchUnavailable):
            held.search(Query())
    with pytest.raises(SearchUnavailable):
        held.health()
    with pytest.raises(SearchUnavailable):
        held.apply([make_document(50), make_document(51)], [])
    servers[gone].start()
    time.sleep(REST)
    held.apply([make_document(50), make_document(51)], [])
    assert held.search(Query()).total == 42, "and it heals by itself"


def test_a_rebuild_that_one_server_does_not_end_leaves_the_old_index(
    servers: list[Meilisearch], held: MeilisearchIndex
) -> None:
    def documents() -> Iterator[object]:
        yield from random_documents(seed=4, count=10)
        servers[1].stop(kill=True)

    with pytest.raises(SearchUnavailable):
        held.rebuild(documents())  # type: ignore[arg-type]
    servers[1].start()
    time.sleep(REST)
    assert held.search(Query()).total == 40


def test_servers_that_were_not_told_of_each_other_are_named(servers: list[Meilisearch]) -> None:
    keys = [make_key(one.url, master_key=MASTER_KEY, name="market") for one in servers]
    assert keys[0] == keys[1]
    index = MeilisearchIndex(_url(servers), key=keys[0])
    index.rebuild([make_document(1)])
    with pytest.raises(SearchUnfit, match="do not know each other"):
        index.search(Query())
    make_key(_url(servers), master_key=MASTER_KEY, name="market")
    time.sleep(REST)
    assert index.search(Query()).ids == (1,)
    index.close()


def test_another_number_of_servers_asks_for_a_rebuild(
    servers: list[Meilisearch], held: MeilisearchIndex
) -> None:
    key = make_key(servers[0].url, master_key=MASTER_KEY, name="market")
    alone = MeilisearchIndex(servers[0].url, key=key)
    with pytest.raises(SearchBroken, match="rebuild"):
        alone.health()
    with pytest.raises(SearchBroken, match="rebuild"):
        alone.apply([make_document(60)], [])
    alone.rebuild([make_document(1), make_document(2)])
    assert alone.search(Query()).ids == (1, 2)
    with pytest.raises(SearchBroken, match="rebuild"):
        held.health()
    alone.close()
