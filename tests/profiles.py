"""The two profiles as tests see them: where databases come from and which settings lead to them. Every test
that asks for a database runs on both, unless it is marked ``profiles("embedded")`` or ``profiles("server")``.
"""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from market import commands
from market.db import Database
from market.engine import make_engine
from market.settings import Settings
from search.errors import SearchBroken
from search.index import Index
from tests.make import make_settings
from tests.services import Meilisearch, Postgres, alone

NAMES = ("embedded", "server")

Fill = Callable[[Database], None]


class Profile(ABC):
    """What the fixtures of conftest.py need of a profile. ``folder`` is this test process's own, ``shared``
    belongs to all of them.
    """

    name: str

    def __init__(self, folder: Path, shared: Path) -> None:
        self.folder = folder
        self.shared = shared

    @cached_property
    def engine(self) -> sa.Engine:
        """Leads to a database with places and catalogue that only tests with an outer transaction use."""
        engine = make_engine(self.own(self.folder / "outer").database)
        self.keep_statements(engine)
        return engine

    def made_once(self, name: str, fill: Fill) -> Settings:
        """A filled database that is made once for all test processes. Nobody connects to it: it is there to
        be copied (``own``).
        """
        done = self.shared / f"{self.name}-{name}.done"
        if done.exists():
            return self._named(name, make=False)
        with alone(self.shared, f"{self.name}-{name}"):
            settings = self._named(name, make=not done.exists())
            if not done.exists():
                database = Database(make_engine(settings.database))
                fill(database)
                if database.is_sqlite:
                    with database.engine.connect() as connection:
                        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                database.close()
                done.touch()
        return settings

    def own(self, folder: Path, *, like: Settings | None = None) -> Settings:
        """Settings that lead to a database of one's own with places and catalogue, or like another one that
        nobody is connected to.
        """
        return self._copy(folder, like or self.made_once("blueprint", commands.migrate))

    @abstractmethod
    def settings(self, folder: Path) -> Settings:
        """Settings for a test in the database of ``engine``."""

    @abstractmethod
    def empty(self, folder: Path) -> Settings:
        """Settings that lead to a database without any table."""

    @abstractmethod
    def _named(self, name: str, *, make: bool) -> Settings: ...

    @abstractmethod
    def _copy(self, folder: Path, like: Settings) -> Settings: ...

    @abstractmethod
    def lose_database(self, settings: Settings) -> None:
        """Take away the database that nobody is connected to, or make it unreadable."""

    @abstractmethod
    def lose_index(self, settings: Settings) -> None:
        """Take the index away under whoever uses it."""

    @abstractmethod
    def keep_statements(self, engine: sa.Engine) -> None:
        """Let what was prepared for one test serve the next."""

    def clear_index(self, index: Index) -> None:
        """Make it one that holds nothing."""
        index.rebuild([])

    def close(self) -> None:
        """Let go of everything."""
        self.engine.dispose()


class Embedded(Profile):
    """SQLite files."""

    name = "embedded"

    def settings(self, folder: Path) -> Settings:
        return make_settings(folder)

    def empty(self, folder: Path) -> Settings:
        return make_settings(folder)

    def _named(self, name: str, *, make: bool) -> Settings:
        return make_settings(self.shared / name)

    def _copy(self, folder: Path, like: Settings) -> Settings:
        folder.mkdir(parents=True, exist_ok=True)
        made = make_settings(folder)
        shutil.copy(_file(like), _file(made))
        return made

    def lose_database(self, settings: Settings) -> None:
        for file in settings.data_dir.glob("market.sqlite*"):
            file.unlink()
        _file(settings).write_bytes(b"no database at all " * 200)

    def lose_index(self, settings: Settings) -> None:
        (settings.index_dir / "current").unlink()

    def keep_statements(self, engine: sa.Engine) -> None:
        """The driver does."""


class Server(Profile):
    """PostgreSQL and Meilisearch."""

    name = "server"

    def __init__(self, folder: Path, shared: Path, postgres: Postgres, meilisearch: Meilisearch) -> None:
        super().__init__(folder, shared)
        self._postgres = postgres
        self.meilisearch = meilisearch
        self._numbers = count(1)

    def close(self) -> None:
        super().close()
        self._postgres.close()

    def settings(self, folder: Path) -> Settings:
        return self._at(folder, str(self.engine.url.database), index="outer")

    def empty(self, folder: Path) -> Settings:
        return self._at(folder, self._postgres.create())

    def _named(self, name: str, *, make: bool) -> Settings:
        if make:
            self._postgres.create(name=name)
        return self._at(self.shared / name, name)

    def _copy(self, folder: Path, like: Settings) -> Settings:
        folder.mkdir(parents=True, exist_ok=True)
        return self._at(folder, self._postgres.create(like=_database(like)))

    def _at(self, folder: Path, database: str, *, index: str = "") -> Settings:
        return make_settings(
            folder,
            database_url=self._postgres.url(database),
            search_url=self.meilisearch.url,
            search_key=self.meilisearch.key,
            search_index=index or f"own{next(self._numbers)}",
        )

    def lose_database(self, settings: Settings) -> None:
        self._postgres.drop(_database(settings))

    def lose_index(self, settings: Settings) -> None:
        master = self.meilisearch.master
        master.wait_for_task(master.delete_index(f"{settings.search_index}-listings").task_uid)

    def keep_statements(self, engine: sa.Engine) -> None:
        def kept(connection: Any, _record: Any) -> None:
            # The driver forgets at each ROLLBACK what it has prepared, for tables might have come and gone.
            # Here they do not, each test ends with one, and much of the server's work is planning.
            connection.prepared_max = 3_000
            connection._prepared.clear = lambda: False

        sa.event.listen(engine, "connect", kept)

    def clear_index(self, index: Index) -> None:
        # Seldom is there anything to do, and that is seen at once.
        try:
            held = [id_ for id_, _ in index.fingerprints()]
            index.apply([], held)
        except SearchBroken:
            index.rebuild([])


def _file(settings: Settings) -> Path:
    return settings.data_dir / "market.sqlite"


def _database(settings: Settings) -> str:
    name = sa.make_url(settings.database).database
    assert name
    return name
