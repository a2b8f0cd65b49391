"""A backup put back: looked through as a whole before anything is touched, files first (one that no row names
does no harm), then the database in one step, brought up to this program's schema; then the index is made anew
from it and all is verified.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import commands, progress, schema
from market.backup import disk, dumps, manifest
from market.backup.manifest import Manifest
from market.db import Database
from market.errors import Misconfigured
from market.listings import jobs
from market.notices.models import Message
from market.runtime import Runtime
from market.settings import Settings
from market.statistics import verify
from search.errors import SearchError


@dataclass(frozen=True, slots=True)
class Found:
    """What was found when all was back: differences of figures, of the index, files that rows name and that
    are not there; the index's own words where it could not be made; messages that are yet to leave.
    """

    listings: int
    figures: list[str]
    index: list[str]
    missing: list[str]
    waiting: int

    @property
    def well(self) -> bool:
        return not (self.figures or self.index or self.missing)


def look(folder: Path, database: Database) -> Manifest:
    """Read a backup and every file of it; refuses one that is damaged, of another kind or too new."""
    found = manifest.read(folder)
    here = "sqlite" if database.is_sqlite else "postgresql"
    if found.dialect != here:
        kinds = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise Misconfigured(
            f"{folder}: a backup of {kinds[found.dialect]}, and MARKET_DATABASE_URL leads to {kinds[here]}: "
            "it goes back into the kind that it came from"
        )
    if found.schema_revision not in schema.known():
        raise Misconfigured(
            f"{folder}: made by version {found.version} with a schema that this program does not know "
            f"({found.schema_revision}; it knows up to {schema.newest()}): install that version"
        )
    disk.check(folder, found)
    return found


def check_room(settings: Settings, database: Database) -> None:
    """Refuse a place that somebody has used."""
    if dumps.is_filled(database):
        raise Misconfigured("the database is not empty: --force replaces all that is in it")
    if next(disk.names(settings.files), None) is not None:
        raise Misconfigured(
            f"{settings.files}: the folder of files is not empty: --force puts the backup's beside them"
        )


def restore(settings: Settings, database: Database, folder: Path, *, force: bool) -> tuple[Manifest, Found]:
    """Put a backup back. Refuses before it has written anything, but for what is said of the index."""
    schema.check_server(database)
    found = look(folder, database)
    if not force:
        check_room(settings, database)
    dumps.check_alone(database)
    with _index(settings, database) as runtime:
        disk.put_back(folder / manifest.FILES, settings.files, found)
        os.sync()  # before the rows that name them: a database sees to itself
        database.engine.dispose()
        with progress.doing("the database"):
            dumps.put_back(database, folder / found.database, finish=commands.migrate)
        return found, _verify(runtime)


@contextmanager
def _index(settings: Settings, database: Database) -> Iterator[Runtime]:
    """The index, held from the beginning: nobody begins to serve meanwhile."""
    runtime = Runtime.open(settings, database, access="write")
    try:
        if runtime.index is None and "locked" in runtime.index_error:
            raise Misconfigured("the application is running: stop it first")
        yield runtime
    finally:
        if runtime.index is not None:
            runtime.index.close()


def _verify(runtime: Runtime) -> Found:
    listings, index = _build_index(runtime)
    with runtime.database.reading() as session:
        return Found(
            listings=listings,
            figures=verify.everything(session),
            index=index,
            missing=_missing(session, runtime.settings.files),
            waiting=session.scalar(
                sa.select(sa.func.count()).select_from(Message).where(Message.state == "queued")
            )
            or 0,
        )


def _missing(session: Session, files: Path) -> list[str]:
    return [name for name in dumps.named_files(session) if not (files / name).is_file()]


def _build_index(runtime: Runtime) -> tuple[int, list[str]]:
    """Make the index anew and compare it with the database; a database without one is whole all the same."""
    try:
        index = runtime.the_index()
        with runtime.database.exclusive(jobs.LOCK, patience=60) as mine:
            if not mine:
                return 0, ["another process holds it"]
            jobs.do(runtime, index, "rebuild")
            answer = jobs.verify(runtime, index)
    except SearchError as failure:
        return 0, [str(failure)]
    names = {"missing": "is missing", "beyond": "is not to be there", "stale": "is out of date"}
    differs = [f"listing {one} {words}" for kind, words in names.items() for one in answer[kind]]
    return answer["listings"], differs
