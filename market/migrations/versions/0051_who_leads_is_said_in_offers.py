"""Who leads is said in offers."""

import sqlalchemy as sa
from alembic import op

from market.db import Text

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.add_column("offers", sa.Column("lead", Text, nullable=True))


def downgrade() -> None:
    op.drop_column("offers", "lead")
