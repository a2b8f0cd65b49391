"""Which trade figures stand in public."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("year", whole(), autoincrement=False, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_publications")),
    )
    op.create_table(
        "published_cells",
        sa.Column("year", whole(), autoincrement=False, nullable=False),
        sa.Column("part", Text, nullable=False),
        sa.Column("place_id", whole(), nullable=False),
        sa.Column("period", Text, nullable=False),
        sa.Column("sector", Text, nullable=False),
        sa.Column("product_id", whole(), autoincrement=False, nullable=False),
        sa.Column("cut", Text, nullable=False),
        sa.Column("of_group", Text, nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_published_cells_place_id_places")),
        sa.PrimaryKeyConstraint(
            "year",
            "part",
            "place_id",
            "period",
            "sector",
            "product_id",
            "cut",
            "of_group",
            name=op.f("pk_published_cells"),
        ),
    )
    op.create_index("ix_published_cells_period", "published_cells", ["year", "period"])


def downgrade() -> None:
    op.drop_table("published_cells")
    op.drop_table("publications")
