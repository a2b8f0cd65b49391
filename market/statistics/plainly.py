"""Figures as plain values, to be kept as JSON, and made again of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from market.statistics import indicators, periods
from market.statistics.figures import Figure


def plain(found: Iterable[Figure]) -> list[list[object]]:
    """The figures of a place, without sector or product; ``read`` makes them again."""
    return [
        [
            one.indicator.code,
            one.period.code,
            one.period.start.isoformat(),
            one.period.end.isoformat(),
            list(one.group) if isinstance(one.group, tuple) else one.group,
            one.value,
            one.unit,
            [list(part) for part in one.backing],
        ]
        for one in found
    ]


def read(kept: Sequence[Sequence[Any]], *, place_id: int, on: date) -> list[Figure]:
    """The figures that ``plain`` made this of, as they stand on a day; of indicators that are gone none."""
    found = []
    for code, period, start, end, group, value, unit, backing in kept:
        indicator = indicators.find(str(code))
        if indicator is None:
            continue
        parts = tuple(tuple(part) for part in backing)
        first, last = date.fromisoformat(str(start)), date.fromisoformat(str(end))
        of = replace(periods.parse(str(period)), start=first, end=last)
        found.append(
            Figure(
                indicator=indicator,
                place_id=place_id,
                period=of,
                sector=None,
                product=None,
                group=tuple(group) if isinstance(group, list) else group,
                value=value,
                unit=str(unit),
                rows=parts[-1][0],
                backing=parts,
                status="final" if of.has_ended(on) else "running",
            )
        )
    return found
