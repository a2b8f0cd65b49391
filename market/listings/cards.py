"""Listing cards: what every list of listings shows, read in four SELECTs whatever their number, summed in
Python and put into words that pages say. ``queries.py`` says which listings; ``ui.listing_card`` draws them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market.catalogue import spec
from market.catalogue.models import Product, ProductSpec, Sector, SpecChoice, SpecDefinition
from market.listings import standards, strips, wording
from market.listings.models import Listing, Lot
from market.listings.standards import Held
from market.listings.strips import Bar
from market.parties.models import Party
from market.places import queries as places
from market.places.models import Place, PlaceSuccession
from market.words import Named, Words, t


@dataclass(frozen=True, slots=True)
class Badge:
    """A standard on a card: filled when verified, outlined when only claimed."""

    code: str
    text: Named
    verified: bool
    note: Words


@dataclass(frozen=True, slots=True)
class LotCard:
    """A lot. Volumes in base units; ``left`` is the same as ``available`` in words."""

    id: int
    listing_id: int
    from_date: date
    to_date: date
    volume: int
    committed: int
    kind: str
    kind_name: Words
    spec: dict[str, Any]
    season_id: int | None
    version: int

    @property
    def available(self) -> int:
        """What can still be promised."""
        return self.volume - self.committed


@dataclass(frozen=True, slots=True)
class Card:
    """A listing as lists show it. ``available`` in base units; prices in đồng per kg or piece."""

    id: int
    party_id: int
    title: str
    state: str
    version: int
    sector: str
    sector_name: Named
    product: str
    product_id: int
    product_name: Named
    grade: Named
    cooperative: str
    cooperative_code: str
    place: str
    place_key: str
    available: int
    unit: str
    piece: Named | None
    window: Words | None
    price_kind: str
    price_from: int | None
    price_to: int | None
    price: Words
    badges: tuple[Badge, ...]
    strip: tuple[Bar, ...]
    strip_label: Words
    lots: tuple[LotCard, ...]


def read(session: Session, chosen: sa.Select[int, int], *, on: date) -> list[Card]:
    """Cards of the listings that a SELECT of ``id`` and ``position`` names, as of a day."""
    rows = session.execute(_rows(chosen)).all()
    ids = [row.Listing.id for row in rows]
    lots = open_lots(session, ids, on=on) if ids else {}
    held = standards.held_by(session, ids, on=on) if ids else {}
    described = definitions_of(session, {row.Product.id for row in rows}) if ids else {}
    return [
        _card(
            row,
            lots.get(row.Listing.id, ()),
            held.get(row.Listing.id, ()),
            described.get(row.Product.id, ()),
            on,
        )
        for row in rows
    ]


def _rows(chosen: sa.Select[int, int]) -> sa.Select[Any]:
    which = chosen.subquery()
    place, later = aliased(Place), aliased(Place)
    now_called = sa.case((later.id.is_not(None), later.name), else_=place.name)
    return (
        sa.select(
            Listing,
            Product,
            Sector.name_vi,
            Sector.name_en,
            Party.name.label("cooperative"),
            Party.code.label("cooperative_code"),
            now_called.label("place"),
            sa.func.coalesce(later.code, place.code).label("place_code"),
            sa.case((later.id.is_not(None), later.valid_from), else_=place.valid_from).label("place_from"),
            sa.case((later.id.is_not(None), later.valid_to), else_=place.valid_to).label("place_to"),
        )
        .select_from(which)
        .join(Listing, Listing.id == which.c.id)
        .join(Product, Product.id == Listing.product_id)
        .join(Sector, Sector.code == Product.sector_code)
        .join(Party, Party.id == Listing.party_id)
        .outerjoin(place, place.id == Party.place_id)
        .outerjoin(PlaceSuccession, PlaceSuccession.old_id == place.id)
        .outerjoin(later, later.id == PlaceSuccession.new_id)
        .order_by(which.c.position, Listing.id)
    )


def _card(
    row: Any,
    lots: Sequence[LotCard],
    held: Sequence[Held],
    described: Sequence[spec.Definition],
    on: date,
) -> Card:
    listing, product = row.Listing, row.Product
    piece = Named(product.piece_vi, product.piece_en) if product.piece_vi else None
    still = [lot for lot in lots if lot.available]
    by_month = strips.months(lots, on=on)
    return Card(
        id=listing.id,
        party_id=listing.party_id,
        title=listing.title,
        state=listing.state,
        version=listing.version,
        sector=product.sector_code,
        sector_name=Named(row.name_vi, row.name_en),
        product=product.slug,
        product_id=product.id,
        product_name=Named(product.name_vi, product.name_en),
        grade=wording.grade(listing.grade, described, listing.spec),
        cooperative=row.cooperative,
        cooperative_code=row.cooperative_code,
        place=row.place or "",
        place_key=places.make_key(row.place_code, row.place_from, row.place_to, on) if row.place_code else "",
        available=sum(lot.available for lot in still),
        unit=product.unit,
        piece=piece,
        window=wording.window(
            min((lot.from_date for lot in still), default=None),
            max((lot.to_date for lot in still), default=None),
            on=on,
        ),
        price_kind=listing.price_kind,
        price_from=listing.price_from,
        price_to=listing.price_to,
        price=wording.price(listing.price_kind, listing.price_from, listing.price_to, product.unit, piece),
        badges=tuple(badge(one) for one in held),
        strip=strips.bars(by_month),
        strip_label=wording.strip(by_month, product.unit, piece),
        lots=tuple(lots),
    )


def badge(held: Held) -> Badge:
    """A standard as a badge that says what stands behind it."""
    if not held.verified:
        note = t("Declared by the unit, not checked against papers.")
    elif held.since is None:
        note = t("The department has checked the papers.")
    elif held.until is None:
        note = t("The department has checked the papers, on {since}.", since=held.since)
    else:
        note = t(
            "The department has checked the papers, on {since}; valid until {until}.",
            since=held.since,
            until=held.until,
        )
    return Badge(held.code, held.name, held.verified, note)


def open_lots(session: Session, ids: Iterable[int], *, on: date) -> Mapping[int, Sequence[LotCard]]:
    """The lots of listings whose windows are not over, earliest window first."""
    found: dict[int, list[LotCard]] = {}
    for row in session.execute(
        sa.select(
            Lot.id,
            Lot.listing_id,
            Lot.from_date,
            Lot.to_date,
            Lot.volume,
            Lot.committed,
            Lot.kind,
            Lot.spec,
            Lot.season_id,
            Lot.version,
        )
        .where(Lot.listing_id.in_(list(ids)), Lot.to_date >= on)
        .order_by(Lot.from_date, Lot.id)
    ):
        card = LotCard(
            id=row.id,
            listing_id=row.listing_id,
            from_date=row.from_date,
            to_date=row.to_date,
            volume=row.volume,
            committed=row.committed,
            kind=row.kind,
            kind_name=wording.LOT_KINDS[row.kind],
            spec=row.spec,
            season_id=row.season_id,
            version=row.version,
        )
        found.setdefault(card.listing_id, []).append(card)
    return found


def definitions_of(session: Session, product_ids: Iterable[int]) -> dict[int, list[spec.Definition]]:
    """The qualities by product, in order: ``catalogue.queries.specs_of`` for many, in one SELECT."""
    rows = session.execute(
        sa.select(
            ProductSpec.product_id,
            ProductSpec.low,
            ProductSpec.high,
            SpecDefinition,
            SpecChoice.code,
            SpecChoice.name_vi,
            SpecChoice.name_en,
        )
        .join(SpecDefinition, SpecDefinition.key == ProductSpec.spec_key)
        .outerjoin(SpecChoice, SpecChoice.spec_key == SpecDefinition.key)
        .where(ProductSpec.product_id.in_(list(product_ids)))
        .order_by(ProductSpec.product_id, ProductSpec.position, SpecChoice.position)
    ).all()
    choices: dict[tuple[int, str], list[spec.Choice]] = {}
    for row in rows:
        if row.code is not None:
            named = spec.Choice(row.code, Named(row.name_vi, row.name_en))
            choices.setdefault((row.product_id, row.SpecDefinition.key), []).append(named)
    found: dict[int, dict[str, spec.Definition]] = {}
    for row in rows:
        definition = row.SpecDefinition
        found.setdefault(row.product_id, {})[definition.key] = spec.Definition(
            key=definition.key,
            kind=cast(Literal["range", "choice"], definition.kind),
            name=Named(definition.name_vi, definition.name_en),
            unit=definition.unit,
            decimals=definition.decimals,
            low=(row.low if row.low is not None else definition.low) or 0,
            high=(row.high if row.high is not None else definition.high) or 0,
            lower_is_better=definition.lower_is_better,
            is_state=definition.is_state,
            choices=tuple(choices.get((row.product_id, definition.key), ())),
        )
    return {product_id: list(by_key.values()) for product_id, by_key in found.items()}
