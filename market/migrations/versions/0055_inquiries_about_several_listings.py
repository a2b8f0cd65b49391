"""A plan asks a seller once: an inquiry may be about several of its listings."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None
#: An older program reads the first of the listings and draws on its lots alone.
additive = True


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "inquiry_listings",
        sa.Column("inquiry_id", whole(), nullable=False),
        sa.Column("listing_id", whole(), nullable=False),
        sa.Column("volume", whole(), nullable=False),
        sa.Column("price", whole(), nullable=False),
        sa.CheckConstraint("volume BETWEEN 1 AND 1000000000000", name=op.f("ck_inquiry_listings_volume")),
        sa.CheckConstraint("price BETWEEN 0 AND 100000000", name=op.f("ck_inquiry_listings_price")),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiries.id"], name=op.f("fk_inquiry_listings_inquiry_id_inquiries")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_inquiry_listings_listing_id_listings")
        ),
        sa.PrimaryKeyConstraint("inquiry_id", "listing_id", name=op.f("pk_inquiry_listings")),
    )
    op.create_index(op.f("ix_inquiry_listings_listing_id"), "inquiry_listings", ["listing_id"])


def downgrade() -> None:
    op.drop_table("inquiry_listings")
