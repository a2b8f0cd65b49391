"""Listing cards: what every list of listings shows, read in three SELECTs whatever their number, summed in
Python and put into words that pages say. ``queries.py`` says which listings; ``ui.listing_card`` draws them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.listings import reference, standards, strips, wording
from market.listings.models import Listing, Lot
from market.listings.reference import Reference
from market.listings.standards import Held
from market.listings.strips import Drawing
from market.parties.models import Party
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


@dataclass(frozen=True, slots=True, eq=False)  # by itself, so that what is made of it can be kept beside it
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
    strip: Drawing
    strip_label: Words
    lots: tuple[LotCard, ...]


def read(session: Session, chosen: sa.Select[int, int], *, on: date) -> list[Card]:
    """Cards of the listings that a SELECT of ``id`` and ``position`` names, as of a day."""
    which = chosen.subquery()
    rows = session.execute(
        sa.select(*_COLUMNS)
        .select_from(which)
        .join(_LISTINGS, _LISTINGS.c.id == which.c.id)
        .join(_PARTIES, _PARTIES.c.id == _LISTINGS.c.party_id)
        .order_by(which.c.position, _LISTINGS.c.id)
    ).all()
    return _cards(session, rows, on=on)


def read_shown(session: Session, ids: Sequence[int], *, on: date) -> list[Card]:
    """Cards of those of these listings that buyers see, in this order, as of a day."""
    rows = {row.id: row for row in session.execute(_shown(), {"ids": list(ids)})}
    return _cards(session, [rows[one] for one in ids if one in rows], on=on)


# Tables and not their classes, since the ORM adds more to each of these SELECTs than the database takes.
_LISTINGS, _PARTIES, _LOTS = Listing.__table__, Party.__table__, Lot.__table__

#: What a card says of its listing and its unit; goods and places are known by their ids.
_COLUMNS = (
    _LISTINGS.c.id,
    _LISTINGS.c.party_id,
    _LISTINGS.c.product_id,
    _LISTINGS.c.title,
    _LISTINGS.c.state,
    _LISTINGS.c.version,
    _LISTINGS.c.grade,
    sa.cast(_LISTINGS.c.spec, sa.Text).label("spec"),
    _LISTINGS.c.price_kind,
    _LISTINGS.c.price_from,
    _LISTINGS.c.price_to,
    _PARTIES.c.name.label("cooperative"),
    _PARTIES.c.code.label("cooperative_code"),
    _PARTIES.c.place_id,
)


def shown() -> sa.ColumnElement[bool]:
    """The condition that buyers see a listing; the SELECT joins ``Party``."""
    return sa.and_(_LISTINGS.c.state == _code("published"), _PARTIES.c.status != _code("dissolved"))


def _code(value: str) -> sa.BindParameter[str]:
    # Written out: without the value PostgreSQL takes it that no party is anything but dissolved.
    return sa.literal(value, literal_execute=True)


# The SELECTs of the busiest pages are put together once: that takes longer than running them.
@cache
def _shown() -> sa.Select[Any]:
    chosen = _LISTINGS.c.id.in_(sa.bindparam("ids", expanding=True))
    return sa.select(*_COLUMNS).join(_PARTIES, _PARTIES.c.id == _LISTINGS.c.party_id).where(chosen, shown())


def _cards(session: Session, rows: Sequence[sa.Row[Any]], *, on: date) -> list[Card]:
    ids = [row.id for row in rows]
    if not ids:
        return []
    known = reference.current(session, on)
    lots = _lot_rows(session, ids, on=on)
    held = standards.held_by(session, ids, on=on)
    return [_card(row, known, lots.get(row.id, ()), tuple(held.get(row.id, ())), on) for row in rows]


@lru_cache(maxsize=5_000)  # what has been read before, word for word, has been put together before
def _card(row: Any, known: Reference, lot_rows: tuple[Any, ...], held: tuple[Held, ...], on: date) -> Card:
    goods, where = known.goods[row.product_id], known.places.get(row.place_id)
    lots = tuple(_lot(one) for one in lot_rows)
    still = [lot for lot in lots if lot.available]
    by_month = strips.months(lots, on=on)
    return Card(
        id=row.id,
        party_id=row.party_id,
        title=row.title,
        state=row.state,
        version=row.version,
        sector=goods.sector,
        sector_name=goods.sector_name,
        product=goods.slug,
        product_id=row.product_id,
        product_name=goods.name,
        grade=wording.grade(row.grade, goods.described, json.loads(row.spec)),
        cooperative=row.cooperative,
        cooperative_code=row.cooperative_code,
        place=where.name if where else "",
        place_key=where.key if where else "",
        available=sum(lot.available for lot in still),
        unit=goods.unit,
        piece=goods.piece,
        window=wording.window(
            min((lot.from_date for lot in still), default=None),
            max((lot.to_date for lot in still), default=None),
            on=on,
        ),
        price_kind=row.price_kind,
        price_from=row.price_from,
        price_to=row.price_to,
        price=wording.price(row.price_kind, row.price_from, row.price_to, goods.unit, goods.piece),
        badges=tuple(badge(one) for one in held),
        strip=strips.draw(by_month),
        strip_label=wording.strip(by_month, goods.unit, goods.piece),
        lots=lots,
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
    found = _lot_rows(session, list(ids), on=on)
    return {listing_id: [_lot(row) for row in rows] for listing_id, rows in found.items()}


def _lot_rows(session: Session, ids: Sequence[int], *, on: date) -> dict[int, tuple[Any, ...]]:
    found: dict[int, list[Any]] = {}
    for row in session.execute(_open_lots(), {"ids": list(ids), "on": on}):
        found.setdefault(row.listing_id, []).append(row)
    return {listing_id: tuple(rows) for listing_id, rows in found.items()}


def _lot(row: Any) -> LotCard:
    return LotCard(
        id=row.id,
        listing_id=row.listing_id,
        from_date=row.from_date,
        to_date=row.to_date,
        volume=row.volume,
        committed=row.committed,
        kind=row.kind,
        kind_name=wording.LOT_KINDS[row.kind],
        spec=json.loads(row.spec),
        season_id=row.season_id,
        version=row.version,
    )


@cache
def _open_lots() -> sa.Select[Any]:
    lots = _LOTS.c
    return (
        sa.select(
            lots.id,
            lots.listing_id,
            lots.from_date,
            lots.to_date,
            lots.volume,
            lots.committed,
            lots.kind,
            sa.cast(lots.spec, sa.Text).label("spec"),
            lots.season_id,
            lots.version,
        )
        .where(lots.listing_id.in_(sa.bindparam("ids", expanding=True)), lots.to_date >= sa.bindparam("on"))
        .order_by(lots.from_date, lots.id)
    )
