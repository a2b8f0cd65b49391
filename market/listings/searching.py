"""A buyer's search, from an address or a command to hits: reading the fields into a ``Query``, asking the
index, and answering from SQL alone when it does not. Shared by the page, the API and ``market search``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import unchanged
from market.catalogue import amounts
from market.catalogue.models import Product, Sector, Standard
from market.errors import Invalid, MarketError
from market.kept import Kept
from market.listings import answers, by_sql, cards, freshness, lexicon, queries, strips
from market.listings.answers import Answer
from market.listings.cards import Card
from market.listings.freshness import Stamp
from market.places import queries as places
from market.places.models import Place
from market.words import Named, Words, t
from search import reading
from search.errors import SearchUnavailable
from search.index import Index
from search.lexicon import Lexicon
from search.query import Page, Query, Sort
from search.reading import Reading

PATH = "/listings"
PAGE_SIZE = 20
#: The deepest page that may be asked for; beyond it people refine, they do not leaf.
DEEPEST_PAGE = 500


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
    """The names of sectors, products, standards and today's places, in their order; kept for a while."""
    return _names(session, on)


def _read_names(session: Session, on: date) -> Names:
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


_names = Kept(_read_names, seconds=600)


@dataclass(slots=True)
class Asked:
    """A search as it was understood: the query, the errors by field, and what the typed values mean."""

    query: Query
    errors: dict[str, Words] = field(default_factory=dict)
    #: Places by key: those chosen may be old ones that ``Names`` does not hold.
    chosen_places: dict[str, Named] = field(default_factory=dict)
    volume_unit: str = "gram"
    #: What the words were understood to say, and which of it narrows the search (kinds of ``reading.KINDS``):
    #: a field that is filled in counts more than what the words say of it.
    reading: Reading = field(default_factory=Reading)
    guessed: tuple[str, ...] = ()

    @property
    def unguessed(self) -> Query:
        """The query without what only the words say."""
        names = [reading.PARTS[kind] for kind in self.guessed]
        free: dict[str, Any] = {name: getattr(Query(), name) for name in names}
        return replace(self.query, **free)


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
    sort: Sort = "relevance",
    limit: int = PAGE_SIZE,
    offset: int = 0,
    as_words: Sequence[str] = (),
    language: str,
    on: date,
) -> Asked:
    """The query that values as typed mean. What cannot be meant is left out, with words beside its field.

    What the text says of volume, size, month, price, place or standard narrows the search too, but for the
    kinds in ``as_words``.
    """
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
        sort=sort,
        limit=limit,
        offset=offset,
    )
    if text.strip():
        _read(session, asked, as_words=as_words, on=on)
    return asked


@lru_cache(maxsize=2_000)  # people ask for the same, and go on leafing in it
def _understand(text: str, known: Lexicon, on: date, as_words: frozenset[str]) -> Reading:
    return reading.understand(text, known, on=on, as_words=as_words)


def _read(session: Session, asked: Asked, *, as_words: Sequence[str], on: date) -> None:
    """Add to the query what its text says."""
    said = _understand(asked.query.text, lexicon.current(session, on=on), on, frozenset(as_words))
    # A field that is filled in counts more than what the words say of it.
    asked.guessed = tuple(kind for kind in said.filters if not getattr(asked.query, reading.PARTS[kind]))
    asked.reading, asked.query = said, reading.put(asked.query, said, asked.guessed)
    if said.pieces and "volume" in asked.guessed:
        asked.volume_unit = "piece"


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
    """Hits in order, and what the index says besides; ``from_sql``: it did not answer; ``relaxed``: with what
    the words were understood to say nothing was found, so that only the fields narrow these.
    """

    cards: list[Card]
    page: Page
    from_sql: bool
    relaxed: bool = False


def answer(session: Session, index: Index | None, asked: Asked, *, on: date) -> Found:
    """Search. A guess at what words say never hides the goods that are meant: where it does, it is let go."""
    return _relaxing(asked, lambda query: find(session, index, query, on=on))


def answer_by_index(session: Session, index: Index, asked: Asked, *, on: date) -> Found:
    """The same by the index or not at all (``SearchUnavailable``)."""
    return _relaxing(asked, lambda query: find_by_index(session, index, query, on=on))


def _relaxing(asked: Asked, search: Callable[[Query], Found]) -> Found:
    found, goods = search(asked.query), asked.query.goods
    if not asked.guessed or not reading.missed(found.page, goods):
        return found
    wider = search(asked.unguessed)
    return found if reading.missed(wider.page, goods) else replace(wider, relaxed=True)


def find(session: Session, index: Index | None, query: Query, *, on: date) -> Found:
    """Search. Hits are ids from the index, their rows come from the database, so that what was taken back a
    moment ago is not shown. An index that does not answer is replaced by plain SQL, without counts.
    """
    try:
        if index is None:
            raise SearchUnavailable("the index is not open")
        return find_by_index(session, index, query, on=on)
    except SearchUnavailable:
        page = by_sql.find(session, query, on=on)
        return Found(
            queries.list_cards(session, ids=page.ids, on=on) if page.ids else [], page, from_sql=True
        )


def find_by_index(session: Session, index: Index, query: Query, *, on: date) -> Found:
    """The same by the index or not at all (``SearchUnavailable``). The index is asked once for as long as
    nothing in it changes.
    """
    kept, mark = answers.of(index), unchanged.mark(session)
    # A session that has read something reads on as of then.
    new = None if session.in_transaction() else mark
    if (held := kept.get(query)) is not None:
        if held.rows is not None and held.rows.stand(mark, on):
            return Found(list(held.rows.cards), held.page, from_sql=False)
        found, stamp = _cards(session, held.page, on=on)
        if stamp == held.stamp:
            if new is not None:
                kept.keep(query, Answer(held.page, stamp, answers.rows(found, new, on)))
            return Found(found, held.page, from_sql=False)
        kept.seen = stamp
    before = kept.seen
    page = index.search(query)
    found, kept.seen = _cards(session, page, on=on)
    kept.keep(query, Answer(page, before, answers.rows(found, new, on)))
    return Found(found, page, from_sql=False)


def _cards(session: Session, page: Page, *, on: date) -> tuple[list[Card], Stamp]:
    """The rows of a page's hits, and the state of the index when they were read."""
    found, stamp = cards.read_stamped(session, page.ids, on=on) if page.ids else ([], None)
    return found, stamp or freshness.read_stamp(session)


def is_month(text: str) -> bool:
    """Whether a text is a month as '2026-12'."""
    return re.fullmatch(r"(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])", text) is not None


def coming_months(on: date) -> list[str]:
    """The twelve months from that of a day on, as '2026-12'."""
    return list(strips.month_keys(on, date(on.year + 1, on.month, 1))[: strips.MONTHS])


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


def as_document(found: Found, asked: Asked | None = None) -> dict[str, Any]:
    """A search's answer as ``market search --json`` and the API give it."""
    return {
        "total": found.page.total,
        "took_ms": round(found.page.took_ms, 3),
        "hits": [as_hit(card) for card in found.cards],
        "facets": {name: dict(counts) for name, counts in found.page.facets.items()},
        "understood": {**found.page.understood, **(_understood(found, asked) if asked is not None else {})},
    }


def _understood(found: Found, asked: Asked) -> dict[str, Any]:
    """What the text was understood to say: goods meant, words mended, filters and whether they held."""
    said = asked.reading
    filters: dict[str, Any] = {}
    for kind in asked.guessed:
        name = reading.PARTS[kind]
        value = getattr(asked.query, name)
        if kind == "volume":
            value = as_number(value, asked.volume_unit)
        filters[name] = list(value) if isinstance(value, tuple) else value
    names = {"place": said.place_name, "standard": said.standard_name}
    return {
        "goods": list(said.goods),
        "mended": [{"typed": one.typed, "meant": one.meant} for one in said.mended],
        "filters": filters,
        "names": {kind: names[kind] for kind in asked.guessed if kind in names},
        "relaxed": found.relaxed,
    }
