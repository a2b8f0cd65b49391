"""The first schema, part 9 of 9: commitment_moves to weighings."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commitment_moves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commitment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", Text, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_commitment_moves_commitment_id_commitments")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.id"], name=op.f("fk_commitment_moves_lot_id_lots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_moves")),
    )
    with op.batch_alter_table("commitment_moves", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commitment_moves_commitment_id"), ["commitment_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_commitment_moves_lot_id"), ["lot_id"], unique=False)

    op.create_table(
        "delivery_states",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("accepted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'phone', 'import', 'shell', 'clock', 'demo')",
            name=op.f("ck_delivery_states_channel"),
        ),
        sa.CheckConstraint(
            "state IN ('recorded', 'confirmed', 'contested', 'settled')",
            name=op.f("ck_delivery_states_state"),
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_states_delivery_id_deliveries")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_delivery_states_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_states")),
    )
    with op.batch_alter_table("delivery_states", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_states_delivery_id"), ["delivery_id"], unique=False)

    op.create_table(
        "weighings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("gross", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deducted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", Text, nullable=True),
        sa.Column("accepted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("accepted = gross - deducted", name=op.f("ck_weighings_accepted")),
        sa.CheckConstraint("deducted BETWEEN 0 AND 1000000000000", name=op.f("ck_weighings_deducted")),
        sa.CheckConstraint("gross BETWEEN 0 AND 1000000000000", name=op.f("ck_weighings_gross")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_weighings_delivery_id_deliveries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weighings")),
        sa.UniqueConstraint("delivery_id", "position", name=op.f("uq_weighings_delivery_id_position")),
    )


def downgrade() -> None:
    op.drop_table("weighings")
    op.drop_table("delivery_states")
    op.drop_table("commitment_moves")
