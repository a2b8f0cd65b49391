"""The tables of the catalogue: what can be offered and in which words, units, packs and qualities.
All rows come from the files in data/ through service.py; offers and prices belong to the features above.
The tables of standards, seasons, linkage forms and fields of work stand in reference.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from market.catalogue.reference import LinkageForm, PartyField, Season, Standard
from market.db import MAX_VOLUME, Base, Key, between, one_of

__all__ = [
    "LinkageForm",
    "Pack",
    "PartyField",
    "Product",
    "ProductMonth",
    "ProductSpec",
    "ProductSynonym",
    "Season",
    "Sector",
    "SpecChoice",
    "SpecDefinition",
    "Standard",
    "Variant",
]

UNITS = ("gram", "piece")


class Sector(Base):
    """One of the few branches under which all products stand; salt stands under aquaculture."""

    __tablename__ = "sectors"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]


class Product(Base):
    """A good by its slug, counted in ``unit``; ``piece_*`` says what one piece is called."""

    __tablename__ = "products"
    __table_args__ = (
        one_of("unit", UNITS),
        sa.CheckConstraint("(unit = 'piece') = (piece_vi IS NOT NULL)", name="piece_vi"),
        sa.CheckConstraint("(unit = 'piece') = (piece_en IS NOT NULL)", name="piece_en"),
    )

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(unique=True)
    sector_code: Mapped[str] = mapped_column(sa.ForeignKey("sectors.code"), index=True)
    group_vi: Mapped[str]
    group_en: Mapped[str]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    scientific_name: Mapped[str | None]
    unit: Mapped[str]
    piece_vi: Mapped[str | None]
    piece_en: Mapped[str | None]
    poolable: Mapped[bool]
    hs_code: Mapped[str | None]
    folded: Mapped[str] = mapped_column(index=True)
    sort_key: Mapped[str]
    position: Mapped[int]


class ProductSynonym(Base):
    """Another word by which people ask for the product, in either language."""

    __tablename__ = "product_synonyms"
    __table_args__ = (sa.UniqueConstraint("product_id", "text"),)

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"))
    text: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)


class ProductMonth(Base):
    """A calendar month in which much of the product comes to market."""

    __tablename__ = "product_months"
    __table_args__ = (between("month", 1, 12),)

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Variant(Base):
    """A kind of the product that is still the same good: milled white or brown, a plain or a printed mat."""

    __tablename__ = "product_variants"
    __table_args__ = (sa.UniqueConstraint("product_id", "code"),)

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"))
    code: Mapped[str]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]


class Pack(Base):
    """A name for an amount of base units: a tonne, a 500 g bag. ``approximate`` ones vary by custom."""

    __tablename__ = "product_packs"
    __table_args__ = (sa.UniqueConstraint("product_id", "code"), between("amount", 1, MAX_VOLUME))

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"))
    code: Mapped[str]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    amount: Mapped[int]
    approximate: Mapped[bool]
    position: Mapped[int]


class SpecDefinition(Base):
    """A quality that can be limited: a range of numbers (integers scaled by ``decimals``) or a choice.

    ``is_state`` marks choices whose goods are never summed, as fresh and dry paddy.
    """

    __tablename__ = "spec_definitions"
    __table_args__ = (
        one_of("kind", ("range", "choice")),
        between("decimals", 0, 6),
        sa.CheckConstraint("low <= high", name="bounds"),
        sa.CheckConstraint("kind = 'choice' OR (low IS NOT NULL AND high IS NOT NULL)", name="bounded"),
        sa.CheckConstraint("kind = 'choice' OR NOT is_state", name="state"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    unit: Mapped[str | None]
    decimals: Mapped[int]
    low: Mapped[int | None]
    high: Mapped[int | None]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    lower_is_better: Mapped[bool | None]
    is_state: Mapped[bool]


class SpecChoice(Base):
    """One answer to a choice."""

    __tablename__ = "spec_choices"

    spec_key: Mapped[str] = mapped_column(sa.ForeignKey("spec_definitions.key"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]


class ProductSpec(Base):
    """A product is described by this quality, at this position, perhaps within narrower bounds."""

    __tablename__ = "product_specs"
    __table_args__ = (sa.CheckConstraint("low <= high", name="bounds"),)

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), primary_key=True)
    spec_key: Mapped[str] = mapped_column(sa.ForeignKey("spec_definitions.key"), primary_key=True)
    position: Mapped[int]
    low: Mapped[int | None]
    high: Mapped[int | None]
