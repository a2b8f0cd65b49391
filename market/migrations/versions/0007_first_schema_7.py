"""The first schema, part 7 of 9: links to link_states."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inquiry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("renews_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("buyer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("season_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sector_code", Text, nullable=False),
        sa.Column("seller_kind", Text, nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("former_place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("buyer_kind", Text, nullable=False),
        sa.Column("destination", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("form", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lead", Text, nullable=False),
        sa.Column("origin", Text, nullable=False),
        sa.Column("contract", Text, nullable=False),
        sa.Column("contract_number", Text, nullable=True),
        sa.Column("contract_date", sa.Date(), nullable=True),
        sa.Column("contract_file", Text, nullable=True),
        sa.Column("covers_inputs", sa.Boolean(), nullable=False),
        sa.Column("covers_production", sa.Boolean(), nullable=False),
        sa.Column("covers_processing", sa.Boolean(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("price_kind", Text, nullable=False),
        sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_basis", Text, nullable=False),
        sa.Column("volume", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_m2", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("area_base", Text, nullable=True),
        sa.Column("households", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("at_risk", sa.Boolean(), nullable=False),
        sa.Column("waits_for", Text, nullable=True),
        sa.Column("provisional_until", UtcDateTime(), nullable=True),
        sa.Column("agreed_at", UtcDateTime(), nullable=False),
        sa.Column("agreed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
        sa.CheckConstraint(
            "(origin = 'platform') = (inquiry_id IS NOT NULL)", name=op.f("ck_links_origin_inquiry")
        ),
        sa.CheckConstraint("area_base IN ('sown', 'land', 'pond')", name=op.f("ck_links_area_base")),
        sa.CheckConstraint(
            "buyer_kind IN ('collector', 'depot', 'processor', 'exporter', 'supermarket', 'wholesaler', 'kitchen', 'store_chain', 'cooperative', 'other')",
            name=op.f("ck_links_buyer_kind"),
        ),
        sa.CheckConstraint("contract IN ('none', 'uploaded', 'seen')", name=op.f("ck_links_contract")),
        sa.CheckConstraint(
            "destination IN ('province', 'region', 'domestic', 'export', 'unknown')",
            name=op.f("ck_links_destination"),
        ),
        sa.CheckConstraint("kind IN ('spot', 'season', 'linkage')", name=op.f("ck_links_kind")),
        sa.CheckConstraint("lead IN ('seller', 'buyer', 'other')", name=op.f("ck_links_lead")),
        sa.CheckConstraint(
            "origin IN ('platform', 'declared_one', 'declared_both', 'officer')", name=op.f("ck_links_origin")
        ),
        sa.CheckConstraint(
            "seller_kind IN ('cooperative', 'group', 'union', 'company', 'household_business', 'institution')",
            name=op.f("ck_links_seller_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('provisional', 'active', 'lapsed', 'fulfilled', 'short', 'ended_early')",
            name=op.f("ck_links_state"),
        ),
        sa.CheckConstraint(
            "waits_for IN ('deposit', 'contract', 'authority')", name=op.f("ck_links_waits_for")
        ),
        sa.CheckConstraint("buyer_id <> seller_id", name=op.f("ck_links_two_sides")),
        sa.CheckConstraint("form BETWEEN 1 AND 7", name=op.f("ck_links_form")),
        sa.CheckConstraint("price BETWEEN 0 AND 100000000", name=op.f("ck_links_price")),
        sa.CheckConstraint("value BETWEEN 0 AND 10000000000000", name=op.f("ck_links_value")),
        sa.CheckConstraint("volume BETWEEN 0 AND 1000000000000", name=op.f("ck_links_volume")),
        sa.ForeignKeyConstraint(["agreed_by"], ["users.id"], name=op.f("fk_links_agreed_by_users")),
        sa.ForeignKeyConstraint(["buyer_id"], ["parties.id"], name=op.f("fk_links_buyer_id_parties")),
        sa.ForeignKeyConstraint(
            ["delivery_place_id"], ["places.id"], name=op.f("fk_links_delivery_place_id_places")
        ),
        sa.ForeignKeyConstraint(
            ["former_place_id"], ["places.id"], name=op.f("fk_links_former_place_id_places")
        ),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiries.id"], name=op.f("fk_links_inquiry_id_inquiries")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_links_listing_id_listings")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_links_place_id_places")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_links_product_id_products")),
        sa.ForeignKeyConstraint(["renews_id"], ["links.id"], name=op.f("fk_links_renews_id_links")),
        sa.ForeignKeyConstraint(["season_id"], ["seasons.id"], name=op.f("fk_links_season_id_seasons")),
        sa.ForeignKeyConstraint(["sector_code"], ["sectors.code"], name=op.f("fk_links_sector_code_sectors")),
        sa.ForeignKeyConstraint(["seller_id"], ["parties.id"], name=op.f("fk_links_seller_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("inquiry_id", name=op.f("uq_links_inquiry_id")),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index("ix_links_buyer", ["buyer_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_links_listing_id"), ["listing_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_links_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_links_product_id"), ["product_id"], unique=False)
        batch_op.create_index("ix_links_seller", ["seller_id", "state"], unique=False)

    op.create_table(
        "link_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("volume", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("replaced_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("from_date <= to_date", name=op.f("ck_link_lines_window")),
        sa.CheckConstraint("volume BETWEEN 0 AND 1000000000000", name=op.f("ck_link_lines_volume")),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_link_lines_link_id_links")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_lines")),
    )
    with op.batch_alter_table("link_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_lines_link_id"), ["link_id"], unique=False)

    op.create_table(
        "link_states",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("by_side", Text, nullable=True),
        sa.Column("reason", Text, nullable=True),
        sa.Column("force_majeure", sa.Boolean(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.CheckConstraint("by_side IN ('seller', 'buyer')", name=op.f("ck_link_states_by_side")),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'phone', 'import', 'shell', 'clock', 'demo')",
            name=op.f("ck_link_states_channel"),
        ),
        sa.CheckConstraint(
            "state IN ('provisional', 'active', 'lapsed', 'fulfilled', 'short', 'ended_early')",
            name=op.f("ck_link_states_state"),
        ),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_link_states_link_id_links")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_link_states_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_states")),
    )
    with op.batch_alter_table("link_states", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_states_link_id"), ["link_id"], unique=False)


def downgrade() -> None:
    op.drop_table("link_states")
    op.drop_table("link_lines")
    op.drop_table("links")
