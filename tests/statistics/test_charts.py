"""Charts as numbers: bands that keep their sums, circles by area, north up."""

from __future__ import annotations

import re

from market.statistics import charts


def test_a_flow_takes_small_ends_together_and_loses_nothing() -> None:
    amounts = {(f"xã {n}", "export" if n % 2 else "province"): 100 - n for n in range(12)}
    drawn = charts.flow(amounts, {}, "others")
    ends = [label.text for label in drawn.labels if label.anchor == "end"]
    assert len(ends) == charts.MOST_ENDS
    assert ends[-1] == "others"
    # The bands that leave on the left fill each bar from its top to its foot.
    edges = [[int(n) for n in re.findall(r"-?\d+", path)] for path, _ in drawn.bands]
    for x, top, height in drawn.bars:
        if x < charts.WIDTH // 2:
            mine = [(path[1], path[-1]) for path in edges if top <= path[1] < top + height]
            assert min(start for start, _ in mine) == top
            assert abs(max(end for _, end in mine) - (top + height)) <= 1
    assert charts.flow({}, {}, "others").bands == ()


def test_circles_are_as_large_as_what_they_count_and_lie_where_they_lie() -> None:
    def lying(name: str, longitude: float, latitude: float, amount: int) -> charts.Lying:
        return charts.Lying(longitude, latitude, [], name, name, amount, near=name == "south")

    drawn = charts.map_of(
        [lying("north", 105.5, 9.5, 4), lying("south", 105.2, 9.1, 1), lying("none", 105.8, 9.2, 0)]
    )
    north, south, none = (next(one for one in drawn.spots if one.name == name) for name in
                          ("north", "south", "none"))  # fmt: skip
    assert north.radius == 2 * south.radius == charts.LARGEST
    assert none.radius == 0
    assert north.y < none.y < south.y
    assert south.x < north.x < none.x
    assert drawn.near
    assert charts.map_of([]).spots == ()
