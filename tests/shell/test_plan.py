"""``market plan``: the plan of a need that nobody has saved, as a program reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from market import clock
from market.demands.models import Demand
from tests import make, trade
from tests.shell.conftest import Shell
from tests.trade import TONNE


def stocked(shell: Shell) -> None:
    """Three units with paddy at rising prices, one of them dear."""
    with shell.database() as database, database.session(write=True) as session:
        for number, price in enumerate((9000, 9500, 12_000)):
            unit = make.make_unit(session, name=f"HTX Demo số {number}")
            trade.make_listing(session, unit, volumes=(12 * TONNE,), price_from=price, min_order=2 * TONNE)


def window() -> tuple[str, str, str, str]:
    today = clock.today()
    return "--from", today.isoformat(), "--to", (today + timedelta(days=30)).isoformat()


def test_the_plan_comes_with_its_proof_and_the_reasons(shell: Shell) -> None:
    stocked(shell)
    asked = ("plan", "--product", "lua-st25", "--volume", "20000", *window())
    found = shell.process(*asked, "--max-price", "10000", "--json").json
    assert (found["status"], found["objective"], found["bound"]) == ("optimal", 184e6, 184e6)
    assert (found["volume"], found["wanted"], found["unit"], found["units"]) == (20_000, 20_000, "kg", 2)
    assert [(lot["volume"], lot["price"], lot["total"]) for lot in found["lots"]] == [
        (12_000, 9000, 108_000_000),
        (8_000, 9500, 76_000_000),
    ]
    assert [one["reasons"] for one in found["left_out"]] == [["price"]]
    assert found["lines"][0]["missing"] == 0
    with shell.database() as database, database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Demand)) == 0


def test_one_seller_at_most_brings_what_one_has(shell: Shell) -> None:
    stocked(shell)
    found = shell.here(
        "plan", "--product", "lua-st25", "--volume", "20 tấn", *window(), "--max-units", "1", "--json"
    ).json
    assert (found["volume"], found["units"], found["lines"][0]["missing"]) == (12_000, 1, 8_000)
    assert {tuple(one["reasons"]) for one in found["left_out"]} == {("units",)}


def test_the_whole_or_nothing_is_nothing_when_it_cannot_be_had(shell: Shell) -> None:
    stocked(shell)
    asked = ("plan", "--product", "lua-st25", "--volume", "40000", *window(), "--all-or-nothing", "--json")
    found = shell.here(*asked).json
    assert (found["status"], found["lots"], found["lines"][0]["missing"]) == ("infeasible", [], 4_000)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (("--product", "khong-co"), "no such product"),
        (("--volume", "nhiều"), "volume"),
        (("--from", "hôm nay"), "is no day"),
        (("--from", "2099-01-01"), "last day is before"),
        (("--spec", "moisture"), "KEY=RANGE"),
        (("--spec", "khong_co=1"), "not described"),
        (("--standard", "NOPE"), "no such standard"),
        (("--source-place", "00000"), "No place"),
        (("--carriage", "3000"), "where to"),
        (("--max-units", "0"), "at least 1"),
    ],
)
def test_what_cannot_be_meant_is_one_line(shell: Shell, changes: tuple[str, str], words: str) -> None:
    usual = {"--product": "lua-st25", "--volume": "20000", **dict(zip(*[iter(window())] * 2, strict=True))}
    given = {**usual, changes[0]: changes[1]}
    refused = shell.here("plan", *(part for pair in given.items() for part in pair)).refused()
    assert words.casefold() in refused.casefold()
