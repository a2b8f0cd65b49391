"""Listing cards: what every list of listings shows, read in one SELECT whatever their number, summed in
Python and put into words that pages say. ``queries.py`` says which listings; ``ui.listing_card`` draws them.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.db import among
from market.listings import freshness, reference, standards, strips, wording
from market.listings.freshness import Stamp
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
        sa.select(*_columns())
        .select_from(which)
        .join(_LISTINGS, _LISTINGS.c.id == which.c.id)
        .join(_PARTIES, _PARTIES.c.id == _LISTINGS.c.party_id)
        .order_by(which.c.position, _LISTINGS.c.id),
        {"on": on},
    ).all()
    return _cards(session, rows, on=on)


def read_shown(session: Session, ids: Sequence[int], *, on: date) -> list[Card]:
    """Cards of those of these listings that buyers see, in this order, as of a day."""
    return read_stamped(session, ids, on=on)[0]


def read_stamped(session: Session, ids: Sequence[int], *, on: date) -> tuple[list[Card], Stamp]:
    """The same, and the state of the index at that moment (None where there is nothing to be shown)."""
    rows: dict[int, Any] = {}
    stamp: Stamp = None
    for row in session.execute(_shown(), {"ids": list(ids), "on": on}):
        # By what the card says alone: it is the same card when the index has moved on.
        rows[row.id], stamp = _row()._make(row[:-2]), tuple(row[-2:])
    return _cards(session, [rows[one] for one in ids if one in rows], on=on), stamp


# Tables and not their classes, since the ORM adds more to each of these SELECTs than the database takes.
_LISTINGS, _PARTIES, _LOTS = Listing.__table__, Party.__table__, Lot.__table__

#: What a lot's text holds, part by part; its qualities come last.
_LOT_PARTS = ("id", "from_date", "to_date", "volume", "committed", "kind", "season_id", "version", "spec")
# Signs that JSON writes in another way and nothing else holds.
_NEXT_LOT, _NEXT_PART = "\x1e", "\x1f"


@cache
def _columns() -> tuple[sa.ColumnElement[Any], ...]:
    """What a card says of its listing, its unit and, each as one text, its lots that are not over on the day
    ``on`` and its standards; goods and places are known by their ids.
    """
    listing, party = _LISTINGS.c, _PARTIES.c
    parts = [sa.func.coalesce(sa.cast(_LOTS.c[name], sa.Text), "") for name in _LOT_PARTS]
    written: Any = parts[0]
    for part in parts[1:]:
        written = written + _NEXT_PART + part
    lots = (
        sa.select(sa.func.aggregate_strings(written, _NEXT_LOT))
        .where(_LOTS.c.listing_id == listing.id, _LOTS.c.to_date >= sa.bindparam("on"))
        .correlate(_LISTINGS)
        .scalar_subquery()
    )
    return (
        listing.id,
        listing.party_id,
        listing.product_id,
        listing.title,
        listing.state,
        listing.version,
        listing.grade,
        sa.cast(listing.spec, sa.Text).label("spec"),
        listing.price_kind,
        listing.price_from,
        listing.price_to,
        party.name.label("cooperative"),
        party.code.label("cooperative_code"),
        party.place_id,
        lots.label("lots"),
        *standards.columns(),
    )


def shown() -> sa.ColumnElement[bool]:
    """The condition that buyers see a listing; the SELECT joins ``Party``."""
    return sa.and_(
        _LISTINGS.c.state == _code("published"),
        sa.not_(_LISTINGS.c.hidden),
        _PARTIES.c.status != _code("dissolved"),
    )


def _code(value: str) -> sa.BindParameter[str]:
    # Written out: without the value PostgreSQL takes it that no party is anything but dissolved.
    return sa.literal(value, literal_execute=True)


# The SELECTs of the busiest pages are put together once: that takes longer than running them.
@cache
def _shown() -> sa.Select[Any]:
    chosen = among(_LISTINGS.c.id, "ids")
    joined = sa.select(*_columns(), *freshness.stamp()).join(_PARTIES, _PARTIES.c.id == _LISTINGS.c.party_id)
    return joined.where(chosen, shown())


@cache
def _row() -> Any:
    return namedtuple("_row", [str(column.key) for column in _columns()])


def _cards(session: Session, rows: Sequence[sa.Row[Any]], *, on: date) -> list[Card]:
    known = reference.current(session, on)
    return [_card(row, known, on) for row in rows]


@lru_cache(maxsize=5_000)  # what has been read before, word for word, has been put together before
def _card(row: Any, known: Reference, on: date) -> Card:
    goods, where = known.goods[row.product_id], known.places.get(row.place_id)
    lots = _lots_of(row)
    held = standards.read(row.claimed, row.verified, goods.sector, known)
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


def _lots_of(row: Any) -> tuple[LotCard, ...]:
    """The lots in a card's row, earliest window first."""
    texts = row.lots.split(_NEXT_LOT) if row.lots else ()
    made = (_lot(row.id, *text.split(_NEXT_PART)) for text in texts)
    return tuple(sorted(made, key=lambda lot: (lot.from_date, lot.id)))


def _lot(
    listing_id: int,
    id_: str,
    from_date: str,
    to_date: str,
    volume: str,
    committed: str,
    kind: str,
    season_id: str,
    version: str,
    spec: str,
) -> LotCard:
    return LotCard(
        id=int(id_),
        listing_id=listing_id,
        from_date=date.fromisoformat(from_date),
        to_date=date.fromisoformat(to_date),
        volume=int(volume),
        committed=int(committed),
        kind=kind,
        kind_name=wording.LOT_KINDS[kind],
        spec=json.loads(spec) if spec != "{}" else {},
        season_id=int(season_id) if season_id else None,
        version=int(version),
    )


def open_lots(session: Session, ids: Iterable[int], *, on: date) -> Mapping[int, Sequence[LotCard]]:
    """The lots of listings whose windows are not over, earliest window first."""
    rows = session.execute(_open_lots(), {"ids": list(ids), "on": on})
    return {row.id: lots for row in rows if (lots := _lots_of(row))}


@cache
def _open_lots() -> sa.Select[Any]:
    lots = next(column for column in _columns() if column.key == "lots")
    return sa.select(_LISTINGS.c.id, lots).where(among(_LISTINGS.c.id, "ids"))
