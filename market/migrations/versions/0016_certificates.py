"""Whom a certificate was entered for, on what ground it is verified, and when its end was said."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OPEN = "state IN ('claimed', 'verified')"
GROUNDS = "ground IN ('original', 'issuer_list', 'issuer_answer', 'decision')"


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "certificate_warnings",
        sa.Column("certificate_id", whole(), nullable=False),
        sa.Column("days", whole(), autoincrement=False, nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 365", name=op.f("ck_certificate_warnings_days")),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_certificate_warnings_certificate_id_certificates"),
        ),
        sa.PrimaryKeyConstraint("certificate_id", "days", name=op.f("pk_certificate_warnings")),
    )
    with op.batch_alter_table("certificate_units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_units_party_id"), ["party_id"], unique=False)

    with op.batch_alter_table("certificate_verdicts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reference", Text, nullable=True))
        batch_op.add_column(sa.Column("reason", Text, nullable=True))
    # Until now a ground was free words.
    op.execute("UPDATE certificate_verdicts SET reason = ground, ground = NULL")
    with op.batch_alter_table("certificate_verdicts", schema=None) as batch_op:
        batch_op.create_check_constraint(batch_op.f("ck_certificate_verdicts_ground"), GROUNDS)

    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit_id", whole(), nullable=True))
        batch_op.add_column(sa.Column("by_officer", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("accepted_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("version", whole(), nullable=True))
    op.execute("UPDATE certificates SET unit_id = holder_id, by_officer = false, version = 1")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.alter_column("unit_id", existing_type=whole(), nullable=False)
        batch_op.alter_column("by_officer", existing_type=sa.Boolean(), nullable=False)
        batch_op.alter_column("version", existing_type=whole(), nullable=False)
        batch_op.create_check_constraint(batch_op.f("ck_certificates_lasting"), "valid_from < valid_to")
        batch_op.create_foreign_key(
            batch_op.f("fk_certificates_unit_id_parties"), "parties", ["unit_id"], ["id"]
        )
        batch_op.create_index("ix_certificates_due", ["state", "valid_to"], unique=False)
        batch_op.create_index(
            "uq_certificates_open",
            ["unit_id", "standard_code", "number"],
            unique=True,
            sqlite_where=sa.text(OPEN),
            postgresql_where=sa.text(OPEN),
        )


def downgrade() -> None:
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index("uq_certificates_open")
        batch_op.drop_index("ix_certificates_due")
        batch_op.drop_constraint(batch_op.f("fk_certificates_unit_id_parties"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_certificates_lasting"), type_="check")
        for name in ("version", "accepted_at", "by_officer", "unit_id"):
            batch_op.drop_column(name)
    with op.batch_alter_table("certificate_verdicts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_certificate_verdicts_ground"), type_="check")
        batch_op.drop_column("reason")
        batch_op.drop_column("reference")
    with op.batch_alter_table("certificate_units", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_units_party_id"))
    op.drop_table("certificate_warnings")
