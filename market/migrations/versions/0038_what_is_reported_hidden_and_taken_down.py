"""What is reported, what is hidden and why, and what an authority wants taken down."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hidings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", Text, nullable=False),
        sa.Column("ground", Text, nullable=False),
        sa.Column("words", Text, nullable=False),
        sa.Column("hidden_at", UtcDateTime(), nullable=False),
        sa.Column("hidden_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.Column("lifted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lift_note", Text, nullable=True),
        sa.CheckConstraint("ground IN ('report', 'officer', 'authority')", name=op.f("ck_hidings_ground")),
        sa.CheckConstraint(
            "reason IN ('untrue', 'unlawful', 'counterfeit', 'unsafe', 'price', 'duplicate', 'offensive', 'other')",
            name=op.f("ck_hidings_reason"),
        ),
        sa.CheckConstraint("(lifted_at IS NULL) = (lift_note IS NULL)", name=op.f("ck_hidings_lifted")),
        sa.ForeignKeyConstraint(["hidden_by"], ["users.id"], name=op.f("fk_hidings_hidden_by_users")),
        sa.ForeignKeyConstraint(["lifted_by"], ["users.id"], name=op.f("fk_hidings_lifted_by_users")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_hidings_listing_id_listings")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_hidings_party_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hidings")),
    )
    with op.batch_alter_table("hidings", schema=None) as batch_op:
        batch_op.create_index("ix_hidings_party", ["party_id", "id"], unique=False)
        batch_op.create_index(
            "uq_hidings_listing",
            ["listing_id"],
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL AND listing_id IS NOT NULL"),
            postgresql_where=sa.text("lifted_at IS NULL AND listing_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_hidings_party",
            ["party_id"],
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL AND listing_id IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL AND listing_id IS NULL"),
        )

    op.create_table(
        "appeals",
        sa.Column("hiding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outcome", Text, nullable=True),
        sa.Column("answer", Text, nullable=True),
        sa.CheckConstraint("outcome IN ('kept', 'lifted')", name=op.f("ck_appeals_outcome")),
        sa.CheckConstraint("(decided_at IS NULL) = (outcome IS NULL)", name=op.f("ck_appeals_decided")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_appeals_decided_by_users")),
        sa.ForeignKeyConstraint(["hiding_id"], ["hidings.id"], name=op.f("fk_appeals_hiding_id_hidings")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_appeals_user_id_users")),
        sa.PrimaryKeyConstraint("hiding_id", name=op.f("pk_appeals")),
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeals_user_id"), ["user_id"], unique=False)

    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", Text, nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", Text, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer", Text, nullable=True),
        sa.Column("hiding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "reason IN ('untrue', 'unlawful', 'counterfeit', 'unsafe', 'price', 'duplicate', 'offensive', 'other')",
            name=op.f("ck_reports_reason"),
        ),
        sa.CheckConstraint("state IN ('open', 'dismissed', 'acted')", name=op.f("ck_reports_state")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_reports_decided_by_users")),
        sa.ForeignKeyConstraint(["hiding_id"], ["hidings.id"], name=op.f("fk_reports_hiding_id_hidings")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_reports_listing_id_listings")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_reports_party_id_parties")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reports_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_party_id"), ["party_id"], unique=False)
        batch_op.create_index("ix_reports_state", ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_user_id"), ["user_id"], unique=False)

    op.create_table(
        "takedowns",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("authority", Text, nullable=False),
        sa.Column("number", Text, nullable=False),
        sa.Column("words", Text, nullable=False),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("hiding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["users.id"], name=op.f("fk_takedowns_done_by_users")),
        sa.ForeignKeyConstraint(["entered_by"], ["users.id"], name=op.f("fk_takedowns_entered_by_users")),
        sa.ForeignKeyConstraint(["hiding_id"], ["hidings.id"], name=op.f("fk_takedowns_hiding_id_hidings")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_takedowns_listing_id_listings")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_takedowns_party_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takedowns")),
    )
    with op.batch_alter_table("takedowns", schema=None) as batch_op:
        batch_op.create_index("ix_takedowns_due", ["done_at", "due_at"], unique=False)

    op.create_table(
        "appeal_words",
        sa.Column("hiding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["hiding_id"], ["appeals.hiding_id"], name=op.f("fk_appeal_words_hiding_id_appeals")
        ),
        sa.PrimaryKeyConstraint("hiding_id", name=op.f("pk_appeal_words")),
    )
    op.create_table(
        "report_words",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", Text, nullable=False),
        sa.Column("contact", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_words_report_id_reports")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report_words")),
    )
    op.add_column("listings", sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("listings", "hidden")
    op.drop_table("report_words")
    op.drop_table("appeal_words")
    with op.batch_alter_table("takedowns", schema=None) as batch_op:
        batch_op.drop_index("ix_takedowns_due")

    op.drop_table("takedowns")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reports_user_id"))
        batch_op.drop_index("ix_reports_state")
        batch_op.drop_index(batch_op.f("ix_reports_party_id"))

    op.drop_table("reports")
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeals_user_id"))

    op.drop_table("appeals")
    with op.batch_alter_table("hidings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_hidings_party",
            sqlite_where=sa.text("lifted_at IS NULL AND listing_id IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL AND listing_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_hidings_listing",
            sqlite_where=sa.text("lifted_at IS NULL AND listing_id IS NOT NULL"),
            postgresql_where=sa.text("lifted_at IS NULL AND listing_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_hidings_party")

    op.drop_table("hidings")
