"""Units are told of demands by the worker."""

import sqlalchemy as sa
from alembic import op

from market.db import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("demands", sa.Column("tell_due", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("demands", schema=None) as batch_op:
        batch_op.drop_column("tell_due")
