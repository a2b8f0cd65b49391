"""demands"""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demands",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("buyer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("price_max", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("price_basis", Text, nullable=False),
        sa.Column("source_place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("delivery_place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("carriage_rate", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("daily_intake", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("max_units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("part_will_do", sa.Boolean(), nullable=False),
        sa.Column("unknown_will_do", sa.Boolean(), nullable=False),
        sa.Column("labelled_will_do", sa.Boolean(), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("price_basis IN ('field', 'store', 'buyer')", name=op.f("ck_demands_price_basis")),
        sa.CheckConstraint(
            "state IN ('open', 'filling', 'filled', 'closed', 'expired')", name=op.f("ck_demands_state")
        ),
        sa.CheckConstraint("carriage_rate BETWEEN 0 AND 1000000", name=op.f("ck_demands_carriage_rate")),
        sa.CheckConstraint("daily_intake BETWEEN 1 AND 1000000000000", name=op.f("ck_demands_daily_intake")),
        sa.CheckConstraint("max_units BETWEEN 1 AND 1000", name=op.f("ck_demands_max_units")),
        sa.CheckConstraint("price_max BETWEEN 1 AND 100000000", name=op.f("ck_demands_price_max")),
        sa.ForeignKeyConstraint(["buyer_id"], ["parties.id"], name=op.f("fk_demands_buyer_id_parties")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_demands_created_by_users")),
        sa.ForeignKeyConstraint(
            ["delivery_place_id"], ["places.id"], name=op.f("fk_demands_delivery_place_id_places")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_demands_product_id_products")),
        sa.ForeignKeyConstraint(
            ["source_place_id"], ["places.id"], name=op.f("fk_demands_source_place_id_places")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demands")),
    )
    with op.batch_alter_table("demands", schema=None) as batch_op:
        batch_op.create_index("ix_demands_buyer", ["buyer_id", "state"], unique=False)
        batch_op.create_index("ix_demands_product", ["product_id", "state"], unique=False)

    op.create_table(
        "demand_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("demand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("volume", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("from_date <= to_date", name=op.f("ck_demand_lines_window")),
        sa.CheckConstraint("volume BETWEEN 1 AND 1000000000000", name=op.f("ck_demand_lines_volume")),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_demand_lines_demand_id_demands")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_lines")),
        sa.UniqueConstraint("demand_id", "position", name=op.f("uq_demand_lines_demand_id_position")),
    )
    op.create_table(
        "demand_standards",
        sa.Column("demand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("standard_code", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_demand_standards_demand_id_demands")
        ),
        sa.ForeignKeyConstraint(
            ["standard_code"], ["standards.code"], name=op.f("fk_demand_standards_standard_code_standards")
        ),
        sa.PrimaryKeyConstraint("demand_id", "standard_code", name=op.f("pk_demand_standards")),
    )
    op.create_table(
        "demand_states",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("demand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'phone', 'import', 'shell', 'clock', 'demo')",
            name=op.f("ck_demand_states_channel"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'filling', 'filled', 'closed', 'expired')", name=op.f("ck_demand_states_state")
        ),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_demand_states_demand_id_demands")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_demand_states_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_states")),
    )
    with op.batch_alter_table("demand_states", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_demand_states_demand_id"), ["demand_id"], unique=False)

    op.create_table(
        "demand_inquiries",
        sa.Column("inquiry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("demand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_demand_inquiries_demand_id_demands")
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiries.id"], name=op.f("fk_demand_inquiries_inquiry_id_inquiries")
        ),
        sa.PrimaryKeyConstraint("inquiry_id", name=op.f("pk_demand_inquiries")),
    )
    with op.batch_alter_table("demand_inquiries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_demand_inquiries_demand_id"), ["demand_id"], unique=False)

    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("line", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.drop_column("line")

    with op.batch_alter_table("demand_inquiries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_demand_inquiries_demand_id"))

    op.drop_table("demand_inquiries")
    with op.batch_alter_table("demand_states", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_demand_states_demand_id"))

    op.drop_table("demand_states")
    op.drop_table("demand_standards")
    op.drop_table("demand_lines")
    with op.batch_alter_table("demands", schema=None) as batch_op:
        batch_op.drop_index("ix_demands_product")
        batch_op.drop_index("ix_demands_buyer")

    op.drop_table("demands")
