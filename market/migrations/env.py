"""Alembic's environment: the connection comes from the caller (commands.migrate), the tables from every
feature. Batch mode, since SQLite changes a table by making it anew; foreign keys are off meanwhile.
"""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from market import features
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
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.commit()
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=render_item
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        connection.commit()


run(context.config.attributes["connection"])
