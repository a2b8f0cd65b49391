"""Listings that are worth a look."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("usual", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer", Text, nullable=True),
        sa.Column("hiding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("kind IN ('duplicate', 'price', 'volume')", name=op.f("ck_flags_kind")),
        sa.CheckConstraint("state IN ('open', 'dismissed', 'acted')", name=op.f("ck_flags_state")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_flags_decided_by_users")),
        sa.ForeignKeyConstraint(["hiding_id"], ["hidings.id"], name=op.f("fk_flags_hiding_id_hidings")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_flags_listing_id_listings")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_flags_party_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
        sa.UniqueConstraint(
            "kind", "listing_id", "other_id", "value", name=op.f("uq_flags_kind_listing_id_other_id_value")
        ),
    )
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.create_index("ix_flags_state", ["state", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.drop_index("ix_flags_state")

    op.drop_table("flags")
