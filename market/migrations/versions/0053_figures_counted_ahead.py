"""All figures of the periods that officers look at, as they were counted last."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None
additive = True


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kept_figures",
        sa.Column("place_id", whole(), nullable=False),
        sa.Column("period", Text, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("took_ms", whole(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_kept_figures_place_id_places")),
        sa.PrimaryKeyConstraint("place_id", "period", name=op.f("pk_kept_figures")),
    )


def downgrade() -> None:
    op.drop_table("kept_figures")
