"""Of the first status of a unit: whether its day is known to be that of the founding."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KNOWN = """
    UPDATE party_statuses SET founding = :yes
    WHERE status = 'active' AND on_date = (
        SELECT parties.founded_on FROM parties WHERE parties.id = party_statuses.party_id
    )
"""


def upgrade() -> None:
    op.add_column(
        "party_statuses", sa.Column("founding", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.get_bind().execute(sa.text(KNOWN).bindparams(sa.bindparam("yes", True, sa.Boolean())))
    with op.batch_alter_table("party_statuses", schema=None) as batch_op:
        batch_op.alter_column("founding", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("party_statuses", schema=None) as batch_op:
        batch_op.drop_column("founding")
