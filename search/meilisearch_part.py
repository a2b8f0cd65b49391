"""An index on one Meilisearch server: the whole of ours, or the part of it that lies there. What goes in and
out of it; who asks, and which listings are whose, is `meilisearch_index.py`.
"""

import contextlib
from collections.abc import Sequence
from typing import Any

from meilisearch.models.task import TaskInfo

from search.errors import SearchBroken, SearchUnavailable
from search.meilisearch_client import REBUILD, REQUEST_TIME, Connection
from search.meilisearch_settings import bears_signature, settings

Fields = dict[str, Any]

#: The server takes in at once all that waits, which is faster than one batch after the other; what waits
#: lies on its disk.
_IN_FLIGHT = 50


class Part:
    """The index ``uid`` on a server, and beside it, while there is a rebuild, the fresh one. ``which`` tells
    the part from those that other numbers of servers would hold; "" for the whole. Errors are the client's:
    the caller guards.
    """

    def __init__(self, server: Connection, uid: str, which: str = "") -> None:
        self.server, self.uid, self._which = server, uid, which
        self.fresh = f"{uid}-fresh"
        self._filling: list[TaskInfo] = []

    def check_settings(self, *, seconds: float = REQUEST_TIME) -> None:
        """Raise SearchBroken unless this very program's settings were applied, for this part."""
        found = self.server.index(self.uid, seconds=seconds).get_settings()
        if not bears_signature(found, self._which):
            raise SearchBroken(f"another version of the program built the search index: {REBUILD}")

    def tell(self, uid: str, put: list[Fields], delete: Sequence[int]) -> list[TaskInfo]:
        """Put and delete; the tasks that do it, both on their way."""
        index, started = self.server.index(uid), []
        if put:
            started.append(index.add_documents(put, primary_key="id"))
        ids = [one for one in delete if 1 <= one < 2**63]
        if ids:
            # By the endpoint: the client's own way to give ids is to go, and by filter they would be floats.
            answer = index.http.post(f"indexes/{uid}/documents/delete-batch", [str(one) for one in ids])
            started.append(TaskInfo(**answer))
        return started

    def make_fresh(self) -> None:
        """An empty index with its settings: they come first, or everything would be indexed twice."""
        self.drop_fresh()
        self._filling = []
        made = self.server.client().create_index(self.fresh, {"primaryKey": "id"})
        self.server.finish(made, self.server.index(self.fresh).update_settings(settings(self._which)))

    def fill(self, put: list[Fields]) -> None:
        """Send documents to the fresh index; waits only when many are under way."""
        self._filling += self.tell(self.fresh, put, [])
        if len(self._filling) >= _IN_FLIGHT:
            self.server.finish(self._filling.pop(0))

    def filled(self) -> None:
        """Wait until all that was sent is in."""
        self.server.finish(*self._filling)
        self._filling = []

    def drop_fresh(self) -> None:
        """Delete the fresh index, if there is one."""
        if self._born(self.fresh):
            self.server.finish(self.server.client().delete_index(self.fresh))

    def swap_in(self) -> None:
        """Swap, delete the old one, and raise SearchUnavailable unless the fresh one is in its place.

        The swap itself is no task of one index, so a key for our own indexes alone may not look at it. Tasks
        are done in order: once the old index is deleted, the swap before it has been tried.
        """
        client, born = self.server.client(), self._born(self.fresh)
        if not self._born(self.uid):
            self.server.finish(client.create_index(self.uid, {"primaryKey": "id"}))
        client.swap_indexes([{"indexes": [self.uid, self.fresh]}])
        self.server.finish(client.delete_index(self.fresh))
        if self._born(self.uid) != born:
            raise SearchUnavailable("the search server did not swap the fresh index in; try again")

    def _born(self, uid: str) -> str:
        """When an index was made, which tells two of one name apart; "" if there is none."""
        with contextlib.suppress(SearchBroken), self.server.guarded("rebuild"):
            return str(self.server.client().get_raw_index(uid)["createdAt"])
        return ""

    def fingerprints(self) -> list[tuple[int, str]]:
        """Each listing held, by ascending id."""
        # In one request: between two of them a rebuild might swap the index.
        found = self.server.index(self.uid).get_documents(
            {"fields": ["id", "fingerprint"], "limit": 10_000_000}
        )
        return sorted((int(one.id), str(one.fingerprint)) for one in found.results)
