"""Official beside counted: each published count by itself with its scope, and a difference of like things."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.official import facts
from tests import make
from tests.make import SHELL
from tests.pages import Browser, Page

Open = Callable[[], Browser]
NOW = datetime(2026, 2, 1, tzinfo=clock.LOCAL)


@pytest.fixture(autouse=True)
def entered(session: Session) -> None:
    """All that was published, and two cooperatives of our own."""
    with clock.at(datetime(2025, 12, 31, 12, tzinfo=clock.LOCAL)):
        for fact in facts.read():
            fact.enter(session, actor=SHELL)
        for _ in range(2):
            make.make_unit(session)
    session.commit()


def _lines(page: Page) -> list[list[str]]:
    return [
        [" ".join(cell.text().split()) for cell in row.css("th, td")]
        for row in page.css("#published tbody tr")
    ]


def test_two_counts_of_different_scope_are_never_mixed(browser: Open) -> None:
    with clock.at(NOW):
        lines = _lines(browser().get("/statistics/cooperatives", period="2025"))
    assert {(line[2], line[3]) for line in lines} == {("608 HTX", "−606"), ("493 HTX", "−491")}
    scopes = sorted(line[0] for line in lines)
    assert "S20" in scopes[0]
    assert "HTX nông nghiệp" in scopes[0]
    assert "S21" in scopes[1]
    assert "mọi HTX" in scopes[1]


def test_the_official_total_stands_beside_the_products_of_units(browser: Open) -> None:
    with clock.at(NOW):
        lines = _lines(browser().get("/statistics/ocop_products", period="2024", place="95@2025-06-30"))
    assert {(line[2], line[3]) for line in lines} == {("160 sản phẩm", "−160"), ("79 chủ thể", "–")}


def test_what_is_of_other_days_or_another_thing_has_no_difference(browser: Open) -> None:
    with clock.at(NOW):
        here = browser()
        where = {"place": "95@2025-06-30"}
        # Published as of the year's last day; counted on some day of the year.
        lines = _lines(here.get("/statistics/linked_cooperatives", period="2021", **where))
        assert [(line[2], line[3]) for line in lines] == [("47 HTX", "–")]
        # Members of cooperatives and of groups apart: neither is all members.
        lines = _lines(here.get("/statistics/members", period="2022-H1", **where))
        assert {line[3] for line in lines} == {"–"}
        assert not _lines(here.get("/statistics/groups_founded", period="2022", **where))
        lines = _lines(here.get("/statistics/groups_founded", period="2022-H1", **where))
        assert [(line[2], line[3]) for line in lines] == [("8 THT", "−8")]


def test_what_was_not_yet_known_is_not_shown(browser: Open) -> None:
    with clock.at(NOW):
        page = browser().get("/statistics/cooperatives", period="2025", as_of="2025-11-30")
    assert not _lines(page)
