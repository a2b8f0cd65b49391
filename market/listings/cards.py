"""Listing cards: what every list of listings shows, read in three SELECTs whatever their number, summed in
Python and put into words that pages say. ``queries.py`` says which listings; ``ui.listing_card`` draws them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.listings import reference, standards, strips, wording
from market.listings.models import Listing, Lot
from market.listings.reference import Goods, Where
from market.listings.standards import Held
from market.listings.strips import Bar
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
    which = chosen.subquery()
    rows = session.execute(
        sa.select(*_COLUMNS)
        .select_from(which)
        .join(Listing, Listing.id == which.c.id)
        .join(Party, Party.id == Listing.party_id)
        .order_by(which.c.position, Listing.id)
    ).all()
    return _cards(session, rows, on=on)


def read_shown(session: Session, ids: Sequence[int], *, on: date) -> list[Card]:
    """Cards of those of these listings that buyers see, in this order, as of a day."""
    rows = {row.id: row for row in session.execute(_shown(), {"ids": list(ids)})}
    return _cards(session, [rows[one] for one in ids if one in rows], on=on)


#: What a card says of its listing and its unit; goods and places are known by their ids.
_COLUMNS = (
    Listing.id,
    Listing.party_id,
    Listing.product_id,
    Listing.title,
    Listing.state,
    Listing.version,
    Listing.grade,
    Listing.spec,
    Listing.price_kind,
    Listing.price_from,
    Listing.price_to,
    Party.name.label("cooperative"),
    Party.code.label("cooperative_code"),
    Party.place_id,
)


def shown() -> sa.ColumnElement[bool]:
    """The condition that buyers see a listing; the SELECT joins ``Party``."""
    return sa.and_(Listing.state == "published", Party.status != "dissolved")


# The SELECTs of the busiest pages are put together once: that takes longer than running them.
@cache
def _shown() -> sa.Select[Any]:
    chosen = Listing.id.in_(sa.bindparam("ids", expanding=True))
    return sa.select(*_COLUMNS).join(Party, Party.id == Listing.party_id).where(chosen, shown())


def _cards(session: Session, rows: Sequence[Any], *, on: date) -> list[Card]:
    ids = [row.id for row in rows]
    if not ids:
        return []
    known = reference.current(session, on)
    lots = open_lots(session, ids, on=on)
    held = standards.held_by(session, ids, on=on)
    return [
        _card(
            row,
            known.goods[row.product_id],
            known.places.get(row.place_id),
            lots.get(row.id, ()),
            held.get(row.id, ()),
            on,
        )
        for row in rows
    ]


def _card(
    row: Any, goods: Goods, where: Where | None, lots: Sequence[LotCard], held: Sequence[Held], on: date
) -> Card:
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
        grade=wording.grade(row.grade, goods.described, row.spec),
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
        strip=strips.bars(by_month),
        strip_label=wording.strip(by_month, goods.unit, goods.piece),
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
    for row in session.execute(_open_lots(), {"ids": list(ids), "on": on}):
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


@cache
def _open_lots() -> sa.Select[Any]:
    return (
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
        .where(Lot.listing_id.in_(sa.bindparam("ids", expanding=True)), Lot.to_date >= sa.bindparam("on"))
        .order_by(Lot.from_date, Lot.id)
    )
