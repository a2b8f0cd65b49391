"""Filling schedule lines from chosen lots, exactly: a flow in whole numbers from lots over windows to lines.
Which lots take part is chosen in choosing.py; the dates, units and đồng of a plan stand in pooling.py.

Every augmenting path starts at a lot, so what a set of lots can bring is a polymatroid, and taking the
cheapest lot first gives the largest volume at the least cost (Edmonds 1970; Fujishige, Submodular Functions
and Optimization, ch. 3). All amounts are Python integers: nothing is rounded here.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from market.demands.problem import Intake, Lot, Problem, Window

#: So many lots stand in the core beside those of the filling without minimums.
BESIDE = 60
#: So many lots are tried with and without before the rest of the doubtful ones is left out.
DIVES = 60


@dataclass(frozen=True, slots=True)
class Filled:
    """Amounts by (lot's key, window), in base units; cost in đồng times ``per_unit``, nothing rounded."""

    amounts: Mapping[tuple[int, int], int]
    totals: Mapping[int, int]
    volume: int
    cost: int
    units: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """The less the better: volume first, then cost, then units."""
        return (-self.volume, self.cost, self.units)


NOTHING = Filled({}, {}, 0, 0, 0)


def fill(
    problem: Problem, lots: Iterable[Lot], lows: Mapping[int, int], *, most: int | None = None
) -> Filled | None:
    """The largest volume up to ``most`` at the least cost from these lots; None where the ``lows`` (base
    units by key, each at most what the lot has) do not fit. Lots come cheapest first, as in the problem.
    """
    flow = _Flow(problem)
    ordered = tuple(lots)
    left = sum(problem.lines) if most is None else most
    totals: dict[int, int] = {}
    for lot in ordered if lows else ():
        low = lows.get(lot.key, 0)
        if low:
            if low > left or flow.push(lot, low) < low:
                return None
            totals[lot.key] = low
            left -= low
    for lot in ordered:
        if not left:
            break
        had = totals.get(lot.key, 0)
        more = flow.push(lot, min(lot.available - had, left))
        if more:
            totals[lot.key] = had + more
            left -= more
    return summed(ordered, flow.amounts())


def summed(lots: Iterable[Lot], amounts: Mapping[tuple[int, int], int]) -> Filled:
    """The amounts with their sums; zeros fall away."""
    totals: dict[int, int] = {}
    kept = {place: amount for place, amount in amounts.items() if amount}
    for (key, _), amount in kept.items():
        totals[key] = totals.get(key, 0) + amount
    by_key = {lot.key: lot for lot in lots if lot.key in totals}
    return Filled(
        kept,
        totals,
        sum(totals.values()),
        sum(amount * by_key[key].price for key, amount in totals.items()),
        len({by_key[key].unit for key in totals}),
    )


def first(problem: Problem, relaxed: Filled, *, deadline: float) -> Filled:
    """A good plan without a solver: fill without minimums, then settle one doubtful lot after the other.

    ``relaxed`` is the filling without minimums; after ``deadline`` (of the performance counter) what is
    doubtful is left out. Needs a separate problem.
    """
    plan = _dive(problem, problem.lots, relaxed, deadline)
    if problem.max_units is None or newcomers(problem, plan) <= problem.max_units:
        return plan
    best = NOTHING
    for sums in (_brought(problem, relaxed), _holding(problem)):
        keep = _largest(problem, sums)
        chosen = [lot for lot in problem.lots if lot.unit in keep]
        again = fill(problem, chosen, {})
        if again is not None:
            best = min(best, _dive(problem, chosen, again, deadline), key=lambda plan: plan.rank)
    return best


def worth_trying(problem: Problem, relaxed: Filled, plan: Filled) -> Problem:
    """The problem without lots that cannot stand in any plan as good as ``plan``.

    ``relaxed`` is the cheapest filling of the same volume without minimums. By the exchange property, a lot
    dearer than all of its lots makes any plan at least so much dearer than it by each base unit taken.
    """
    prices = {lot.key: lot.price for lot in problem.lots}
    dearest = max((prices[key] for key in relaxed.totals), default=0)
    slack = plan.cost - relaxed.cost
    kept = tuple(lot for lot in problem.lots if (lot.price - dearest) * max(lot.minimum, 1) <= slack)
    return replace(problem, lots=kept)


def core(problem: Problem, relaxed: Filled) -> Problem:
    """The lots of the filling without minimums and the cheapest others: where a good plan is soon found."""
    others = [lot.key for lot in problem.lots if lot.key not in relaxed.totals]
    keys = relaxed.totals.keys() | set(others[:BESIDE])
    return replace(problem, lots=tuple(lot for lot in problem.lots if lot.key in keys))


def newcomers(problem: Problem, plan: Filled) -> int:
    """How many of the plan's units count among the most that there may be."""
    return len(problem.newcomers(lot.unit for lot in problem.lots if lot.key in plan.totals))


def fewest_possible(problem: Problem, volume: int) -> int:
    """No plan of the volume has fewer units than this: so many of the largest hold as much."""
    held = sorted(_holding(problem).values())
    units = 0
    while volume > 0 and held:
        volume -= held.pop()
        units += 1
    return units


def _brought(problem: Problem, relaxed: Filled) -> dict[int, int]:
    """What each unit brings in the filling."""
    sums: dict[int, int] = {}
    for lot in problem.lots:
        sums[lot.unit] = sums.get(lot.unit, 0) + relaxed.totals.get(lot.key, 0)
    return sums


def _holding(problem: Problem) -> dict[int, int]:
    """What each unit could bring."""
    sums: dict[int, int] = {}
    for lot in problem.lots:
        sums[lot.unit] = sums.get(lot.unit, 0) + lot.available
    return sums


def _largest(problem: Problem, sums: Mapping[int, int]) -> set[int]:
    new = problem.newcomers(sums)
    return {*problem.standing, *sorted(new, key=lambda unit: (-sums[unit], unit))[: problem.max_units]}


def _dive(problem: Problem, lots: Iterable[Lot], filled: Filled, deadline: float) -> Filled:
    by_key = {lot.key: lot for lot in lots}
    lows: dict[int, int] = {}
    for _ in range(DIVES):
        short = [key for key, amount in filled.totals.items() if amount < by_key[key].minimum]
        if not short or time.perf_counter() > deadline:
            break
        doubtful = by_key[max(short, key=lambda key: (by_key[key].price, key))]
        without = {key: lot for key, lot in by_key.items() if key != doubtful.key}
        left_out = fill(problem, without.values(), lows)
        taken = fill(problem, by_key.values(), lows | {doubtful.key: doubtful.minimum})
        if taken is not None and (left_out is None or taken.rank <= left_out.rank):
            lows[doubtful.key] = doubtful.minimum
            filled = taken
        elif left_out is not None:
            by_key, filled = without, left_out
    return summed(
        by_key.values(),
        {
            (key, window): amount
            for (key, window), amount in filled.amounts.items()
            if filled.totals[key] >= by_key[key].minimum
        },
    )


class _Flow:
    """Residual network: edges in pairs, the reverse of edge e is e ^ 1. Lots are added when first pushed."""

    def __init__(self, problem: Problem) -> None:
        self.out: list[list[int]] = [[]]  # node 0 is the sink
        self.head: list[int] = []
        self.room: list[int] = []
        self.lots: dict[int, int] = {}
        self.arcs: list[tuple[int, int, int]] = []
        self.dead: set[int] = set()
        lines = [self._node() for _ in problem.lines]
        for node, volume in zip(lines, problem.lines, strict=True):
            self._edge(node, 0, volume)
        self.windows = [self._node() for _ in problem.windows]
        if problem.intake is None:
            for node, window in zip(self.windows, problem.windows, strict=True):
                self._edge(node, lines[window.line], window.most)
            return
        for line, end in enumerate(lines):
            self._days(problem.windows, line, end, problem.intake)

    def _days(self, windows: Sequence[Window], line: int, end: int, intake: Intake) -> None:
        """Goods pass through days, cut where a window begins or ends, at most what is taken in in them."""
        own = [(node, one) for node, one in zip(self.windows, windows, strict=True) if one.line == line]
        cuts = sorted({one.first for _, one in own} | {one.last + 1 for _, one in own})
        for begin, after in itertools.pairwise(cuts):
            cell = self._node()
            self._edge(cell, end, intake.over(begin, after - 1))
            for node, one in own:
                if one.first <= begin and after <= one.last + 1:
                    self._edge(node, cell, one.most)

    def _node(self) -> int:
        self.out.append([])
        return len(self.out) - 1

    def _edge(self, tail: int, head: int, room: int) -> None:
        for at, to, most in ((tail, head, room), (head, tail, 0)):
            self.out[at].append(len(self.head))
            self.head.append(to)
            self.room.append(most)

    def push(self, lot: Lot, amount: int) -> int:
        """Send up to ``amount`` from the lot, re-routing others but never lessening them; what went."""
        if lot.key not in self.lots:
            node = self.lots[lot.key] = self._node()
            for window in lot.windows:
                self.arcs.append((lot.key, window, len(self.head)))
                self._edge(node, self.windows[window], lot.available)
        sent = 0
        while sent < amount:
            path = self._path(self.lots[lot.key])
            if path is None:
                break
            step = min(amount - sent, min(self.room[edge] for edge in path))
            for edge in path:
                self.room[edge] -= step
                self.room[edge ^ 1] += step
            sent += step
        return sent

    def _path(self, start: int) -> list[int] | None:
        """Edges of a shortest way to the sink. What a failed search saw can never reach it again."""
        if start in self.dead:
            return None
        return self._straight(start) or self._around(start)

    def _straight(self, start: int) -> list[int] | None:
        """A way that re-routes nothing: none is shorter, and mostly there is one at the first try."""
        came: dict[int, int] = {start: -1}
        stack = [start]
        while stack:
            for edge in self.out[stack.pop()]:
                to = self.head[edge]
                if edge % 2 == 0 and self.room[edge] and to not in came and to not in self.dead:
                    came[to] = edge
                    if to == 0:
                        return self._back(came)
                    stack.append(to)
        return None

    def _around(self, start: int) -> list[int] | None:
        came: dict[int, int] = {start: -1}
        queue = [start]
        for node in queue:
            for edge in self.out[node]:
                to = self.head[edge]
                if self.room[edge] and to not in came and to not in self.dead:
                    came[to] = edge
                    if to == 0:
                        return self._back(came)
                    queue.append(to)
        self.dead.update(came)
        return None

    def _back(self, came: Mapping[int, int]) -> list[int]:
        path = [came[0]]
        while (edge := came[self.head[path[-1] ^ 1]]) >= 0:
            path.append(edge)
        return path

    def amounts(self) -> dict[tuple[int, int], int]:
        """What flows from each lot into each window."""
        return {(key, window): self.room[edge ^ 1] for key, window, edge in self.arcs}
