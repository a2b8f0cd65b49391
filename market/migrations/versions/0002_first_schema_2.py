"""The first schema, part 2 of 9: consents to spec_choices."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", Text, nullable=False),
        sa.Column("text_version", Text, nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_consents_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_user_id"), ["user_id"], unique=False)

    op.create_table(
        "officer_duties",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("duty", Text, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "duty IN ('register', 'certificates', 'figures', 'trade_data', 'moderation')",
            name=op.f("ck_officer_duties_duty"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_officer_duties_place_id_places")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_officer_duties_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_duties")),
        sa.UniqueConstraint(
            "user_id",
            "place_id",
            "duty",
            "valid_from",
            name=op.f("uq_officer_duties_user_id_place_id_duty_valid_from"),
        ),
    )
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", Text, nullable=False),
        sa.Column("code_hash", Text, nullable=False),
        sa.Column("path", Text, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('reset', 'open', 'handover')", name=op.f("ck_one_time_codes_purpose")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_one_time_codes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_codes")),
    )
    with op.batch_alter_table("one_time_codes", schema=None) as batch_op:
        batch_op.create_index("ix_one_time_codes_hash", ["code_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_one_time_codes_user_id"), ["user_id"], unique=False)

    op.create_table(
        "parties",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("folded", Text, nullable=False),
        sa.Column("sort_key", Text, nullable=False),
        sa.Column("tax_code", Text, nullable=True),
        sa.Column("registration_number", Text, nullable=True),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("former_place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("buyer_kind", Text, nullable=True),
        sa.Column("destination", Text, nullable=True),
        sa.Column("standing", Text, nullable=False),
        sa.Column("status", Text, nullable=False),
        sa.Column("members", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("households", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("identity_level", Text, nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("dissolved_on", sa.Date(), nullable=True),
        sa.Column("refusal", Text, nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "buyer_kind IN ('collector', 'depot', 'processor', 'exporter', 'supermarket', 'wholesaler', 'kitchen', 'store_chain', 'cooperative', 'other')",
            name=op.f("ck_parties_buyer_kind"),
        ),
        sa.CheckConstraint(
            "identity_level IN ('none', 'phone', 'papers', 'vneid')", name=op.f("ck_parties_identity_level")
        ),
        sa.CheckConstraint(
            "kind IN ('cooperative', 'group', 'union', 'company', 'household_business', 'institution')",
            name=op.f("ck_parties_kind"),
        ),
        sa.CheckConstraint(
            "standing IN ('pending', 'confirmed', 'refused', 'none')", name=op.f("ck_parties_standing")
        ),
        sa.CheckConstraint(
            "status IN ('active', 'suspended', 'stopped', 'dissolved')", name=op.f("ck_parties_status")
        ),
        sa.CheckConstraint("members BETWEEN 0 AND 10000000", name=op.f("ck_parties_members")),
        sa.ForeignKeyConstraint(
            ["former_place_id"], ["places.id"], name=op.f("fk_parties_former_place_id_places")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_parties_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
        sa.UniqueConstraint("code", name=op.f("uq_parties_code")),
        sa.UniqueConstraint("tax_code", name=op.f("uq_parties_tax_code")),
    )
    with op.batch_alter_table("parties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parties_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_parties_sort_key"), ["sort_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_parties_standing"), ["standing"], unique=False)

    op.create_table(
        "persons",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("email", Text, nullable=True),
        sa.Column("phone", Text, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_persons_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_persons")),
        sa.UniqueConstraint("email", name=op.f("uq_persons_email")),
        sa.UniqueConstraint("phone", name=op.f("uq_persons_phone")),
    )
    op.create_table(
        "place_covers",
        sa.Column("ancestor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["ancestor_id"], ["places.id"], name=op.f("fk_place_covers_ancestor_id_places")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_place_covers_place_id_places")),
        sa.PrimaryKeyConstraint("ancestor_id", "place_id", name=op.f("pk_place_covers")),
    )
    with op.batch_alter_table("place_covers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_covers_place_id"), ["place_id"], unique=False)

    op.create_table(
        "place_successions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("old_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("new_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.CheckConstraint("old_id <> new_id", name=op.f("ck_place_successions_other")),
        sa.ForeignKeyConstraint(["new_id"], ["places.id"], name=op.f("fk_place_successions_new_id_places")),
        sa.ForeignKeyConstraint(["old_id"], ["places.id"], name=op.f("fk_place_successions_old_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_successions")),
        sa.UniqueConstraint("old_id", name=op.f("uq_place_successions_old_id")),
    )
    with op.batch_alter_table("place_successions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_successions_new_id"), ["new_id"], unique=False)

    op.create_table(
        "products",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", Text, nullable=False),
        sa.Column("sector_code", Text, nullable=False),
        sa.Column("group_vi", Text, nullable=False),
        sa.Column("group_en", Text, nullable=False),
        sa.Column("name_vi", Text, nullable=False),
        sa.Column("name_en", Text, nullable=False),
        sa.Column("scientific_name", Text, nullable=True),
        sa.Column("unit", Text, nullable=False),
        sa.Column("piece_vi", Text, nullable=True),
        sa.Column("piece_en", Text, nullable=True),
        sa.Column("poolable", sa.Boolean(), nullable=False),
        sa.Column("hs_code", Text, nullable=True),
        sa.Column("folded", Text, nullable=False),
        sa.Column("sort_key", Text, nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(unit = 'piece') = (piece_en IS NOT NULL)", name=op.f("ck_products_piece_en")),
        sa.CheckConstraint("(unit = 'piece') = (piece_vi IS NOT NULL)", name=op.f("ck_products_piece_vi")),
        sa.CheckConstraint("unit IN ('gram', 'piece')", name=op.f("ck_products_unit")),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sectors.code"], name=op.f("fk_products_sector_code_sectors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("slug", name=op.f("uq_products_slug")),
    )
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_products_folded"), ["folded"], unique=False)
        batch_op.create_index(batch_op.f("ix_products_sector_code"), ["sector_code"], unique=False)

    op.create_table(
        "spec_choices",
        sa.Column("spec_key", Text, nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("name_vi", Text, nullable=False),
        sa.Column("name_en", Text, nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["spec_key"], ["spec_definitions.key"], name=op.f("fk_spec_choices_spec_key_spec_definitions")
        ),
        sa.PrimaryKeyConstraint("spec_key", "code", name=op.f("pk_spec_choices")),
    )


def downgrade() -> None:
    op.drop_table("spec_choices")
    op.drop_table("products")
    op.drop_table("place_successions")
    op.drop_table("place_covers")
    op.drop_table("persons")
    op.drop_table("parties")
    op.drop_table("one_time_codes")
    op.drop_table("officer_duties")
    op.drop_table("consents")
