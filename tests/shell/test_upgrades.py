"""Databases that earlier versions filled go forward on both databases and verify; a program from before goes
on over a schema that only adds to its own, and over no other. What earlier versions held is in released/,
made by tools/released.py.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import alembic.command
import pytest
import sqlalchemy as sa

from market import commands, features, schema
from market.db import Database
from market.statistics import verify
from tests import make, rules, trade
from tests.services import SUPERUSER
from tests.shell.conftest import Shell

RELEASED = sorted((Path(__file__).parent / "released").glob("*.json.gz"))


@contextmanager
def _unchecked(database: Database) -> Iterator[sa.Connection]:
    """A connection that may put off what the database checks: on PostgreSQL a superuser's."""
    if database.is_sqlite:
        with database.engine.connect() as connection:
            yield connection
        return
    engine = sa.create_engine(database.engine.url.set(username=SUPERUSER))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def fill(database: Database, path: Path) -> dict[str, int]:
    """The schema of then with what was in it; gives the rows of each table."""
    features.load_models()
    document: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    ((revision,),) = document.pop("alembic_version")["rows"]
    config = schema.config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, revision)
        connection.commit()
    with _unchecked(database) as connection:
        if database.is_sqlite:
            # Not by SQLAlchemy, which begins a transaction first: within one it does nothing.
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys = OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        tables = sa.MetaData()
        tables.reflect(connection)
        for name, held in document.items():
            table = tables.tables[name]
            columns = [table.c[column] for column in held["columns"]]
            connection.execute(sa.insert(table), [dict(_row(columns, row)) for row in held["rows"]])
            if not database.is_sqlite and "id" in table.c:
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"
                )
        connection.commit()
    return {name: len(held["rows"]) for name, held in document.items()}


def _row(columns: list[sa.Column[Any]], row: list[Any]) -> Iterator[tuple[str, Any]]:
    """As SQLite keeps it, for the type that the column has here."""
    for column, value in zip(columns, row, strict=True):
        kind = column.type
        if value is not None and isinstance(kind, sa.JSON):
            value = json.loads(value)
        elif value is not None and isinstance(kind, sa.DateTime | sa.Date):
            value = kind.python_type.fromisoformat(value)
        elif value is not None and isinstance(kind, sa.Boolean):
            value = bool(value)
        yield column.name, value


@pytest.mark.every_case
@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.name[:4])
def test_what_an_earlier_version_filled_goes_forward(bare: Shell, path: Path) -> None:
    with bare.database() as database:
        held = fill(database, path)
    said = bare.here("figures", "verify").refused()
    assert "older schema" in said
    assert "run 'market migrate'" in said
    migrated = bare.here("migrate")
    assert (migrated.code, migrated.err) == (0, "")
    there = bare.dump()
    for name in ("parties", "listings", "lots", "inquiries", "links", "deliveries", "events", "users"):
        assert len(there[name]) == held[name] > 0, name
    for name in ("places", "products"):
        assert len(there[name]) >= held[name] > 0, name
    with bare.database() as database, database.session(write=True) as session:
        assert verify.everything(session) == []
        rules.check_volumes(session)
        rules.check_links(session)
        if database.is_sqlite:
            assert session.execute(sa.text("PRAGMA foreign_key_check")).all() == []
    assert bare.here("index", "rebuild").code == 0
    well = bare.here("doctor", "--only", "database", "--only", "schema", "--only", "index")
    assert (well.code, well.err) == (0, ""), well.out
    assert bare.here("search", "lua", "--json").json["total"] > 0
    again = bare.here("migrate")
    assert (again.code, again.err) == (0, "")


def test_a_backup_of_an_earlier_version_is_restored_into_this_one(bare: Shell) -> None:
    with bare.database() as database:
        fill(database, RELEASED[0])
    folder = bare.folder.parent / "backup"
    kept = bare.here("backup", str(folder))
    assert (kept.code, kept.err) == (0, "")
    assert f"schema {RELEASED[0].name[:4]}" in kept.out
    restored = bare.here("restore", "--force", str(folder))
    assert (restored.code, restored.err) == (0, ""), restored.err
    assert "every stored value equals its history" in restored.out
    assert bare.here("doctor", "--only", "schema").code == 0


def test_migrations_of_which_one_fails_leave_the_schema_as_it_was(bare: Shell) -> None:
    features.load_models()
    config = schema.config()
    with bare.database() as database:
        with database.engine.connect() as connection:
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "0043")
        with database.writing() as session:
            session.execute(sa.text("CREATE TABLE second_factors (id INTEGER)"))  # 0048 cannot make it
        with pytest.raises(sa.exc.DBAPIError, match="already exists"):
            commands.migrate(database)
        with database.reading() as session:
            assert session.scalar(sa.text("SELECT version_num FROM alembic_version")) == "0043"
            assert not sa.inspect(session.connection()).has_table("schema_marks")
            if database.is_sqlite:
                assert session.scalar(sa.text("PRAGMA foreign_keys")) == 1


def _go_on(shell: Shell, *, serves_from: str) -> None:
    """What a program that comes after this one does: it migrates, and notes which programs that serves."""
    with shell.database() as database, database.writing() as session:
        session.execute(sa.text("ALTER TABLE listings ADD COLUMN later TEXT"))
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9000'"))
        session.execute(sa.update(schema.SchemaMark).values(revision="9000", serves_from=serves_from))


def test_over_a_schema_that_only_adds_one_goes_on(shell: Shell) -> None:
    _go_on(shell, serves_from=schema.newest())
    said = shell.here("doctor", "--only", "schema")
    assert (said.code, said.err) == (0, "")
    assert "9000, which is newer than this program's" in said.out
    left = shell.here("migrate")
    assert (left.code, left.err) == (0, "")
    assert "left as it is" in left.out
    with shell.database() as database, database.session(write=True) as session:
        trade.make_listing(session, make.make_unit(session))
    worked = shell.here("worker", "--once")
    assert worked.code == 0, worked.err
    assert shell.here("search", "lua", "--json").json["total"] == 1
    assert shell.here("backup", str(shell.folder.parent / "backup")).code == 0


def test_over_a_schema_that_does_more_one_does_not(shell: Shell) -> None:
    _go_on(shell, serves_from="9000")
    for command in ("migrate", "worker", "serve"):
        assert "another version of the program" in shell.here(command).refused()
