"""Which lots on offer could serve a need, and why the others cannot: window, quality, state, standards,
price, minimum order, place. Lots that leave something unsaid stand apart: one question to the seller decides.
Choosing among those that fit is pooling.py's work.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.catalogue.models import Product, ProductSynonym
from market.catalogue.spec import Definition
from market.demands import delivered
from market.demands.goods import Goods
from market.demands.pooling import Supply
from market.demands.wanted import Wanted
from market.listings import pricing, reference, standards
from market.listings import queries as listings
from market.listings.cards import shown
from market.listings.models import Listing, ListingPrice, Lot
from market.listings.pricing import PriceLine
from market.parties.models import Party
from market.places import queries as places
from market.places.models import Place

#: Why a lot is left out, in the order in which it is asked. The last ones are found by the plan itself.
REASONS = (
    "own", "window", "place", "state", "spec", "standard", "labour", "no_price", "price", "minimum",
    "unknown", "asked", "refused", "labelled", "other_product", "other_state", "dearer", "units", "no_room",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lot beside a need. ``price`` in đồng per kg or piece at the demanded size, ``carriage`` to the place
    of delivery for the same amount; ``reasons`` say why it cannot serve. Not known is what it leaves
    ``unsaid`` (qualities, by key) and what is only ``declared`` (standards nobody has verified, by code);
    both are empty where something else speaks against it. ``says_all``: no quality is unsaid, whatever else.
    """

    lot_id: int
    product_id: int
    listing_id: int
    title: str
    unit_id: int
    unit_code: str
    unit_name: str
    place: str
    from_date: date
    to_date: date
    available: int
    minimum: int
    price: int | None
    price_kind: str
    price_basis: str
    is_estimate: bool
    carriage: int
    state: str
    reasons: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    says_all: bool = True
    #: Qualities, by key, that do not meet what is wanted, and standards, by code, that are not even claimed.
    wrong: tuple[str, ...] = ()
    unheld: tuple[str, ...] = ()
    #: The size at which a table of prices counts, by its key; empty where neither side states one.
    size: Mapping[str, Any] = field(default_factory=dict)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What one question would tell: qualities by key, standards as ``standard.CODE``."""
        return (*self.unsaid, *(f"standard.{code}" for code in self.declared))

    @property
    def fits(self) -> bool:
        """Nothing speaks against it, as far as it says."""
        return not self.reasons

    def supply(self) -> Supply:
        """As the solver takes it."""
        assert self.price is not None
        return Supply(
            lot_id=self.lot_id,
            unit_id=self.unit_id,
            from_date=self.from_date,
            to_date=self.to_date,
            available=self.available,
            minimum=self.minimum,
            price=self.price,
            carriage=self.carriage,
            state=self.state,
        )


def find(
    session: Session, wanted: Wanted, goods: Goods, *, on: date, unit_id: int | None = None
) -> list[Candidate]:
    """All open lots of the goods, or those of one unit, each with what speaks against it, by lot id."""
    return find_each(session, {0: (wanted, goods)}, on=on, unit_id=unit_id)[0]


def find_each(
    session: Session, asked: Mapping[int, tuple[Wanted, Goods]], *, on: date, unit_id: int | None = None
) -> dict[int, list[Candidate]]:
    """The same for several needs, by their keys, in as many SELECTs as for one."""
    products = {product.id: product for _, goods in asked.values() for product in goods.products}
    chosen = _lots() if unit_id is None else _lots().where(Party.__table__.c.id == unit_id)
    rows = session.execute(chosen, {"products": list(products), "on": on}).all()
    prices = _price_lines(session, {row.listing_id for row in rows if row.price_kind == "table"})
    names = reference.current(session, on)
    known = _know(session, [wanted for wanted, _ in asked.values()], list(products.values()))
    lots: dict[int, list[_Lot]] = {}
    for row in rows:
        offered = {**json.loads(row.spec), **json.loads(row.lot_spec)}
        lot = _Lot(
            row,
            offered,
            state_key(offered, known.described.get(row.product_id, ())),
            standards.read(row.claimed, row.verified, products[row.product_id].sector_code, names),
            prices.get(row.listing_id, ()),
        )
        lots.setdefault(row.product_id, []).append(lot)
    found = {}
    for key, (wanted, goods) in asked.items():
        judge = _Judge(wanted, known, on=on)
        mine = [judge.candidate(lot) for product in goods.products for lot in lots.get(product.id, ())]
        found[key] = sorted(mine, key=lambda one: one.lot_id)
    return found


@dataclass(frozen=True, slots=True)
class _Lot:
    """A lot as it stands there: the row, what is said of its quality, what it holds, its table of prices."""

    row: Any
    offered: Mapping[str, Any]
    state: str
    held: Sequence[standards.Held]
    prices: Sequence[PriceLine]


@dataclass(frozen=True, slots=True)
class _Known:
    """What has to be known to hold lots against needs: qualities by product, those that are states, places by
    id, and which ones a place that goods are to come from covers.
    """

    described: Mapping[int, Sequence[Definition]]
    states: frozenset[str]
    sizes: Mapping[int, Definition | None]
    places: Mapping[int, Place]
    within: Mapping[int, set[int]]


def _know(session: Session, needs: Sequence[Wanted], products: Sequence[Product]) -> _Known:
    described: Mapping[int, Sequence[Definition]]
    if len(products) > 1:
        described = catalogue.list_specs(session)
    else:
        described = {product.id: catalogue.specs_of(session, product) for product in products}
    sources = {need.source_place_id for need in needs if need.source_place_id is not None}
    return _Known(
        described,
        frozenset(one.key for own in described.values() for one in own if one.is_state),
        {product_id: listings.size_of(own) for product_id, own in described.items()},
        {place.id: place for place in session.scalars(sa.select(Place))},
        places.covers(session, sources) if sources else {},
    )


def near(session: Session, wanted: Wanted, goods: Goods, *, on: date) -> list[tuple[Product, int]]:
    """Goods that are the same in another shape (paddy beside milled rice), and how much of them is open in
    the days wanted: shown beside a plan, never planned. Known by the names that the products share.
    """
    own = [product.id for product in goods.products]
    mine = sa.select(ProductSynonym.folded).where(ProductSynonym.product_id.in_(own))
    related = sa.select(ProductSynonym.product_id).where(
        ProductSynonym.folded.in_(mine), ProductSynonym.product_id.not_in(own)
    )
    rows = session.execute(
        sa.select(Product, sa.func.sum(Lot.volume - Lot.committed))
        .join(Listing, Listing.product_id == Product.id)
        .join(Party, Party.id == Listing.party_id)
        .join(Lot, Lot.listing_id == Listing.id)
        .where(
            Product.id.in_(related),
            shown(),
            Lot.from_date <= wanted.last,
            Lot.to_date >= max(wanted.first, on),
            Lot.volume > Lot.committed,
        )
        .group_by(Product.id)
        .order_by(Product.position)
    )
    return [(product, int(left)) for product, left in rows]


def _lots() -> sa.Select[Any]:
    offered, lots, parties = Listing.__table__, Lot.__table__, Party.__table__
    return (
        sa.select(
            lots.c.id.label("lot_id"),
            lots.c.from_date,
            lots.c.to_date,
            (lots.c.volume - lots.c.committed).label("available"),
            sa.cast(lots.c.spec, sa.Text).label("lot_spec"),
            offered.c.id.label("listing_id"),
            offered.c.product_id,
            offered.c.title,
            sa.cast(offered.c.spec, sa.Text).label("spec"),
            offered.c.price_kind,
            offered.c.price_from,
            offered.c.price_to,
            offered.c.price_basis,
            offered.c.min_order,
            parties.c.id.label("unit_id"),
            parties.c.code.label("unit_code"),
            parties.c.name.label("unit_name"),
            parties.c.place_id,
            *standards.columns(),
        )
        .select_from(lots)
        .join(offered, offered.c.id == lots.c.listing_id)
        .join(parties, parties.c.id == offered.c.party_id)
        .where(
            offered.c.product_id.in_(sa.bindparam("products", expanding=True)),
            shown(),
            lots.c.to_date >= sa.bindparam("on"),
            lots.c.volume > lots.c.committed,
        )
        .order_by(lots.c.id)
    )


def _price_lines(session: Session, listing_ids: set[int]) -> dict[int, list[PriceLine]]:
    found: dict[int, list[PriceLine]] = {}
    if listing_ids:
        for listing_id, low, high, price in session.execute(
            sa.select(
                ListingPrice.listing_id, ListingPrice.size_from, ListingPrice.size_to, ListingPrice.price
            )
            .where(ListingPrice.listing_id.in_(listing_ids))
            .order_by(ListingPrice.id)
        ):
            found.setdefault(listing_id, []).append(PriceLine(low, high, price))
    return found


class _Judge:
    """One need, and what has to be known to hold lots against it."""

    def __init__(self, wanted: Wanted, known: _Known, *, on: date) -> None:
        self.wanted, self.known, self.on = wanted, known, on
        source, to = wanted.source_place_id, wanted.delivery_place_id
        self.within = None if source is None else known.within[source]
        self.to = None if to is None else known.places.get(to)

    def candidate(self, lot: _Lot) -> Candidate:
        row, offered, held = lot.row, lot.offered, lot.held
        size = self._size(row, offered)
        price, is_estimate = self._price(row, size, lot.prices)
        where = self.known.places.get(row.place_id)
        carriage = delivered.carriage_to(self.to, self.wanted, where=where, basis=row.price_basis)
        wrong = self._wrong(offered)
        unheld = tuple(code for code in self.wanted.standards if code not in {one.code for one in held})
        reasons = list(self._reasons(row, wrong, unheld, price, carriage))
        unknown = self._unknown(offered, held)
        unsaid, declared = ((), ()) if reasons else unknown
        if (unsaid or declared) and not self.wanted.unknown_will_do:
            reasons.append("unknown")
        return Candidate(
            lot_id=row.lot_id,
            product_id=row.product_id,
            listing_id=row.listing_id,
            title=row.title,
            unit_id=row.unit_id,
            unit_code=row.unit_code,
            unit_name=row.unit_name,
            place=where.name if where else "",
            from_date=max(row.from_date, self.on),
            to_date=row.to_date,
            available=int(row.available),
            minimum=row.min_order,
            price=price,
            price_kind=row.price_kind,
            price_basis=row.price_basis,
            is_estimate=is_estimate,
            carriage=carriage,
            state=lot.state,
            reasons=tuple(reasons),
            unsaid=unsaid,
            declared=declared,
            says_all=not unknown[0],
            wrong=tuple(key for key in wrong if key not in self.known.states),
            unheld=unheld,
            size=size,
        )

    def _reasons(
        self,
        row: Any,
        wrong: Sequence[str],
        unheld: Sequence[str],
        price: int | None,
        carriage: int,
    ) -> Sequence[str]:
        wanted, found = self.wanted, []
        if row.unit_id == wanted.buyer_id:
            found.append("own")
        if not any(self._meets(row, line.from_date, line.to_date) for line in wanted.lines):
            found.append("window")
        if self.within is not None and row.place_id not in self.within:
            found.append("place")
        if self.known.states.intersection(wrong):
            found.append("state")
        if set(wrong) - self.known.states:
            found.append("spec")
        if unheld:
            found.append("standard")
        if row.price_kind == "labour":
            found.append("labour")
        elif price is None:
            found.append("no_price")
        elif delivered.is_dear(wanted, price, carriage):
            found.append("price")
        if row.min_order > min(int(row.available), wanted.volume):
            found.append("minimum")
        return found

    def _wrong(self, offered: Mapping[str, Any]) -> tuple[str, ...]:
        """The qualities that are said and do not meet what is wanted."""
        asked = self.wanted.spec
        return tuple(key for key in asked if spec.serves(offered, {key: asked[key]}) == "no")

    def _meets(self, row: Any, first: date, last: date) -> bool:
        return bool(row.from_date <= last and max(row.to_date, self.on) >= max(first, self.on))

    def _unknown(
        self, offered: Mapping[str, Any], held: Sequence[standards.Held]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Qualities that are asked for and not said, and standards that are only declared."""
        claimed = {one.code for one in held if not one.verified}
        return (
            tuple(key for key in self.wanted.spec if offered.get(key) is None),
            tuple(code for code in self.wanted.standards if code in claimed),
        )

    def _price(
        self, row: Any, size: Mapping[str, Any], prices: Sequence[PriceLine]
    ) -> tuple[int | None, bool]:
        """Đồng per kg or piece at the demanded size, and whether the seller has left it open.

        Of a price table the dearest line that touches the demanded size counts: what the plan says the goods
        cost at most.
        """
        if row.price_kind == "table" and prices:
            asked = next(iter(size.values()), None)
            fitting = {line.price for line in prices if asked is None or line.touches(asked)}
            return pricing.counted_at(prices, asked), len(fitting) > 1
        return row.price_from, row.price_kind == "reference" or row.price_to not in (None, row.price_from)

    def _size(self, row: Any, offered: Mapping[str, Any]) -> dict[str, Any]:
        """The size that is demanded, else the one that is offered."""
        by = self.known.sizes.get(row.product_id)
        size = (self.wanted.spec.get(by.key) or offered.get(by.key)) if by else None
        return {} if by is None or size is None else {by.key: size}


def state_key(offered: Mapping[str, Any], described: Sequence[Definition]) -> str:
    """The state of goods as a text: only goods with the same one are planned together."""
    return json.dumps(spec.state_of(offered, described), ensure_ascii=False)
