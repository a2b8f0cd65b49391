"""Demands for several products, one as good as the other, or for the goods of a sector."""

import sqlalchemy as sa
from alembic import op

from market.db import Text

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "demand_products",
        sa.Column("demand_id", whole(), nullable=False),
        sa.Column("product_id", whole(), nullable=False),
        sa.Column("position", whole(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_demand_products_demand_id_demands")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_demand_products_product_id_products")
        ),
        sa.PrimaryKeyConstraint("demand_id", "product_id", name=op.f("pk_demand_products")),
        sa.UniqueConstraint("demand_id", "position", name=op.f("uq_demand_products_demand_id_position")),
    )
    op.create_index(op.f("ix_demand_products_product_id"), "demand_products", ["product_id"])
    op.execute(
        "INSERT INTO demand_products (demand_id, product_id, position) SELECT id, product_id, 1 FROM demands"
    )
    op.add_column("demands", sa.Column("sector_code", Text, nullable=True))
    op.add_column("demands", sa.Column("unit", Text, nullable=True))
    op.execute("UPDATE demands SET unit = (SELECT unit FROM products WHERE products.id = demands.product_id)")
    with op.batch_alter_table("demands", schema=None) as batch_op:
        batch_op.alter_column("unit", existing_type=Text, nullable=False)
        batch_op.alter_column("product_id", existing_type=whole(), nullable=True)
        batch_op.create_foreign_key(
            op.f("fk_demands_sector_code_sectors"), "sectors", ["sector_code"], ["code"]
        )
        batch_op.create_check_constraint(op.f("ck_demands_unit"), "unit IN ('gram', 'piece')")
        batch_op.create_check_constraint(
            op.f("ck_demands_goods"), "(product_id IS NULL) = (sector_code IS NOT NULL)"
        )
        batch_op.create_index("ix_demands_sector", ["sector_code", "state"], unique=False)


def downgrade() -> None:
    # What was asked of a sector is asked of its first product: a demand had to have one.
    op.execute(
        "UPDATE demands SET sector_code = NULL, product_id = (SELECT MIN(products.id) FROM products"
        " WHERE products.sector_code = demands.sector_code AND products.unit = demands.unit)"
        " WHERE product_id IS NULL"
    )
    with op.batch_alter_table("demands", schema=None) as batch_op:
        batch_op.drop_index("ix_demands_sector")
        batch_op.drop_constraint(op.f("ck_demands_goods"), type_="check")
        batch_op.drop_constraint(op.f("ck_demands_unit"), type_="check")
        batch_op.drop_constraint(op.f("fk_demands_sector_code_sectors"), type_="foreignkey")
        batch_op.alter_column("product_id", existing_type=whole(), nullable=False)
        batch_op.drop_column("unit")
        batch_op.drop_column("sector_code")
    op.drop_table("demand_products")
