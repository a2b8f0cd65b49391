"""Second step of signing in."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0048"
down_revision = "0044"
branch_labels = None
depends_on = None
#: An older program would let people in without the step that they have set up: it does not go on over this.
additive = False

#: What a one-time code is for, before and since.
BEFORE = "purpose IN ('reset', 'open', 'handover')"
SINCE = "purpose IN ('reset', 'open', 'handover', 'second', 'second_link')"


def purposes_are(known: str) -> None:
    with op.batch_alter_table("one_time_codes", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_one_time_codes_purpose"), type_="check")
        batch_op.create_check_constraint(op.f("ck_one_time_codes_purpose"), known)


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "factor_rules",
        sa.Column("id", whole(), nullable=False),
        sa.Column("required_from", sa.Date(), nullable=True),
        sa.Column("made_by", whole(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_factor_rules_made_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_rules")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", whole(), nullable=False),
        sa.Column("user_id", whole(), nullable=False),
        sa.Column("code_hash", Text, nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"])

    op.create_table(
        "second_factors",
        sa.Column("user_id", whole(), nullable=False),
        sa.Column("salt", Text, nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("last_step", whole(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_second_factors_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
    )
    purposes_are(SINCE)


def downgrade() -> None:
    op.execute("DELETE FROM one_time_codes WHERE purpose IN ('second', 'second_link')")
    purposes_are(BEFORE)

    op.drop_table("second_factors")

    op.drop_table("recovery_codes")
    op.drop_table("factor_rules")
