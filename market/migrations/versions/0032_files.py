"""Files that are put to a word, a check, a contract, a delivery or a certificate, with what they were called."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

#: Columns that were to name a file and never did.
NEVER_USED = (("links", "contract_file"), ("deliveries", "note_file"), ("certificates", "file"))


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "stored_files",
        sa.Column("id", whole(), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("inquiry_id", whole(), nullable=True),
        sa.Column("link_id", whole(), nullable=True),
        sa.Column("certificate_id", whole(), nullable=True),
        sa.Column("remark_id", whole(), nullable=True),
        sa.Column("check_id", whole(), nullable=True),
        sa.Column("delivery_id", whole(), nullable=True),
        sa.Column("name", Text, nullable=False),
        sa.Column("media", Text, nullable=False),
        sa.Column("size", whole(), nullable=False),
        sa.Column("width", whole(), nullable=True),
        sa.Column("height", whole(), nullable=True),
        sa.Column("party_id", whole(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", whole(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'certificate') = (certificate_id IS NOT NULL)", name=op.f("ck_stored_files_certificate")
        ),
        sa.CheckConstraint("(kind = 'check') = (check_id IS NOT NULL)", name=op.f("ck_stored_files_check")),
        sa.CheckConstraint("(kind = 'note') = (delivery_id IS NOT NULL)", name=op.f("ck_stored_files_note")),
        sa.CheckConstraint("(kind = 'word') = (remark_id IS NOT NULL)", name=op.f("ck_stored_files_word")),
        sa.CheckConstraint(
            "kind IN ('word', 'check', 'contract', 'note', 'certificate')", name=op.f("ck_stored_files_kind")
        ),
        sa.CheckConstraint("media IN ('image/webp', 'application/pdf')", name=op.f("ck_stored_files_media")),
        sa.CheckConstraint(
            "(inquiry_id IS NOT NULL AND link_id IS NULL AND certificate_id IS NULL) OR (inquiry_id IS NULL AND link_id IS NOT NULL AND certificate_id IS NULL) OR (inquiry_id IS NULL AND link_id IS NULL AND certificate_id IS NOT NULL)",
            name=op.f("ck_stored_files_of_one"),
        ),
        sa.CheckConstraint("height BETWEEN 1 AND 3200", name=op.f("ck_stored_files_height")),
        sa.CheckConstraint("size BETWEEN 1 AND 60000000", name=op.f("ck_stored_files_size")),
        sa.CheckConstraint("width BETWEEN 1 AND 1600", name=op.f("ck_stored_files_width")),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_stored_files_added_by_users")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_stored_files_certificate_id_certificates")
        ),
        sa.ForeignKeyConstraint(
            ["check_id"], ["link_checks.id"], name=op.f("fk_stored_files_check_id_link_checks")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_stored_files_delivery_id_deliveries")
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiries.id"], name=op.f("fk_stored_files_inquiry_id_inquiries")
        ),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_stored_files_link_id_links")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_stored_files_party_id_parties")),
        sa.ForeignKeyConstraint(
            ["remark_id"], ["remarks.id"], name=op.f("fk_stored_files_remark_id_remarks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("certificate_id", "name", name=op.f("uq_stored_files_certificate_id_name")),
        sa.UniqueConstraint("check_id", "name", name=op.f("uq_stored_files_check_id_name")),
        sa.UniqueConstraint("delivery_id", "name", name=op.f("uq_stored_files_delivery_id_name")),
        sa.UniqueConstraint("remark_id", "name", name=op.f("uq_stored_files_remark_id_name")),
    )
    with op.batch_alter_table("stored_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_files_inquiry_id"), ["inquiry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stored_files_link_id"), ["link_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stored_files_name"), ["name"], unique=False)
        batch_op.create_index(
            "uq_stored_files_contract",
            ["link_id", "name"],
            unique=True,
            sqlite_where=sa.text("kind = 'contract'"),
            postgresql_where=sa.text("kind = 'contract'"),
        )

    op.create_table(
        "file_titles",
        sa.Column("file_id", whole(), nullable=False),
        sa.Column("title", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_file_titles_file_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_titles")),
    )
    for table, column in NEVER_USED:
        # Both databases drop a column; a table made anew would lose its CHECKs on SQLite.
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def downgrade() -> None:
    op.drop_table("file_titles")
    op.drop_table("stored_files")
    for table, column in NEVER_USED:
        op.add_column(table, sa.Column(column, Text, nullable=True))
