"""What officers enter by phone."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "assisted_entries",
        sa.Column("id", whole(), nullable=False),
        sa.Column("party_id", whole(), nullable=False),
        sa.Column("other_id", whole(), nullable=True),
        sa.Column("kind", Text, nullable=False),
        sa.Column("listing_id", whole(), nullable=True),
        sa.Column("inquiry_id", whole(), nullable=True),
        sa.Column("offer_id", whole(), nullable=True),
        sa.Column("delivery_id", whole(), nullable=True),
        sa.Column("link_id", whole(), nullable=True),
        sa.Column("product_id", whole(), nullable=False),
        sa.Column("volume", whole(), nullable=False),
        sa.Column("price", whole(), nullable=True),
        sa.Column("from_date", sa.Date(), nullable=True),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("state", Text, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", whole(), nullable=False),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", whole(), nullable=True),
        sa.Column("how", Text, nullable=True),
        sa.Column("undone", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'listing') = (listing_id IS NOT NULL) AND (kind = 'offer') = (offer_id IS NOT NULL)"
            " AND (kind = 'delivery') = (delivery_id IS NOT NULL)",
            name=op.f("ck_assisted_entries_subject"),
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (answered_at IS NULL)", name=op.f("ck_assisted_entries_answered")
        ),
        sa.CheckConstraint("how IN ('link', 'sign_in')", name=op.f("ck_assisted_entries_how")),
        sa.CheckConstraint(
            "kind IN ('listing', 'accept', 'offer', 'decline', 'delivery')",
            name=op.f("ck_assisted_entries_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('confirmed', 'denied', 'waiting')", name=op.f("ck_assisted_entries_state")
        ),
        sa.CheckConstraint("price BETWEEN 0 AND 100000000", name=op.f("ck_assisted_entries_price")),
        sa.CheckConstraint("volume BETWEEN 0 AND 1000000000000", name=op.f("ck_assisted_entries_volume")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["users.id"], name=op.f("fk_assisted_entries_answered_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_assisted_entries_delivery_id_deliveries")
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiries.id"], name=op.f("fk_assisted_entries_inquiry_id_inquiries")
        ),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_assisted_entries_link_id_links")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_assisted_entries_listing_id_listings")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_assisted_entries_made_by_users")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name=op.f("fk_assisted_entries_offer_id_offers")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["parties.id"], name=op.f("fk_assisted_entries_other_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_assisted_entries_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_assisted_entries_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assisted_entries")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_assisted_entries_delivery_id")),
        sa.UniqueConstraint("listing_id", name=op.f("uq_assisted_entries_listing_id")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_assisted_entries_offer_id")),
    )
    op.create_index(op.f("ix_assisted_entries_inquiry_id"), "assisted_entries", ["inquiry_id"])
    op.create_index(op.f("ix_assisted_entries_link_id"), "assisted_entries", ["link_id"])
    op.create_index(op.f("ix_assisted_entries_party_id"), "assisted_entries", ["party_id"])
    op.create_index("ix_assisted_entries_state", "assisted_entries", ["state", "id"])

    op.create_table(
        "assisted_calls",
        sa.Column("entry_id", whole(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("phone", Text, nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=False),
        sa.Column("note", Text, nullable=False),
        sa.Column("words", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["assisted_entries.id"], name=op.f("fk_assisted_calls_entry_id_assisted_entries")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_assisted_calls")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_link", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_column("by_link")

    op.drop_table("assisted_calls")

    op.drop_table("assisted_entries")
