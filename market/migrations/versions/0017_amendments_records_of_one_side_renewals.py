"""Amendments; agreements that one side has recorded; which agreement an inquiry renews."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "amendments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("side IN ('seller', 'buyer')", name=op.f("ck_amendments_side")),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'withdrawn', 'void')", name=op.f("ck_amendments_state")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name=op.f("fk_amendments_answered_by_users")),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_amendments_link_id_links")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_amendments_offer_id_offers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_amendments_offer_id")),
    )
    with op.batch_alter_table("amendments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendments_link_id"), ["link_id"], unique=False)
        batch_op.create_index(
            "uq_amendments_open",
            ["link_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.add_column(
        "inquiries",
        sa.Column("renews_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    )
    # Both databases add a column with its CHECK; a table made anew would lose its others on SQLite.
    column = sa.schema.CreateColumn(sa.Column("awaits_side", Text)).compile(dialect=op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE links ADD COLUMN {column}"
        " CONSTRAINT ck_links_awaits_side CHECK (awaits_side IN ('seller', 'buyer'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE links DROP COLUMN awaits_side")
    op.execute("ALTER TABLE inquiries DROP COLUMN renews_id")
    op.drop_table("amendments")
