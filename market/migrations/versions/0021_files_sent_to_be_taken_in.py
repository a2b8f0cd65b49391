"""Files sent to be taken in."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", whole(), nullable=False),
        sa.Column("user_id", whole(), nullable=False),
        sa.Column("party_id", whole(), nullable=True),
        sa.Column("kind", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("file", Text, nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('cooperatives', 'listings', 'links', 'season-plans')", name=op.f("ck_uploads_kind")
        ),
        sa.CheckConstraint(
            "state IN ('reading', 'checked', 'refused', 'applying', 'applied', 'dropped')",
            name=op.f("ck_uploads_state"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_uploads_party_id_parties")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_uploads_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("file", name=op.f("uq_uploads_file")),
    )
    op.create_index(op.f("ix_uploads_user_id"), "uploads", ["user_id"])
    op.create_index("ix_uploads_work", "uploads", ["state", "id"])


def downgrade() -> None:
    op.drop_table("uploads")
