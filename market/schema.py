"""Whether the database is one that this program can work with: reachable, of a known kind and version, with
the schema of the newest migration, or of a newer one that only added to it. Asked at the start of the web
application, the worker and every command.

A migration that only adds (tables, columns that may be empty or have a server default, indexes) says so by
``additive = True``. Each migrating run notes in the database which programs its schema serves, so that one
from before goes on while, and after, a newer one migrates: docs/operation/upgrade.md.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Database
from market.errors import Misconfigured

MIGRATE = "run 'market migrate'"
OLDEST_POSTGRESQL = 16


class SchemaMark(Base):
    """One row: the schema's revision, and that of the oldest program that can work with it."""

    __tablename__ = "schema_marks"

    revision: Mapped[str] = mapped_column(primary_key=True)
    serves_from: Mapped[str]


def config() -> Config:
    """Alembic's, without a file of its own."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


@cache
def scripts() -> ScriptDirectory:
    """The migrations."""
    return ScriptDirectory.from_config(config())


@cache
def newest() -> str:
    """The revision that this program is written for."""
    head = scripts().get_current_head()
    assert head
    return head


@cache
def known() -> frozenset[str]:
    """Every revision that this program has a migration to."""
    return frozenset(one.revision for one in scripts().walk_revisions())


def check_server(database: Database) -> None:
    """Raise ``Misconfigured`` for a server that does not answer or is not fit, naming the setting."""
    try:
        with database.engine.connect() as connection:
            if database.is_sqlite:
                return
            version = connection.dialect.server_version_info or (0,)
            if int(version[0]) < OLDEST_POSTGRESQL:
                raise Misconfigured(
                    f"MARKET_DATABASE_URL: PostgreSQL {OLDEST_POSTGRESQL} or newer is needed, "
                    f"this is {'.'.join(str(part) for part in version)}"
                )
            encoding = connection.scalar(sa.text("SHOW server_encoding"))
            if encoding != "UTF8":
                raise Misconfigured(
                    f"MARKET_DATABASE_URL: the database keeps text as {encoding}; "
                    "create it anew with ENCODING 'UTF8' TEMPLATE template0"
                )
    except sa.exc.DBAPIError as failure:
        raise Misconfigured(
            f"MARKET_DATABASE_URL: the database does not answer: {reason(failure)}"
        ) from failure


def is_newer(database: Database) -> bool:
    """Whether the schema is one that this program has no migration to."""
    check_server(database)
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found is not None and found not in known()


def check(database: Database) -> str:
    """Raise ``Misconfigured`` for a server that is not fit or a schema of another version. Gives the schema's
    revision: this program's, or a newer one that serves it.
    """
    check_server(database)
    try:
        with database.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
            if found is None:
                raise Misconfigured(f"the database has no tables yet: {MIGRATE}")
            if found == newest() or (found not in known() and _serves(connection, found)):
                return found
    except sa.exc.DBAPIError as failure:
        raise Misconfigured(f"MARKET_DATABASE_URL: {reason(failure)}") from failure
    if found in known():
        meanwhile = " (what runs now may go on meanwhile)" if found >= served_from(newest()) else ""
        raise Misconfigured(
            f"the database has an older schema ({found}, not {newest()}): {MIGRATE}{meanwhile}"
        )
    raise Misconfigured(
        f"the database has the schema of another version of the program ({found}): "
        "install that version, or restore a backup"
    )


def _serves(connection: sa.Connection, found: str) -> bool:
    """Whether a schema that this program does not know only adds to one that it does."""
    if not sa.inspect(connection).has_table(SchemaMark.__tablename__):
        return False
    mark = sa.select(SchemaMark.serves_from).where(SchemaMark.revision == found)
    return connection.scalar(mark) in known()


@cache
def served_from(revision: str) -> str:
    """The revision of the oldest program that a schema serves: since then migrations have only added."""
    last: Script | None = None
    for last in scripts().walk_revisions("base", revision):
        if not getattr(last.module, "additive", False):
            break
    assert last
    return last.revision


def note(connection: sa.Connection) -> None:
    """Say in the database which programs its schema serves, in the migrating transaction."""
    if not sa.inspect(connection).has_table(SchemaMark.__tablename__):
        return
    found = MigrationContext.configure(connection).get_current_revision()
    assert found
    connection.execute(sa.delete(SchemaMark))
    connection.execute(sa.insert(SchemaMark).values(revision=found, serves_from=served_from(found)))


#: By dialect: how the triggers are found that keep the log of events from being changed.
_GUARDS = {
    "sqlite": (3, "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"),
    "postgresql": (
        2,
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'events'::regclass AND NOT tgisinternal"
        " AND tgenabled IN ('O', 'A')",
    ),
}


def check_log(database: Database) -> None:
    """Raise ``Misconfigured`` where the database would let the log of events be changed (decision 17)."""
    wanted, asked = _GUARDS[database.engine.dialect.name]
    with database.engine.connect() as connection:
        found = connection.scalar(sa.text(asked)) or 0
    if found < wanted:
        raise Misconfigured(
            "events can be changed or deleted: triggers of migration 0049 are missing; "
            "see docs/decisions/0017-the-log-of-events-only-grows.md"
        )


def may_do_everything(database: Database) -> bool:
    """Whether the account is one that no guard of the database holds back."""
    if database.is_sqlite:
        return False
    with database.engine.connect() as connection:
        return bool(connection.scalar(sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")))


def reason(failure: sa.exc.DBAPIError) -> str:
    """What the driver says, in one line."""
    lines = [line.strip() for line in str(failure.orig).splitlines() if line.strip()]
    return lines[0] if lines else type(failure.orig).__name__
