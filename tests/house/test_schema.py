"""The schema that the migrations make is the one that the models describe, and it means the same on both
databases.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from market import features
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
