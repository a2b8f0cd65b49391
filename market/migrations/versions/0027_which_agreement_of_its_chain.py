"""Of each agreement: which of its chain it is, each renewing the one before."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

LATER = """
    UPDATE links SET season_no = 1 + (SELECT one.season_no FROM links AS one WHERE one.id = links.renews_id)
    WHERE renews_id IS NOT NULL
    AND season_no <> 1 + (SELECT one.season_no FROM links AS one WHERE one.id = links.renews_id)
"""


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("links", sa.Column("season_no", whole, nullable=False, server_default="1"))
    links = op.get_bind()
    # One round a link of the longest chain: each round puts right what follows on what was right before.
    while links.execute(sa.text(LATER)).rowcount:
        pass
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.alter_column("season_no", server_default=None)
        batch_op.create_index(batch_op.f("ix_links_renews_id"), ["renews_id"])


def downgrade() -> None:
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_links_renews_id"))
        batch_op.drop_column("season_no")
