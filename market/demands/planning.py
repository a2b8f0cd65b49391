"""A plan for a need, from the lots on offer to what a page or a program reads: the solver's choice, why each
other lot is left out, which would come in by one question, and the next best plan with fewer sellers. Of
several products each is planned by itself and the best plan is taken: goods are never mixed in one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AnySet
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import amounts
from market.catalogue.models import Product
from market.demands import candidates, goods, pooling
from market.demands.candidates import Candidate
from market.demands.goods import Goods
from market.demands.pooling import Line, Plan, Share, Supply, Wish
from market.demands.standing import NOTHING, Standing
from market.demands.wanted import Wanted
from market.inquiries import several
from market.inquiries.models import OPEN_STATES, Inquiry
from market.listings.searching import as_number, as_unit

#: Seconds that a plan may take before the best one found is shown.
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Part:
    """A seller's share of a plan in one line: volume in base units, price in đồng per kg or piece, ``total``
    in đồng with carriage.
    """

    lot: Candidate
    line: int
    from_date: date
    to_date: date
    volume: int
    total: int


@dataclass(frozen=True, slots=True)
class Fewer:
    """The next best plan with fewer sellers: it is the plan of the same need with ``max_units``."""

    max_units: int
    product: Product
    plan: Plan


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan of one product, beside all that it was chosen from: what the ``others`` would give, in the order
    in which they were named. ``left_out`` and ``unknown`` by ascending lot id.
    """

    wanted: Wanted
    product: Product
    others: tuple[tuple[Product, Plan], ...]
    plan: Plan
    parts: tuple[Part, ...]
    left_out: tuple[tuple[Candidate, tuple[str, ...]], ...]
    unknown: tuple[Candidate, ...]
    near: tuple[tuple[Product, int], ...]
    fewer: Fewer | None

    @property
    def unit(self) -> str:
        """gram or piece."""
        return self.product.unit


def make(
    session: Session,
    wanted: Wanted,
    *,
    on: date,
    seconds: float = PATIENCE,
    refused: AnySet[int] = frozenset(),
    standing: Standing = NOTHING,
) -> Planned:
    """The best plan over what is on offer today. Nothing is held by it.

    Listings that the buyer talks about already are left out: one open inquiry about each. So are those whose
    sellers have ``refused`` (ids): who said no is not asked the same again. What stands already counts with
    the plan: its sellers among the most that there may be, its goods' state, its days in the daily intake.
    """
    of_all = goods.of(session, wanted)
    found = candidates.find(session, wanted, of_all, on=on)
    for reason, listings in (("asked", _talked_about(session, wanted.buyer_id)), ("refused", refused)):
        found = [
            replace(one, reasons=(*one.reasons, reason)) if one.listing_id in listings else one
            for one in found
        ]
    found = [
        one
        if standing.goes_with(one.product_id, one.state)
        else replace(one, reasons=(*one.reasons, "other_state"))
        for one in found
    ]
    fitting = {one.lot_id: one for one in found if one.fits}
    wishes = {product.id: wish_of(wanted, product, standing, on=on) for product in of_all.products}
    solved = _solve(of_all.products, wishes, fitting.values(), seconds=seconds)
    product = min(of_all.products, key=lambda one: _rank(solved[one.id]))
    plan, wish = solved[product.id], wishes[product.id]
    parts = tuple(_part(share, fitting[share.lot_id]) for share in plan.shares)
    chosen = {part.lot.lot_id for part in parts}
    return Planned(
        wanted=wanted,
        product=product,
        others=tuple(
            (one, solved[one.id])
            for one in of_all.products
            # Of a sector only what there is: most of what could be is not on sale.
            if one is not product and (of_all.sector is None or solved[one.id].shares)
        ),
        plan=plan,
        parts=parts,
        left_out=tuple(
            (one, one.reasons or (_beaten(one, wanted, product, parts, plan, wish),))
            for one in found
            if one.lot_id not in chosen
        ),
        unknown=tuple(one for one in found if one.unknown and one.lot_id not in chosen),
        near=tuple(candidates.near(session, wanted, of_all, on=on)),
        fewer=_fewer(wanted, of_all, solved, product, standing, fitting.values(), on=on, seconds=seconds),
    )


def _fewer(
    wanted: Wanted,
    of_all: Goods,
    solved: Mapping[int, Plan],
    product: Product,
    standing: Standing,
    fitting: Iterable[Candidate],
    *,
    on: date,
    seconds: float,
) -> Fewer | None:
    """The best plan of the volume of that of the ``product`` with fewer units, of any of the goods: the one
    that is made of the need with so many units at most. None where none is found.
    """
    plan = solved[product.id]
    new = {share.unit_id for share in plan.shares} - standing.all_units
    if plan.units < 2 or not new:
        return None
    # Who gives already counts among the units that a need may have.
    most = len(standing.all_units) + len(new) - 1
    lowered = replace(wanted, max_units=most)
    rivals = [one for one in of_all.products if solved[one.id].volume >= plan.volume]
    wishes = {one.id: wish_of(lowered, one, standing, on=on) for one in rivals}
    found = _solve(rivals, wishes, fitting, seconds=seconds)
    best = min(rivals, key=lambda one: _rank(found[one.id]))
    other = found[best.id]
    if other.volume < plan.volume or other.units >= plan.units:
        return None
    return Fewer(most, best, other)


def _solve(
    products: Sequence[Product],
    wishes: Mapping[int, Wish],
    fitting: Iterable[Candidate],
    *,
    seconds: float,
) -> dict[int, Plan]:
    """The plan of each of the products, by its id; they share the time."""
    lots: dict[int, list[Supply]] = {product.id: [] for product in products}
    for one in fitting:
        if one.product_id in lots:
            lots[one.product_id].append(one.supply())
    left = sum(bool(supplies) for supplies in lots.values())
    deadline = time.perf_counter() + seconds
    solved = {}
    for product in products:
        supplies = lots[product.id]
        share = (deadline - time.perf_counter()) / max(left, 1)
        solved[product.id] = pooling.solve(wishes[product.id], supplies, seconds=max(share, 0.0))
        left -= bool(supplies)
    return solved


def _rank(plan: Plan) -> tuple[int, float, int]:
    """The less the better: volume first, then the cost before rounding, then units."""
    return (-plan.volume, plan.objective or 0.0, plan.units)


def _alone(wanted: Wanted, product: Product) -> bool:
    """Labelled goods are not mixed unless the buyer says that it will do."""
    return not product.poolable and not wanted.labelled_will_do


def wish_of(wanted: Wanted, product: Product, standing: Standing, *, on: date) -> Wish:
    """The need as the solver takes it, beside what stands already."""
    units = standing.all_units
    most = None if wanted.max_units is None else max(wanted.max_units - len(units), 0)
    if _alone(wanted, product):
        units = standing.units.get(product.id, frozenset())
        most = 0 if units else min(1 if most is None else most, 1)
    return Wish(
        lines=tuple(Line(max(line.from_date, on), line.to_date, line.volume) for line in wanted.lines),
        per_unit=amounts.GRAMS_A_KG if product.unit == "gram" else 1,
        max_units=most,
        daily_intake=wanted.daily_intake,
        part_will_do=wanted.part_will_do,
        standing=units,
        coming=standing.coming,
    )


def _part(share: Share, lot: Candidate) -> Part:
    return Part(lot, share.line, share.from_date, share.to_date, share.volume, share.cost)


def _beaten(
    one: Candidate, wanted: Wanted, product: Product, parts: Sequence[Part], plan: Plan, wish: Wish
) -> str:
    """Why a lot against which nothing speaks is not in the plan."""
    if parts and one.product_id != product.id:
        return "other_product"
    if parts and one.state != parts[0].lot.state:
        return "other_state"
    full = not any(plan.missing)
    if full and _delivered(one) >= max((_delivered(part.lot) for part in parts), default=0):
        return "dearer"
    taken = {part.lot.unit_id for part in parts} - wish.standing
    if wish.max_units is not None and len(taken) >= wish.max_units and one.unit_id not in wish.standing:
        return "labelled" if _alone(wanted, product) else "units"
    return "dearer" if full else "no_room"


def _delivered(lot: Candidate) -> int:
    """What a kg or a piece costs with carriage."""
    return (lot.price or 0) + lot.carriage


def _talked_about(session: Session, buyer_id: int | None) -> set[int]:
    """The listings about which the buyer has an open inquiry."""
    mine = sa.and_(Inquiry.buyer_id == buyer_id, Inquiry.state.in_(OPEN_STATES))
    return set(session.scalars(sa.select(several.pairs(mine).c.listing_id))) if buyer_id else set()


def only_lines(wanted: Wanted, lines: tuple[Line, ...]) -> Wanted:
    """The same need with some of its lines."""
    return replace(wanted, lines=lines)


def left_of(wanted: Wanted, taken: Sequence[int]) -> Wanted:
    """The same need less what each line has already; lines that are full fall away."""
    lines = [
        replace(line, volume=line.volume - had)
        for line, had in zip(wanted.lines, taken, strict=True)
        if line.volume > had
    ]
    return replace(wanted, lines=tuple(lines))


# --- as programs read it ---


def as_document(planned: Planned) -> dict[str, Any]:
    """A plan as ``market plan --json`` and the API give it: volumes in kg or pieces, money in đồng."""
    plan, unit = planned.plan, planned.unit
    return {
        "product": planned.product.slug,
        "status": plan.status,
        "objective": plan.objective,
        "bound": plan.bound,
        "wanted": as_number(plan.wanted, unit),
        "volume": as_number(plan.volume, unit),
        "unit": as_unit(unit),
        "cost": plan.cost,
        "units": plan.units,
        "max_units": planned.wanted.max_units,
        "lines": [_line(planned, number) for number in range(len(planned.wanted.lines))],
        "lots": [_as_part(part, unit) for part in planned.parts],
        "left_out": [_as_left(one, reasons, unit) for one, reasons in planned.left_out],
        "unknown": [
            {"lot_id": one.lot_id, "cooperative_code": one.unit_code, "asks": list(one.unknown)}
            for one in planned.unknown
        ],
        "near": [
            {
                "product": product.slug,
                "available": as_number(left, product.unit),
                "unit": as_unit(product.unit),
            }
            for product, left in planned.near
        ],
        "fewer_units": None
        if planned.fewer is None
        else {
            "max_units": planned.fewer.max_units,
            "product": planned.fewer.product.slug,
            "units": planned.fewer.plan.units,
            "cost": planned.fewer.plan.cost,
            "volume": as_number(planned.fewer.plan.volume, unit),
            "status": planned.fewer.plan.status,
        },
        "others": [
            {
                "product": product.slug,
                "status": other.status,
                "volume": as_number(other.volume, unit),
                "cost": other.cost,
                "units": other.units,
            }
            for product, other in planned.others
        ],
        "seconds": round(plan.seconds, 3),
    }


def _line(planned: Planned, number: int) -> Mapping[str, Any]:
    line, unit = planned.wanted.lines[number], planned.unit
    return {
        "from": line.from_date.isoformat(),
        "to": line.to_date.isoformat(),
        "volume": as_number(line.volume, unit),
        "missing": as_number(planned.plan.missing[number], unit) if planned.plan.missing else 0,
    }


def _as_part(part: Part, unit: str) -> Mapping[str, Any]:
    return {
        **_as_lot(part.lot, unit),
        "line": part.line,
        "from": part.from_date.isoformat(),
        "to": part.to_date.isoformat(),
        "volume": as_number(part.volume, unit),
        "price": part.lot.price,
        "estimate": part.lot.is_estimate,
        "carriage": part.lot.carriage,
        "total": part.total,
    }


def _as_left(one: Candidate, reasons: Sequence[str], unit: str) -> Mapping[str, Any]:
    return {
        **_as_lot(one, unit),
        "from": one.from_date.isoformat(),
        "to": one.to_date.isoformat(),
        "price": one.price,
        "reasons": list(reasons),
        "unknown": list(one.unknown),
    }


def _as_lot(one: Candidate, unit: str) -> Mapping[str, Any]:
    return {
        "lot_id": one.lot_id,
        "listing_id": one.listing_id,
        "title": one.title,
        "cooperative": one.unit_name,
        "cooperative_code": one.unit_code,
        "place": one.place,
        "available": as_number(one.available, unit),
        "min_order": as_number(one.minimum, unit),
    }
