"""The database of a backup: one consistent moment of it, taken while others write, and put back as a whole
or not at all. SQLite by VACUUM INTO, which carries nothing of what was deleted; PostgreSQL by pg_dump.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from alembic.migration import MigrationContext
from sqlalchemy.orm import Session

from market import schema
from market.backup import tools
from market.db import Database
from market.engine import make_engine
from market.errors import Misconfigured
from market.files.models import StoredFile
from market.files.papers import Papers, files_of
from market.listings.photo_models import ListingPhoto
from market.listings.pictures import Store, file_name, widths_of

#: What must not come back to life: who was signed in, codes to choose a password, and questions of commands.
ENDED = (
    "DELETE FROM sign_ins",
    "DELETE FROM one_time_codes WHERE purpose IN ('reset', 'second', 'second_link')",
    "DELETE FROM index_states WHERE name LIKE 'request:%'",
)
#: What triggers call; not what extensions brought.
ROUTINES = sa.text(
    "SELECT oid::regprocedure::text FROM pg_proc p WHERE pronamespace = 'public'::regnamespace"
    " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)
#: Something to look at in a database that somebody uses.
USED = ("users", "parties")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken: the file's name, and what is in it. ``named`` are the files that its rows name."""

    file: str
    server: str
    revision: str
    counts: dict[str, int]
    named: list[str]


def save(database: Database, folder: Path) -> Taken:
    """Write the database of this moment into the folder."""
    return _save_sqlite(database, folder) if database.is_sqlite else _save_postgresql(database, folder)


def _save_sqlite(database: Database, folder: Path) -> Taken:
    path = folder / "database.sqlite"
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("VACUUM INTO ?", (str(path),))
    copy = sa.create_engine("sqlite://", creator=lambda: _read_only(path))
    try:
        with copy.connect() as connection:
            if (said := connection.exec_driver_sql("PRAGMA quick_check").scalar()) != "ok":
                raise Misconfigured(f"the database is damaged: {said}")
            return _taken(connection, path.name, f"SQLite {sqlite3.sqlite_version}")
    finally:
        copy.dispose()


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)


def _save_postgresql(database: Database, folder: Path) -> Taken:
    found = tools.find(database)
    path = folder / "database.dump"
    one_moment = database.engine.execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
    with one_moment.connect() as connection:
        snapshot = connection.scalar(sa.text("SELECT pg_export_snapshot()"))
        found.run(
            "pg_dump",
            *("--format=custom", "--no-owner", "--no-privileges", "--schema=public"),
            *(f"--snapshot={snapshot}", f"--file={path}"),
        )
        version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
        return _taken(connection, path.name, f"PostgreSQL {version}")


def _taken(connection: sa.Connection, file: str, server: str) -> Taken:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise Misconfigured(f"the database has no tables yet: {schema.MIGRATE}")
    tables = sorted(sa.inspect(connection).get_table_names())
    count = sa.select(sa.func.count())
    counts = {name: connection.scalars(count.select_from(sa.table(name))).one() for name in tables}
    # Columns of another version are not those that this program would ask for.
    named = named_files(Session(connection)) if revision == schema.newest() else []
    return Taken(file, server, revision, counts, named)


def named_files(session: Session) -> list[str]:
    """The files that rows name, as they are called within the folder of files."""
    papers, photos = Papers(Path("/"), most_bytes=0), Store(Path("/"))
    stored = session.execute(sa.select(StoredFile.name, StoredFile.media, StoredFile.width).distinct())
    shown = session.execute(sa.select(ListingPhoto.name, ListingPhoto.width).distinct())
    paths = [
        *(papers.place(file) for row in stored for file in files_of(row.name, row.media, row.width)),
        *(photos.place(file_name(row.name, width)) for row in shown for width, _ in widths_of(row.width)),
    ]
    return sorted({path.relative_to("/").as_posix() for path in paths})


def is_filled(database: Database) -> bool:
    """Whether somebody has used the database; one that cannot be read counts as such."""
    if database.is_sqlite and not sqlite_file(database).exists():
        return False
    with database.engine.connect() as connection:
        try:
            there = set(sa.inspect(connection).get_table_names())
            return any(
                connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first()
                for name in USED
                if name in there
            )
        except sa.exc.DatabaseError:
            if not database.is_sqlite:
                raise
            return True


def sqlite_file(database: Database) -> Path:
    """Where a database of SQLite lies."""
    return Path(database.engine.url.database or "").absolute()


def check_alone(database: Database) -> None:
    """Refuse while the application has the database open. Beside SQLite that is seen when it is replaced."""
    if database.is_sqlite:
        return
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'cho-lien-ket' AND pid <> pg_backend_pid()"
    )
    with database.engine.connect() as connection:
        if number := connection.scalar(others):
            raise Misconfigured(
                f"the application still has {number} connections to the database: stop web and workers first"
            )


def put_back(database: Database, source: Path, *, finish: Callable[[Database], None]) -> None:
    """Put the database of a backup in place of what is there; ``finish`` brings it up to date. On SQLite all
    of this is done beside the old database, and it is replaced in one step at the end.
    """
    if database.is_sqlite:
        _replace_sqlite(sqlite_file(database), source, finish)
        return
    found = tools.find(database)
    with database.engine.connect() as connection:
        quote = connection.dialect.identifier_preparer.quote
        there = sa.inspect(connection).get_table_names(schema="public")
        gone = [f"DROP TABLE public.{quote(name)} CASCADE;" for name in there]
        gone += [f"DROP ROUTINE {name} CASCADE;" for name in connection.scalars(ROUTINES)]
    found.load(
        source,
        before="\n".join(gone),
        after="SET search_path = public;" + "".join(f"\n{statement};" for statement in ENDED),
    )
    finish(database)


def _replace_sqlite(path: Path, source: Path, finish: Callable[[Database], None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{path.name}.restored-"
    for left in path.parent.glob(f"{prefix}*"):  # by one that was killed: all that the backup tells
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=prefix) as folder:
        draft = Path(folder, path.name)
        shutil.copyfile(source, draft)
        fresh = Database(make_engine(f"sqlite:///{draft}"))
        try:
            with fresh.engine.begin() as connection:
                for statement in ENDED:
                    connection.exec_driver_sql(statement)
            finish(fresh)
        finally:
            fresh.close()
        _end_wal(draft)
        _set_aside(path)
        os.replace(draft, path)


def _set_aside(path: Path) -> None:
    """Let nothing of the old database's journal be taken for the new one's."""
    if path.exists():
        try:
            _end_wal(path)
        except sqlite3.OperationalError as failure:
            if "locked" in str(failure):
                raise Misconfigured(f"{path}: the application still has it open: stop it first") from failure
            raise
        except sqlite3.DatabaseError:
            pass  # it cannot be read: nothing of it is missed
    for ending in ("-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).unlink()


def _end_wal(path: Path) -> None:
    """All in the one file. SQLite refuses while anybody else has it open."""
    with closing(sqlite3.connect(path, timeout=2)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
