"""The problem that is solved, without dates and ids: lots, the windows in which their goods can reach the
lines, and the stretches of days in which the buyer's intake could be too small. Made in pooling.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot in base units, its price for ``per_unit`` of them; windows are places in the problem's."""

    key: int
    unit: int
    available: int
    minimum: int
    price: int
    windows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The days in which goods can reach a line, as ordinals; what can come in them at most, in base units."""

    line: int
    first: int
    last: int
    most: int


@dataclass(frozen=True, slots=True)
class Intake:
    """What the buyer takes in a day, in base units, less what comes already: ``coming`` are stretches of days
    that have none in common, each (first, last, amount a day).
    """

    daily: int
    coming: tuple[tuple[int, int, int], ...] = ()

    def over(self, first: int, last: int) -> int:
        """From one day to another."""
        had = sum(
            amount * (min(last, end) - max(first, begin) + 1)
            for begin, end, amount in self.coming
            if begin <= last and first <= end
        )
        return self.daily * (last - first + 1) - had


@dataclass(frozen=True, slots=True)
class Problem:
    """Goods of one state for one demand, the cheapest lots first.

    ``stretches``: (most that is taken in, the windows inside). ``standing``: units beyond ``max_units``.
    ``separate`` says that intake never ties two lines together: then a filling is a flow and exact, else it
    is only a bound, at least as good as any plan.
    """

    lots: tuple[Lot, ...]
    windows: tuple[Window, ...]
    lines: tuple[int, ...]
    stretches: tuple[tuple[int, tuple[int, ...]], ...] = ()
    intake: Intake | None = None
    max_units: int | None = None
    separate: bool = True
    standing: frozenset[int] = frozenset()

    def newcomers(self, units: Iterable[int]) -> set[int]:
        """Those of the units that count among the ``max_units``."""
        return set(units) - self.standing


def amounts_of(problem: Problem) -> Iterator[int]:
    """Every amount in the problem, in base units."""
    yield from problem.lines
    for lot in problem.lots:
        yield from (lot.available, lot.minimum)
    yield from (window.most for window in problem.windows)
    yield from (most for most, _ in problem.stretches)
    if problem.intake is not None:
        yield problem.intake.daily
        yield from (amount for _, _, amount in problem.intake.coming)


def coarser(problem: Problem, grain: int) -> Problem:
    """The same with amounts counted in grains, which divide them all."""
    return replace(
        problem,
        lots=tuple(
            replace(lot, available=lot.available // grain, minimum=lot.minimum // grain)
            for lot in problem.lots
        ),
        windows=tuple(replace(window, most=window.most // grain) for window in problem.windows),
        lines=tuple(volume // grain for volume in problem.lines),
        stretches=tuple((most // grain, inside) for most, inside in problem.stretches),
        intake=None
        if problem.intake is None
        else Intake(
            problem.intake.daily // grain,
            tuple((begin, end, amount // grain) for begin, end, amount in problem.intake.coming),
        ),
    )


def tight(
    windows: Sequence[Window], intake: Intake | None
) -> tuple[tuple[tuple[int, tuple[int, ...]], ...], bool]:
    """The stretches of days in which more could come than is taken in; whether each is of one line.

    For goods that come in whole windows it is enough to look from a window's first day to one's last (Hall).
    """
    if intake is None:
        return (), True
    lines: dict[int, list[int]] = {}
    for place, window in enumerate(windows):
        lines.setdefault(window.line, []).append(place)
    spans = sorted(
        (min(windows[place].first for place in own), max(windows[place].last for place in own))
        for own in lines.values()
    )
    apart = all(end < begin for (_, end), (begin, _) in itertools.pairwise(spans))
    found: list[tuple[int, tuple[int, ...]]] = []
    for own in lines.values() if apart else [list(range(len(windows)))]:
        found += _stretches(windows, own, intake)
    return tuple(found), all(len({windows[place].line for place in inside}) == 1 for _, inside in found)


def _stretches(
    windows: Sequence[Window], own: Sequence[int], intake: Intake
) -> Iterator[tuple[int, tuple[int, ...]]]:
    by_end = sorted(own, key=lambda place: windows[place].last)
    for begin in sorted({windows[place].first for place in own}):
        inside: list[int] = []
        most = 0
        later = [place for place in by_end if windows[place].first >= begin]
        for place, after in zip(later, [*later[1:], None], strict=True):
            inside.append(place)
            most += windows[place].most
            end = windows[place].last
            if after is not None and windows[after].last == end:
                continue
            allowed = intake.over(begin, end)
            if most > allowed and any(windows[one].first == begin for one in inside):
                yield allowed, tuple(inside)
