"""The first schema, part 4 of 9: party_places to representatives."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "party_places",
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("former_place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["former_place_id"], ["places.id"], name=op.f("fk_party_places_former_place_id_places")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_party_places_party_id_parties")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_party_places_place_id_places")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_party_places_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_places")),
    )
    with op.batch_alter_table("party_places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_places_party_id"), ["party_id"], unique=False)

    op.create_table(
        "party_ratings",
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rating", Text, nullable=False),
        sa.Column("score", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.CheckConstraint(
            "rating IN ('good', 'fair', 'average', 'weak', 'unrated')", name=op.f("ck_party_ratings_rating")
        ),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_party_ratings_score")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_party_ratings_party_id_parties")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_party_ratings_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_ratings")),
    )
    with op.batch_alter_table("party_ratings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_ratings_party_id"), ["party_id"], unique=False)

    op.create_table(
        "party_statuses",
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", Text, nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.CheckConstraint(
            "status IN ('active', 'suspended', 'stopped', 'dissolved')", name=op.f("ck_party_statuses_status")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_party_statuses_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_party_statuses_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_statuses")),
    )
    with op.batch_alter_table("party_statuses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_statuses_party_id"), ["party_id"], unique=False)

    op.create_table(
        "pilot_designations",
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", Text, nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.CheckConstraint(
            "field IN ('rice', 'shrimp', 'aquaculture', 'fishery_services', 'agricultural_services', 'handicraft', 'rural_trades', 'other')",
            name=op.f("ck_pilot_designations_field"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_pilot_designations_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_pilot_designations_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_designations")),
    )
    with op.batch_alter_table("pilot_designations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pilot_designations_party_id"), ["party_id"], unique=False)

    op.create_table(
        "product_months",
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "month", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_product_months_month")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_months_product_id_products")
        ),
        sa.PrimaryKeyConstraint("product_id", "month", name=op.f("pk_product_months")),
    )
    op.create_table(
        "product_packs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("name_vi", Text, nullable=False),
        sa.Column("name_en", Text, nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount BETWEEN 1 AND 1000000000000", name=op.f("ck_product_packs_amount")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_packs_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_packs")),
        sa.UniqueConstraint("product_id", "code", name=op.f("uq_product_packs_product_id_code")),
    )
    op.create_table(
        "product_specs",
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("spec_key", Text, nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("low", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("high", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("low <= high", name=op.f("ck_product_specs_bounds")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_specs_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["spec_key"], ["spec_definitions.key"], name=op.f("fk_product_specs_spec_key_spec_definitions")
        ),
        sa.PrimaryKeyConstraint("product_id", "spec_key", name=op.f("pk_product_specs")),
    )
    op.create_table(
        "product_synonyms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", Text, nullable=False),
        sa.Column("folded", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_synonyms_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_synonyms")),
        sa.UniqueConstraint("product_id", "text", name=op.f("uq_product_synonyms_product_id_text")),
    )
    with op.batch_alter_table("product_synonyms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_synonyms_folded"), ["folded"], unique=False)

    op.create_table(
        "product_variants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("name_vi", Text, nullable=False),
        sa.Column("name_en", Text, nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_variants_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_variants")),
        sa.UniqueConstraint("product_id", "code", name=op.f("uq_product_variants_product_id_code")),
    )
    op.create_table(
        "representatives",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", Text, nullable=True),
        sa.Column("ground", Text, nullable=False),
        sa.Column("authority_number", Text, nullable=True),
        sa.Column("authority_date", sa.Date(), nullable=True),
        sa.Column("authority_file", Text, nullable=True),
        sa.Column("signed_through_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ground IN ('law', 'charter', 'authority')", name=op.f("ck_representatives_ground")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_representatives_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["signed_through_id"], ["parties.id"], name=op.f("fk_representatives_signed_through_id_parties")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_representatives_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representatives")),
        sa.UniqueConstraint(
            "party_id", "user_id", "valid_from", name=op.f("uq_representatives_party_id_user_id_valid_from")
        ),
    )
    with op.batch_alter_table("representatives", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_representatives_party_id"), ["party_id"], unique=False)


def downgrade() -> None:
    op.drop_table("representatives")
    op.drop_table("product_variants")
    op.drop_table("product_synonyms")
    op.drop_table("product_specs")
    op.drop_table("product_packs")
    op.drop_table("product_months")
    op.drop_table("pilot_designations")
    op.drop_table("party_statuses")
    op.drop_table("party_ratings")
    op.drop_table("party_places")
