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

from market import features, schema
from market.db import Base
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
