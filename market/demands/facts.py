"""What a demand says of itself, on the page of its buyer and on those of the units that may serve it: the
same facts for both, of which some concern the buyer alone. What came of it is in present.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from market import clock
from market.catalogue import spec
from market.demands import goods
from market.demands.goods import Goods
from market.demands.models import Demand
from market.demands.wanted import Wanted
from market.listings import reference, wording
from market.places.models import Place
from market.web.context import language as spoken
from market.words import Named, Words


@dataclass(frozen=True, slots=True)
class Facts:
    """Volumes in base units, the highest price in đồng per kg or piece. ``is_own``: for its buyer, with what
    of the lines is agreed.
    """

    is_own: bool
    unit: str
    piece: Named | None
    lines: tuple[tuple[date, date, int, int], ...]  # from, to, volume, agreed
    price_max: int | None
    basis: Words
    qualities: tuple[tuple[str, str], ...]
    standards: tuple[Named, ...]
    source: str
    delivery: str
    daily_intake: int | None
    max_units: int | None
    part_will_do: bool
    held_until: datetime | None
    replan: bool


def of(
    session: Session, demand: Demand, need: Wanted, asked: Goods, *, agreed: Sequence[int] | None = None
) -> Facts:
    """The facts of a demand; with what is ``agreed`` by line for its buyer."""
    names = standard_names(session) if need.standards else {}
    had = agreed if agreed is not None else [0] * len(need.lines)
    return Facts(
        is_own=agreed is not None,
        unit=asked.unit,
        piece=asked.piece,
        lines=tuple(
            (line.from_date, line.to_date, line.volume, amount)
            for line, amount in zip(need.lines, had, strict=True)
        ),
        price_max=demand.price_max,
        basis=wording.BASES[demand.price_basis],
        qualities=tuple(spec.show(goods.described(session, asked), demand.spec, spoken())),
        standards=tuple(names.get(code) or Named(code, code) for code in need.standards),
        source=_place(session, demand.source_place_id),
        delivery=_place(session, demand.delivery_place_id),
        daily_intake=demand.daily_intake,
        max_units=demand.max_units,
        part_will_do=demand.part_will_do,
        held_until=demand.held_until,
        replan=demand.replan,
    )


def _place(session: Session, place_id: int | None) -> str:
    place = session.get(Place, place_id) if place_id else None
    return place.name if place else ""


def standard_names(session: Session) -> dict[str, Named]:
    """What the standards are called, by code."""
    known = reference.current(session, clock.today()).standards
    return {code: kind.name for code, kind in known.items()}
