"""Reporting periods and what is frozen of them."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reported_periods",
        sa.Column("id", whole(), nullable=False),
        sa.Column("place_id", whole(), nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("source", Text, nullable=True),
        sa.Column("state", Text, nullable=False),
        sa.Column("known_before", UtcDateTime(), nullable=True),
        sa.Column("prepared_by", whole(), nullable=True),
        sa.Column("revision", whole(), nullable=True),
        sa.Column("version", whole(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'prepared', 'closed')", name=op.f("ck_reported_periods_state")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_reported_periods_edges")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_reported_periods_place_id_places")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by"], ["users.id"], name=op.f("fk_reported_periods_prepared_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_periods")),
        sa.UniqueConstraint("place_id", "code", name=op.f("uq_reported_periods_place_id_code")),
    )
    op.create_table(
        "closed_figures",
        sa.Column("id", whole(), nullable=False),
        sa.Column("period_id", whole(), nullable=False),
        sa.Column("revision", whole(), nullable=False),
        sa.Column("indicator", Text, nullable=False),
        sa.Column("place_id", whole(), nullable=False),
        sa.Column("sector", Text, nullable=False),
        sa.Column("cut", Text, nullable=False),
        sa.Column("of_group", Text, nullable=False),
        sa.Column("unit", Text, nullable=False),
        sa.Column("value", Text, nullable=True),
        sa.Column("row_count", whole(), nullable=False),
        sa.Column("sellers", whole(), nullable=False),
        sa.Column("buyers", whole(), nullable=False),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reported_periods.id"], name=op.f("fk_closed_figures_period_id_reported_periods")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_closed_figures_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_figures")),
        sa.UniqueConstraint(
            "period_id",
            "revision",
            "indicator",
            "place_id",
            "sector",
            "cut",
            "of_group",
            "unit",
            name="uq_closed_figures_what",
        ),
    )
    op.create_table(
        "closed_rows",
        sa.Column("period_id", whole(), nullable=False),
        sa.Column("revision", whole(), autoincrement=False, nullable=False),
        sa.Column("indicator", Text, nullable=False),
        sa.Column("part", Text, nullable=False),
        sa.Column("row_key", whole(), autoincrement=False, nullable=False),
        sa.Column("value", whole(), nullable=False),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reported_periods.id"], name=op.f("fk_closed_rows_period_id_reported_periods")
        ),
        sa.PrimaryKeyConstraint(
            "period_id", "revision", "indicator", "part", "row_key", name=op.f("pk_closed_rows")
        ),
    )
    op.create_table(
        "period_steps",
        sa.Column("id", whole(), nullable=False),
        sa.Column("period_id", whole(), nullable=False),
        sa.Column("step", Text, nullable=False),
        sa.Column("reason", Text, nullable=True),
        sa.Column("revision", whole(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", whole(), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'phone', 'import', 'shell', 'clock', 'demo')",
            name=op.f("ck_period_steps_channel"),
        ),
        sa.CheckConstraint(
            "step IN ('scheduled', 'prepared', 'returned', 'closed', 'reopened', 'revised')",
            name=op.f("ck_period_steps_step"),
        ),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_period_steps_by_users")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reported_periods.id"], name=op.f("fk_period_steps_period_id_reported_periods")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_steps")),
    )
    op.create_index(op.f("ix_period_steps_period_id"), "period_steps", ["period_id"])

    op.create_table(
        "period_submissions",
        sa.Column("id", whole(), nullable=False),
        sa.Column("period_id", whole(), nullable=False),
        sa.Column("place_id", whole(), nullable=False),
        sa.Column("step", Text, nullable=False),
        sa.Column("reason", Text, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", whole(), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'phone', 'import', 'shell', 'clock', 'demo')",
            name=op.f("ck_period_submissions_channel"),
        ),
        sa.CheckConstraint(
            "step IN ('submitted', 'taken', 'returned')", name=op.f("ck_period_submissions_step")
        ),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_period_submissions_by_users")),
        sa.ForeignKeyConstraint(
            ["period_id"],
            ["reported_periods.id"],
            name=op.f("fk_period_submissions_period_id_reported_periods"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_period_submissions_place_id_places")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_submissions")),
    )
    op.create_index("ix_period_submissions_place", "period_submissions", ["period_id", "place_id"])


def downgrade() -> None:

    op.drop_table("period_submissions")

    op.drop_table("period_steps")
    op.drop_table("closed_rows")
    op.drop_table("closed_figures")
    op.drop_table("reported_periods")
