"""The schema that the migrations make is the one that the models describe, and it means the same on both
databases.
"""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy.exc import IntegrityError

from market import events, features, schema
from market.db import Base, Database
from market.errors import Misconfigured
from market.events import CLOCK, Event, EventRow
from market.places.models import Place
from search import vietnamese
from tests.profiles import Profile


def test_the_migrations_make_what_the_models_say(profile: Profile) -> None:
    features.load_models()
    with profile.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_names_stand_in_vietnamese_order(profile: Profile) -> None:
    with profile.engine.connect() as connection:
        places = sa.select(Place.short_name, Place.sort_key).order_by(Place.sort_key, Place.id)
        rows = connection.execute(places).all()
    assert [row.sort_key for row in rows] == sorted(vietnamese.sort_key(row.short_name) for row in rows)
    assert len(rows) > 100


@pytest.mark.every_case
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET user_id = NULL",
        "DELETE FROM events WHERE id = 1",
        "INSERT OR REPLACE INTO events (id, name, subject_id, channel, at, data)"
        " VALUES (1, 'a.b', 1, 'web', '2026-01-01', '{}')",
        "TRUNCATE events",
    ],
)
def test_the_log_of_events_only_grows(own_database: Database, statement: str) -> None:
    if ("REPLACE" in statement and not own_database.is_sqlite) or (
        "TRUNCATE" in statement and own_database.is_sqlite
    ):
        return  # no statement of this database
    with own_database.writing() as session:
        events.record(session, Event("account.erased", 1, CLOCK))
    schema.check_log(own_database)
    with pytest.raises(IntegrityError, match="only grows"), own_database.writing() as session:
        session.execute(sa.text(statement))
    with own_database.reading() as session:
        [kept] = session.scalars(sa.select(EventRow)).all()
    assert (kept.id, kept.name) == (1, "account.erased")


def test_a_log_that_could_be_changed_is_found(own_database: Database) -> None:
    name = "events_no_delete" if own_database.is_sqlite else "events_no_change ON events"
    with own_database.writing() as session:
        session.execute(sa.text(f"DROP TRIGGER {name}"))
    with pytest.raises(Misconfigured, match="events can be changed"):
        schema.check_log(own_database)


@pytest.mark.profiles("server")
def test_no_text_is_ordered_by_a_locale(profile: Profile) -> None:
    """Whatever the locale of the database is: each text column says that its bytes count."""
    with profile.engine.connect() as connection:
        others = connection.execute(
            sa.text(
                "SELECT c.relname, a.attname FROM pg_attribute a"
                " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                " JOIN pg_collation l ON l.oid = a.attcollation"
                " WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'alembic_version'"
                " AND l.collname <> 'C'"
            )
        ).all()
    assert others == []


#: What a program that knows nothing of it does not notice.
ADDS = re.compile(
    r"CREATE (TABLE|(UNIQUE )?INDEX) |INSERT INTO alembic_version|UPDATE alembic_version|(BEGIN|COMMIT)$|"
    r"ALTER TABLE \w+ ADD (COLUMN (?!.* NOT NULL)|COLUMN .* DEFAULT |CONSTRAINT fk_)"
)


def _statements(revision: str, before: str) -> list[str]:
    """What a migration tells PostgreSQL to do."""
    said = io.StringIO()
    context = EnvironmentContext(schema.config(), schema.scripts())
    with context:
        context.configure(
            dialect_name="postgresql", as_sql=True, output_buffer=said, fn=_steps(revision, before)
        )
        context.run_migrations()
    plain = re.sub("^--.*$", "", said.getvalue(), flags=re.MULTILINE)
    return [one.strip().replace("\n", " ") for one in plain.split(";") if one.strip()]


def _steps(revision: str, before: str) -> Any:
    return lambda _rev, _context: schema.scripts()._upgrade_revs(revision, before)


def test_a_migration_that_says_so_only_adds() -> None:
    marked = [one for one in schema.scripts().walk_revisions() if getattr(one.module, "additive", False)]
    assert marked
    for one in marked:
        assert [said for said in _statements(one.revision, one.down_revision) if not ADDS.match(said)] == []
    # It would find what does more.
    assert [said for said in _statements("0042", "0041") if not ADDS.match(said)]


def test_the_mark_in_the_database_is_that_of_its_schema(profile: Profile) -> None:
    with profile.engine.connect() as connection:
        (mark,) = connection.execute(sa.select(schema.SchemaMark)).all()
    assert mark.revision == schema.newest()
    assert mark.serves_from == schema.served_from(schema.newest())
    assert schema.served_from("0042") == "0042"
    assert schema.served_from("0046") < "0046"
