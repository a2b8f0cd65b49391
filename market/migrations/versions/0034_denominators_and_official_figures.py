"""What others have published: denominators and official figures; files of both."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


#: What files may hold, before and since.
BEFORE = "kind IN ('cooperatives', 'listings', 'links', 'season-plans')"
SINCE = "kind IN ('cooperatives', 'listings', 'links', 'season-plans', 'denominators', 'official-figures')"


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def files_hold(kinds: str) -> None:
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_uploads_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_uploads_kind"), kinds)


def upgrade() -> None:
    op.create_table(
        "official_figures",
        sa.Column("id", whole(), nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("place_id", whole(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("sector_code", Text, nullable=True),
        sa.Column("amount", whole(), nullable=False),
        sa.Column("decimals", whole(), nullable=False),
        sa.Column("unit", Text, nullable=False),
        sa.Column("scope", Text, nullable=False),
        sa.Column("source", Text, nullable=False),
        sa.Column("source_date", Text, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", whole(), nullable=True),
        sa.CheckConstraint("amount BETWEEN 0 AND 1000000000000000", name=op.f("ck_official_figures_amount")),
        sa.CheckConstraint("decimals BETWEEN 0 AND 6", name=op.f("ck_official_figures_decimals")),
        sa.CheckConstraint("from_date <= to_date", name=op.f("ck_official_figures_edges")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_official_figures_place_id_places")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_official_figures_recorded_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sectors.code"], name=op.f("fk_official_figures_sector_code_sectors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_figures")),
    )
    with op.batch_alter_table("official_figures", schema=None) as batch_op:
        batch_op.create_index("ix_official_figures_code", ["code", "place_id"], unique=False)

    op.create_table(
        "denominators",
        sa.Column("id", whole(), nullable=False),
        sa.Column("place_id", whole(), nullable=False),
        sa.Column("base", Text, nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("sector_code", Text, nullable=True),
        sa.Column("product_id", whole(), nullable=True),
        sa.Column("amount", whole(), nullable=False),
        sa.Column("scope", Text, nullable=False),
        sa.Column("source", Text, nullable=False),
        sa.Column("source_date", Text, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", whole(), nullable=True),
        sa.CheckConstraint(
            "base IN ('sown', 'land', 'pond', 'gram', 'piece')", name=op.f("ck_denominators_base")
        ),
        sa.CheckConstraint("amount BETWEEN 0 AND 1000000000000000", name=op.f("ck_denominators_amount")),
        sa.CheckConstraint("from_date <= to_date", name=op.f("ck_denominators_edges")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_denominators_place_id_places")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_denominators_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_denominators_recorded_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sectors.code"], name=op.f("fk_denominators_sector_code_sectors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_denominators")),
    )
    with op.batch_alter_table("denominators", schema=None) as batch_op:
        batch_op.create_index("ix_denominators_days", ["from_date", "to_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_denominators_place_id"), ["place_id"], unique=False)

    files_hold(SINCE)


def downgrade() -> None:
    op.execute("DELETE FROM uploads WHERE kind IN ('denominators', 'official-figures')")
    files_hold(BEFORE)
    with op.batch_alter_table("denominators", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_denominators_place_id"))
        batch_op.drop_index("ix_denominators_days")

    op.drop_table("denominators")
    with op.batch_alter_table("official_figures", schema=None) as batch_op:
        batch_op.drop_index("ix_official_figures_code")

    op.drop_table("official_figures")
