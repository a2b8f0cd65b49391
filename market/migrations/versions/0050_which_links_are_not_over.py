"""Which links are not over, by an index."""

from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_index("ix_links_state", "links", ["state", "id"])


def downgrade() -> None:
    op.drop_index("ix_links_state", "links")
