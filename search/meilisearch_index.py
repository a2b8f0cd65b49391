"""Meilisearch behind `index.Index`: servers of their own, which several processes may ask and tell.

The way to a server is `meilisearch_client.py`, what lies on it `meilisearch_part.py`, the fields are
`meilisearch_settings.py`, the questions `meilisearch_query.py`, several servers `meilisearch_federation.py`;
what is promised stands in `index.py`. That only one process at a time applies changes or rebuilds is the
caller's care: it holds the lock of its change queue.
"""

import contextlib
import heapq
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from meilisearch.errors import MeilisearchApiError

from search import meilisearch_federation as federation
from search import meilisearch_query
from search.addresses import addresses
from search.documents import ListingDocument
from search.errors import SearchError
from search.index import Meanwhile, catch_up
from search.meilisearch_client import SEARCH_TIME, TASK_TIME, Connection, key_request
from search.meilisearch_part import Fields, Part
from search.meilisearch_settings import to_engine
from search.query import Page, Query

#: The first ones are few, so that the servers begin early.
_FIRST, _BATCH = 1000, 5000
_APPLY_TIME = 60.0


def make_key(url: str, *, master_key: str, name: str) -> str:
    """A key for `MeilisearchIndex` and nothing else, the same each time; several servers are told of each
    other. Raises SearchUnfit.
    """
    servers = [Connection(one, master_key) for one in addresses(url)]
    try:
        keys = [_key_of(server, name) for server in servers]
        for place, server in enumerate(servers):
            if len(servers) > 1:
                with server.guarded("ask"):
                    urls = [one.url for one in servers]
                    federation.introduce(server, place, urls, uid=_uid(name), key=keys[0])
        return keys[0]
    finally:
        for server in servers:
            server.close()


def _uid(name: str) -> str:
    return f"{name}-listings"


def _key_of(server: Connection, name: str) -> str:
    server.check_server()
    uid = str(uuid5(NAMESPACE_URL, f"cho-lien-ket:{name}"))
    with server.guarded("ask"):
        try:
            made = server.client().create_key({"uid": uid, **key_request(name)})
        except MeilisearchApiError as error:
            if error.code != "api_key_already_exists":
                raise
            made = server.client().get_key(uid)
    return str(made.key)


class MeilisearchIndex:
    """The index `name` on the server at `url`, or on several (commas between them): a listing lies on one of
    them, the first is asked. See `index.Index` for its methods. Opening it asks nothing; a search waits for
    an answer for `patience` seconds.
    """

    def __init__(
        self, url: str, *, key: str = "", name: str = "market", patience: float = SEARCH_TIME
    ) -> None:
        self._uid, self._patience = _uid(name), patience
        servers = addresses(url)
        self._parts = [
            Part(Connection(one, key), self._uid, federation.which(place, len(servers)))
            for place, one in enumerate(servers)
        ]
        self._first = self._parts[0].server
        self._writing = threading.RLock()

    def check_server(self) -> None:
        """See `index.Index.check_server`."""
        for part in self._parts:
            part.server.check_server()

    def search(self, query: Query) -> Page:
        """See `index.Index.search`."""
        give_up = time.monotonic() + self._patience

        def ask(queries: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return self._ask(queries, give_up)

        with self._first.guarded("search", breaker=True):
            return meilisearch_query.run(ask, query)

    def _ask(self, queries: list[dict[str, Any]], give_up: float) -> list[dict[str, Any]]:
        def left() -> float:
            return max(0.1, give_up - time.monotonic())

        if len(self._parts) > 1:
            # A federated request merges all its questions into one answer: each needs its own.
            each = (self._first, self._uid, len(self._parts))
            return [federation.ask(*each, one, seconds=left()) for one in queries]
        named = [{"indexUid": self._uid, **one} for one in queries]
        results: list[dict[str, Any]] = self._first.client(seconds=left()).multi_search(named)["results"]
        return results

    def apply(self, put: Sequence[ListingDocument], delete: Sequence[int]) -> None:
        """See `index.Index.apply`."""
        gone = set(delete)
        made = self._dealt([one for one in put if one.id not in gone])
        with self._writing:
            for part in self._parts:
                with part.server.guarded("apply"):
                    # Telling an index that is not there would make one without settings.
                    part.check_settings()
            self._tell(made, sorted(gone), fresh=False, seconds=_APPLY_TIME)

    def rebuild(self, documents: Iterable[ListingDocument], meanwhile: Meanwhile | None = None) -> int:
        """See `index.Index.rebuild`. Of several servers one after the other swaps its part in, once all are
        full.
        """
        with self._writing:
            try:
                for part in self._parts:
                    with part.server.guarded("rebuild"):
                        part.make_fresh()
                seen = self._fill(documents)
                for put, delete in catch_up(meanwhile):
                    seen = (seen | {one.id for one in put}) - set(delete)
                    self._tell(self._dealt(put), list(delete), fresh=True, seconds=TASK_TIME)
                for part in self._parts:
                    with part.server.guarded("rebuild"):
                        part.swap_in()
            finally:
                # The half full ones after a failure; after a swap there are none.
                for part in self._parts:
                    with contextlib.suppress(SearchError), part.server.guarded("rebuild"):
                        part.drop_fresh()
            return len(seen)

    def _fill(self, documents: Iterable[ListingDocument]) -> set[int]:
        """What iterating over the documents raises goes through untouched."""
        seen: set[int] = set()
        source, size = iter(documents), _FIRST
        while batch := list(islice(source, size * len(self._parts))):
            size = _BATCH
            seen |= {one.id for one in batch}
            for part, made in zip(self._parts, self._dealt(batch), strict=True):
                with part.server.guarded("rebuild"):
                    part.fill(made)
        for part in self._parts:
            with part.server.guarded("rebuild"):
                part.filled()
        return seen

    def _dealt(self, documents: Iterable[ListingDocument]) -> list[list[Fields]]:
        """The engine's documents of each part. The last of one id stays: within one request the engine
        promises nothing.
        """
        dealt: list[dict[int, Fields]] = [{} for _ in self._parts]
        for one in documents:
            dealt[federation.place_of(one.id, len(dealt))][one.id] = to_engine(one)
        return [list(made.values()) for made in dealt]

    def _tell(self, dealt: list[list[Fields]], delete: list[int], *, fresh: bool, seconds: float) -> None:
        """Put and delete on every server, and wait for it. All is on its way before any is waited for."""
        started = []
        for place, (part, put) in enumerate(zip(self._parts, dealt, strict=True)):
            gone = [one for one in delete if federation.place_of(one, len(dealt)) == place]
            with part.server.guarded("apply"):
                started.append(part.tell(part.fresh if fresh else part.uid, put, gone))
        for part, tasks in zip(self._parts, started, strict=True):
            with part.server.guarded("apply"):
                part.server.finish(*tasks, seconds=seconds)

    def fingerprints(self) -> Iterator[tuple[int, str]]:
        """See `index.Index.fingerprints`. All of a server's from the moment of the first one."""
        held = []
        for part in self._parts:
            with part.server.guarded("fingerprints"):
                held.append(part.fingerprints())
        yield from heapq.merge(*held)

    def health(self) -> None:
        """See `index.Index.health`."""
        with self._first.guarded("ask", breaker=True):
            for part in self._parts:
                with part.server.guarded("ask"):
                    part.check_settings(seconds=SEARCH_TIME)

    def close(self) -> None:
        """See `index.Index.close`."""
        for part in self._parts:
            part.server.close()
