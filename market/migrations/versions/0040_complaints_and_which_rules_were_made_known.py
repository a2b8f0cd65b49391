"""Complaints and which rules were made known."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rules_noted",
        sa.Column("version", Text, nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("told", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rules_noted")),
    )
    op.create_table(
        "complaints",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", Text, nullable=False),
        sa.Column("subject", Text, nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", Text, nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outcome", Text, nullable=True),
        sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_complaints_closed")),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'partly', 'rejected', 'settled', 'withdrawn', 'referred')",
            name=op.f("ck_complaints_outcome"),
        ),
        sa.CheckConstraint("state IN ('received', 'answered', 'closed')", name=op.f("ck_complaints_state")),
        sa.CheckConstraint(
            "subject IN ('goods', 'delivery', 'payment', 'party', 'moderation', 'platform', 'data', 'other')",
            name=op.f("ck_complaints_subject"),
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name=op.f("fk_complaints_answered_by_users")),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_complaints_closed_by_users")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_complaints_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("number", name=op.f("uq_complaints_number")),
    )
    with op.batch_alter_table("complaints", schema=None) as batch_op:
        batch_op.create_index("ix_complaints_state", ["state", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_user_id"), ["user_id"], unique=False)

    op.create_table(
        "complaint_words",
        sa.Column("complaint_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("contact", Text, nullable=False),
        sa.Column("words", Text, nullable=False),
        sa.Column("answer", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_complaint_words_complaint_id_complaints")
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_complaint_words")),
    )


def downgrade() -> None:
    op.drop_table("complaint_words")
    with op.batch_alter_table("complaints", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaints_user_id"))
        batch_op.drop_index("ix_complaints_state")

    op.drop_table("complaints")
    op.drop_table("rules_noted")
