"""Whether rings of whole-number points cross or touch themselves or each other. Pure geometry; exact."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[int, int]
#: A line, and which ring it is of, its place in it and how many that has.
Line = tuple[Point, Point, int, int, int]


def first(rings: Sequence[Sequence[Point]]) -> Point | None:
    """A point near which two lines of closed rings meet that are not neighbours, None where none do.

    Neighbours may meet at the point they share and nowhere else. Two rings may touch at a corner of both.
    """
    segments: list[Line] = []
    for number, ring in enumerate(rings):
        count = len(ring) - 1
        segments += [(ring[i], ring[i + 1], number, i, count) for i in range(count)]
    segments.sort(key=lambda one: min(one[0][0], one[1][0]))
    open_: list[Line] = []
    for segment in segments:
        west = min(segment[0][0], segment[1][0])
        open_ = [one for one in open_ if max(one[0][0], one[1][0]) >= west]
        for other in open_:
            if _meet(segment, other):
                return segment[0]
        open_.append(segment)
    return None


def _meet(one: Line, other: Line) -> bool:
    a, b, ring, at, count = one
    c, d, other_ring, other_at, _ = other
    if max(a[1], b[1]) < min(c[1], d[1]) or max(c[1], d[1]) < min(a[1], b[1]):
        return False
    if ring != other_ring:
        # Two outlines of one commune may share a corner, or a line that was drawn in both.
        return not {a, b} & {c, d} and _cross(a, b, c, d)
    if abs(at - other_at) in (1, count - 1):
        # Neighbours share a corner; they overlap where one turns back upon the other.
        middle = b if b in (c, d) else a
        end, far = (a if middle == b else b), (d if middle == c else c)
        turns_back = (end[0] - middle[0]) * (far[0] - middle[0]) + (end[1] - middle[1]) * (
            far[1] - middle[1]
        ) > 0
        return _side(middle, end, far) == 0 and turns_back
    return _cross(a, b, c, d)


def _side(a: Point, b: Point, p: Point) -> int:
    turn = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    return (turn > 0) - (turn < 0)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two segments have a point in common."""
    sides = _side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)
    if sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0:
        return True
    return (
        (sides[0] == 0 and _between(a, b, c))
        or (sides[1] == 0 and _between(a, b, d))
        or (sides[2] == 0 and _between(c, d, a))
        or (sides[3] == 0 and _between(c, d, b))
    )


def _between(a: Point, b: Point, p: Point) -> bool:
    return min(a[0], b[0]) <= p[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= p[1] <= max(a[1], b[1])
