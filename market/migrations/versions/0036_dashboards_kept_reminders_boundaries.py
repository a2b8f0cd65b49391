"""The dashboard's figures as they were counted last, units reminded by the department, outlines of communes."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kept_overviews",
        sa.Column("place_id", whole(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_kept_overviews_place_id_places")),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_kept_overviews")),
    )
    op.create_table(
        "place_boundaries",
        sa.Column("place_id", whole(), nullable=False),
        sa.Column("rings", sa.JSON(), nullable=False),
        sa.Column("source", Text, nullable=False),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_place_boundaries_place_id_places")
        ),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_place_boundaries")),
    )
    op.create_table(
        "reminders",
        sa.Column("id", whole(), nullable=False),
        sa.Column("worklist", Text, nullable=False),
        sa.Column("party_id", whole(), nullable=False),
        sa.Column("subject_id", whole(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", whole(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_reminders_by_users")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_reminders_party_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "worklist",
            "party_id",
            "subject_id",
            "on_day",
            name=op.f("uq_reminders_worklist_party_id_subject_id_on_day"),
        ),
    )


def downgrade() -> None:
    op.drop_table("reminders")
    op.drop_table("place_boundaries")
    op.drop_table("kept_overviews")
