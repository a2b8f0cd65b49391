"""What the running process holds: settings, database, index. Opened once by the application, the worker or a
command, and handed to jobs and commands; no feature opens its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from market.db import Database
from market.errors import Misconfigured
from market.settings import Settings
from search.embedded_index import EmbeddedIndex
from search.errors import SearchUnavailable, SearchUnfit
from search.index import Index

Access = Literal["write", "read"]

#: Which setting is wrong when an engine says that a part is, and what to do.
_ADVICE = {
    "url": ("MARKET_SEARCH_URL", "start Meilisearch there, or correct the address"),
    "key": ("MARKET_SEARCH_KEY", "make one with 'market index key'"),
    "server": ("MARKET_SEARCH_URL", "use a server of a version that this program knows"),
}


@dataclass(slots=True)
class Runtime:
    """``index`` is None when it cannot be opened; pages then answer from SQL and the change queue waits."""

    settings: Settings
    database: Database
    index: Index | None = None
    index_error: str = ""

    @classmethod
    def open(cls, settings: Settings, database: Database, *, access: Access = "write") -> Runtime:
        """Open the index of the profile; a failure is kept, not raised, so that pages stay up."""
        runtime = cls(settings, database)
        try:
            if settings.search_url:
                # Here, because its client takes as long to import as many a command to run.
                from search.meilisearch_index import MeilisearchIndex

                runtime.index = MeilisearchIndex(
                    settings.search_url, key=settings.search_key, name=settings.search_index
                )
            else:
                runtime.index = EmbeddedIndex(settings.index_dir, writable=access == "write")
        except SearchUnavailable as error:
            runtime.index_error = str(error)
        return runtime

    def check_search(self) -> None:
        """Raise ``Misconfigured`` when the settings lead to no search server of a known version. An index
        that is still to be built stops no start.
        """
        if self.index is not None:
            try:
                self.index.check_server()
            except SearchUnfit as error:
                setting, advice = _ADVICE[error.part]
                raise Misconfigured(f"{setting}: {error}: {advice}") from error

    def the_index(self) -> Index:
        """The index, or ``SearchUnavailable`` saying why there is none."""
        if self.index is None:
            raise SearchUnavailable(self.index_error or "the index is not open")
        return self.index

    def close(self) -> None:
        if self.index is not None:
            self.index.close()
        self.database.close()


def one_by_one(
    runtime: Runtime, due: Callable[[Session], list[int]], end: Callable[[Session, int], bool]
) -> int:
    """End what is due, by id, each in a transaction of its own: what it takes is held only so long. Says how
    many were ended; one that somebody else was quicker with is not.
    """
    with runtime.database.reading() as session:
        ids = due(session)
    ended = 0
    for one in ids:
        with runtime.database.writing() as session:
            ended += end(session, one)
    return ended


@dataclass(frozen=True, slots=True)
class Job:
    """Background work: ``run`` is called every ``every`` seconds and says how much it did.

    One process at a time runs it, unless it is ``shared``: then it shares the work out by itself. What may
    take ``long`` holds up no other job.
    """

    name: str
    every: float
    run: Callable[[Runtime], int]
    shared: bool = False
    long: bool = False
