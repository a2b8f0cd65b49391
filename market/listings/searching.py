"""A buyer's search, from an address or a command to hits: reading the fields into a ``Query``, asking the
index, and answering from SQL alone when it does not. Shared by the page, the API and ``market search``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import amounts
from market.catalogue.models import Product, Sector, Standard
from market.errors import Invalid, MarketError
from market.listings import queries, strips
from market.listings.cards import Card
from market.listings.models import Listing, ListingStandard, Lot
from market.listings.queries import shown
from market.parties.models import Party
from market.places import queries as places
from market.places.models import Place
from market.words import Named, Words, t
from search import vietnamese
from search.errors import SearchUnavailable
from search.index import Index
from search.query import Page, Query

PAGE_SIZE = 20
#: The deepest page that may be asked for; beyond it people refine, they do not leaf.
DEEPEST_PAGE = 500
#: Words that a search without the index looks at.
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Names:
    """What the values of facets are called, by code; ``pieces`` are the products counted by the piece."""

    sectors: Mapping[str, Named]
    products: Mapping[str, Named]
    standards: Mapping[str, Named]
    places: Mapping[str, Named]
    pieces: Mapping[str, Named]
    sector_of: Mapping[str, str]


def names(session: Session, *, on: date) -> Names:
    """The names of sectors, products, standards and today's places, in one SELECT and in their order."""
    none = sa.null()
    parent = sa.orm.aliased(Place)
    parts: list[Any] = [
        sa.select(
            sa.literal("sector").label("what"),
            Sector.code.label("code"),
            Sector.name_vi.label("vi"),
            Sector.name_en.label("en"),
            sa.literal("").label("sort"),
            Sector.position.label("position"),
            none.label("piece_vi"),
            none.label("piece_en"),
            sa.literal("").label("sector"),
        ),
        sa.select(
            sa.literal("product"),
            Product.slug,
            Product.name_vi,
            Product.name_en,
            sa.literal(""),
            Product.position,
            Product.piece_vi,
            Product.piece_en,
            Product.sector_code,
        ),
        sa.select(
            sa.literal("standard"),
            Standard.code,
            Standard.name_vi,
            Standard.name_en,
            sa.literal(""),
            Standard.position,
            none,
            none,
            sa.literal(""),
        ),
        sa.select(
            sa.literal("place"),
            Place.code,
            Place.name,
            Place.name,
            Place.sort_key,
            sa.literal(0),
            none,
            none,
            sa.literal(""),
        )
        .outerjoin(parent, parent.id == Place.parent_id)
        .where(places.valid_on(on), Place.level != "province"),
    ]
    found: dict[str, dict[str, Named]] = {"sector": {}, "product": {}, "standard": {}, "place": {}}
    pieces: dict[str, Named] = {}
    sector_of: dict[str, str] = {}
    rows: Iterable[Any] = session.execute(sa.union_all(*parts).order_by("position", "sort", "code"))
    for row in rows:
        found[row.what][row.code] = Named(row.vi, row.en)
        if row.what == "product":
            sector_of[row.code] = row.sector
            if row.piece_vi:
                pieces[row.code] = Named(row.piece_vi, row.piece_en)
    return Names(found["sector"], found["product"], found["standard"], found["place"], pieces, sector_of)


@dataclass(slots=True)
class Asked:
    """A search as it was understood: the query, the errors by field, and what the typed values mean."""

    query: Query
    errors: dict[str, Words] = field(default_factory=dict)
    #: Places by key: those chosen may be old ones that ``Names`` does not hold.
    chosen_places: dict[str, Named] = field(default_factory=dict)
    volume_unit: str = "gram"


def ask(
    session: Session,
    known: Names,
    *,
    text: str = "",
    sectors: Sequence[str] = (),
    products: Sequence[str] = (),
    place_keys: Sequence[str] = (),
    standards: Sequence[str] = (),
    ocop: int | None = None,
    months: Sequence[str] = (),
    volume_min: str = "",
    price_max: str = "",
    sort: str = "relevance",
    limit: int = PAGE_SIZE,
    offset: int = 0,
    language: str,
    on: date,
) -> Asked:
    """The query that values as typed mean. What cannot be meant is left out, with words beside its field."""
    asked = Asked(Query())

    def among(name: str, values: Sequence[str], held: Mapping[str, Any]) -> tuple[str, ...]:
        if any(value not in held for value in values):
            asked.errors[name] = t("Please choose one of the values in the list.")
        return tuple(dict.fromkeys(value for value in values if value in held))

    chosen_products = among("product", products, known.products)
    chosen_sectors = among("sector", sectors, known.sectors)
    asked.volume_unit = _unit(known, chosen_sectors, chosen_products)
    for key in dict.fromkeys(place_keys):
        try:
            place = places.resolve(session, text=key, on=on)
        except MarketError as refusal:
            asked.errors["place"] = refusal.words
        else:
            asked.chosen_places[places.key_of(place, on)] = Named(place.name, place.name)
    lowest = highest = None
    if volume_min.strip():
        try:
            lowest = _volume(volume_min, asked.volume_unit, known, language)
        except Invalid as refusal:
            asked.errors["volume_min"] = refusal.words
    if price_max.strip():
        try:
            highest = amounts.parse_price(price_max, language=language, field="price_max")
        except Invalid as refusal:
            asked.errors["price_max"] = refusal.words
    asked.query = replace(
        asked.query,
        text=text,
        sectors=chosen_sectors,
        products=chosen_products,
        places=tuple(asked.chosen_places),
        standards=among("standard", standards, known.standards),
        ocop_min=ocop,
        months=tuple(dict.fromkeys(months)),
        volume_min=lowest,
        price_max=highest,
        sort=sort,  # type: ignore[arg-type]  # an unknown one is refused by Query itself
        limit=limit,
        offset=offset,
    )
    return asked


def _unit(known: Names, sectors: Sequence[str], products: Sequence[str]) -> str:
    """What a bare volume counts: pieces where only goods counted by the piece are looked for."""
    meant = products or [slug for slug, sector in known.sector_of.items() if sector in sectors]
    return "piece" if meant and all(slug in known.pieces for slug in meant) else "gram"


def _volume(text: str, unit: str, known: Names, language: str) -> int:
    field = "volume_min"
    try:
        return amounts.parse_volume(text, unit=unit, language=language, field=field)
    except Invalid:
        for piece in dict.fromkeys(known.pieces.values()):
            try:
                return amounts.parse_volume(text, unit="piece", language=language, piece=piece, field=field)
            except Invalid:
                continue
        raise


@dataclass(frozen=True, slots=True)
class Found:
    """Hits in order, and what the index says besides; ``from_sql``: it did not answer."""

    cards: list[Card]
    page: Page
    from_sql: bool


def find(session: Session, index: Index | None, query: Query, *, on: date) -> Found:
    """Search. Hits are ids from the index, their rows come from the database, so that what was taken back a
    moment ago is not shown. An index that does not answer is replaced by plain SQL, without counts.
    """
    try:
        if index is None:
            raise SearchUnavailable("the index is not open")
        return find_by_index(session, index, query, on=on)
    except SearchUnavailable:
        return _with_cards(session, find_by_sql(session, query, on=on), on=on, from_sql=True)


def find_by_index(session: Session, index: Index, query: Query, *, on: date) -> Found:
    """The same by the index or not at all (``SearchUnavailable``)."""
    return _with_cards(session, index.search(query), on=on, from_sql=False)


def _with_cards(session: Session, page: Page, *, on: date, from_sql: bool) -> Found:
    found = queries.list_cards(session, ids=page.ids, on=on) if page.ids else []
    return Found(found, page, from_sql)


def find_by_sql(session: Session, query: Query, *, on: date) -> Page:
    """The same filters by SQL: words anywhere in listing, product or unit, no ranking and no facet counts."""
    conditions = [shown(), *queries.folded_matches(vietnamese.fold(query.text[:1000]).split()[:MOST_WORDS])]
    if query.sectors:
        conditions.append(Product.sector_code.in_(query.sectors))
    if query.products:
        conditions.append(Product.slug.in_(query.products))
    if query.places:
        covering = [places.resolve(session, text=key, on=on).id for key in query.places]
        conditions.append(sa.or_(*(Party.place_id.in_(places.covered_by(place_id)) for place_id in covering)))
    if query.standards:
        conditions.append(
            Listing.id.in_(
                sa.select(ListingStandard.listing_id).where(
                    ListingStandard.standard_code.in_(query.standards)
                )
            )
        )
    if query.ocop_min:
        conditions.append(
            Listing.id.in_(
                sa.select(ListingStandard.listing_id)
                .join(Standard, Standard.code == ListingStandard.standard_code)
                .where(Standard.stars >= query.ocop_min)
            )
        )
    if query.price_max is not None:
        conditions.append(Listing.price_from <= query.price_max)
    left = (
        sa.select(sa.func.coalesce(sa.func.sum(Lot.volume - Lot.committed), 0))
        .where(Lot.listing_id == Listing.id, Lot.to_date >= on)
        .scalar_subquery()
    )
    if query.volume_min is not None:
        conditions.append(left >= query.volume_min)
    if query.months:
        spans = [_days_of(month) for month in query.months]
        meets = [sa.and_(Lot.from_date <= last, Lot.to_date >= first) for first, last in spans]
        conditions.append(
            sa.exists().where(
                Lot.listing_id == Listing.id, Lot.to_date >= on, Lot.volume > Lot.committed, sa.or_(*meets)
            )
        )
    order = {
        "price": (Listing.price_from.is_(None), Listing.price_from),
        "volume": (left.desc(),),
    }.get(query.sort, (Listing.published_at.desc(),))
    chosen = (
        sa.select(Listing.id)
        .join(Party, Party.id == Listing.party_id)
        .join(Product, Product.id == Listing.product_id)
        .where(*conditions)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    ids = session.scalars(chosen.order_by(*order, Listing.id).limit(query.limit).offset(query.offset)).all()
    return Page(ids=tuple(ids), total=total)


def is_month(text: str) -> bool:
    """Whether a text is a month as '2026-12'."""
    return re.fullmatch(r"(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])", text) is not None


def _days_of(month: str) -> tuple[date, date]:
    year, number = (int(part) for part in month.split("-"))
    first = date(year, number, 1)
    following = date(year + number // 12, number % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)


def coming_months(on: date) -> list[str]:
    """The twelve months from that of a day on, as '2026-12'."""
    return strips.month_keys(on, date(on.year + 1, on.month, 1))[: strips.MONTHS]


def as_hit(card: Card) -> dict[str, Any]:
    """A hit as machines read it: kilograms with up to three decimals, or pieces; prices in đồng for one."""
    return {
        "id": card.id,
        "title": card.title,
        "product": card.product,
        "product_name": card.product_name.vi,
        "sector": card.sector,
        "cooperative": card.cooperative,
        "cooperative_code": card.cooperative_code,
        "place": card.place,
        "available": as_number(card.available, card.unit),
        "unit": as_unit(card.unit),
        "price_from": card.price_from,
        "price_to": card.price_to,
    }


def as_number(amount: int, unit: str) -> int | float:
    """Base units as kilograms with up to three decimals, or as pieces."""
    if unit != "gram":
        return amount
    return amount // 1000 if amount % 1000 == 0 else amount / 1000


def as_unit(unit: str) -> str:
    """The unit that machines read."""
    return "kg" if unit == "gram" else "piece"


def as_document(found: Found) -> dict[str, Any]:
    """A search's answer as ``market search --json`` and the API give it."""
    return {
        "total": found.page.total,
        "took_ms": round(found.page.took_ms, 3),
        "hits": [as_hit(card) for card in found.cards],
        "facets": {name: dict(counts) for name, counts in found.page.facets.items()},
        "understood": dict(found.page.understood),
    }
