"""What falls away of a demand is asked of others by itself, where the buyer has chosen so."""

import sqlalchemy as sa
from alembic import op

from market.db import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("demands", sa.Column("replan", sa.Boolean(), nullable=True))
    op.add_column("demands", sa.Column("replan_due", UtcDateTime(), nullable=True))
    op.execute("UPDATE demands SET replan = false")
    with op.batch_alter_table("demands", schema=None) as batch_op:
        batch_op.alter_column("replan", existing_type=sa.Boolean(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("demands", schema=None) as batch_op:
        batch_op.drop_column("replan_due")
        batch_op.drop_column("replan")
