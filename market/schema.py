"""Whether the database is one that this program can work with: reachable, of a known kind and version, with
the schema of the newest migration. Asked at the start of the web application, the worker and every command.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from market.db import Database
from market.errors import Misconfigured

MIGRATE = "run 'market migrate'"
OLDEST_POSTGRESQL = 16


def config() -> Config:
    """Alembic's, without a file of its own."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


@cache
def newest() -> str:
    """The revision that this program is written for."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    assert head
    return head


@cache
def known() -> frozenset[str]:
    """Every revision that this program has a migration to."""
    return frozenset(one.revision for one in ScriptDirectory.from_config(config()).walk_revisions())


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


def check(database: Database) -> None:
    """Raise ``Misconfigured`` for a server that is not fit or a schema of another version."""
    check_server(database)
    try:
        with database.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except sa.exc.DBAPIError as failure:
        raise Misconfigured(f"MARKET_DATABASE_URL: {reason(failure)}") from failure
    if found == newest():
        return
    if found is None:
        raise Misconfigured(f"the database has no tables yet: {MIGRATE}")
    if found in known():
        raise Misconfigured(f"the database has an older schema ({found}, not {newest()}): {MIGRATE}")
    raise Misconfigured(
        f"the database has the schema of another version of the program ({found}): "
        "install that version, or restore a backup"
    )


def reason(failure: sa.exc.DBAPIError) -> str:
    """What the driver says, in one line."""
    lines = [line.strip() for line in str(failure.orig).splitlines() if line.strip()]
    return lines[0] if lines else type(failure.orig).__name__
