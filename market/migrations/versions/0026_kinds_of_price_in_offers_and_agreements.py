"""Kinds of price in offers and agreements: tables of sizes, references, all output of an area."""

import sqlalchemy as sa
from alembic import op

from market.db import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

FOUND = ("weighings", "delivery_claims")


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def flag(name: str) -> sa.Column[bool]:
    """What nobody had said of the rows there are: the database says no of them."""
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def upgrade() -> None:
    for table, owner in (("offer_prices", "offers"), ("link_prices", "links")):
        key = f"{owner[:-1]}_id"
        op.create_table(
            table,
            sa.Column("id", whole(), nullable=False),
            sa.Column(key, whole(), nullable=False),
            sa.Column("position", whole(), nullable=False),
            sa.Column("size_from", whole(), nullable=True),
            sa.Column("size_to", whole(), nullable=True),
            sa.Column("price", whole(), nullable=False),
            *([sa.Column("replaced_at", UtcDateTime(), nullable=True)] if owner == "links" else []),
            sa.CheckConstraint("price BETWEEN 1 AND 100000000", name=op.f(f"ck_{table}_price")),
            sa.ForeignKeyConstraint([key], [f"{owner}.id"], name=op.f(f"fk_{table}_{key}_{owner}")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            *(
                [sa.UniqueConstraint(key, "position", name=op.f(f"uq_{table}_{key}_position"))]
                if owner == "offers"
                else []
            ),
        )
    op.create_index(op.f("ix_link_prices_link_id"), "link_prices", ["link_id"])
    op.add_column("links", sa.Column("price_reference", sa.JSON(), nullable=True))
    op.add_column("links", flag("all_output"))
    for table in FOUND:
        op.add_column(table, flag("off_table"))


def downgrade() -> None:
    # Without batches: a table that others point to is not made anew.
    for table in FOUND:
        op.drop_column(table, "off_table")
    op.drop_column("links", "all_output")
    op.drop_column("links", "price_reference")
    op.drop_table("link_prices")
    op.drop_table("offer_prices")
