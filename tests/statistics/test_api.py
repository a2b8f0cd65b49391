"""Figures for programs: ended periods alone, as the public's pages show them, thin ones hidden, and whatever
cannot be meant or is not public is refused by its field.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.places import queries as places
from market.statistics import access, figures, indicators, periods, publication, shown
from tests import make, trade
from tests.machines import Program
from tests.pages import Browser

Open = Callable[[], Browser]
THEN, NOW = date(2026, 3, 10), date(2026, 9, 1)
MONTH = "2026-03"
TRADE = [one.code for one in indicators.ALL if one.access != "register"]


@pytest.fixture
def program(browser: Open) -> Program:
    return Program(browser())


@pytest.fixture
def trading(session: Session) -> None:
    """Three units sell rice to three buyers, and one of them prawns to one."""
    with clock.at(THEN):
        sellers = [make.make_unit(session) for _ in range(3)]
        buyers = [make.make_buyer(session) for _ in range(3)]
        for seller, buyer in zip(sellers, buyers, strict=True):
            listing, _ = trade.make_listing(session, seller)
            trade.make_link(session, seller, buyer, listing)
        mats, _ = trade.make_listing(
            session, sellers[0], product="chieu-lac", price_from=150_000, volumes=(600,)
        )
        trade.make_link(session, sellers[0], buyers[0], mats, volume=100, price=150_000)


def by_code(answer: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["indicator"], one["unit"]): one for one in answer["figures"]}


def test_an_ended_period_is_told_as_the_public_sees_it(
    session: Session, trading: None, program: Program
) -> None:
    with clock.at(NOW):
        hidden = by_code(program.ask("/figures", period=MONTH))["links_new", "link"]
        assert hidden["status"] == "suppressed", "nothing stands in public before it was chosen"
        publication.publish(session, NOW.year)
        session.commit()
        answer = program.ask("/figures", period=MONTH)
        computed = figures.compute(
            session, indicators=indicators.ALL, period=periods.parse(MONTH), place=None, as_of=NOW
        )
        told = publication.only_published(session, access.for_public(computed), None)
        assert answer["figures"] == shown.as_dicts(session, told)
        assert answer["withheld"] == []
        found = by_code(answer)
        assert found["links_new", "link"]["value"] == 4
        assert found["contracted_volume", "kg"]["value"] == 12_000
        mats = found["contracted_volume", "piece"]
        assert (mats["value"], mats["rows"], mats["status"]) == (None, 0, "suppressed")
        assert {one["status"] for one in answer["figures"]} <= {"final", "suppressed"}


def test_without_parameters_it_is_the_last_ended_year_of_the_province(
    session: Session, program: Program
) -> None:
    with clock.at(NOW):
        answer = program.ask("/figures")
        assert {one["period"] for one in answer["figures"]} == {"2025"}
        province = places.province_on(session, day=date(2025, 12, 31))
        assert {one["place"] for one in answer["figures"]} == {province.code}


@pytest.mark.parametrize("period", ["2026-09", "2026-Q3", "2026", "2026-H2", "2026-09-01", "2030", "2026-9M"])
def test_a_period_that_runs_is_refused_whatever_is_asked(
    trading: None, program: Program, period: str
) -> None:
    with clock.at(NOW):
        for asked in ({}, {"indicator": "cooperatives"}, {"indicator": "links_new"}):
            wrong = program.refused("/figures", 422, period=period, **asked)
            assert set(wrong) == {"period"}


@pytest.mark.parametrize("period", ["2026-03-10", "2026-03-01..2026-03-31", "2025-9M"])
def test_of_a_part_of_a_period_only_the_register_is_public(
    trading: None, program: Program, period: str
) -> None:
    with clock.at(NOW):
        answer = program.ask("/figures", period=period)
        assert sorted(answer["withheld"]) == sorted(TRADE)
        assert not {one["indicator"] for one in answer["figures"]} & set(TRADE)
        assert set(program.refused("/figures", 422, period=period, indicator="links_new")) == {"period"}


def test_an_officer_gets_no_more_than_anybody(session: Session, trading: None, browser: Open) -> None:
    with clock.at(NOW):
        here = browser()
        here.sign_in(make.make_admin(session).login)
        found = by_code(Program(here).ask("/figures", period=MONTH))
        assert found["contracted_volume", "piece"]["status"] == "suppressed"
        Program(here).refused("/figures", 422, period="2026-09")


def test_several_figures_and_a_place_are_asked_for(session: Session, trading: None, program: Program) -> None:
    with clock.at(NOW):
        commune = make.some_commune(session)
        answer = program.ask(
            "/figures", period=MONTH, place=commune.code, indicator=["members", "cooperatives", "members"]
        )
        assert [one["indicator"] for one in answer["figures"]] == ["members", "cooperatives"]
        assert {one["place"] for one in answer["figures"]} == {commune.code}
        assert [one["value"] for one in answer["figures"]] == [120, 3]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("period", "2026-Q9"),
        ("period", "0000"),
        ("period", "1899"),
        ("period", "9" * 4400),
        ("place", "00000"),
        ("place", "96@2021-13-01"),
        ("place", "96@0001-01-01"),
        ("place", "@"),
        ("indicator", "gold"),
        ("indicator", "judged_delivered"),
        ("sector", "rice"),
        ("as_of", "2026-03-31"),
    ],
)
def test_what_cannot_be_meant_is_refused(program: Program, field: str, value: str) -> None:
    with clock.at(NOW):
        assert set(program.refused("/figures", 422, **{field: value})) == {field}
