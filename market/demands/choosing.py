"""Choosing the lots of a plan: one mixed-integer model a question, solved by HiGHS. What comes back is which
lots take part; their amounts are made exact in filling.py, and pooling.py asks the questions in order.

Numbers: the model counts in powers of two of a base unit and of the objective, so that what stands in it is
what was meant, to the last bit, and stays below some hundred thousand, where HiGHS's tolerances are small.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from market.demands.filling import Filled
from market.demands.problem import Lot, Problem
from market.demands.solver import NO_LIMIT, Model

Goal = Literal["volume", "cost", "units"]

#: Volumes in the model stay below this.
LARGEST = 2**17
#: Up to here a double tells objectives apart that differ by one, with room for the solver's tolerances.
TELLING = 2**34


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which lots may bring something, by key, and what the solver gave them (rounded, base units).

    ``bound``: nothing is better than this, in the goal's own figure (base units; đồng times ``per_unit``;
    units). ``ended``: the solver came to its end. ``fewest``: the goal had the units in it too. ``on``: the
    switches of this choice, for those who tried it and ask for another.
    """

    keys: frozenset[int]
    amounts: Mapping[tuple[int, int], int]
    on: frozenset[int]
    bound: float
    ended: bool
    fewest: bool
    beats: Callable[[Filled], bool]

    def proves(self, plan: Filled) -> bool:
        """Whether no plan is better than this one: whole figures, so less than one away is there."""
        return self.ended and not self.beats(plan)


def choose(
    problem: Problem,
    goal: Goal,
    *,
    volume: int = 0,
    cost: int = 0,
    tried: Sequence[frozenset[int]] = (),
    seconds: float,
) -> Chosen:
    """The lots of the best plan: most volume; or at exactly ``volume`` the least cost; or at that volume and
    at most ``cost`` the fewest units; but not a choice that was tried. No lots where nothing was found.
    """
    question = _Question(problem, goal, volume, cost)
    for on in tried:
        question.other_than(on)
    return question.answer(seconds, again=bool(tried))


class _Question:
    def __init__(self, problem: Problem, goal: Goal, volume: int, cost: int) -> None:
        self.problem, self.goal, self.volume = problem, goal, volume
        wanted = sum(problem.lines)
        self.scale: int = 2 ** (wanted // LARGEST).bit_length()
        self.model = Model()
        self.taken: dict[tuple[int, int], int] = {}
        self.lot_used: dict[int, int] = {}
        self.unit_used: dict[int, int] = {}
        self.sizes = Counter(lot.unit for lot in problem.lots)
        self._units()
        for lot in problem.lots:
            self._lot(lot)
        self._windows()
        # The volume is fixed, so only differences of prices count: from the cheapest, in common steps.
        self.cheapest = min((lot.price for lot in problem.lots), default=0)
        self.step = math.gcd(*(lot.price - self.cheapest for lot in problem.lots)) or 1
        self.weight = self.shrink = 1
        {"volume": self._most, "cost": self._cheapest, "units": self._fewest}[goal](cost)

    def _units(self) -> None:
        units, new = sorted(self.sizes), self.problem.newcomers(self.sizes)
        most = self.problem.max_units
        limited = most is not None and most < len(new)
        if self.goal == "volume" and not limited:
            return
        self.unit_used = {unit: self.model.column(1, whole=True) for unit in units}
        if limited and most is not None:
            self.model.row(0, most, [(self.unit_used[unit], 1.0) for unit in sorted(new)])

    def _most_units(self) -> int:
        units, most = len(self.sizes), self.problem.max_units
        beside = units - len(self.problem.newcomers(self.sizes))
        return units if most is None else min(units, most + beside)

    def _lot(self, lot: Lot) -> None:
        problem, model = self.problem, self.model
        whole = not problem.separate and self.scale == 1
        mosts = [min(lot.available, problem.windows[window].most) for window in lot.windows]
        columns = [model.column(most / self.scale, whole=whole) for most in mosts]
        self.taken |= {(lot.key, window): at for window, at in zip(lot.windows, columns, strict=True)}
        switch = unit = self.unit_used.get(lot.unit)
        if lot.minimum and not (unit is not None and self.sizes[lot.unit] == 1):
            switch = self.lot_used[lot.key] = model.column(1, whole=True)
            if unit is not None:
                model.row(-NO_LIMIT, 0, [(switch, 1.0), (unit, -1.0)])
        all_of_it = [(column, 1.0) for column in columns]
        if switch is None:
            if sum(mosts) > lot.available:
                model.row(0, lot.available / self.scale, all_of_it)
            return
        most = min(lot.available, sum(mosts)) / self.scale
        model.row(-NO_LIMIT, 0, [*all_of_it, (switch, -most)])
        if lot.minimum:
            model.row(0, NO_LIMIT, [*all_of_it, (switch, -lot.minimum / self.scale)])
        for column, own in zip(columns, mosts, strict=True):
            if own / self.scale < most:
                model.row(-NO_LIMIT, 0, [(column, 1.0), (switch, -own / self.scale)])

    def _windows(self) -> None:
        problem, model = self.problem, self.model
        into: list[list[tuple[int, float]]] = [[] for _ in problem.windows]
        for (_, place), column in self.taken.items():
            into[place].append((column, 1.0))
        if problem.stretches:  # a window's sum stands in many rows: it gets a column of its own
            for window, entries in zip(problem.windows, into, strict=True):
                together = model.column(window.most / self.scale)
                model.row(0, 0, [*entries, (together, -1.0)])
                entries[:] = [(together, 1.0)]
        else:
            for window, entries in zip(problem.windows, into, strict=True):
                if window.most < problem.lines[window.line]:
                    model.row(0, window.most / self.scale, entries)
        for line, volume in enumerate(problem.lines):
            places = tuple(place for place, one in enumerate(problem.windows) if one.line == line)
            model.row(0, volume / self.scale, [entry for place in places for entry in into[place]])
        for most, places in problem.stretches:
            model.row(0, most / self.scale, [entry for place in places for entry in into[place]])

    def _most(self, cost: int) -> None:
        for column in self.taken.values():
            self.model.cost[column] = 1.0

    def _prices(self) -> dict[int, int]:
        return {lot.key: (lot.price - self.cheapest) // self.step for lot in self.problem.lots}

    def _fixed(self) -> None:
        wanted = self.volume / self.scale
        self.model.row(wanted, wanted, [(column, 1.0) for column in self.taken.values()])

    def _cheapest(self, cost: int) -> None:
        """Cost in whole steps; where a double can tell them apart, units stand behind it in one objective."""
        self._fixed()
        prices = self._prices()
        dearest = max(prices.values(), default=0) * self.volume
        self.weight = 1 + self._most_units()
        if dearest * self.weight > TELLING:
            self.weight = 1
            self.shrink = 2 ** (dearest // TELLING).bit_length()
        else:
            for column in self.unit_used.values():
                self.model.cost[column] = 1.0
        for (key, _), column in self.taken.items():
            self.model.cost[column] = prices[key] * self.weight * self.scale / self.shrink

    def _fewest(self, cost: int) -> None:
        self._fixed()
        prices = self._prices()
        most = (cost - self.cheapest * self.volume) // self.step
        shrink = 2 ** (most // LARGEST).bit_length()
        entries = [
            (column, prices[key] * self.scale / shrink)
            for (key, _), column in self.taken.items()
            if prices[key]
        ]
        if entries:
            self.model.row(0, most / shrink, entries)
        for column in self.unit_used.values():
            self.model.cost[column] = 1.0

    def other_than(self, on: frozenset[int]) -> None:
        """At least one switch is another."""
        switches = [*self.unit_used.values(), *self.lot_used.values()]
        entries = [(column, 1.0 if column in on else -1.0) for column in switches]
        self.model.row(-NO_LIMIT, len(on) - 1, entries)

    def answer(self, seconds: float, *, again: bool) -> Chosen:
        solved = self.model.solve(maximise=self.goal == "volume", seconds=seconds)
        values = solved.values
        keys = frozenset(lot.key for lot in self.problem.lots if values and self._switched(lot, values))
        amounts = {
            place: round(values[column] * self.scale) for place, column in self.taken.items() if values
        }
        fewest = self.goal == "units" or self.weight > 1
        switches = [*self.unit_used.values(), *self.lot_used.values()] if values else []
        on = frozenset(column for column in switches if values[column] >= 0.5)
        if again and solved.empty:  # nothing else is left: what was tried is the best
            return Chosen(keys, amounts, on, self._own(solved.bound), True, fewest, lambda plan: False)
        beats = self._beats(solved.bound)
        return Chosen(keys, amounts, on, self._own(solved.bound), solved.ended, fewest, beats)

    def _beats(self, bound: float) -> Callable[[Filled], bool]:
        """Whether the solver's bound leaves room above a plan, by the objective in whole numbers."""
        if self.goal == "volume":
            return lambda plan: bound * self.scale - plan.volume > _doubt(plan.volume)
        if self.goal == "units":
            return lambda plan: plan.units - bound > _doubt(plan.units)
        weight, shrink = self.weight, self.shrink

        def beats(plan: Filled) -> bool:
            worth = (plan.cost - self.cheapest * self.volume) // self.step * weight
            worth += plan.units if weight > 1 else 0
            return worth - bound * shrink > _doubt(worth)

        return beats

    def _switched(self, lot: Lot, values: Sequence[float]) -> bool:
        for column in (self.unit_used.get(lot.unit), self.lot_used.get(lot.key)):
            if column is not None and values[column] < 0.5:
                return False
        return True

    def _own(self, bound: float) -> float:
        """The solver's bound in the goal's own figure."""
        if self.goal == "volume":
            return bound * self.scale
        if self.goal == "units":
            return bound
        units = self._most_units() if self.weight > 1 else 0
        return (bound * self.shrink - units) / self.weight * self.step + self.cheapest * self.volume


def _doubt(worth: int) -> float:
    """Half a step; of large figures what a double cannot tell for sure."""
    return max(0.5, worth / (2 * TELLING))
