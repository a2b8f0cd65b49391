"""Photos of listings."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "listing_photos",
        sa.Column("listing_id", whole(), nullable=False),
        sa.Column("position", whole(), autoincrement=False, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("width", whole(), nullable=False),
        sa.Column("height", whole(), nullable=False),
        sa.Column("alt", Text, nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", whole(), nullable=True),
        sa.CheckConstraint("height BETWEEN 1 AND 2560", name=op.f("ck_listing_photos_height")),
        sa.CheckConstraint("position BETWEEN 1 AND 8", name=op.f("ck_listing_photos_position")),
        sa.CheckConstraint("width BETWEEN 1 AND 1280", name=op.f("ck_listing_photos_width")),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_listing_photos_added_by_users")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_photos_listing_id_listings")
        ),
        sa.PrimaryKeyConstraint("listing_id", "position", name=op.f("pk_listing_photos")),
        sa.UniqueConstraint("listing_id", "name", name=op.f("uq_listing_photos_listing_id_name")),
    )
    with op.batch_alter_table("listing_photos", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_photos_name"), ["name"], unique=False)


def downgrade() -> None:
    op.drop_table("listing_photos")
