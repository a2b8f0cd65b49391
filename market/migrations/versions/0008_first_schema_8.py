"""The first schema, part 8 of 9: offers to remarks."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inquiry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", Text, nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("volume", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("price_kind", Text, nullable=False),
        sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_basis", Text, nullable=False),
        sa.Column("price_reference", sa.JSON(), nullable=True),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("covers_inputs", sa.Boolean(), nullable=False),
        sa.Column("covers_production", sa.Boolean(), nullable=False),
        sa.Column("covers_processing", sa.Boolean(), nullable=False),
        sa.Column("area_m2", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("area_base", Text, nullable=True),
        sa.Column("households", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("season_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("all_output", sa.Boolean(), nullable=False),
        sa.Column("carrier", Text, nullable=True),
        sa.Column("carriage_paid_by", Text, nullable=True),
        sa.Column("weighed_at", Text, nullable=True),
        sa.Column("deductions", Text, nullable=True),
        sa.Column("payment", Text, nullable=True),
        sa.Column("payment_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("deposit", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("deposit_due", sa.Date(), nullable=True),
        sa.Column("contract_wanted", sa.Boolean(), nullable=True),
        sa.Column("contract_due", sa.Date(), nullable=True),
        sa.Column("tolerance", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("delivery_place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("kind IN ('spot', 'season', 'linkage')", name=op.f("ck_offers_kind")),
        sa.CheckConstraint("price_basis IN ('field', 'store', 'buyer')", name=op.f("ck_offers_price_basis")),
        sa.CheckConstraint(
            "price_kind IN ('fixed', 'table', 'reference', 'labour')", name=op.f("ck_offers_price_kind")
        ),
        sa.CheckConstraint("side IN ('seller', 'buyer')", name=op.f("ck_offers_side")),
        sa.CheckConstraint("price BETWEEN 0 AND 100000000", name=op.f("ck_offers_price")),
        sa.CheckConstraint("value BETWEEN 0 AND 10000000000000", name=op.f("ck_offers_value")),
        sa.CheckConstraint("volume BETWEEN 1 AND 1000000000000", name=op.f("ck_offers_volume")),
        sa.ForeignKeyConstraint(
            ["delivery_place_id"], ["places.id"], name=op.f("fk_offers_delivery_place_id_places")
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiries.id"], name=op.f("fk_offers_inquiry_id_inquiries")
        ),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_offers_link_id_links")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_offers_made_by_users")),
        sa.ForeignKeyConstraint(["season_id"], ["seasons.id"], name=op.f("fk_offers_season_id_seasons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("inquiry_id", "sequence", name=op.f("uq_offers_inquiry_id_sequence")),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offers_link_id"), ["link_id"], unique=False)

    op.create_table(
        "commitments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("inquiry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("volume", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("released", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "link_id IS NOT NULL OR inquiry_id IS NOT NULL", name=op.f("ck_commitments_owner")
        ),
        sa.CheckConstraint("released >= 0 AND released <= volume", name=op.f("ck_commitments_released")),
        sa.CheckConstraint("volume BETWEEN 1 AND 1000000000000", name=op.f("ck_commitments_volume")),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiries.id"], name=op.f("fk_commitments_inquiry_id_inquiries")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["link_lines.id"], name=op.f("fk_commitments_line_id_link_lines")
        ),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_commitments_link_id_links")),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.id"], name=op.f("fk_commitments_lot_id_lots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitments_inquiry_id"), ["inquiry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_link_id"), ["link_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_lot_id"), ["lot_id"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("recorded_side", Text, nullable=False),
        sa.Column("accepted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_silence", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("note_file", Text, nullable=True),
        sa.CheckConstraint("recorded_side IN ('seller', 'buyer')", name=op.f("ck_deliveries_recorded_side")),
        sa.CheckConstraint(
            "state IN ('recorded', 'confirmed', 'contested', 'settled')", name=op.f("ck_deliveries_state")
        ),
        sa.CheckConstraint("accepted BETWEEN 0 AND 1000000000000", name=op.f("ck_deliveries_accepted")),
        sa.CheckConstraint("value BETWEEN 0 AND 10000000000000", name=op.f("ck_deliveries_value")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["users.id"], name=op.f("fk_deliveries_confirmed_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["link_lines.id"], name=op.f("fk_deliveries_line_id_link_lines")
        ),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_deliveries_link_id_links")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_deliveries_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_link_id"), ["link_id"], unique=False)

    op.create_table(
        "link_terms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", Text, nullable=False),
        sa.Column("form", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contract", Text, nullable=False),
        sa.Column("volume", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_m2", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("area_base", Text, nullable=True),
        sa.Column("households", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("contract IN ('none', 'uploaded', 'seen')", name=op.f("ck_link_terms_contract")),
        sa.CheckConstraint("kind IN ('spot', 'season', 'linkage')", name=op.f("ck_link_terms_kind")),
        sa.CheckConstraint("form BETWEEN 1 AND 7", name=op.f("ck_link_terms_form")),
        sa.CheckConstraint("value BETWEEN 0 AND 10000000000000", name=op.f("ck_link_terms_value")),
        sa.CheckConstraint("volume BETWEEN 0 AND 1000000000000", name=op.f("ck_link_terms_volume")),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_link_terms_link_id_links")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_link_terms_offer_id_offers")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_link_terms_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_terms")),
    )
    with op.batch_alter_table("link_terms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_terms_link_id"), ["link_id"], unique=False)

    op.create_table(
        "offer_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("volume", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("from_date <= to_date", name=op.f("ck_offer_lines_window")),
        sa.CheckConstraint("volume BETWEEN 1 AND 1000000000000", name=op.f("ck_offer_lines_volume")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_lines_offer_id_offers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_lines")),
        sa.UniqueConstraint("offer_id", "position", name=op.f("uq_offer_lines_offer_id_position")),
    )
    op.create_table(
        "remarks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inquiry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("side", Text, nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", Text, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiries.id"], name=op.f("fk_remarks_inquiry_id_inquiries")
        ),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_remarks_link_id_links")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_remarks_offer_id_offers")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_remarks_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
    )
    with op.batch_alter_table("remarks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remarks_inquiry_id"), ["inquiry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_remarks_link_id"), ["link_id"], unique=False)


def downgrade() -> None:
    op.drop_table("remarks")
    op.drop_table("offer_lines")
    op.drop_table("link_terms")
    op.drop_table("deliveries")
    op.drop_table("commitments")
    op.drop_table("offers")
