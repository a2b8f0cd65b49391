"""What others have published: denominators (how much was sown, how much land or pond there is, how much was
harvested) and official figures. Rows are only ever added: a later row about the same thing corrects the one
before. What is the same thing is said in queries.py, what may be entered in service.py.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, between, one_of

#: What a denominator measures: areas in m², output in grams or pieces. None is ever added to another.
BASES = ("sown", "land", "pond", "gram", "piece")
#: 10 million hectares, 10^9 tonnes: more than the country has.
MOST = 10**15
#: Of a published number so many decimals are kept.
MOST_DECIMALS = 6


class Denominator(Base):
    """How much there was of something in a place within some days, of a sector (NULL: of all) or a product.

    ``amount`` in m², grams or pieces; 0 says that what was entered before does not hold. ``source_date`` is
    written 2020, 2020-12 or 2020-12-31, as far as the source tells.
    """

    __tablename__ = "denominators"
    __table_args__ = (
        one_of("base", BASES),
        between("amount", 0, MOST),
        CheckConstraint("from_date <= to_date", name="edges"),
        Index("ix_denominators_days", "from_date", "to_date"),
    )

    id: Mapped[Key]
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    base: Mapped[str]
    from_date: Mapped[date]
    to_date: Mapped[date]
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("sectors.code"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    amount: Mapped[int]
    scope: Mapped[str]
    source: Mapped[str]
    source_date: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class OfficialFigure(Base):
    """A published count: of one of our figures or of a report code, in a place, for some days, of a sector.

    The number is ``amount`` with ``decimals`` digits behind the comma, in ``unit`` (amounts.py). ``scope``
    says whom the source counted: counts of different scope stand side by side and correct nothing.
    """

    __tablename__ = "official_figures"
    __table_args__ = (
        between("decimals", 0, MOST_DECIMALS),
        between("amount", 0, MOST),
        CheckConstraint("from_date <= to_date", name="edges"),
        Index("ix_official_figures_code", "code", "place_id"),
    )

    id: Mapped[Key]
    code: Mapped[str]
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    from_date: Mapped[date]
    to_date: Mapped[date]
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("sectors.code"))
    amount: Mapped[int]
    decimals: Mapped[int]
    unit: Mapped[str]
    scope: Mapped[str]
    source: Mapped[str]
    source_date: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
