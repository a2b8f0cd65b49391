"""What else the register keeps of a unit by date: charter capital, high technology, the yearly return, the
points of a rating, the comparison with the national register, and into which unit it was merged. Rows are
only ever added; name, place, kind, status and members are in models.py.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, between
from market.parties.models import Fact

#: The bounds of a unit's money in đồng and of its people.
MOST_MONEY = 10**14
MOST_PEOPLE = 10**7
#: The criteria of Circular 01/2020/TT-BKHĐT, and the points that they come to at most.
CRITERIA = 15
MOST_POINTS = 100


class PartyCapital(Fact, Base):
    """The charter capital from a day on, in đồng."""

    __tablename__ = "party_capitals"
    __table_args__ = (between("amount", 0, MOST_MONEY),)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    amount: Mapped[int]


class HighTech(Fact, Base):
    """A unit that works with high technology from a day on (``holds`` false: no longer)."""

    __tablename__ = "high_tech_units"
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    holds: Mapped[bool] = mapped_column(default=True)


class YearlyReturn(Fact, Base):
    """What a unit reported of a year, which ends on ``on_date``; what it did not say is null.

    Money is in đồng: revenue, what of it came from members, profit (a loss is negative), income of a member
    and of a worker in the year, assets. Workers, managers and trained managers are people at the year's end.
    """

    __tablename__ = "yearly_returns"
    __table_args__ = (
        between("workers", 0, MOST_PEOPLE),
        between("revenue", 0, MOST_MONEY),
        CheckConstraint("member_revenue BETWEEN 0 AND revenue", name="member_revenue"),
        between("profit", -MOST_MONEY, MOST_MONEY),
        between("member_income", 0, MOST_MONEY),
        between("worker_income", 0, MOST_MONEY),
        between("assets", 0, MOST_MONEY),
        between("managers", 0, MOST_PEOPLE),
        CheckConstraint("trained_managers BETWEEN 0 AND managers", name="trained_managers"),
    )
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    workers: Mapped[int | None]
    revenue: Mapped[int | None]
    member_revenue: Mapped[int | None]
    profit: Mapped[int | None]
    member_income: Mapped[int | None]
    worker_income: Mapped[int | None]
    assets: Mapped[int | None]
    managers: Mapped[int | None]
    trained_managers: Mapped[int | None]


#: The items of a return in the order of its form.
RETURN_ITEMS = (
    "workers",
    "revenue",
    "member_revenue",
    "profit",
    "member_income",
    "worker_income",
    "assets",
    "managers",
    "trained_managers",
)
#: Those of them that count people; the others are đồng.
RETURN_PEOPLE = ("workers", "managers", "trained_managers")


class RatingPoints(Base):
    """The points that a unit gave itself for one of the fifteen criteria of a rating."""

    __tablename__ = "rating_points"
    __table_args__ = (
        UniqueConstraint("rating_id", "criterion"),
        between("criterion", 1, CRITERIA),
        between("points", 0, MOST_POINTS),
    )

    id: Mapped[Key]
    rating_id: Mapped[int] = mapped_column(ForeignKey("party_ratings.id"))
    criterion: Mapped[int]
    points: Mapped[int]


class RegisterComparison(Fact, Base):
    """What was entered here was held against the national register on a day: it agreed, or did not."""

    __tablename__ = "register_comparisons"
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    agrees: Mapped[bool]


class PartyMerger(Fact, Base):
    """A unit went into another on a day. It stays to be read, dissolved, and says where it went."""

    __tablename__ = "party_mergers"
    __table_args__ = (UniqueConstraint("party_id"), CheckConstraint("party_id <> into_id", name="other"))
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    into_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
