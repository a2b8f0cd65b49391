"""The first schema, part 6 of 9: sign_ins to inquiry_states."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", Text, nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("membership_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("device", Text, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_sign_ins_membership_id_memberships")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_user_id"), ["user_id"], unique=False)

    op.create_table(
        "listing_prices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("size_from", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("size_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("price BETWEEN 0 AND 100000000", name=op.f("ck_listing_prices_price")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_prices_listing_id_listings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_prices")),
    )
    with op.batch_alter_table("listing_prices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_prices_listing_id"), ["listing_id"], unique=False)

    op.create_table(
        "listing_standards",
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("standard_code", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_standards_listing_id_listings")
        ),
        sa.ForeignKeyConstraint(
            ["standard_code"], ["standards.code"], name=op.f("fk_listing_standards_standard_code_standards")
        ),
        sa.PrimaryKeyConstraint("listing_id", "standard_code", name=op.f("pk_listing_standards")),
    )
    op.create_table(
        "listing_states",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'phone', 'import', 'shell', 'clock', 'demo')",
            name=op.f("ck_listing_states_channel"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'paused', 'withdrawn')", name=op.f("ck_listing_states_state")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_states_listing_id_listings")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_listing_states_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_states")),
    )
    with op.batch_alter_table("listing_states", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_states_listing_id"), ["listing_id"], unique=False)

    op.create_table(
        "lots",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("volume", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("committed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("season_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("kind IN ('forecast', 'in_store')", name=op.f("ck_lots_kind")),
        sa.CheckConstraint("committed >= 0 AND committed <= volume", name=op.f("ck_lots_committed")),
        sa.CheckConstraint("from_date <= to_date", name=op.f("ck_lots_window")),
        sa.CheckConstraint("volume BETWEEN 0 AND 1000000000000", name=op.f("ck_lots_volume")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_lots_listing_id_listings")),
        sa.ForeignKeyConstraint(["season_id"], ["seasons.id"], name=op.f("fk_lots_season_id_seasons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lots")),
    )
    with op.batch_alter_table("lots", schema=None) as batch_op:
        batch_op.create_index("ix_lots_listing", ["listing_id", "from_date"], unique=False)

    op.create_table(
        "inquiries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("buyer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("turn", Text, nullable=False),
        sa.Column("valid_until", UtcDateTime(), nullable=False),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("reason", Text, nullable=True),
        sa.Column("last_offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "state IN ('negotiating', 'matched', 'declined', 'withdrawn', 'expired', 'held', 'released')",
            name=op.f("ck_inquiries_state"),
        ),
        sa.CheckConstraint("turn IN ('seller', 'buyer')", name=op.f("ck_inquiries_turn")),
        sa.CheckConstraint("buyer_id <> seller_id", name=op.f("ck_inquiries_two_sides")),
        sa.ForeignKeyConstraint(["buyer_id"], ["parties.id"], name=op.f("fk_inquiries_buyer_id_parties")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_inquiries_created_by_users")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_inquiries_listing_id_listings")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.id"], name=op.f("fk_inquiries_lot_id_lots")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_inquiries_product_id_products")
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["parties.id"], name=op.f("fk_inquiries_seller_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
    )
    with op.batch_alter_table("inquiries", schema=None) as batch_op:
        batch_op.create_index("ix_inquiries_buyer", ["buyer_id", "state"], unique=False)
        batch_op.create_index("ix_inquiries_due", ["state", "valid_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_inquiries_listing_id"), ["listing_id"], unique=False)
        batch_op.create_index("ix_inquiries_seller", ["seller_id", "state"], unique=False)
        batch_op.create_index(
            "uq_inquiries_open",
            ["listing_id", "buyer_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('negotiating', 'held')"),
            postgresql_where=sa.text("state IN ('negotiating', 'held')"),
        )

    op.create_table(
        "lot_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("cause", Text, nullable=True),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.CheckConstraint(
            "cause IN ('disease', 'storm', 'sold_elsewhere', 'wrong_estimate', 'other')",
            name=op.f("ck_lot_changes_cause"),
        ),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'phone', 'import', 'shell', 'clock', 'demo')",
            name=op.f("ck_lot_changes_channel"),
        ),
        sa.CheckConstraint(
            "kind IN ('opened', 'raised', 'lowered', 'loss', 'closed')", name=op.f("ck_lot_changes_kind")
        ),
        sa.CheckConstraint(
            "amount BETWEEN -1000000000000 AND 1000000000000", name=op.f("ck_lot_changes_amount")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.id"], name=op.f("fk_lot_changes_lot_id_lots")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_lot_changes_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_changes")),
    )
    with op.batch_alter_table("lot_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_changes_lot_id"), ["lot_id"], unique=False)

    op.create_table(
        "inquiry_states",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inquiry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("by_side", Text, nullable=True),
        sa.Column("reason", Text, nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.CheckConstraint("by_side IN ('seller', 'buyer')", name=op.f("ck_inquiry_states_by_side")),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'phone', 'import', 'shell', 'clock', 'demo')",
            name=op.f("ck_inquiry_states_channel"),
        ),
        sa.CheckConstraint(
            "state IN ('negotiating', 'matched', 'declined', 'withdrawn', 'expired', 'held', 'released')",
            name=op.f("ck_inquiry_states_state"),
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiries.id"], name=op.f("fk_inquiry_states_inquiry_id_inquiries")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_inquiry_states_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_states")),
    )
    with op.batch_alter_table("inquiry_states", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inquiry_states_inquiry_id"), ["inquiry_id"], unique=False)


def downgrade() -> None:
    op.drop_table("inquiry_states")
    op.drop_table("lot_changes")
    op.drop_table("inquiries")
    op.drop_table("lots")
    op.drop_table("listing_states")
    op.drop_table("listing_standards")
    op.drop_table("listing_prices")
    op.drop_table("sign_ins")
