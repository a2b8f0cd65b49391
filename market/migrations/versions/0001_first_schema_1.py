"""The first schema, part 1 of 9: changes to api_tokens."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("touched_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_changes_touched_at"), ["touched_at"], unique=False)

    op.create_table(
        "failed_tries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_hash", Text, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_tries")),
    )
    with op.batch_alter_table("failed_tries", schema=None) as batch_op:
        batch_op.create_index("ix_failed_tries_recent", ["key_hash", "at"], unique=False)

    op.create_table(
        "index_states",
        sa.Column("name", Text, nullable=False),
        sa.Column("asked", Text, nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("answer", Text, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_index_states")),
    )
    op.create_table(
        "linkage_forms",
        sa.Column(
            "no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("inputs", sa.Boolean(), nullable=False),
        sa.Column("production", sa.Boolean(), nullable=False),
        sa.Column("processing", sa.Boolean(), nullable=False),
        sa.Column("sale", sa.Boolean(), nullable=False),
        sa.Column("name_vi", Text, nullable=False),
        sa.Column("name_en", Text, nullable=False),
        sa.CheckConstraint("no BETWEEN 1 AND 7", name=op.f("ck_linkage_forms_no")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_linkage_forms")),
        sa.UniqueConstraint(
            "inputs",
            "production",
            "processing",
            "sale",
            name=op.f("uq_linkage_forms_inputs_production_processing_sale"),
        ),
    )
    op.create_table(
        "once",
        sa.Column("scope", Text, nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("body_hash", Text, nullable=False),
        sa.Column("answer", Text, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_once")),
    )
    op.create_table(
        "party_fields",
        sa.Column("code", Text, nullable=False),
        sa.Column("name_vi", Text, nullable=False),
        sa.Column("name_en", Text, nullable=False),
        sa.Column("pilot_code", Text, nullable=True),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_party_fields")),
    )
    op.create_table(
        "places",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("short_name", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("level", Text, nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("coordinate_basis", Text, nullable=False),
        sa.Column("area_km2", sa.Double(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("folded", Text, nullable=False),
        sa.Column("sort_key", Text, nullable=False),
        sa.CheckConstraint("(level = 'province') = (parent_id IS NULL)", name=op.f("ck_places_parent")),
        sa.CheckConstraint(
            "kind IN ('tỉnh', 'thành phố', 'thị xã', 'huyện', 'phường', 'thị trấn', 'xã')",
            name=op.f("ck_places_kind"),
        ),
        sa.CheckConstraint("level IN ('province', 'district', 'commune')", name=op.f("ck_places_level")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_places_lasting")),
        sa.ForeignKeyConstraint(["parent_id"], ["places.id"], name=op.f("fk_places_parent_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_places_code_valid_from")),
    )
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_places_folded"), ["folded"], unique=False)
        batch_op.create_index(batch_op.f("ix_places_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "seasons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("name_vi", Text, nullable=False),
        sa.Column("name_en", Text, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_seasons_lasting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seasons")),
        sa.UniqueConstraint("code", name=op.f("uq_seasons_code")),
    )
    op.create_table(
        "sectors",
        sa.Column("code", Text, nullable=False),
        sa.Column("name_vi", Text, nullable=False),
        sa.Column("name_en", Text, nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sectors")),
    )
    op.create_table(
        "spec_definitions",
        sa.Column("key", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("unit", Text, nullable=True),
        sa.Column("decimals", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("low", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("high", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name_vi", Text, nullable=False),
        sa.Column("name_en", Text, nullable=False),
        sa.Column("lower_is_better", sa.Boolean(), nullable=True),
        sa.Column("is_state", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind = 'choice' OR (low IS NOT NULL AND high IS NOT NULL)",
            name=op.f("ck_spec_definitions_bounded"),
        ),
        sa.CheckConstraint("kind = 'choice' OR NOT is_state", name=op.f("ck_spec_definitions_state")),
        sa.CheckConstraint("kind IN ('range', 'choice')", name=op.f("ck_spec_definitions_kind")),
        sa.CheckConstraint("decimals BETWEEN 0 AND 6", name=op.f("ck_spec_definitions_decimals")),
        sa.CheckConstraint("low <= high", name=op.f("ck_spec_definitions_bounds")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_spec_definitions")),
    )
    op.create_table(
        "standards",
        sa.Column("code", Text, nullable=False),
        sa.Column("name_vi", Text, nullable=False),
        sa.Column("name_en", Text, nullable=False),
        sa.Column("scope", Text, nullable=False),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("is_ocop", sa.Boolean(), nullable=False),
        sa.Column("stars", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("scope IN ('farm', 'plant', 'product')", name=op.f("ck_standards_scope")),
        sa.CheckConstraint("is_ocop = (stars IS NOT NULL)", name=op.f("ck_standards_ocop_stars")),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_standards_stars")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_standards")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("password_hash", Text, nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("language", Text, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", Text, nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_tokens_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("api_tokens")
    op.drop_table("users")
    op.drop_table("standards")
    op.drop_table("spec_definitions")
    op.drop_table("sectors")
    op.drop_table("seasons")
    op.drop_table("places")
    op.drop_table("party_fields")
    op.drop_table("once")
    op.drop_table("linkage_forms")
    op.drop_table("index_states")
    op.drop_table("failed_tries")
    op.drop_table("changes")
