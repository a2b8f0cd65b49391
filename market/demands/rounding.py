"""Whole amounts where a filling is no flow: lines that overlap in time and share the buyer's daily intake.
The solver's amounts are cut down to what every term allows and topped up as far as they allow; elsewhere
amounts come exact from filling.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from market.demands.filling import Filled, summed
from market.demands.problem import Lot, Problem

Place = tuple[int, int]


def fitted(problem: Problem, lots: Sequence[Lot], amounts: Mapping[Place, int]) -> Filled:
    """The amounts of these lots by (key, window), changed as little as their terms need; they keep all.

    A lot that stays below its minimum falls away, so the volume may be less than the solver's by little.
    """
    ordered = sorted(lots, key=lambda lot: (lot.price, lot.key))
    terms = _Terms(problem, ordered)
    given = {place: max(amounts.get(place, 0), 0) for place in terms.of}
    for most, places in terms.all:
        over = sum(given[place] for place in places) - most
        for place in reversed(places):
            less = min(max(over, 0), given[place])
            given[place] -= less
            over -= less
    terms.top_up(given)
    short = {
        lot.key for lot in ordered if 0 < sum(given[lot.key, place] for place in lot.windows) < lot.minimum
    }
    return summed(ordered, {place: amount for place, amount in given.items() if place[0] not in short})


class _Terms:
    def __init__(self, problem: Problem, lots: Iterable[Lot]) -> None:
        arcs = [(lot.key, window) for lot in lots for window in lot.windows]
        self.all: list[tuple[int, list[Place]]] = [
            (lot.available, [(lot.key, window) for window in lot.windows]) for lot in lots
        ]
        for line, volume in enumerate(problem.lines):
            self.all.append((volume, [arc for arc in arcs if problem.windows[arc[1]].line == line]))
        self.all += [(window.most, [arc for arc in arcs if arc[1] == place])
                     for place, window in enumerate(problem.windows)]  # fmt: skip
        self.all += [
            (most, [arc for arc in arcs if arc[1] in windows]) for most, windows in problem.stretches
        ]
        self.of: dict[Place, list[int]] = {arc: [] for arc in arcs}
        for number, (_, places) in enumerate(self.all):
            for place in places:
                self.of[place].append(number)

    def top_up(self, given: dict[Place, int]) -> None:
        """Give each place, the cheapest first, what all of its terms still allow."""
        left = [most - sum(given[place] for place in places) for most, places in self.all]
        for place, numbers in self.of.items():
            more = min(left[number] for number in numbers)
            given[place] += more
            for number in numbers:
                left[number] -= more
