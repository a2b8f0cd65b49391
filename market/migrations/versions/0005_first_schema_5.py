"""The first schema, part 5 of 9: season_plans to representative_persons."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "season_plans",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("season_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_m2", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("area_base", Text, nullable=True),
        sa.Column("expected", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.CheckConstraint("area_m2 BETWEEN 0 AND 1000000000000", name=op.f("ck_season_plans_area_m2")),
        sa.CheckConstraint("expected BETWEEN 0 AND 1000000000000", name=op.f("ck_season_plans_expected")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_season_plans_party_id_parties")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_season_plans_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_season_plans_recorded_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["season_id"], ["seasons.id"], name=op.f("fk_season_plans_season_id_seasons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_plans")),
    )
    with op.batch_alter_table("season_plans", schema=None) as batch_op:
        batch_op.create_index("ix_season_plans_unit", ["party_id", "product_id", "season_id"], unique=False)

    op.create_table(
        "unit_fields",
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", Text, nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.CheckConstraint(
            "field IN ('rice', 'shrimp', 'aquaculture', 'fishery_services', 'agricultural_services', 'handicraft', 'rural_trades', 'other')",
            name=op.f("ck_unit_fields_field"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_unit_fields_party_id_parties")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_unit_fields_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_fields")),
    )
    with op.batch_alter_table("unit_fields", schema=None) as batch_op:
        batch_op.create_index("ix_unit_fields_party", ["party_id", "field"], unique=False)

    op.create_table(
        "certificate_products",
        sa.Column("certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_certificate_products_certificate_id_certificates"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_certificate_products_product_id_products")
        ),
        sa.PrimaryKeyConstraint("certificate_id", "product_id", name=op.f("pk_certificate_products")),
    )
    op.create_table(
        "certificate_units",
        sa.Column("certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_certificate_units_certificate_id_certificates"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_certificate_units_party_id_parties")
        ),
        sa.PrimaryKeyConstraint("certificate_id", "party_id", name=op.f("pk_certificate_units")),
    )
    op.create_table(
        "certificate_verdicts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("ground", Text, nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "state IN ('claimed', 'verified', 'refused', 'ended', 'suspended', 'revoked')",
            name=op.f("ck_certificate_verdicts_state"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_certificate_verdicts_certificate_id_certificates"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_certificate_verdicts_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_verdicts")),
        sa.UniqueConstraint(
            "certificate_id",
            "recorded_at",
            "state",
            name=op.f("uq_certificate_verdicts_certificate_id_recorded_at_state"),
        ),
    )
    with op.batch_alter_table("certificate_verdicts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_verdicts_certificate_id"), ["certificate_id"], unique=False
        )

    op.create_table(
        "listings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", Text, nullable=False),
        sa.Column("description", Text, nullable=False),
        sa.Column("folded", Text, nullable=False),
        sa.Column("grade", Text, nullable=True),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("price_kind", Text, nullable=False),
        sa.Column("price_from", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("price_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("price_basis", Text, nullable=False),
        sa.Column("price_reference", sa.JSON(), nullable=True),
        sa.Column("min_order", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pack_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("area_code", Text, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
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
            "price_basis IN ('field', 'store', 'buyer')", name=op.f("ck_listings_price_basis")
        ),
        sa.CheckConstraint(
            "price_kind IN ('fixed', 'table', 'reference', 'labour')", name=op.f("ck_listings_price_kind")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'paused', 'withdrawn')", name=op.f("ck_listings_state")
        ),
        sa.CheckConstraint("min_order BETWEEN 0 AND 1000000000000", name=op.f("ck_listings_min_order")),
        sa.CheckConstraint("price_from BETWEEN 0 AND 100000000", name=op.f("ck_listings_price_from")),
        sa.CheckConstraint("price_to BETWEEN 0 AND 100000000", name=op.f("ck_listings_price_to")),
        sa.ForeignKeyConstraint(
            ["delivery_place_id"], ["places.id"], name=op.f("fk_listings_delivery_place_id_places")
        ),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["product_packs.id"], name=op.f("fk_listings_pack_id_product_packs")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_listings_party_id_parties")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_listings_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["product_variants.id"], name=op.f("fk_listings_variant_id_product_variants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
    )
    with op.batch_alter_table("listings", schema=None) as batch_op:
        batch_op.create_index("ix_listings_newest", ["state", "published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_listings_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listings_product_id"), ["product_id"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.Column("address", Text, nullable=False),
        sa.Column("language", Text, nullable=False),
        sa.Column("subject", Text, nullable=False),
        sa.Column("body", Text, nullable=False),
        sa.Column("message_id", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("error", Text, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_messages_channel")),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed')", name=op.f("ck_messages_state")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_messages_notice_id_notices")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_messages_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_messages_message_id")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_due", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_user_id"), ["user_id"], unique=False)

    op.create_table(
        "representative_persons",
        sa.Column("representative_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["representative_id"],
            ["representatives.id"],
            name=op.f("fk_representative_persons_representative_id_representatives"),
        ),
        sa.PrimaryKeyConstraint("representative_id", name=op.f("pk_representative_persons")),
    )


def downgrade() -> None:
    op.drop_table("representative_persons")
    op.drop_table("messages")
    op.drop_table("listings")
    op.drop_table("certificate_verdicts")
    op.drop_table("certificate_units")
    op.drop_table("certificate_products")
    op.drop_table("unit_fields")
    op.drop_table("season_plans")
