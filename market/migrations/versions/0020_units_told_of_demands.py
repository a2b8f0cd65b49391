"""Units told of demands."""

import sqlalchemy as sa
from alembic import op

from market.db import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "demand_tellings",
        sa.Column("demand_id", whole(), nullable=False),
        sa.Column("unit_id", whole(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_demand_tellings_demand_id_demands")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["parties.id"], name=op.f("fk_demand_tellings_unit_id_parties")),
        sa.PrimaryKeyConstraint("demand_id", "unit_id", name=op.f("pk_demand_tellings")),
    )
    with op.batch_alter_table("demand_tellings", schema=None) as batch_op:
        batch_op.create_index("ix_demand_tellings_unit", ["unit_id", "told_at"], unique=False)


def downgrade() -> None:
    op.drop_table("demand_tellings")
