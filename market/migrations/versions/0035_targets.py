"""Targets: what resolutions want figures to be."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "targets",
        sa.Column("id", whole(), nullable=False),
        sa.Column("indicator", Text, nullable=False),
        sa.Column("place_id", whole(), nullable=False),
        sa.Column("period", Text, nullable=False),
        sa.Column("sector_code", Text, nullable=True),
        sa.Column("amount", whole(), nullable=False),
        sa.Column("decimals", whole(), nullable=False),
        sa.Column("unit", Text, nullable=False),
        sa.Column("document", Text, nullable=False),
        sa.Column("document_number", Text, nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", whole(), nullable=True),
        sa.CheckConstraint("amount BETWEEN 0 AND 1000000000000000", name=op.f("ck_targets_amount")),
        sa.CheckConstraint("decimals BETWEEN 0 AND 6", name=op.f("ck_targets_decimals")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_targets_place_id_places")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_targets_recorded_by_users")),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sectors.code"], name=op.f("fk_targets_sector_code_sectors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
    )
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.create_index("ix_targets_what", ["indicator", "place_id", "period"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.drop_index("ix_targets_what")

    op.drop_table("targets")
