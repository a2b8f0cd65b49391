"""What has to pass before goods are handed over: in the terms, and step by step of an agreement."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WITH_TERMS = ("listings", "offers", "links")


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table in WITH_TERMS:
        op.add_column(table, sa.Column("checks", Text, nullable=True))
    op.create_table(
        "link_checks",
        sa.Column("id", whole(), nullable=False),
        sa.Column("link_id", whole(), nullable=False),
        sa.Column("check_code", Text, nullable=False),
        sa.Column("step", Text, nullable=False),
        sa.Column("side", Text, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("paper", Text, nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", whole(), nullable=True),
        sa.Column("channel", Text, nullable=False),
        sa.CheckConstraint(
            "check_code IN ('sample', 'antibiotics', 'residues')", name=op.f("ck_link_checks_check_code")
        ),
        sa.CheckConstraint("step IN ('done', 'passed', 'failed')", name=op.f("ck_link_checks_step")),
        sa.CheckConstraint("side IN ('seller', 'buyer')", name=op.f("ck_link_checks_side")),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'phone', 'import', 'shell', 'clock', 'demo')",
            name=op.f("ck_link_checks_channel"),
        ),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_link_checks_link_id_links")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_link_checks_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_checks")),
    )
    op.create_index(op.f("ix_link_checks_link_id"), "link_checks", ["link_id"])


def downgrade() -> None:
    op.drop_table("link_checks")
    for table in WITH_TERMS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("checks")
