"""Deliveries are contested by weighing, and each claim says when it was settled."""

import sqlalchemy as sa
from alembic import op

from market.db import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

#: Column, type, and the table whose rows it names.
COLUMNS = (
    ("weighing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), "weighings"),
    ("settled_at", UtcDateTime(), None),
    ("settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), "users"),
)


def upgrade() -> None:
    for name, kind, table in COLUMNS:
        # Both databases add a column with its foreign key; a table made anew would lose its CHECKs on SQLite.
        column = sa.schema.CreateColumn(sa.Column(name, kind)).compile(dialect=op.get_bind().dialect)
        named = f" CONSTRAINT fk_delivery_claims_{name}_{table} REFERENCES {table} (id)" if table else ""
        op.execute(f"ALTER TABLE delivery_claims ADD COLUMN {column}{named}")


def downgrade() -> None:
    for name, _, _ in reversed(COLUMNS):
        op.execute(f"ALTER TABLE delivery_claims DROP COLUMN {name}")
