"""What a side writes beside what it found of a delivery is kept with it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("remarks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claim_id", whole(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_remarks_claim_id_delivery_claims"), "delivery_claims", ["claim_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_remarks_claim_id"), ["claim_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("remarks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remarks_claim_id"))
        batch_op.drop_constraint(batch_op.f("fk_remarks_claim_id_delivery_claims"), type_="foreignkey")
        batch_op.drop_column("claim_id")
