"""Periods as people and the shell write them: ``2026``, ``2026-H1``, ``2026-9M``, ``2026-Q3``, ``2026-07``,
a single day, or ``2025-12-15..2026-06-14``. Pure; which figures may be shown for which period stands in
access.py, the edges that a reporting calendar or a closing gives will come from tables.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from market.errors import Invalid
from market.words import Words, t

Kind = Literal["year", "half", "nine_months", "quarter", "month", "day", "span"]

#: The kinds for which the public may see trade figures once they have ended (glossary, rule 6).
WHOLE: tuple[Kind, ...] = ("year", "half", "quarter", "month")

_YEAR = r"(19\d\d|20\d\d|21\d\d)"
_SHAPES = re.compile(rf"{_YEAR}(?:-(?:H([12])|(9M)|Q([1-4])|(0[1-9]|1[0-2])))?")
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` to ``end``, both inside; ``code`` is how it is written."""

    code: str
    start: date
    end: date
    kind: Kind

    def has_ended(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.end < today

    @property
    def words(self) -> Words:
        """How people call it."""
        year = str(self.start.year)
        match self.kind:
            case "year":
                return t("year {year}", year=year)
            case "half" if self.start.month == 1:
                return t("first half of {year}", year=year)
            case "half":
                return t("second half of {year}", year=year)
            case "nine_months":
                return t("first nine months of {year}", year=year)
            case "quarter":
                return t("quarter {quarter} of {year}", quarter=_ROMAN[self.start.month // 3], year=year)
            case "month":
                return t("month {month}/{year}", month=self.start.month, year=year)
            case "day":
                return t("{day}", day=self.start)
        return t("{start} to {end}", start=self.start, end=self.end)


def parse(text: str) -> Period:
    """The period that a text names; refuses Invalid, with the ways to write one."""
    text = text.strip()
    if found := _SHAPES.fullmatch(text):
        year, half, nine, quarter, month = found.groups()
        if half:
            return _months(int(year), 6 * int(half) - 5, 6, "half")
        if nine:
            return _months(int(year), 1, 9, "nine_months")
        if quarter:
            return _months(int(year), 3 * int(quarter) - 2, 3, "quarter")
        return _months(int(year), int(month), 1, "month") if month else _months(int(year), 1, 12, "year")
    first, dots, last = text.partition("..")
    start, end = _day(first), _day(last) if dots else _day(first)
    if start is None or end is None:
        raise Invalid(
            t(
                "“{typed}” is no period: write it as 2026, 2026-H1, 2026-9M, 2026-Q3, 2026-07 or "
                "2025-12-15..2026-06-14.",
                typed=text[:60],
            ),
            field="period",
        )
    if start > end:
        raise Invalid(t("The period ends before it begins."), field="period")
    return span(start, end) if dots else of_day(start)


def of_day(day: date) -> Period:
    """A single day."""
    return Period(day.isoformat(), day, day, "day")


def span(start: date, end: date) -> Period:
    """Any days from one to another, both inside."""
    return Period(f"{start.isoformat()}..{end.isoformat()}", start, end, "span")


def of_year(year: int) -> Period:
    """A calendar year."""
    return _months(year, 1, 12, "year")


def containing(day: date, kind: Kind) -> Period:
    """The whole period of this kind (see ``WHOLE``) in which a day lies."""
    length = {"year": 12, "half": 6, "quarter": 3, "month": 1}[kind]
    return _months(day.year, (day.month - 1) // length * length + 1, length, kind)


def before(period: Period) -> Period:
    """The period of the same kind, or of as many days, before this one; nine months are those a year ago."""
    if period.kind in WHOLE:
        return containing(period.start - timedelta(days=1), period.kind)
    if period.kind == "nine_months":
        return _months(period.start.year - 1, 1, 9, "nine_months")
    end = period.start - timedelta(days=1)
    start = end - (period.end - period.start)
    return of_day(end) if period.kind == "day" else span(start, end)


def ended(kind: Kind, *, today: date, count: int) -> Iterator[Period]:
    """The last ``count`` whole periods of a kind that have ended, newest first."""
    period = containing(today, kind)
    for _ in range(count):
        period = before(period)
        yield period


def _months(year: int, first: int, count: int, kind: Kind) -> Period:
    last = first + count - 1
    code = {
        "year": f"{year}",
        "half": f"{year}-H{1 if first == 1 else 2}",
        "nine_months": f"{year}-9M",
        "quarter": f"{year}-Q{(first + 2) // 3}",
        "month": f"{year}-{first:02}",
    }[kind]
    return Period(code, date(year, first, 1), date(year, last, monthrange(year, last)[1]), kind)


def _day(text: str) -> date | None:
    if not re.fullmatch(r"(19|20|21)\d\d-\d\d-\d\d", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
