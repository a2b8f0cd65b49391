"""The sectors of a unit's products, by date."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_sectors",
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sector_code", Text, nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_unit_sectors_party_id_parties")),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sectors.code"], name=op.f("fk_unit_sectors_sector_code_sectors")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_unit_sectors_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_sectors")),
    )
    with op.batch_alter_table("unit_sectors", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_unit_sectors_party_id"), ["party_id"], unique=False)


def downgrade() -> None:
    op.drop_table("unit_sectors")
