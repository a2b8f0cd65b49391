"""delivery claims"""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery_claims",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", Text, nullable=False),
        sa.Column("what", Text, nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("gross", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deducted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", Text, nullable=True),
        sa.Column("accepted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ground", Text, nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'phone', 'import', 'shell', 'clock', 'demo')",
            name=op.f("ck_delivery_claims_channel"),
        ),
        sa.CheckConstraint("side IN ('seller', 'buyer', 'officer')", name=op.f("ck_delivery_claims_side")),
        sa.CheckConstraint(
            "what IN ('volume', 'size', 'deduction', 'price')", name=op.f("ck_delivery_claims_what")
        ),
        sa.CheckConstraint("accepted = gross - deducted", name=op.f("ck_delivery_claims_accepted")),
        sa.CheckConstraint("deducted BETWEEN 0 AND 1000000000000", name=op.f("ck_delivery_claims_deducted")),
        sa.CheckConstraint("gross BETWEEN 1 AND 1000000000000", name=op.f("ck_delivery_claims_gross")),
        sa.CheckConstraint("value BETWEEN 0 AND 10000000000000", name=op.f("ck_delivery_claims_value")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_claims_delivery_id_deliveries")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_delivery_claims_made_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_claims")),
    )
    with op.batch_alter_table("delivery_claims", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_claims_delivery_id"), ["delivery_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("delivery_claims", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_claims_delivery_id"))

    op.drop_table("delivery_claims")
