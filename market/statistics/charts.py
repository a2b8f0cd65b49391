"""The flow and the map as numbers for SVG: where bands and circles lie. No kept library draws these without a
script in the browser; columns and lines are in plots.py. Pure; what they say comes from dashboard.py, and
templates/statistics/_charts.html draws them. All lie in boxes of whole numbers, and are told apart by outline
and words, so that they print in black and white.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians, sqrt
from textwrap import wrap

#: How wide the box of either is.
WIDTH = 640


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place; ``anchor`` as SVG has it."""

    x: int
    y: int
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Flow:
    """Bands from the left to the right: paths with their words, and a bar and a label for each end."""

    bands: tuple[tuple[str, str], ...]
    bars: tuple[tuple[int, int, int], ...]
    labels: tuple[Label, ...]
    height: int


#: Ends of a flow that are drawn by themselves; smaller ones are taken together.
MOST_ENDS = 7
_LEFT, _RIGHT, _BAR, _GAP, _LEAST = 200, 410, 10, 18, 18
#: Signs of a line beside an end, and how many lines there are at most.
_LONGEST, _LINES = 19, 2


def flow(amounts: Mapping[tuple[str, str], int], words: Mapping[tuple[str, str], str], rest: str) -> Flow:
    """From where (first of each pair) how much goes whither; the largest ends first, those beyond
    ``MOST_ENDS`` together as ``rest``.
    """
    total = sum(amounts.values())
    if not total:
        return Flow((), (), (), 0)
    lefts, rights = _ends(amounts, 0, rest), _ends(amounts, 1, rest)
    gathered: dict[tuple[str, str], int] = defaultdict(int)
    for (one, other), amount in amounts.items():
        gathered[one if one in lefts else rest, other if other in rights else rest] += amount
    tall = 30 * max(len(lefts), len(rights))
    places = [_stack(ends, total, tall) for ends in (lefts, rights)]
    used: list[dict[str, int]] = [defaultdict(int), defaultdict(int)]
    bands = []
    for one in lefts:
        for other in rights:
            amount = gathered.get((one, other), 0)
            if not amount:
                continue
            tops, deeps = [], []
            for side, end in enumerate((one, other)):
                top, height, whole = places[side][end]
                tops.append(top + round(height * used[side][end] / whole))
                used[side][end] += amount
                deeps.append(top + round(height * used[side][end] / whole))
            bands.append((_band(tops, deeps), words.get((one, other), "")))
    bars, labels = [], []
    for side, x, anchor, beside in ((0, _LEFT - _BAR, "end", -8), (1, _RIGHT, "start", _BAR + 8)):
        for end, (top, height, _) in places[side].items():
            bars.append((x, top, height))
            lines = _lines(end)
            first = top + height // 2 + 6 - 10 * (len(lines) - 1)
            labels += [Label(x + beside, first + 20 * at, text, anchor) for at, text in enumerate(lines)]
    deepest = max(top + height for side in places for top, height, _ in side.values())
    return Flow(tuple(bands), tuple(bars), tuple(labels), deepest + 10)


def _lines(text: str) -> list[str]:
    found = wrap(text, _LONGEST)
    return found if len(found) <= _LINES else [*found[: _LINES - 1], found[_LINES - 1][: _LONGEST - 1] + "…"]


def _ends(amounts: Mapping[tuple[str, str], int], side: int, rest: str) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for pair, amount in amounts.items():
        sums[pair[side]] += amount
    order = sorted(sums, key=lambda end: (-sums[end], end))
    if len(order) <= MOST_ENDS:
        return {end: sums[end] for end in order}
    first = order[: MOST_ENDS - 1]
    return {**{end: sums[end] for end in first}, rest: sum(sums[end] for end in order[MOST_ENDS - 1 :])}


def _stack(ends: Mapping[str, int], total: int, tall: int) -> dict[str, tuple[int, int, int]]:
    """Top, height and whole amount of each end, one under the other."""
    found, y = {}, 10
    for end, amount in ends.items():
        height = max(_LEAST, round(tall * amount / total))
        found[end] = (y, height, amount)
        y += height + _GAP
    return found


def _band(tops: Sequence[int], deeps: Sequence[int]) -> str:
    middle = (_LEFT + _RIGHT) // 2
    return (
        f"M{_LEFT} {tops[0]}C{middle} {tops[0]} {middle} {tops[1]} {_RIGHT} {tops[1]}"
        f"V{max(deeps[1], tops[1] + 1)}C{middle} {deeps[1]} {middle} {deeps[0]} {_LEFT} "
        f"{max(deeps[0], tops[0] + 1)}Z"
    )


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map: its middle, the circle's radius, its outline as a path ("" without one), what is
    said of it, and whether its middle is only near.
    """

    x: int
    y: int
    radius: int
    outline: str
    name: str
    words: str
    near: bool
    #: There is room for its name.
    named: bool


@dataclass(frozen=True, slots=True)
class Map:
    """A map in a box of ``WIDTH`` by ``height``; ``near``: a circle on it lies only near its place."""

    spots: tuple[Spot, ...]
    height: int

    @property
    def near(self) -> bool:
        return any(one.near and one.radius for one in self.spots)


@dataclass(frozen=True, slots=True)
class Lying:
    """Where a place lies in degrees, its outline as rings of (longitude, latitude), how much it counts."""

    longitude: float
    latitude: float
    rings: Sequence[Sequence[Sequence[float]]]
    name: str
    words: str
    amount: int
    near: bool


LARGEST, SMALLEST, EDGE = 26, 3, 34


def map_of(places: Sequence[Lying]) -> Map:
    """Circles whose area is the amount, over outlines where there are any; north is up, and a kilometre is
    as long to the east as to the north.
    """
    if not places:
        return Map((), 0)
    points = [
        *((one.longitude, one.latitude) for one in places),
        *((x, y) for one in places for ring in one.rings for x, y in ring),
    ]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * EDGE) / max((east - west) * narrow, (north - south) / 1.2, 1e-6)
    height = round((north - south) * scale) + 2 * EDGE
    left = (WIDTH - (east - west) * narrow * scale) / 2
    highest = max((one.amount for one in places), default=0)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(left + (x - west) * narrow * scale), round(EDGE + (north - y) * scale)

    spots: list[Spot] = []
    taken: list[tuple[int, int, int]] = []
    for one in sorted(places, key=lambda one: (-one.amount, one.name)):
        x, y = at(one.longitude, one.latitude)
        radius = max(SMALLEST, round(LARGEST * sqrt(one.amount / highest))) if one.amount else 0
        outline = "".join(
            "M" + "L".join(f"{px} {py}" for px, py in (at(*pair) for pair in ring[:-1])) + "Z"
            for ring in one.rings
        )
        # The largest come first; whose name would lie upon another's is named by the table alone.
        half, line = len(one.name) * 5, y - radius - 4
        clear = all(abs(x - other) > half + room or abs(line - at_) > 20 for other, at_, room in taken)
        named = bool(radius) and clear
        if named:
            taken.append((x, line, half))
        spots.append(Spot(x, y, radius, outline, one.name, one.words, one.near, named))
    return Map(tuple(spots), height)
