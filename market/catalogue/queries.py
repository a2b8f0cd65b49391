"""The questions about the catalogue: products, their words, packs and qualities, standards, seasons, forms.
Writes nothing; the rows come from service.py. Comparing and reading qualities stands in spec.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import groupby
from typing import Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import spec
from market.catalogue.amounts import PackSize
from market.catalogue.models import (
    LinkageForm,
    Pack,
    PartyField,
    Product,
    ProductMonth,
    ProductSpec,
    ProductSynonym,
    Season,
    Sector,
    SpecChoice,
    SpecDefinition,
    Standard,
    Variant,
)
from market.errors import NotFound
from market.words import Named, t
from search import vietnamese


def list_sectors(session: Session) -> Sequence[Sector]:
    """All sectors in their order."""
    return session.scalars(sa.select(Sector).order_by(Sector.position)).all()


def get_product(session: Session, ref: str | int) -> Product:
    """The product by its slug or id; refuses NotFound."""
    same = Product.id == ref if isinstance(ref, int) else Product.slug == ref
    product = session.scalars(sa.select(Product).where(same)).one_or_none()
    if product is None:
        raise NotFound(t("There is no such product in the catalogue."))
    return product


def list_products(session: Session, *, sector: str | None = None) -> Sequence[Product]:
    """All products, or those of one sector, sector by sector in the catalogue's order."""
    chosen = sa.select(Product).order_by(Product.position)
    if sector is not None:
        chosen = chosen.where(Product.sector_code == sector)
    return session.scalars(chosen).all()


def find_product(session: Session, text: str) -> Product | None:
    """The product with exactly this slug or name in either language, whatever the accents and case.

    Where two names differ by their accents alone, the accents decide; None rather than a guess.
    """
    slug = session.scalars(sa.select(Product).where(Product.slug == text.strip())).one_or_none()
    if slug is not None:
        return slug
    wanted = vietnamese.fold(text)
    named = [
        product
        for product in list_products(session)
        if wanted and wanted in (product.folded, vietnamese.fold(product.name_en))
    ]
    if len(named) > 1:
        exact = vietnamese.exact_words(text)
        named = [p for p in named if exact in map(vietnamese.exact_words, (p.name_vi, p.name_en))]
    return named[0] if len(named) == 1 else None


def list_products_called(session: Session, text: str) -> Sequence[Product]:
    """The products that have this synonym, whatever its accents and case; often several."""
    return session.scalars(
        sa.select(Product)
        .where(
            Product.id.in_(
                sa.select(ProductSynonym.product_id).where(ProductSynonym.folded == vietnamese.fold(text))
            )
        )
        .order_by(Product.position)
    ).all()


def synonyms_of(session: Session, product: Product) -> list[str]:
    """The other words for the product, in the catalogue's order."""
    return list(
        session.scalars(
            sa.select(ProductSynonym.text)
            .where(ProductSynonym.product_id == product.id)
            .order_by(ProductSynonym.id)
        )
    )


def months_of(session: Session, product: Product) -> list[int]:
    """The peak months, January first."""
    return list(
        session.scalars(
            sa.select(ProductMonth.month)
            .where(ProductMonth.product_id == product.id)
            .order_by(ProductMonth.month)
        )
    )


def all_synonyms(session: Session) -> dict[int, list[str]]:
    """``synonyms_of`` every product, by its id, in one SELECT."""
    found: dict[int, list[str]] = {}
    rows = sa.select(ProductSynonym.product_id, ProductSynonym.text).order_by(ProductSynonym.id)
    for product_id, text in session.execute(rows):
        found.setdefault(product_id, []).append(text)
    return found


def all_months(session: Session) -> dict[int, list[int]]:
    """``months_of`` every product, by its id, in one SELECT."""
    found: dict[int, list[int]] = {}
    rows = sa.select(ProductMonth.product_id, ProductMonth.month).order_by(ProductMonth.month)
    for product_id, month in session.execute(rows):
        found.setdefault(product_id, []).append(month)
    return found


def variants_of(session: Session, product: Product) -> Sequence[Variant]:
    """The kinds of the product in their order."""
    return session.scalars(
        sa.select(Variant).where(Variant.product_id == product.id).order_by(Variant.position)
    ).all()


def packs_of(session: Session, product: Product) -> Sequence[Pack]:
    """The packs of the product in their order."""
    return session.scalars(sa.select(Pack).where(Pack.product_id == product.id).order_by(Pack.position)).all()


def pack_sizes_of(session: Session, product: Product) -> list[PackSize]:
    """The packs as ``amounts.parse_volume`` takes them."""
    return [
        PackSize(pack.code, Named(pack.name_vi, pack.name_en), pack.amount, pack.approximate)
        for pack in packs_of(session, product)
    ]


def all_pack_sizes(session: Session) -> dict[int, list[PackSize]]:
    """``pack_sizes_of`` every product, by its id, in one SELECT."""
    found: dict[int, list[PackSize]] = {}
    for pack in session.scalars(sa.select(Pack).order_by(Pack.product_id, Pack.position)):
        size = PackSize(pack.code, Named(pack.name_vi, pack.name_en), pack.amount, pack.approximate)
        found.setdefault(pack.product_id, []).append(size)
    return found


def piece_of(product: Product) -> Named | None:
    """What one piece is called; None for goods that are weighed."""
    if product.piece_vi is None or product.piece_en is None:
        return None
    return Named(product.piece_vi, product.piece_en)


def specs_of(session: Session, product: Product) -> list[spec.Definition]:
    """The qualities by which the product is described, in order, each with its bounds and choices."""
    rows = session.execute(_specs(), {"product_id": product.id}).all()
    choices: dict[str, list[spec.Choice]] = {}
    keys = [definition.key for definition, _, _ in rows]
    for choice in session.scalars(_choices(), {"keys": keys}):
        choices.setdefault(choice.spec_key, []).append(_choice(choice))
    return [
        _definition(definition, low, high, choices.get(definition.key, ())) for definition, low, high in rows
    ]


def list_specs(session: Session) -> dict[int, list[spec.Definition]]:
    """The qualities of every product, by its id: ``specs_of`` for all, in one SELECT."""
    rows = session.execute(
        sa.select(ProductSpec.product_id, ProductSpec.low, ProductSpec.high, SpecDefinition, SpecChoice)
        .join(SpecDefinition, SpecDefinition.key == ProductSpec.spec_key)
        .outerjoin(SpecChoice, SpecChoice.spec_key == SpecDefinition.key)
        .order_by(ProductSpec.product_id, ProductSpec.position, SpecChoice.position)
    ).all()
    found: dict[int, list[spec.Definition]] = {}
    # The rows of one quality follow one another, a row a choice.
    for (product_id, _), held in groupby(rows, key=lambda row: (row.product_id, row.SpecDefinition.key)):
        row, *more = held
        choices = [_choice(one.SpecChoice) for one in (row, *more) if one.SpecChoice is not None]
        found.setdefault(product_id, []).append(_definition(row.SpecDefinition, row.low, row.high, choices))
    return found


def _choice(choice: SpecChoice) -> spec.Choice:
    return spec.Choice(choice.code, Named(choice.name_vi, choice.name_en))


def _definition(
    definition: SpecDefinition, low: int | None, high: int | None, choices: Sequence[spec.Choice]
) -> spec.Definition:
    """A quality as it describes one product, with the product's own bounds where it has some."""
    return spec.Definition(
        key=definition.key,
        kind=cast(Literal["range", "choice"], definition.kind),
        name=Named(definition.name_vi, definition.name_en),
        unit=definition.unit,
        decimals=definition.decimals,
        low=_first(low, definition.low),
        high=_first(high, definition.high),
        lower_is_better=definition.lower_is_better,
        is_state=definition.is_state,
        choices=tuple(choices),
    )


@cache
def _specs() -> sa.Select[SpecDefinition, int | None, int | None]:
    return (
        sa.select(SpecDefinition, ProductSpec.low, ProductSpec.high)
        .join(ProductSpec, ProductSpec.spec_key == SpecDefinition.key)
        .where(ProductSpec.product_id == sa.bindparam("product_id"))
        .order_by(ProductSpec.position)
    )


@cache
def _choices() -> sa.Select[SpecChoice]:
    return (
        sa.select(SpecChoice)
        .where(SpecChoice.spec_key.in_(sa.bindparam("keys", expanding=True)))
        .order_by(SpecChoice.spec_key, SpecChoice.position)
    )


def list_standards(session: Session, *, sector: str | None = None) -> list[Standard]:
    """All standards in their order, or those met in one sector."""
    standards = session.scalars(sa.select(Standard).order_by(Standard.position))
    return [standard for standard in standards if sector is None or sector in standard.sectors]


def list_seasons(session: Session, *, on: date | None = None) -> Sequence[Season]:
    """All seasons by their beginning, or those that a day falls in."""
    chosen = sa.select(Season).order_by(Season.starts_on, Season.code)
    if on is not None:
        chosen = chosen.where(Season.starts_on <= on, Season.ends_on >= on)
    return session.scalars(chosen).all()


def get_season(session: Session, code: str) -> Season:
    """The season by its code, such as dong-xuan-2025-2026; refuses NotFound."""
    season = session.scalars(sa.select(Season).where(Season.code == code)).one_or_none()
    if season is None:
        raise NotFound(t("There is no such season."))
    return season


def list_forms(session: Session) -> Sequence[LinkageForm]:
    """The seven forms of linkage by their number."""
    return session.scalars(sa.select(LinkageForm).order_by(LinkageForm.no)).all()


def form_of(session: Session, *, inputs: bool, production: bool, processing: bool, sale: bool) -> int | None:
    """The number of the form that covers exactly these parts; sale alone, or no sale, has none."""
    return session.scalar(
        sa.select(LinkageForm.no).where(
            LinkageForm.inputs.is_(inputs),
            LinkageForm.production.is_(production),
            LinkageForm.processing.is_(processing),
            LinkageForm.sale.is_(sale),
        )
    )


def find_form_name(session: Session, no: int | None) -> Named | None:
    """What a form of linkage is called; None for sale alone."""
    return next((Named(form.name_vi, form.name_en) for form in list_forms(session) if form.no == no), None)


def list_fields(session: Session) -> Sequence[PartyField]:
    """What a unit can work in, in order."""
    return session.scalars(sa.select(PartyField).order_by(PartyField.position)).all()


def _first(own: int | None, general: int | None) -> int:
    return own if own is not None else general or 0
