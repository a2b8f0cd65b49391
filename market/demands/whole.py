"""Lots that are sold only whole, for one line: which fill it best, exactly, by a table of every volume
(Bellman; the 0/1 knapsack). HiGHS has to search long here, for no part of a lot makes up what is missing; the
table grows only with the lots and the steps of volume. All else is chosen in choosing.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from market.demands import filling
from market.demands.filling import NOTHING, Filled
from market.demands.problem import Lot, Problem

#: Steps of volume times lots that are looked at: about a second.
MOST_CELLS = 2**27
#: Steps of volume: some numbers of 64 bits each are held at once. Where this is less, lots are few, and HiGHS
#: is quick.
MOST_STEPS = 2**23
#: Steps of volume times lots that are kept to find the way back: a byte each.
MOST_KEPT = 2**25
#: No way leads there. Twice as much still fits into 64 bits.
NEVER = 2**62

_Values = npt.NDArray[np.int64]
_Choices = npt.NDArray[np.int8]


def best(problem: Problem) -> Filled | None:
    """The plan of most volume, of these the cheapest, of these with the fewest units. None where this is not
    the problem for it: several lines, an intake or a limit of units that binds, lots of which a part is sold,
    or numbers that are too large for a table.
    """
    if not _is_fit(problem):
        return None
    volume = sum(problem.lines)
    values = _table(problem.lots, volume, _weight(problem), None)
    reached = int(np.flatnonzero(values < NEVER)[-1])
    if not reached:
        return NOTHING
    least = filling.fill(problem, problem.lots, {}, most=reached) or NOTHING
    cost = int(values[reached]) // _weight(problem)
    rivals = filling.worth_trying(problem, least, replace(NOTHING, cost=cost)).lots
    if (reached + 1) * len(rivals) > MOST_KEPT:
        return None
    choices: list[_Choices] = []
    _table(rivals, reached, _weight(problem), choices)
    chosen = _way_back(rivals, reached, choices)
    return filling.summed(chosen, {(lot.key, lot.windows[0]): lot.available for lot in chosen})


def _is_fit(problem: Problem) -> bool:
    units = {lot.unit for lot in problem.lots}
    lines = [volume for volume in problem.lines if volume]
    return (
        len(lines) == 1
        and not problem.stretches
        and all(window.most >= lines[0] for window in problem.windows)  # lots of the same days share a limit
        and (problem.max_units is None or problem.max_units >= len(problem.newcomers(units)))
        and all(lot.minimum == lot.available and len(lot.windows) == 1 for lot in problem.lots)
        and lines[0] < MOST_STEPS
        and (lines[0] + 1) * len(problem.lots) <= MOST_CELLS
        and sum(lot.available * lot.price for lot in problem.lots) * (len(units) + 1) < NEVER // 2
    )


def _weight(problem: Problem) -> int:
    """So much a unit of cost counts beside a seller: no saving in sellers makes up for it."""
    return len({lot.unit for lot in problem.lots}) + 1


def _by_unit(lots: Iterable[Lot]) -> list[list[Lot]]:
    ordered = sorted(lots, key=lambda lot: (lot.unit, lot.key))
    return [list(own) for _, own in itertools.groupby(ordered, key=lambda lot: lot.unit)]


def _table(lots: Iterable[Lot], volume: int, weight: int, choices: list[_Choices] | None) -> _Values:
    """Of every volume the least cost, weighted, with the sellers behind it.

    ``choices`` takes, lot by lot, how each volume is best reached with something of the lot's unit: 0 without
    the lot, 1 with it beside others of the unit, 2 with it as the unit's first; and after each unit's lots
    whether (1) anything of the unit is in it.
    """
    ways = np.full(volume + 1, NEVER, np.int64)
    ways[0] = 0
    for own in _by_unit(lots):
        used = np.full(volume + 1, NEVER, np.int64)
        for lot in own:
            had = lot.available
            if choices is not None:
                choices.append(np.zeros(volume + 1, np.int8))
            if had > volume:
                continue
            cost = had * lot.price * weight
            # Read before anything is written: a lot is not sold twice.
            more, first = used[: volume + 1 - had] + cost, ways[: volume + 1 - had] + (cost + 1)
            after = used[had:]
            for number, other in ((1, more), (2, first)):
                if choices is not None:
                    choices[-1][had:][other < after] = number
                np.minimum(after, other, out=after)
        if choices is not None:
            choices.append((used < ways).astype(np.int8))
        np.minimum(ways, used, out=ways)
    return ways


def _way_back(lots: Iterable[Lot], volume: int, choices: Sequence[_Choices]) -> list[Lot]:
    """The lots by which the volume was reached, the cheapest first, as a problem has them."""
    left, at = volume, len(choices)
    chosen = []
    for own in reversed(_by_unit(lots)):
        at -= 1
        inside = bool(choices[at][left])
        for lot in reversed(own):
            at -= 1
            how = int(choices[at][left]) if inside else 0
            if how:
                chosen.append(lot)
                left -= lot.available
                inside = how == 1
    return sorted(chosen, key=lambda lot: (lot.price, -lot.available, lot.key))
