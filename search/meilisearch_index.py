"""Meilisearch behind `index.Index`: a server of its own, which several processes may ask and tell.

The way to it is `meilisearch_client.py`, the fields are `meilisearch_settings.py`, the questions
`meilisearch_query.py`; what is promised stands in `index.py`. That only one process at a time applies changes
or rebuilds is the caller's care: it holds the lock of its change queue.
"""

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from meilisearch.errors import MeilisearchApiError
from meilisearch.models.task import TaskInfo

from search import meilisearch_query
from search.documents import ListingDocument
from search.errors import SearchBroken, SearchError, SearchUnavailable
from search.index import Meanwhile, catch_up
from search.meilisearch_client import REBUILD, REQUEST_TIME, SEARCH_TIME, Connection, key_request
from search.meilisearch_settings import bears_signature, settings, to_engine
from search.query import Page, Query

_BATCH = 5000
#: The server takes in at once all that waits, which is faster than one batch after the other; what waits
#: lies on its disk.
_IN_FLIGHT = 50
_APPLY_TIME = 60.0


def make_key(url: str, *, master_key: str, name: str) -> str:
    """A key for `MeilisearchIndex` and nothing else, the same each time. Raises SearchUnfit."""
    server = Connection(url, master_key)
    try:
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
    finally:
        server.close()


class MeilisearchIndex:
    """The index `name` on the server at `url`; see `index.Index` for its methods. Opening it asks nothing; a
    search waits for an answer for `patience` seconds.
    """

    def __init__(
        self, url: str, *, key: str = "", name: str = "market", patience: float = SEARCH_TIME
    ) -> None:
        self._uid, self._patience = f"{name}-listings", patience
        self._server = Connection(url, key)
        self._writing = threading.RLock()

    def check_server(self) -> None:
        """Raise SearchUnfit unless a server of a known version answers and takes the key."""
        self._server.check_server()

    def search(self, query: Query) -> Page:
        """See `index.Index.search`."""
        give_up = time.monotonic() + self._patience

        def ask(queries: list[dict[str, Any]]) -> list[dict[str, Any]]:
            client = self._server.client(seconds=max(0.1, give_up - time.monotonic()))
            named = [{"indexUid": self._uid, **one} for one in queries]
            results: list[dict[str, Any]] = client.multi_search(named)["results"]
            return results

        with self._server.guarded("search", breaker=True):
            return meilisearch_query.run(ask, query)

    def apply(self, put: Sequence[ListingDocument], delete: Sequence[int]) -> None:
        """See `index.Index.apply`."""
        gone = set(delete)
        made = {one.id: to_engine(one) for one in put if one.id not in gone}
        with self._writing, self._server.guarded("apply"):
            # Telling an index that is not there would make one without settings.
            self._check_settings()
            self._tell(self._uid, list(made.values()), sorted(gone), seconds=_APPLY_TIME)

    def rebuild(self, documents: Iterable[ListingDocument], meanwhile: Meanwhile | None = None) -> int:
        """See `index.Index.rebuild`."""
        fresh = f"{self._uid}-fresh"
        with self._writing:
            with self._server.guarded("rebuild"):
                self._make(fresh)
            try:
                seen = self._fill(fresh, documents)
                for put, delete in catch_up(meanwhile):
                    seen = (seen | {one.id for one in put}) - set(delete)
                    with self._server.guarded("rebuild"):
                        self._tell(fresh, [to_engine(one) for one in put], list(delete))
                with self._server.guarded("rebuild"):
                    self._swap_in(fresh)
            finally:
                # The half full one after a failure; after a swap there is none.
                with contextlib.suppress(SearchError), self._server.guarded("rebuild"):
                    self._drop(fresh)
            return len(seen)

    def fingerprints(self) -> Iterator[tuple[int, str]]:
        """See `index.Index.fingerprints`. All from the moment of the first one."""
        with self._server.guarded("fingerprints"):
            # In one request: between two of them a rebuild might swap the index.
            found = self._server.index(self._uid).get_documents(
                {"fields": ["id", "fingerprint"], "limit": 10_000_000}
            )
        yield from sorted((int(one.id), str(one.fingerprint)) for one in found.results)

    def health(self) -> None:
        """See `index.Index.health`."""
        with self._server.guarded("ask", breaker=True):
            self._check_settings(seconds=SEARCH_TIME)

    def close(self) -> None:
        """See `index.Index.close`."""
        self._server.close()

    def _check_settings(self, *, seconds: float = REQUEST_TIME) -> None:
        if not bears_signature(self._server.index(self._uid, seconds=seconds).get_settings()):
            raise SearchBroken(f"another version of the program built the search index: {REBUILD}")

    def _tell(
        self, uid: str, put: list[dict[str, Any]], delete: list[int], *, seconds: float = 600.0
    ) -> None:
        """Put and delete, and wait for it. Both are on their way before either is waited for."""
        index, started = self._server.index(uid), []
        if put:
            started.append(index.add_documents(put, primary_key="id"))
        ids = [one for one in delete if 1 <= one < 2**63]
        if ids:
            # By the endpoint: the client's own way to give ids is to go, and by filter they would be floats.
            answer = index.http.post(f"indexes/{uid}/documents/delete-batch", [str(one) for one in ids])
            started.append(TaskInfo(**answer))
        self._server.finish(*started, seconds=seconds)

    def _make(self, uid: str) -> None:
        """An empty index with its settings: they come first, or everything would be indexed twice."""
        self._drop(uid)
        made = self._server.client().create_index(uid, {"primaryKey": "id"})
        self._server.finish(made, self._server.index(uid).update_settings(settings()))

    def _drop(self, uid: str) -> None:
        if self._born(uid):
            self._server.finish(self._server.client().delete_index(uid))

    def _fill(self, uid: str, documents: Iterable[ListingDocument]) -> set[int]:
        """What iterating over the documents raises goes through untouched."""
        seen: set[int] = set()
        started: list[Any] = []
        source = iter(documents)
        while batch := list(islice(source, _BATCH)):
            # The last of one id stays; within one request the engine promises nothing.
            made = {one.id: to_engine(one) for one in batch}
            seen |= made.keys()
            with self._server.guarded("rebuild"):
                index = self._server.index(uid)
                started.append(index.add_documents(list(made.values()), primary_key="id"))
                if len(started) >= _IN_FLIGHT:
                    self._server.finish(started.pop(0))
        with self._server.guarded("rebuild"):
            self._server.finish(*started)
        return seen

    def _swap_in(self, fresh: str) -> None:
        """Swap, delete the old one, and raise SearchUnavailable unless the fresh one is in its place.

        The swap itself is no task of one index, so a key for our own indexes alone may not look at it. Tasks
        are done in order: once the old index is deleted, the swap before it has been tried.
        """
        client, born = self._server.client(), self._born(fresh)
        if not self._born(self._uid):
            self._server.finish(client.create_index(self._uid, {"primaryKey": "id"}))
        client.swap_indexes([{"indexes": [self._uid, fresh]}])
        self._server.finish(client.delete_index(fresh))
        if self._born(self._uid) != born:
            raise SearchUnavailable("the search server did not swap the fresh index in; try again")

    def _born(self, uid: str) -> str:
        """When an index was made, which tells two of one name apart; "" if there is none."""
        with contextlib.suppress(SearchBroken), self._server.guarded("rebuild"):
            return str(self._server.client().get_raw_index(uid)["createdAt"])
        return ""
