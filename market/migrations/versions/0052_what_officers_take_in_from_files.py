"""What officers take in from files."""

import sqlalchemy as sa
from alembic import op

from market.db import Text

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None
#: An older program would not know what to say of an agreement from a file: it does not go on over this.
additive = False

BEFORE = "kind IN ('listing', 'accept', 'offer', 'decline', 'delivery')"
SINCE = "kind IN ('listing', 'accept', 'offer', 'decline', 'delivery', 'link')"


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("assisted_entries", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_assisted_entries_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_assisted_entries_kind"), SINCE)
        batch_op.add_column(sa.Column("channel", Text, server_default="phone", nullable=False))
        batch_op.create_check_constraint(
            op.f("ck_assisted_entries_channel"), "channel IN ('phone', 'import')"
        )
        batch_op.alter_column("made_by", existing_type=whole(), nullable=True)


def downgrade() -> None:
    op.execute(
        "DELETE FROM assisted_calls WHERE entry_id IN"
        " (SELECT id FROM assisted_entries WHERE channel = 'import')"
    )
    op.execute("DELETE FROM assisted_entries WHERE channel = 'import'")
    with op.batch_alter_table("assisted_entries", schema=None) as batch_op:
        batch_op.alter_column("made_by", existing_type=whole(), nullable=False)
        batch_op.drop_constraint(op.f("ck_assisted_entries_channel"), type_="check")
        batch_op.drop_column("channel")
        batch_op.drop_constraint(op.f("ck_assisted_entries_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_assisted_entries_kind"), BEFORE)
