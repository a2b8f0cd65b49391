"""What people choose to be told."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notice_choices",
        sa.Column("user_id", whole(), nullable=False),
        sa.Column("topic", Text, nullable=False),
        sa.Column("how", Text, nullable=False),
        sa.Column("chosen_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("how IN ('at_once', 'daily', 'inside')", name=op.f("ck_notice_choices_how")),
        sa.CheckConstraint(
            "topic IN ('inquiries', 'agreements', 'deliveries', 'certificates', 'demands', 'wanted', 'searches')",
            name=op.f("ck_notice_choices_topic"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notice_choices_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "topic", name=op.f("pk_notice_choices")),
    )
    op.create_table(
        "notices_waiting",
        sa.Column("notice_id", whole(), autoincrement=False, nullable=False),
        sa.Column("user_id", whole(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_notices_waiting_notice_id_notices")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_waiting_user_id_users")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices_waiting")),
    )
    with op.batch_alter_table("notices_waiting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_waiting_since"), ["since", "user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("notices_waiting")
    op.drop_table("notice_choices")
