"""How long changes waited until they could be found, by batch."""

import sqlalchemy as sa
from alembic import op

from market.db import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "index_batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drained_at", UtcDateTime(), nullable=False),
        sa.Column("lags_ms", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_batches")),
    )


def downgrade() -> None:
    op.drop_table("index_batches")
