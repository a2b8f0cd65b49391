"""Security keys."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None
#: Whoever has a key has an app as well: an older program goes on to ask for its code.
additive = True


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "security_keys",
        sa.Column("id", whole(), nullable=False),
        sa.Column("user_id", whole(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("credential_id", Text, nullable=False),
        sa.Column("public_key", Text, nullable=False),
        sa.Column("counter", whole(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("counter BETWEEN 0 AND 4294967295", name=op.f("ck_security_keys_counter")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_security_keys_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_keys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_security_keys_credential_id")),
    )
    op.create_index(op.f("ix_security_keys_user_id"), "security_keys", ["user_id"])
    op.add_column("second_factors", sa.Column("key_challenge", Text, nullable=True))
    op.add_column("second_factors", sa.Column("key_begun_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("second_factors", schema=None) as batch_op:
        batch_op.drop_column("key_begun_at")
        batch_op.drop_column("key_challenge")
    op.drop_table("security_keys")
