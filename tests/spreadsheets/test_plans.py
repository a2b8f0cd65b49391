"""``market import|export season-plans``: what units expect comes in by season, later knowledge beside
earlier, and a file comes back as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from market import clock
from market.listings.models import SeasonPlan
from tests import make
from tests.make import Side
from tests.shell.conftest import Shell
from tests.spreadsheets.conftest import Import, counts

ROW = {
    "cooperative_code": "HTX-T-001",
    "product": "lua-st25",
    "season": "Hè Thu 2027",
    "area": "45,5",
    "output": 300,
    "unit": "tấn",
    "harvest_from": date(2027, 8, 1),
    "harvest_to": date(2027, 9, 15),
}


@pytest.fixture
def unit(shell: Shell) -> Side:
    """A confirmed cooperative whose plans come in."""
    with shell.database() as database, database.session(write=True) as session:
        return make.make_unit(session, code="HTX-T-001")


def test_a_row_becomes_a_plan_and_another_day_knows_better(shell: Shell, unit: Side, take: Import) -> None:
    assert counts(take("season-plans", [ROW])) == (1, 0, 0)
    assert counts(take("season-plans", [ROW])) == (0, 0, 1)
    less = {
        **dict.fromkeys(ROW),
        **{name: ROW[name] for name in ("cooperative_code", "product", "season")},
        "output": "250.000 kg",
    }
    with clock.at(clock.today() + timedelta(days=3)):
        assert counts(take("season-plans", [less])) == (0, 1, 0)
        assert counts(take("season-plans", [less])) == (0, 0, 1)
        with shell.database() as database, database.reading() as session:
            rows = session.scalars(sa.select(SeasonPlan).order_by(SeasonPlan.id)).all()
            assert [row.expected for row in rows] == [300_000_000, 250_000_000]
            assert {(row.area_m2, row.area_base) for row in rows} == {(455_000, "sown")}
            assert rows[1].on_date == clock.today()


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_what_is_exported_is_imported_as_the_same(
    take: Import, give: Callable[..., bytes], unit: Side, ending: str
) -> None:
    rows = [ROW, {**ROW, "season": "dong-xuan-2026-2027", "area": None, "output": "1,001", "unit": None},
            {**ROW, "product": "chieu-lac", "unit": None, "output": 0}]  # fmt: skip
    assert counts(take("season-plans", rows)) == (3, 0, 0)
    file = give("season-plans", ending)
    assert counts(take("season-plans", file, name=f"back{ending}")) == (0, 0, 3)
    assert give("season-plans", ending) == file


WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"cooperative_code": "HTX-0"}, {"cooperative_code"}),
    ({"product": None}, {"product"}),
    ({"season": "mùa hè"}, {"season"}),
    ({"area": -1}, {"area"}),
    ({"area": 10**6}, {"area"}),
    ({"output": None}, {"output"}),
    ({"output": "khá"}, {"output"}),
    ({"output": 10**6 + 1}, {"output"}),
    ({"unit": "con"}, {"unit"}),
    ({"harvest_from": None}, {"harvest_from"}),
    ({"harvest_from": 2027}, {"harvest_from"}),
    ({"harvest_to": date(2027, 7, 1)}, {"harvest_to"}),
    ({"harvest_to": date(2033, 7, 1)}, {"harvest_to"}),
]


def test_every_wrong_row_is_reported_with_its_column_and_nothing_is_kept(
    shell: Shell, unit: Side, take: Import
) -> None:
    seasons = [f"{name} {year}" for year in range(2021, 2028) for name in ("Hè Thu", "Thu Đông")]
    rows = [{**ROW, "season": season, **change} for season, (change, _) in zip(seasons, WRONG, strict=False)]
    rows += [{**ROW, "season": "dong-xuan-2026-2027"}] * 2
    report = take("season-plans", rows)
    found: dict[int, set[str]] = {}
    for wrong in report["errors"]:
        assert wrong["reason"]
        found.setdefault(wrong["row"], set()).add(wrong["column"])
    wanted = {number: columns for number, (_, columns) in enumerate(WRONG, start=2)}
    wanted[len(WRONG) + 3] = {"season"}
    assert found == wanted
    with shell.database() as database, database.reading() as session:
        assert make.count_rows(session, SeasonPlan) == 0
