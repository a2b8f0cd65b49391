"""Periods as people and the shell write them, and how each language says them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.errors import Invalid
from market.statistics import periods
from market.statistics.periods import Period
from market.web import language
from market.web.context import speaking

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("text", "start", "end", "kind"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "year"),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30), "half"),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31), "half"),
        ("2026-9M", date(2026, 1, 1), date(2026, 9, 30), "nine_months"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "quarter"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "quarter"),
        ("2026-07", date(2026, 7, 1), date(2026, 7, 31), "month"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2100-02", date(2100, 2, 1), date(2100, 2, 28), "month"),
        ("2025-06-30", date(2025, 6, 30), date(2025, 6, 30), "day"),
        ("2025-12-15..2026-06-14", date(2025, 12, 15), date(2026, 6, 14), "span"),
        ("2025-12-15..2025-12-15", date(2025, 12, 15), date(2025, 12, 15), "span"),
    ],
)
def test_every_form_is_read_and_written_back(text: str, start: date, end: date, kind: str) -> None:
    period = periods.parse(f" {text} ")
    assert (period.start, period.end, period.kind, period.code) == (start, end, kind, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "20266",
        "1799",
        "2026-13",
        "2026-00",
        "2026-7",
        "2026-Q5",
        "2026-Q0",
        "2026-H3",
        "2026-6M",
        "2026-h1",
        "Q3-2026",
        "2026 Q3",
        "2026-02-30",
        "2026-07-1",
        "2026..2027",
        "2026-01-01..",
        "..2026-01-01",
        "2026-01-01...2026-02-01",
        "2026-01-01..2026-02-01..2026-03-01",
        "２０２６",
        "2026\x00",
        "next year",
    ],
)
def test_whatever_else_is_refused_with_the_ways_to_write_one(text: str) -> None:
    with pytest.raises(Invalid, match="2026-9M") as refused:
        periods.parse(text)
    assert refused.value.field == "period"


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Invalid, match="ends before it begins"):
        periods.parse("2026-02-01..2026-01-31")


@given(DAYS, DAYS)
def test_a_span_and_a_day_are_read_back_as_they_are_written(one: date, other: date) -> None:
    first, last = sorted((one, other))
    for period in (periods.span(first, last), periods.of_day(first), periods.of_year(first.year)):
        assert periods.parse(period.code) == period


@given(DAYS, st.sampled_from(periods.WHOLE))
def test_a_day_lies_in_its_whole_period_and_that_is_read_back(day: date, kind: periods.Kind) -> None:
    period = periods.containing(day, kind)
    assert period.start <= day <= period.end
    assert periods.parse(period.code) == period


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        ("2026", "2025"),
        ("2026-H1", "2025-H2"),
        ("2026-H2", "2026-H1"),
        ("2026-9M", "2025-9M"),
        ("2026-Q1", "2025-Q4"),
        ("2026-Q3", "2026-Q2"),
        ("2026-01", "2025-12"),
        ("2024-03", "2024-02"),
        ("2026-03-01", "2026-02-28"),
        ("2026-01-10..2026-01-19", "2025-12-31..2026-01-09"),
    ],
)
def test_the_period_before_is_of_the_same_kind(text: str, earlier: str) -> None:
    before = periods.before(periods.parse(text))
    assert before.code == earlier
    assert before == periods.parse(earlier)


@given(
    DAYS.filter(lambda day: day.year > 1901),
    st.sampled_from((*periods.WHOLE, "day", "span")),
    st.integers(0, 400),
)
def test_the_period_before_ends_on_the_eve(day: date, kind: str, length: int) -> None:
    period: Period
    if kind == "day":
        period = periods.of_day(day)
    elif kind == "span":
        period = periods.span(day - timedelta(days=length), day)
    else:
        period = periods.containing(day, kind)
    before = periods.before(period)
    assert before.end == period.start - timedelta(days=1)
    assert before.kind == period.kind
    if kind in ("day", "span"):
        assert before.end - before.start == period.end - period.start


def test_a_period_has_ended_when_its_last_day_is_over() -> None:
    month = periods.parse("2026-07")
    assert not month.has_ended(date(2026, 7, 31))
    assert month.has_ended(date(2026, 8, 1))


@pytest.mark.parametrize(
    ("kind", "today", "codes"),
    [
        ("month", date(2026, 2, 28), ["2026-01", "2025-12", "2025-11"]),
        ("month", date(2026, 3, 1), ["2026-02", "2026-01", "2025-12"]),
        ("quarter", date(2026, 4, 1), ["2026-Q1", "2025-Q4", "2025-Q3"]),
        ("half", date(2026, 12, 31), ["2026-H1", "2025-H2", "2025-H1"]),
        ("year", date(2026, 1, 1), ["2025", "2024", "2023"]),
    ],
)
def test_the_last_periods_that_have_ended_come_newest_first(
    kind: periods.Kind, today: date, codes: list[str]
) -> None:
    found = list(periods.ended(kind, today=today, count=3))
    assert [period.code for period in found] == codes
    assert all(period.has_ended(today) for period in found)


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("2026", "năm 2026", "year 2026"),
        ("2026-H1", "6 tháng đầu năm 2026", "first half of 2026"),
        ("2026-H2", "6 tháng cuối năm 2026", "second half of 2026"),
        ("2026-9M", "9 tháng đầu năm 2026", "first nine months of 2026"),
        ("2026-Q1", "quý I năm 2026", "quarter I of 2026"),
        ("2026-Q4", "quý IV năm 2026", "quarter IV of 2026"),
        ("2026-07", "tháng 7/2026", "month 7/2026"),
        ("2026-07-01", "1/7/2026", "1 Jul 2026"),
        ("2025-12-15..2026-06-14", "15/12/2025 đến 14/6/2026", "15 Dec 2025 to 14 Jun 2026"),
    ],
)
def test_each_language_says_a_period_its_own_way(text: str, vi: str, en: str) -> None:
    words = periods.parse(text).words
    with speaking("vi"):
        assert language.say(words) == vi
    with speaking("en"):
        assert language.say(words) == en
