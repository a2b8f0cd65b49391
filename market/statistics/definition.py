"""What an indicator is: rows, one measure from a closed list, names, meaning and source. The definitions
stand in indicators_*.py, the SELECTs of their rows in rows_*.py, the arithmetic in figures.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa

from market.statistics.history import Ask
from market.words import Named, Words

#: Gives the rows: always ``key``, ``place_id``, ``former_place_id`` and ``party_id`` (the unit or seller),
#: and as far as they have them ``sector``, ``product_id``, ``unit``, ``kind``, ``form``, ``evidence``,
#: ``buyer_kind``, ``destination``, ``contract``, ``price_kind``, ``state``, ``month``, ``rating``, ``field``,
#: ``standard``, ``area_base``, ``buyer_id``, ``link_id``, ``inquiry_id``, ``listing_id``, ``on_date``, flags
#: and measures. Several rows may share a key (a cooperative and each of its links); they are shown as one.
Rows = Callable[[Ask], sa.Select[Any]]

_own_keys: set[Rows] = set()


def own_keys(rows: Rows) -> Rows:
    """Say of rows that each has a key of its own: they are then counted without looking for others."""
    _own_keys.add(rows)
    return rows


def has_own_keys(rows: Rows) -> bool:
    """Whether no two rows share a key."""
    return rows in _own_keys


@dataclass(frozen=True, slots=True)
class Apart:
    """What is never added up: the column that tells it apart, and what its values are called as units."""

    column: str
    units: dict[str, str] = field(hash=False)


#: Goods by weight and by the piece; areas by what was measured (sown area counts anew each season, land and
#: ponds do not). The first is always there, the others where there are any.
GOODS = Apart("unit", {"gram": "kg", "piece": "piece"})
AREAS = Apart("area_base", {"sown": "ha", "land": "ha_land", "pond": "ha_pond"})


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows."""


@dataclass(frozen=True, slots=True)
class CountDistinct:
    """How many different keys."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a column of whole numbers."""

    column: str


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of a column's values, taken in Python."""

    column: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """One indicator over another; none without a denominator."""

    over: Indicator
    under: Indicator


#: Who may see a figure (access.py).
Access = Literal["register", "books", "trade", "searches", "needs"]
Measure = Count | CountDistinct | Sum | Median | Ratio


# Each is one object: to compare and to hash them field by field would take much of the time of counting.
@dataclass(frozen=True, slots=True, eq=False)
class Indicator:
    """A figure that can be asked for. ``where`` picks among the rows: column and the values it may have.

    ``unit``: ``kg`` are base units of goods, ``ha`` square metres, ``hour`` seconds, all three until they are
    shown. ``apart``: what the rows keep apart. ``kind`` ``stock`` counts at the period's end (without a
    period: on the day), ``flow`` within it. ``access`` ``register`` is public for any period, ``trade`` as
    rule 6 of the glossary allows, ``books`` (what units report of their own business) as ``trade``, hidden
    below three units, ``searches`` and ``needs`` are unmet demand: for nobody below five searches or three
    buyers. ``exact``: the rows hold for precisely the place, sector, product and days asked for, and no
    breakdown adds them up (what others have published, to divide by).
    """

    code: str
    name: Named
    meaning: Words
    source: str
    kind: Literal["stock", "flow"]
    rows: Rows
    measure: Measure
    unit: str
    access: Access
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    apart: Apart | None = None
    exact: bool = False

    @property
    def parts(self) -> tuple[Indicator, ...]:
        """The indicators whose rows are counted: itself, or both sides of a ratio."""
        measure = self.measure
        return (measure.over, measure.under) if isinstance(measure, Ratio) else (self,)
