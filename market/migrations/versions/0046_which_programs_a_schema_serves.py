"""Which programs a schema serves."""

import sqlalchemy as sa
from alembic import op

from market.db import Text

revision = "0046"
down_revision = "0043"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "schema_marks",
        sa.Column("revision", Text, nullable=False),
        sa.Column("serves_from", Text, nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_marks")),
    )


def downgrade() -> None:
    op.drop_table("schema_marks")
