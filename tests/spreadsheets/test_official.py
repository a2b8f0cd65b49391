"""``market import|export denominators|official-figures``: what others have published comes in with its source
and goes out as it came.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from market.official.models import Denominator, OfficialFigure
from tests.shell.conftest import Shell
from tests.spreadsheets.conftest import Import, counts

AREA = {
    "place_code": "95@2025-06-30",
    "base": "Diện tích gieo trồng",
    "from": date(2020, 1, 1),
    "to": date(2020, 12, 31),
    "sector": "Lúa gạo",
    "product": None,
    "amount": 187_579,
    "unit": "ha",
    "scope": None,
    "source": "Sở Nông nghiệp",
    "source_date": "2020",
}
SHRIMP = {**AREA, "base": "gram", "sector": None, "product": "tom-su", "amount": "1.234,5", "unit": "tấn"}
COUNT = {
    "place_code": "96",
    "code": "cooperatives",
    "from": date(2025, 1, 1),
    "to": date(2025, 12, 31),
    "sector": None,
    "value": 608,
    "unit": "HTX",
    "scope": "mọi HTX",
    "source": "Liên minh",
    "source_date": date(2025, 12, 31),
}
OTHER = {**COUNT, "value": 493, "scope": "HTX nông nghiệp", "source_date": 2025}
LINKED = {**COUNT, "code": "KT21", "value": "1.321,5", "unit": "ha", "sector": "rice"}


def test_rows_come_in_and_a_later_file_corrects(shell: Shell, take: Import) -> None:
    assert counts(take("denominators", [AREA, SHRIMP])) == (2, 0, 0)
    assert counts(take("denominators", [AREA, SHRIMP])) == (0, 0, 2)
    assert counts(take("denominators", [{**AREA, "amount": "187.600"}])) == (0, 1, 0)
    assert counts(take("official-figures", [COUNT, OTHER, LINKED])) == (3, 0, 0)
    assert counts(take("official-figures", [COUNT, {**OTHER, "value": 494}])) == (0, 1, 1)
    with shell.database() as database, database.reading() as session:
        areas = session.execute(sa.select(Denominator.amount, Denominator.sector_code)).all()
        assert [tuple(one) for one in areas] == [
            (1_875_790_000, "rice"),
            (1_234_500_000, "shrimp"),
            (1_876_000_000, "rice"),
        ]
        found = session.execute(sa.select(OfficialFigure.amount, OfficialFigure.decimals)).all()
        assert [tuple(one) for one in found] == [(608, 0), (493, 0), (13215, 1), (494, 0)]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_what_is_exported_is_imported_as_the_same(
    take: Import, give: Callable[..., bytes], ending: str
) -> None:
    for kind, rows in (("denominators", [AREA, SHRIMP]), ("official-figures", [COUNT, OTHER, LINKED])):
        take(kind, rows)
        file = give(kind, ending)
        assert counts(take(kind, file, name=f"back{ending}")) == (0, 0, len(rows))
        assert give(kind, ending) == file


@pytest.mark.parametrize(
    ("kind", "row", "changes", "column"),
    [
        ("denominators", AREA, {"source": None}, "source"),
        ("denominators", AREA, {"source_date": None}, "source_date"),
        ("denominators", AREA, {"source_date": "hôm qua"}, "source_date"),
        ("denominators", AREA, {"unit": "tấn"}, "unit"),
        ("denominators", AREA, {"unit": "sào"}, "unit"),
        ("denominators", AREA, {"amount": -3}, "amount"),
        ("denominators", AREA, {"amount": "0,00001"}, "amount"),
        ("denominators", AREA, {"base": "biển"}, "base"),
        ("denominators", AREA, {"to": date(2017, 1, 1)}, "to"),
        ("denominators", AREA, {"to": date(2029, 1, 1)}, "to"),
        ("denominators", AREA, {"product": "tom-su"}, "product"),
        ("denominators", SHRIMP, {"base": "piece", "unit": "piece", "amount": 5}, "product"),
        ("denominators", AREA, {"place_code": "00000"}, "place_code"),
        ("official-figures", COUNT, {"unit": "ha"}, "unit"),
        ("official-figures", COUNT, {"code": "KT99"}, "code"),
        ("official-figures", COUNT, {"value": -1}, "value"),
        ("official-figures", COUNT, {"value": "0,1234567"}, "value"),
        ("official-figures", COUNT, {"source": None}, "source"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_kept(
    take: Import, kind: str, row: dict[str, Any], changes: dict[str, Any], column: str
) -> None:
    report = take(kind, [row, {**row, "from": date(2018, 1, 1), **changes}])
    assert [(one["row"], one["column"]) for one in report["errors"]] == [(3, column)]


def test_one_thing_is_said_once_a_file(take: Import) -> None:
    report = take("denominators", [AREA, {**AREA, "amount": 5}])
    assert [one["row"] for one in report["errors"]] == [3]
