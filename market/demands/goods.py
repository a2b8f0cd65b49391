"""The goods that a need is of: a product, several of which one is as good as the other, or whatever a sector
has. What they are called, how they are counted, and the qualities that all of them have: only by these can
several be asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.amounts import PackSize
from market.catalogue.models import Product, Sector
from market.catalogue.spec import Definition
from market.demands.models import Demand, DemandProduct
from market.demands.wanted import Wanted
from market.errors import Invalid, NotFound
from market.words import Named, Words, t

#: So many products may be named; who needs more asks for the sector.
MOST_PRODUCTS = 8

#: What a piece of any goods is called.
ANY_PIECE = Named("cái", "piece")

Name = Named | Words


@dataclass(frozen=True, slots=True)
class Goods:
    """What would do, in the order in which it was named; all of it is counted in ``unit``."""

    products: tuple[Product, ...]
    unit: str
    sector: Sector | None = None

    @property
    def name(self) -> Name:
        """What it is called."""
        if self.sector is not None:
            return _sector_name(self.sector)
        return names_joined([name_of(product) for product in self.products])

    @property
    def piece(self) -> Named | None:
        """What one piece is called; None for goods that are weighed."""
        if self.sector is not None:
            return None if self.unit == "gram" else ANY_PIECE
        return one_piece(self.products)

    @property
    def several(self) -> bool:
        """Whether there is something to choose from."""
        return self.sector is not None or len(self.products) > 1

    @property
    def sector_code(self) -> str:
        """The sector asked for, or the first product's."""
        return self.sector.code if self.sector is not None else self.products[0].sector_code


def name_of(product: Product) -> Named:
    """What a product is called."""
    return Named(product.name_vi, product.name_en)


def _sector_name(sector: Sector) -> Name:
    return t("Goods of the sector {sector}", sector=Named(sector.name_vi, sector.name_en))


def names_joined(names: Sequence[Named]) -> Name:
    """One name, or all of them as alternatives."""
    if len(names) == 1:
        return names[0]
    before = Named(*(", ".join(spoken) for spoken in zip(*((n.vi, n.en) for n in names[:-1]), strict=True)))
    return t("{some} or {last}", some=before, last=names[-1])


def one_piece(products: Iterable[Product]) -> Named | None:
    """What all of them call a piece, a plain word where they differ; None where they are weighed."""
    pieces = {catalogue.piece_of(product) for product in products}
    return pieces.pop() if len(pieces) == 1 else ANY_PIECE


def of(session: Session, wanted: Wanted) -> Goods:
    """The goods of a need; refuses NotFound for a product that is none."""
    if wanted.sector is not None:
        return of_sector(session, wanted.sector, wanted.unit or "gram")
    return _of_products([catalogue.get_product(session, product_id) for product_id in wanted.product_ids])


def of_each(session: Session, needs: Mapping[int, Wanted]) -> dict[int, Goods]:
    """The goods of several needs that are saved, by the same keys, in two SELECTs."""
    products = {product.id: product for product in catalogue.list_products(session)}
    sectors = {sector.code: sector for sector in catalogue.list_sectors(session)}
    made = {}
    for key, need in needs.items():
        if need.sector is None:
            made[key] = _of_products([products[product_id] for product_id in need.product_ids])
        else:
            unit = need.unit or "gram"
            mine = (one for one in products.values() if (one.sector_code, one.unit) == (need.sector, unit))
            made[key] = Goods(tuple(mine), unit, sectors[need.sector])
    return made


def of_product(product: Product) -> Goods:
    """One product."""
    return _of_products([product])


def of_sector(session: Session, code: str, unit: str) -> Goods:
    """All goods of a sector that are counted in the unit; refuses Invalid where there is none."""
    sector = session.get(Sector, code)
    if sector is None:
        raise Invalid(t("There is no such sector."), field="sector")
    products = tuple(one for one in catalogue.list_products(session, sector=code) if one.unit == unit)
    if not products:
        raise Invalid(t("No goods of this sector are counted that way."), field="unit")
    return Goods(products, unit, sector)


def units_of(session: Session, sector: str) -> list[str]:
    """How goods of a sector are counted: gram, piece or both; empty where there is no such sector."""
    counted = {product.unit for product in catalogue.list_products(session, sector=sector)}
    return sorted(counted)


def named(session: Session, slugs: Sequence[str], *, field: str) -> Goods:
    """The products with these slugs, each once; refuses, beside the field, one that is unknown, more than
    ``MOST_PRODUCTS``, and goods that are not counted alike.
    """
    slugs = list(dict.fromkeys(slugs))
    if len(slugs) > MOST_PRODUCTS:
        raise Invalid(
            t("Please name at most {n} products, or ask for the sector.", n=MOST_PRODUCTS), field=field
        )
    try:
        products = [catalogue.get_product(session, slug) for slug in slugs]
    except NotFound as missing:
        raise Invalid(missing.words, field=field) from missing
    return _of_products(products, field=field)


def _of_products(products: Sequence[Product], *, field: str = "others") -> Goods:
    if len({product.unit for product in products}) > 1:
        raise Invalid(t("These goods are not counted alike: some by weight, some by the piece."), field=field)
    return Goods(tuple(products), products[0].unit)


def described(session: Session, goods: Goods) -> list[Definition]:
    """The qualities that all of the goods have, in the first one's order. Their bounds are the widest."""
    if len(goods.products) == 1:
        return catalogue.specs_of(session, goods.products[0])
    return shared(goods, catalogue.list_specs(session))


def shared(goods: Goods, by_product: Mapping[int, Sequence[Definition]]) -> list[Definition]:
    """The same with every product's qualities at hand."""
    first, *others = ({one.key: one for one in by_product.get(own.id, ())} for own in goods.products)
    return [
        replace(
            one,
            low=min((one.low, *(other[key].low for other in others))),
            high=max((one.high, *(other[key].high for other in others))),
        )
        for key, one in first.items()
        if all(key in other for other in others)
    ]


def packs(session: Session, goods: Goods) -> list[PackSize]:
    """The packs that hold the same in all of the goods, by the first one's names."""
    if len(goods.products) == 1:
        return catalogue.pack_sizes_of(session, goods.products[0])
    sizes = catalogue.all_pack_sizes(session)
    first, *others = (sizes.get(product.id, []) for product in goods.products)
    return [
        pack
        for pack in first
        if all(any((pack.name, pack.amount) == (own.name, own.amount) for own in other) for other in others)
    ]


def names_by_demand(session: Session, demands: Sequence[Demand]) -> dict[int, tuple[Name, Named | None]]:
    """What each demand is of, and what a piece of it is called, by its id, in two SELECTs at most."""
    of_products: dict[int, list[Product]] = {}
    chosen = (
        sa.select(DemandProduct.demand_id, Product)
        .join(Product, Product.id == DemandProduct.product_id)
        .where(DemandProduct.demand_id.in_([demand.id for demand in demands]))
        .order_by(DemandProduct.demand_id, DemandProduct.position)
    )
    for demand_id, product in session.execute(chosen):
        of_products.setdefault(demand_id, []).append(product)
    made: dict[int, tuple[Name, Named | None]] = {
        demand_id: (names_joined([name_of(one) for one in products]), one_piece(products))
        for demand_id, products in of_products.items()
    }
    if any(demand.sector_code for demand in demands):
        sectors = {sector.code: sector for sector in catalogue.list_sectors(session)}
        made |= {
            demand.id: (
                _sector_name(sectors[demand.sector_code]),
                None if demand.unit == "gram" else ANY_PIECE,
            )
            for demand in demands
            if demand.sector_code
        }
    return made
