"""What the running process holds: settings, database, index. Opened once by the application, the worker or a
command, and handed to jobs and commands; no feature opens its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from market.db import Database
from market.settings import Settings
from search.embedded_index import EmbeddedIndex
from search.errors import SearchUnavailable
from search.index import Index

Access = Literal["write", "read"]


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
            runtime.index = EmbeddedIndex(settings.index_dir, writable=access == "write")
        except SearchUnavailable as error:
            runtime.index_error = str(error)
        return runtime

    def the_index(self) -> Index:
        """The index, or ``SearchUnavailable`` saying why there is none."""
        if self.index is None:
            raise SearchUnavailable(self.index_error or "the index is not open")
        return self.index

    def close(self) -> None:
        if self.index is not None:
            self.index.close()
        self.database.close()


@dataclass(frozen=True, slots=True)
class Job:
    """Background work: ``run`` is called every ``every`` seconds and says how much it did."""

    name: str
    every: float
    run: Callable[[Runtime], int]
