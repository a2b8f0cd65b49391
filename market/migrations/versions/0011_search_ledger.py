"""The ledger of searches."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "searches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("searched_at", UtcDateTime(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("found", Text, nullable=False),
        sa.Column("language", Text, nullable=False),
        sa.Column("channel", Text, nullable=False),
        sa.CheckConstraint("channel IN ('page', 'api', 'command')", name=op.f("ck_searches_channel")),
        sa.CheckConstraint("found IN ('none', 'few', 'some')", name=op.f("ck_searches_found")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searches")),
    )
    with op.batch_alter_table("searches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_searches_searched_at"), ["searched_at"], unique=False)

    op.create_table(
        "search_subjects",
        sa.Column("search_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product", Text, nullable=False),
        sa.Column("month", Text, nullable=False),
        sa.Column("place", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["search_id"], ["searches.id"], name=op.f("fk_search_subjects_search_id_searches")
        ),
        sa.PrimaryKeyConstraint("search_id", "product", "month", "place", name=op.f("pk_search_subjects")),
    )


def downgrade() -> None:
    op.drop_table("search_subjects")
    op.drop_table("searches")
