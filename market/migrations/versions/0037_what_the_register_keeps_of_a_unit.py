"""What the register keeps of a unit by date: capital, high technology, returns, points, mergers."""

import sqlalchemy as sa
from alembic import op

from market.db import Text, UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "high_tech_units",
        sa.Column("party_id", whole(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("id", whole(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", whole(), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_high_tech_units_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_high_tech_units_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_high_tech_units")),
    )
    op.create_index(op.f("ix_high_tech_units_party_id"), "high_tech_units", ["party_id"])
    op.create_table(
        "party_capitals",
        sa.Column("party_id", whole(), nullable=False),
        sa.Column("amount", whole(), nullable=False),
        sa.Column("id", whole(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", whole(), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.CheckConstraint("amount BETWEEN 0 AND 100000000000000", name=op.f("ck_party_capitals_amount")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_party_capitals_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_party_capitals_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_capitals")),
    )
    op.create_index(op.f("ix_party_capitals_party_id"), "party_capitals", ["party_id"])
    op.create_table(
        "party_mergers",
        sa.Column("party_id", whole(), nullable=False),
        sa.Column("into_id", whole(), nullable=False),
        sa.Column("id", whole(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", whole(), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.CheckConstraint("party_id <> into_id", name=op.f("ck_party_mergers_other")),
        sa.ForeignKeyConstraint(["into_id"], ["parties.id"], name=op.f("fk_party_mergers_into_id_parties")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_party_mergers_party_id_parties")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_party_mergers_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_mergers")),
        sa.UniqueConstraint("party_id", name=op.f("uq_party_mergers_party_id")),
    )
    op.create_index(op.f("ix_party_mergers_into_id"), "party_mergers", ["into_id"])
    op.create_table(
        "register_comparisons",
        sa.Column("party_id", whole(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("id", whole(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", whole(), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_register_comparisons_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_register_comparisons_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_comparisons")),
    )
    op.create_index(op.f("ix_register_comparisons_party_id"), "register_comparisons", ["party_id"])
    op.create_table(
        "yearly_returns",
        sa.Column("party_id", whole(), nullable=False),
        sa.Column("workers", whole(), nullable=True),
        sa.Column("revenue", whole(), nullable=True),
        sa.Column("member_revenue", whole(), nullable=True),
        sa.Column("profit", whole(), nullable=True),
        sa.Column("member_income", whole(), nullable=True),
        sa.Column("worker_income", whole(), nullable=True),
        sa.Column("assets", whole(), nullable=True),
        sa.Column("managers", whole(), nullable=True),
        sa.Column("trained_managers", whole(), nullable=True),
        sa.Column("id", whole(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", whole(), nullable=True),
        sa.Column("source", Text, nullable=True),
        sa.CheckConstraint("assets BETWEEN 0 AND 100000000000000", name=op.f("ck_yearly_returns_assets")),
        sa.CheckConstraint("managers BETWEEN 0 AND 10000000", name=op.f("ck_yearly_returns_managers")),
        sa.CheckConstraint(
            "member_income BETWEEN 0 AND 100000000000000", name=op.f("ck_yearly_returns_member_income")
        ),
        sa.CheckConstraint(
            "member_revenue BETWEEN 0 AND revenue", name=op.f("ck_yearly_returns_member_revenue")
        ),
        sa.CheckConstraint(
            "profit BETWEEN -100000000000000 AND 100000000000000", name=op.f("ck_yearly_returns_profit")
        ),
        sa.CheckConstraint("revenue BETWEEN 0 AND 100000000000000", name=op.f("ck_yearly_returns_revenue")),
        sa.CheckConstraint(
            "trained_managers BETWEEN 0 AND managers", name=op.f("ck_yearly_returns_trained_managers")
        ),
        sa.CheckConstraint(
            "worker_income BETWEEN 0 AND 100000000000000", name=op.f("ck_yearly_returns_worker_income")
        ),
        sa.CheckConstraint("workers BETWEEN 0 AND 10000000", name=op.f("ck_yearly_returns_workers")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_yearly_returns_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_yearly_returns_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_returns")),
    )
    op.create_index(op.f("ix_yearly_returns_party_id"), "yearly_returns", ["party_id"])
    op.create_table(
        "rating_points",
        sa.Column("id", whole(), nullable=False),
        sa.Column("rating_id", whole(), nullable=False),
        sa.Column("criterion", whole(), nullable=False),
        sa.Column("points", whole(), nullable=False),
        sa.CheckConstraint("criterion BETWEEN 1 AND 15", name=op.f("ck_rating_points_criterion")),
        sa.CheckConstraint("points BETWEEN 0 AND 100", name=op.f("ck_rating_points_points")),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["party_ratings.id"], name=op.f("fk_rating_points_rating_id_party_ratings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_points")),
        sa.UniqueConstraint("rating_id", "criterion", name=op.f("uq_rating_points_rating_id_criterion")),
    )
    op.add_column("party_ratings", sa.Column("reason", Text, nullable=True))


def downgrade() -> None:
    op.drop_column("party_ratings", "reason")
    for table in (
        "rating_points",
        "yearly_returns",
        "register_comparisons",
        "party_mergers",
        "party_capitals",
        "high_tech_units",
    ):
        op.drop_table(table)
