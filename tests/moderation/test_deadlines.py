"""Working days: weekends, public holidays, what makes up for one on a weekend, days that are exchanged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.moderation import deadlines
from tests import make
from tests.pages import Browser, signed_in


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # over a weekend
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # the day before Tet's long weekend
        (date(2026, 2, 12), 3, date(2026, 2, 24)),
        (date(2025, 1, 24), 2, date(2025, 2, 4)),
        (date(2026, 4, 24), 1, date(2026, 4, 28)),  # the Hung Kings' day is a Sunday: Monday is off
        (date(2026, 4, 29), 1, date(2026, 5, 4)),
        (date(2026, 8, 21), 1, date(2026, 8, 22)),  # a Saturday that is worked for the 31st
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
        (date(2027, 4, 29), 1, date(2027, 5, 4)),  # no days named yet; 1 May is a Saturday
        (date(2028, 4, 28), 1, date(2028, 5, 3)),  # 30 April a Sunday, the Monday after it is one itself
        (date(2030, 12, 31), 1, date(2031, 1, 2)),
        (date(2026, 3, 7), 0, date(2026, 3, 7)),
    ],
)
def test_a_due_day_passes_over_holidays(day: date, count: int, due: date) -> None:
    assert deadlines.add_working_days(day, count) == due


def test_each_year_that_is_known_has_tet_the_kings_and_the_day_beside(session: Session) -> None:
    for year in deadlines.named().years:
        off = [day for day in deadlines.holidays(year) if day.weekday() < 5]
        assert sum(1 for day in off if day.month in (1, 2) and day.day != 1) >= 5, year
        assert {date(year, 9, 1), date(year, 9, 3)} & set(off), year
    assert all(day.weekday() >= 5 for day in deadlines.named().worked)


def test_officers_see_for_which_years_the_days_are_known(
    session: Session, browser: Callable[[], Browser]
) -> None:
    with clock.at(date(2026, 11, 26)):
        officer = make.make_officer(session)
        shown = signed_in(browser, officer).get("/department/status").text
    assert "2025, 2026" in shown
    assert "Năm 2027 chưa có" in shown
