"""Alembic's environment: the connection comes from the caller (commands.migrate), the tables from every
feature. Batch mode, since SQLite changes a table by making it anew; foreign keys are off meanwhile.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from market import features, schema
from market.db import Base, Text, UtcDateTime

features.load_models()


def render_item(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """How a new migration writes our own column types."""
    if kind == "type" and item is Text:
        autogen.imports.add("from market.db import Text")
        return "Text"
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from market.db import UtcDateTime")
        return "UtcDateTime()"
    return False


def run(connection: Connection) -> None:
    """Migrate within one transaction."""
    if connection.dialect.name != "sqlite":
        _migrate(connection)
        return
    _foreign_keys(connection, "OFF")
    try:
        _migrate(connection)
    finally:
        connection.rollback()
        _foreign_keys(connection, "ON")


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        transactional_ddl=True,  # SQLite's as well, which Alembic would commit one by one
    )
    with context.begin_transaction():
        context.run_migrations()
        schema.note(connection)
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            assert not broken, f"rows that lead nowhere: {broken[:5]}"
    connection.commit()


def _foreign_keys(connection: Connection, state: str) -> None:
    # Asked of the driver itself: SQLAlchemy begins a transaction first, and within one it does nothing. With
    # them on, a table that others refer to could not be made anew.
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys = {state}")


run(context.config.attributes["connection"])
