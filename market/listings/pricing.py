"""How a price is made, as values: one price, a line a size, by somebody else's price, or pay for work.
Listings, offers and agreements keep the same; what is found of a size and what a reference allows is decided
here alone. Prices are đồng per kg or piece, sizes scaled as catalogue/spec.py says. No database here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal, get_args

from market.catalogue import amounts
from market.db import MAX_PRICE
from market.errors import Invalid
from market.words import t

Kind = Literal["fixed", "table", "reference", "labour"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: A table of prices has a line a size, and nobody sorts into more sizes.
MOST_LINES = 12
LONGEST_SOURCE = 200


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A line of a price table: sizes scaled as the spec says (None: open), the price in đồng."""

    size_from: int | None
    size_to: int | None
    price: int

    def holds(self, size: Sequence[int]) -> bool:
        """Whether all of a size [low, high] lies in this line."""
        low, high = self.size_from, self.size_to
        return (low is None or low <= size[0]) and (high is None or size[1] <= high)

    def touches(self, size: Sequence[int]) -> bool:
        """Whether some of a size [low, high] does."""
        low, high = self.size_from, self.size_to
        return (low is None or low <= size[1]) and (high is None or size[0] <= high)


@dataclass(frozen=True, slots=True)
class Reference:
    """Whose price counts (``source``), of which day (None: that of delivery), how many đồng are added to it
    (below zero: taken off), and what it never falls below or rises above.
    """

    source: str
    on_date: date | None = None
    plus: int = 0
    floor: int | None = None
    ceiling: int | None = None

    def kept(self) -> dict[str, Any]:
        """As a JSON column keeps it; ``reference_of`` reads it back."""
        return {
            "source": self.source,
            "date": None if self.on_date is None else self.on_date.isoformat(),
            "plus": self.plus,
            "floor": self.floor,
            "ceiling": self.ceiling,
        }


def reference_of(kept: Mapping[str, Any] | None) -> Reference | None:
    """The reference that a JSON column keeps, None where it says none."""
    if not kept:
        return None
    day = kept.get("date")
    return Reference(
        source=str(kept.get("source", "")),
        on_date=date.fromisoformat(day) if day else None,
        plus=int(kept.get("plus") or 0),
        floor=kept.get("floor"),
        ceiling=kept.get("ceiling"),
    )


@dataclass(frozen=True, slots=True)
class Pricing:
    """How a price is made. ``price`` is what it counts at: of a reference the estimate, of a table what
    ``counted_at`` finds; None where nothing is said yet.
    """

    kind: str = "fixed"
    price: int | None = None
    lines: tuple[PriceLine, ...] = ()
    reference: Reference | None = None


def line_of(lines: Sequence[PriceLine], size: Sequence[int]) -> PriceLine | None:
    """The line in which a found size [low, high] lies whole; None outside the table or across its lines."""
    return next((line for line in lines if line.holds(size)), None)


def counted_at(lines: Sequence[PriceLine], size: Sequence[int] | None) -> int | None:
    """What goods of a stated size [low, high] are counted at: the dearest line that it touches, of no stated
    size the dearest of all; None where it touches none.
    """
    return max((line.price for line in lines if size is None or line.touches(size)), default=None)


def check_table(lines: Sequence[PriceLine], *, field: str) -> tuple[PriceLine, ...]:
    """The lines by size; refuses too many, prices that cannot be meant, sizes turned round or said twice."""
    if len(lines) > MOST_LINES:
        raise Invalid(t("A table holds at most {n} sizes.", n=MOST_LINES), field=field)
    for line in lines:
        amounts.check_price(line.price, field=field)
        if line.size_from is not None and line.size_to is not None and line.size_from > line.size_to:
            raise Invalid(t("In a size the smaller number stands first."), field=field)
    ordered = sorted(lines, key=lambda line: (line.size_from or 0, line.size_to or 0))
    for before, after in pairwise(ordered):
        if before.size_to is None or after.size_from is None or after.size_from <= before.size_to:
            raise Invalid(t("Two lines of the table speak of the same size."), field=field)
    return tuple(ordered)


def check_reference(reference: Reference, estimate: int | None, *, field: str = "price") -> None:
    """Refuse a reference that names nobody, limits turned round, and an estimate outside them."""
    if not reference.source.strip():
        raise Invalid(t("Please say whose price it is."), field="reference.source")
    if len(reference.source) > LONGEST_SOURCE:
        raise Invalid(t("Please use at most {n} signs.", n=LONGEST_SOURCE), field="reference.source")
    if abs(reference.plus) > MAX_PRICE:
        raise Invalid(t("This price cannot be meant. It is for one kg or one piece."), field="reference.plus")
    floor, ceiling = reference.floor, reference.ceiling
    for name, limit in (("reference.floor", floor), ("reference.ceiling", ceiling)):
        if limit is not None:
            amounts.check_price(limit, field=name)
    if floor is not None and ceiling is not None and floor > ceiling:
        raise Invalid(t("The highest price lies below the lowest."), field="reference.ceiling")
    if estimate is not None:
        check_within(reference, estimate, field=field)


def check_within(reference: Reference | None, price: int, *, field: str = "price") -> None:
    """Refuse a price below the floor or above the ceiling; the words say where it lies."""
    floor, ceiling = (None, None) if reference is None else (reference.floor, reference.ceiling)
    if floor is not None and price < floor:
        raise Invalid(t("The price is at least {price} đ, as was set.", price=floor), field=field)
    if ceiling is not None and price > ceiling:
        raise Invalid(t("The price is at most {price} đ, as was set.", price=ceiling), field=field)
