"""What persons ask about their own data."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("done_by", sa.Date(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("finished_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("kind IN ('correct', 'stop', 'erase')", name=op.f("ck_data_requests_kind")),
        sa.CheckConstraint(
            "state IN ('received', 'accepted', 'done', 'refused', 'withdrawn')",
            name=op.f("ck_data_requests_state"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["users.id"], name=op.f("fk_data_requests_answered_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["finished_by"], ["users.id"], name=op.f("fk_data_requests_finished_by_users")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_data_requests_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
    )
    with op.batch_alter_table("data_requests", schema=None) as batch_op:
        batch_op.create_index("ix_data_requests_state", ["state", "answer_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_requests_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_data_requests_open",
            ["user_id", "kind"],
            unique=True,
            sqlite_where=sa.text("state IN ('received', 'accepted')"),
            postgresql_where=sa.text("state IN ('received', 'accepted')"),
        )

    op.create_table(
        "data_request_words",
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", Text, nullable=False),
        sa.Column("answer", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["data_requests.id"], name=op.f("fk_data_request_words_request_id_data_requests")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_data_request_words")),
    )


def downgrade() -> None:
    op.drop_table("data_request_words")
    with op.batch_alter_table("data_requests", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_data_requests_open",
            sqlite_where=sa.text("state IN ('received', 'accepted')"),
            postgresql_where=sa.text("state IN ('received', 'accepted')"),
        )
        batch_op.drop_index(batch_op.f("ix_data_requests_user_id"))
        batch_op.drop_index("ix_data_requests_state")

    op.drop_table("data_requests")
