"""Read-only seats of officers."""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

#: What stands where an officer has a duty, before and since.
BEFORE = "duty IN ('register', 'certificates', 'figures', 'trade_data', 'moderation')"
SINCE = "duty IN ('register', 'certificates', 'figures', 'trade_data', 'moderation', 'view')"


def duties_are(known: str) -> None:
    with op.batch_alter_table("officer_duties", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_officer_duties_duty"), type_="check")
        batch_op.create_check_constraint(op.f("ck_officer_duties_duty"), known)


def upgrade() -> None:
    duties_are(SINCE)


def downgrade() -> None:
    op.execute("DELETE FROM officer_duties WHERE duty = 'view'")
    duties_are(BEFORE)
