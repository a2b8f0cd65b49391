"""What is wanted, as a value: the need of a saved demand or of a question that nobody has saved, read from
either and asked of the lots on offer by candidates.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import amounts
from market.db import MAX_PRICE
from market.demands.models import MAX_CARRIAGE, Demand, DemandLine, DemandProduct, DemandStandard
from market.demands.pooling import Line
from market.errors import Invalid
from market.listings.terms import BASES
from market.places.models import Place
from market.words import Volume, t

#: More lines than a year has weeks is no schedule that anybody keeps.
MOST_LINES = 53
MOST_UNITS = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A need: of ``product_id`` or, as well, of one of the ``others``; or of any goods of a ``sector``
    that are counted in ``unit`` (gram or piece). Volumes in base units, ``price_max`` in đồng per kg or
    piece at ``price_basis``, carriage in đồng per tonne and kilometre; ``spec`` as in catalogue/spec.py.
    """

    product_id: int | None
    lines: tuple[Line, ...]
    spec: Mapping[str, Any] = field(default_factory=dict)
    price_max: int | None = None
    price_basis: str = "field"
    source_place_id: int | None = None
    delivery_place_id: int | None = None
    carriage_rate: int | None = None
    daily_intake: int | None = None
    max_units: int | None = None
    standards: tuple[str, ...] = ()
    part_will_do: bool = True
    unknown_will_do: bool = False
    labelled_will_do: bool = False
    buyer_id: int | None = None
    others: tuple[int, ...] = ()
    sector: str | None = None
    unit: str | None = None

    @property
    def product_ids(self) -> tuple[int, ...]:
        """The products that are named, each once; none of a sector."""
        named = () if self.product_id is None else (self.product_id, *self.others)
        return tuple(dict.fromkeys(named))

    @property
    def volume(self) -> int:
        """All that is wanted, in base units."""
        return sum(line.volume for line in self.lines)

    @property
    def first(self) -> date:
        """The earliest day on which goods may come."""
        return min(line.from_date for line in self.lines)

    @property
    def last(self) -> date:
        """The latest day on which goods may come."""
        return max(line.to_date for line in self.lines)


def of(session: Session, demand: Demand) -> Wanted:
    """What a saved demand asks for in all, filled or not."""
    return of_each(session, [demand])[demand.id]


def of_each(session: Session, demands: Sequence[Demand]) -> dict[int, Wanted]:
    """The same of several, by their ids, in three SELECTs."""
    ids = [demand.id for demand in demands]
    lines: dict[int, list[Line]] = {}
    products: dict[int, list[int]] = {}
    standards: dict[int, list[str]] = {}
    for line in session.scalars(
        sa.select(DemandLine).where(DemandLine.demand_id.in_(ids)).order_by(DemandLine.position)
    ):
        lines.setdefault(line.demand_id, []).append(Line(line.from_date, line.to_date, line.volume))
    for named in session.scalars(
        sa.select(DemandProduct).where(DemandProduct.demand_id.in_(ids)).order_by(DemandProduct.position)
    ):
        products.setdefault(named.demand_id, []).append(named.product_id)
    for held in session.scalars(
        sa.select(DemandStandard)
        .where(DemandStandard.demand_id.in_(ids))
        .order_by(DemandStandard.standard_code)
    ):
        standards.setdefault(held.demand_id, []).append(held.standard_code)
    return {
        demand.id: _of(
            demand, lines.get(demand.id, ()), products.get(demand.id, ()), standards.get(demand.id, ())
        )
        for demand in demands
    }


def _of(demand: Demand, lines: Sequence[Line], products: Sequence[int], standards: Sequence[str]) -> Wanted:
    return Wanted(
        product_id=demand.product_id,
        lines=tuple(lines),
        spec=demand.spec,
        price_max=demand.price_max,
        price_basis=demand.price_basis,
        source_place_id=demand.source_place_id,
        delivery_place_id=demand.delivery_place_id,
        carriage_rate=demand.carriage_rate,
        daily_intake=demand.daily_intake,
        max_units=demand.max_units,
        standards=tuple(standards),
        part_will_do=demand.part_will_do,
        unknown_will_do=demand.unknown_will_do,
        labelled_will_do=demand.labelled_will_do,
        buyer_id=demand.buyer_id,
        others=tuple(products[1:]),
        sector=demand.sector_code,
        unit=demand.unit,
    )


def of_fewer(wanted: Wanted, max_units: int | None) -> Wanted:
    """The same need of at most so many units, if a number is given, for one plan: its own limit may be
    lowered, never raised (Invalid).
    """
    most = MOST_UNITS if wanted.max_units is None else wanted.max_units
    if max_units is None:
        return wanted
    if not 1 <= max_units <= most:
        raise Invalid(t("A plan for this demand may have from 1 to {n} sellers.", n=most), field="max_units")
    return replace(wanted, max_units=max_units)


def check(session: Session, wanted: Wanted, unit: str) -> None:
    """Refuse what no need may hold of goods counted in ``unit``; the field is the one that a form has."""
    if not wanted.lines:
        raise Invalid(t("Please say how much and when."), field="volume")
    if len(wanted.lines) > MOST_LINES:
        raise Invalid(t("A schedule has at most {n} lines.", n=MOST_LINES), field="repeat")
    for line in wanted.lines:
        if line.volume < 1:
            raise Invalid(t("The volume must be above zero."), field="volume")
        if line.from_date > line.to_date:
            raise Invalid(t("The last day is before the first."), field="to")
        if line.to_date < clock.today():
            raise Invalid(t("These days have passed already."), field="to")
    most = amounts.most(unit)
    if wanted.volume > most:
        raise Invalid(
            t("This is more than the market can hold: {most}.", most=Volume(most, unit)), field="volume"
        )
    if wanted.price_max is not None and not 0 < wanted.price_max <= MAX_PRICE:
        raise Invalid(t("This price cannot be meant. It is for one kg or one piece."), field="price_max")
    if wanted.price_basis not in BASES:
        raise Invalid(t("Please choose one of the values in the list."), field="price_basis")
    if wanted.daily_intake is not None and wanted.daily_intake < 1:
        raise Invalid(t("The volume must be above zero."), field="daily_intake")
    if wanted.max_units is not None and not 1 <= wanted.max_units <= MOST_UNITS:
        raise Invalid(t("Please give at least {n}.", n=1), field="max_units")
    if wanted.carriage_rate is not None:
        if not 0 <= wanted.carriage_rate <= MAX_CARRIAGE:
            raise Invalid(
                t("This carriage cannot be meant: it is for a tonne and a kilometre."), field="carriage"
            )
        if wanted.delivery_place_id is None:
            raise Invalid(
                t("Please say where to: carriage is counted to the place of delivery."),
                field="delivery_place",
            )
    for place_id, name in (
        (wanted.source_place_id, "source_place"),
        (wanted.delivery_place_id, "delivery_place"),
    ):
        if place_id is not None and session.get(Place, place_id) is None:
            raise Invalid(t("There is no such place."), field=name)
