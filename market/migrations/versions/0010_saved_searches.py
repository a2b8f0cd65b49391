"""Saved searches, what each was told of, and the way to end mails of a kind."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("fingerprint", Text, nullable=False),
        sa.Column("often", Text, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=False),
        sa.Column("daily_on", sa.Date(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("often IN ('at_once', 'daily', 'never')", name=op.f("ck_saved_searches_often")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_searches_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("user_id", "fingerprint", name=op.f("uq_saved_searches_user_id_fingerprint")),
    )
    with op.batch_alter_table("saved_searches", schema=None) as batch_op:
        batch_op.create_index("ix_saved_searches_often", ["often"], unique=False)

    op.create_table(
        "saved_search_tellings",
        sa.Column("saved_search_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_saved_search_tellings_listing_id_listings")
        ),
        sa.ForeignKeyConstraint(
            ["saved_search_id"],
            ["saved_searches.id"],
            name=op.f("fk_saved_search_tellings_saved_search_id_saved_searches"),
        ),
        sa.PrimaryKeyConstraint("saved_search_id", "listing_id", name=op.f("pk_saved_search_tellings")),
    )
    with op.batch_alter_table("saved_search_tellings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_search_tellings_told_at"), ["told_at"], unique=False)

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unsubscribe", Text, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("unsubscribe")
    op.drop_table("saved_search_tellings")
    op.drop_table("saved_searches")
