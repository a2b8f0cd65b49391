"""What the department did about denied entries."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0044"
# Made beside 0046, which came first.
down_revision = "0046"
branch_labels = None
depends_on = None
additive = True


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("assisted_calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("outcome", Text, nullable=True))

    with op.batch_alter_table("assisted_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("settled_by", whole(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_assisted_entries_settled_by_users"), "users", ["settled_by"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("assisted_entries", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_assisted_entries_settled_by_users"), type_="foreignkey")
        batch_op.drop_column("settled_by")
        batch_op.drop_column("settled_at")

    with op.batch_alter_table("assisted_calls", schema=None) as batch_op:
        batch_op.drop_column("outcome")
