"""Pooling: which lots fill a buyer's demand, line by line. Pure: dates and whole numbers in, a plan out, no
database. Here the questions stand in their order; the terms and the check of a plan are in plans.py, amounts
are made exact in filling.py, HiGHS chooses the lots in choosing.py, and docs/pooling.md tells it in prose.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from market.demands import choosing, filling, rounding, whole
from market.demands.filling import NOTHING, Filled
from market.demands.plans import Line, Plan, Share, Supply, Wish, check
from market.demands.problem import Intake, Lot, Problem, Window, amounts_of, coarser, tight

__all__ = ["Line", "Plan", "Share", "Supply", "Wish", "check", "solve"]


#: So often the solver is asked for other lots.
TRIES = 20


@dataclass(frozen=True, slots=True)
class _Found:
    """A plan of one state; none of its volume costs less than ``bound``, none exceeds ``top``."""

    problem: Problem
    top: Filled
    plan: Filled
    proven: bool
    bound: float


def solve(wish: Wish, supplies: Sequence[Supply], *, seconds: float = 10.0) -> Plan:
    """The plan of most volume, of these the cheapest (before rounding), of these with the fewest units.

    Amounts are exact and keep every term (see ``check``). A lot given twice counts once; refuses ValueError
    where the two differ, or where a number is negative. The time is shared by the states.
    """
    began = time.perf_counter()
    lots = _once(wish, supplies)
    grain, problems = _problems(wish, lots)
    tops = [(filling.fill(problem, problem.lots, {}) or NOTHING, problem) for problem in problems]
    founds: list[_Found] = []
    best = NOTHING
    for top, problem in sorted(tops, key=lambda pair: pair[0].rank):
        if _could_beat(top, best):
            found = _best(problem, top, deadline=began + seconds)
            founds.append(found)
            best = min(best, found.plan, key=lambda plan: plan.rank)
    return _plan(wish, lots, grain, founds, began)


def _could_beat(top: Filled, plan: Filled) -> bool:
    """Whether goods that without minimums bring ``top`` could be as good as the plan."""
    return (-top.volume, top.cost) <= (-plan.volume, plan.cost)


def _best(problem: Problem, top: Filled, *, deadline: float) -> _Found:
    """The questions in their order, each only as far as whole-number bounds have not answered it."""
    exact = whole.best(problem)
    if exact is not None:
        return _Found(problem, top, exact, True, exact.cost)
    plan = filling.first(problem, top, deadline=deadline) if problem.separate else NOTHING
    plan = _from_core(plan, problem, top, deadline)
    sure = plan.volume == top.volume
    if not sure:
        plan, chosen = _asked(plan, problem, "volume", deadline)
        sure = chosen.proves(plan)
    least = filling.fill(problem, problem.lots, {}, most=plan.volume) or NOTHING
    if sure and plan.volume < top.volume:
        plan = _from_core(plan, problem, least, deadline)
    if not sure or not plan.volume:
        return _Found(problem, top, plan, sure, least.cost)
    rivals = filling.worth_trying(problem, least, plan)
    if plan.cost == least.cost and plan.units == filling.fewest_possible(rivals, plan.volume):
        return _Found(problem, top, plan, True, plan.cost)
    plan, sure, bound = _cheapest(rivals, plan, least.cost, deadline)
    return _Found(problem, top, plan, sure, bound)


def _cheapest(problem: Problem, plan: Filled, bound: float, deadline: float) -> tuple[Filled, bool, float]:
    """The cheapest plan of the volume of ``plan``, with the fewest units; whether proven; cost's bound."""
    plan, chosen = _asked(plan, problem, "cost", deadline)
    if not chosen.proves(plan):
        return plan, False, min(max(bound, chosen.bound), plan.cost)
    if chosen.fewest or plan.units == filling.fewest_possible(problem, plan.volume):
        return plan, True, plan.cost
    plan, chosen = _asked(plan, problem, "units", deadline)
    return plan, chosen.proves(plan), plan.cost


def _from_core(plan: Filled, problem: Problem, least: Filled, deadline: float) -> Filled:
    """A better plan of the volume of ``least`` from few lots, where the plan at hand leaves many in play."""
    core = filling.core(problem, least)
    reached = plan.volume == least.volume
    if reached and len(filling.worth_trying(problem, least, plan).lots) <= 2 * len(core.lots):
        return plan
    if len(core.lots) > len(problem.lots) // 2:
        return plan
    if problem.max_units is not None and problem.max_units < filling.newcomers(problem, least):
        return plan  # the cheapest lots are too small then
    seconds = (deadline - time.perf_counter()) / 4
    chosen = choosing.choose(core, "cost", volume=least.volume, seconds=seconds)
    return _better(plan, core, chosen, least.volume)


def _asked(
    plan: Filled, problem: Problem, goal: choosing.Goal, deadline: float
) -> tuple[Filled, choosing.Chosen]:
    """The better of the plan and the solver's, and the proof.

    Of very large amounts the solver may choose lots that miss the mark by a gram, as whole numbers show: then
    it is asked for other lots. Where amounts are no flow a choice is not settled that way, so it is not.
    """
    tried: list[frozenset[int]] = []
    known = plan
    most = plan.volume if goal != "volume" else sum(problem.lines)
    while True:
        left = deadline - time.perf_counter()
        chosen = choosing.choose(
            problem, goal, volume=known.volume, cost=known.cost, tried=tried, seconds=left
        )
        plan = _better(plan, problem, chosen, most)
        done = chosen.proves(plan) or not chosen.ended or not problem.separate
        if done or len(tried) == TRIES:
            return plan, chosen
        tried.append(chosen.on)


def _better(plan: Filled, problem: Problem, chosen: choosing.Chosen, most: int) -> Filled:
    """The better of the plan and of the chosen lots with their amounts made exact."""
    lots = [lot for lot in problem.lots if lot.key in chosen.keys]
    other: Filled | None
    if problem.separate:
        other = filling.fill(problem, lots, {lot.key: lot.minimum for lot in lots}, most=most)
    else:
        other = rounding.fitted(problem, lots, chosen.amounts)
    return min(plan, other or NOTHING, key=lambda one: one.rank)


def _once(wish: Wish, supplies: Iterable[Supply]) -> list[Supply]:
    by_id: dict[int, Supply] = {}
    for supply in supplies:
        if by_id.setdefault(supply.lot_id, supply) != supply:
            raise ValueError(f"lot {supply.lot_id} is given twice and differs")
        if min(supply.available, supply.minimum, supply.price, supply.carriage) < 0:
            raise ValueError(f"lot {supply.lot_id} has a negative number")
    limits = [limit for limit in (wish.max_units, wish.daily_intake) if limit is not None]
    if min(wish.per_unit - 1, *(line.volume for line in wish.lines), *limits, 0) < 0:
        raise ValueError("the wish has a negative number")
    return sorted(by_id.values(), key=lambda supply: supply.lot_id)


def _problems(wish: Wish, lots: Sequence[Supply]) -> tuple[int, list[Problem]]:
    """One problem a state, in grains: what divides all amounts, so that the numbers are small.

    A filling that is a flow is best in whole grains; one that is none may need less, so nothing is divided.
    """
    intake = _intake(wish)
    problems = [_problem(wish, lots, state, intake) for state in sorted({supply.state for supply in lots})]
    if not all(problem.separate for problem in problems):
        return 1, problems
    grain = math.gcd(*(number for problem in problems for number in amounts_of(problem))) or 1
    return grain, [coarser(problem, grain) for problem in problems]


def _intake(wish: Wish) -> Intake | None:
    """What the buyer takes in, less what comes already, in stretches of days that have none in common."""
    if wish.daily_intake is None:
        return None
    days = [(line.from_date.toordinal(), line.to_date.toordinal(), wish.a_day(line)) for line in wish.coming]
    cuts = sorted({begin for begin, _, _ in days} | {end + 1 for _, end, _ in days})
    coming = []
    for begin, after in itertools.pairwise(cuts):
        amount = sum(had for first, last, had in days if first <= begin and after <= last + 1)
        if amount:
            coming.append((begin, after - 1, min(amount, wish.daily_intake)))
    return Intake(wish.daily_intake, tuple(coming))


def _problem(wish: Wish, lots: Sequence[Supply], state: str, intake: Intake | None) -> Problem:
    places: dict[tuple[int, int, int], int] = {}
    windows: list[Window] = []
    kept: list[Lot] = []
    for key, supply in enumerate(lots):
        own = []
        for line, begin, end in _meetings(wish, supply) if supply.state == state else ():
            most = wish.lines[line].volume
            if intake is not None:
                most = min(most, intake.over(begin, end))
            place = places.setdefault((line, begin, end), len(windows))
            if place == len(windows):
                windows.append(Window(line, begin, end, most))
            own.append(place)
        available = min(supply.available, sum(windows[place].most for place in own))
        if available >= max(supply.minimum, 1):
            price = supply.price + supply.carriage
            kept.append(Lot(key, supply.unit_id, available, supply.minimum, price, tuple(own)))
    kept.sort(key=lambda lot: (lot.price, -lot.available, lot.key))
    met = {window.line for window in windows}
    volumes = tuple(line.volume if number in met else 0 for number, line in enumerate(wish.lines))
    stretches, separate = tight(windows, intake)
    return Problem(
        tuple(kept),
        tuple(windows),
        volumes,
        stretches,
        intake if stretches else None,
        wish.max_units,
        separate,
        wish.standing,
    )


def _meetings(wish: Wish, supply: Supply) -> Iterable[tuple[int, int, int]]:
    """The lines that the lot's days meet, each with the first and last common day as ordinals."""
    for number, line in enumerate(wish.lines):
        begin, end = max(line.from_date, supply.from_date), min(line.to_date, supply.to_date)
        if begin <= end and line.volume:
            yield number, begin.toordinal(), end.toordinal()


def _plan(wish: Wish, lots: Sequence[Supply], grain: int, founds: Sequence[_Found], began: float) -> Plan:
    best = min(founds, key=lambda found: found.plan.rank, default=None)
    shares = [] if best is None else _shares(wish, lots, grain, best)
    rivals = [found for found in founds if best is not None and _could_beat(found.top, best.plan)]
    proven = all(found.proven for found in rivals)
    bound = min((found.bound for found in rivals if not found.proven or found is best), default=0)
    missing = [line.volume for line in wish.lines]
    for share in shares:
        missing[share.line] -= share.volume
    given = shares if wish.part_will_do or not any(missing) else []
    return Plan(
        shares=tuple(given),
        status=("optimal" if proven else "feasible") if given else "infeasible",
        volume=sum(share.volume for share in given),
        wanted=sum(line.volume for line in wish.lines),
        cost=sum(share.cost for share in given),
        units=len({share.unit_id for share in given}),
        objective=best.plan.cost * grain / wish.per_unit if given and best is not None else None,
        bound=bound * grain / wish.per_unit if given or not proven else None,
        missing=tuple(missing),
        seconds=time.perf_counter() - began,
    )


def _shares(wish: Wish, lots: Sequence[Supply], grain: int, found: _Found) -> list[Share]:
    shares = []
    for (key, place), amount in found.plan.amounts.items():
        supply, window, volume = lots[key], found.problem.windows[place], amount * grain
        cost = (2 * volume * (supply.price + supply.carriage) + wish.per_unit) // (2 * wish.per_unit)
        begin, end = date.fromordinal(window.first), date.fromordinal(window.last)
        shares.append(Share(supply.lot_id, supply.unit_id, window.line, begin, end, volume, cost))
    return sorted(shares, key=lambda share: (share.line, share.lot_id))
