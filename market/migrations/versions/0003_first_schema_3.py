"""The first schema, part 3 of 9: certificates to party_names."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("standard_code", Text, nullable=False),
        sa.Column("number", Text, nullable=False),
        sa.Column("issuer", Text, nullable=True),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_m2", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sites", Text, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("state", Text, nullable=False),
        sa.Column("file", Text, nullable=True),
        sa.Column("entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('claimed', 'verified', 'refused', 'ended', 'suspended', 'revoked')",
            name=op.f("ck_certificates_state"),
        ),
        sa.CheckConstraint("area_m2 BETWEEN 0 AND 1000000000000", name=op.f("ck_certificates_area_m2")),
        sa.ForeignKeyConstraint(["entered_by"], ["users.id"], name=op.f("fk_certificates_entered_by_users")),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["parties.id"], name=op.f("fk_certificates_holder_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["standard_code"], ["standards.code"], name=op.f("fk_certificates_standard_code_standards")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificates_standard_code"), ["standard_code"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'phone', 'import', 'shell', 'clock', 'demo')",
            name=op.f("ck_events_channel"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_events_party_id_parties")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_events_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_party_id"), ["party_id"], unique=False)
        batch_op.create_index("ix_events_subject", ["name", "subject_id"], unique=False)

    op.create_table(
        "identities",
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", Text, nullable=False),
        sa.Column("reference", Text, nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.CheckConstraint("level IN ('none', 'phone', 'papers', 'vneid')", name=op.f("ck_identities_level")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_identities_party_id_parties")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_identities_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
    )
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identities_party_id"), ["party_id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("can_bind", sa.Boolean(), nullable=False),
        sa.Column("can_trade", sa.Boolean(), nullable=False),
        sa.Column("can_deliver", sa.Boolean(), nullable=False),
        sa.Column("can_view", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_memberships_party_id_parties")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "user_id", "party_id", "valid_from", name=op.f("uq_memberships_user_id_party_id_valid_from")
        ),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_party_id"), ["party_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", Text, nullable=False),
        sa.Column("text", Text, nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("path", Text, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_notices_party_id_parties")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_unread", ["user_id", "read_at"], unique=False)

    op.create_table(
        "party_contacts",
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("phone", Text, nullable=True),
        sa.Column("email", Text, nullable=True),
        sa.Column("address", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_party_contacts_party_id_parties")
        ),
        sa.PrimaryKeyConstraint("party_id", name=op.f("pk_party_contacts")),
    )
    op.create_table(
        "party_kinds",
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.CheckConstraint(
            "kind IN ('cooperative', 'group', 'union', 'company', 'household_business', 'institution')",
            name=op.f("ck_party_kinds_kind"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_party_kinds_party_id_parties")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_party_kinds_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_kinds")),
    )
    with op.batch_alter_table("party_kinds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_kinds_party_id"), ["party_id"], unique=False)

    op.create_table(
        "party_members",
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("associate", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("households", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.CheckConstraint("associate BETWEEN 0 AND 10000000", name=op.f("ck_party_members_associate")),
        sa.CheckConstraint("households BETWEEN 0 AND 10000000", name=op.f("ck_party_members_households")),
        sa.CheckConstraint("official BETWEEN 0 AND 10000000", name=op.f("ck_party_members_official")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_party_members_party_id_parties")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_party_members_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_members")),
    )
    with op.batch_alter_table("party_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_members_party_id"), ["party_id"], unique=False)

    op.create_table(
        "party_names",
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_party_names_party_id_parties")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_party_names_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_names")),
    )
    with op.batch_alter_table("party_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_names_party_id"), ["party_id"], unique=False)


def downgrade() -> None:
    op.drop_table("party_names")
    op.drop_table("party_members")
    op.drop_table("party_kinds")
    op.drop_table("party_contacts")
    op.drop_table("notices")
    op.drop_table("memberships")
    op.drop_table("identities")
    op.drop_table("events")
    op.drop_table("certificates")
