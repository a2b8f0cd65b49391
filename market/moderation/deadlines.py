"""Days by which something is to be done. Working days are Monday to Friday without public holidays (Labour
Code 45/2019/QH14, article 112): those of the sun are reckoned for any year; those that the government names
anew each year (Lunar New Year, the Hung Kings' day, the day beside 2 September, days that are exchanged)
stand in holidays.csv with their source. A year that is not there yet counts the others alone: a due day is
then earlier than the law's, and later only where a Saturday is worked instead of another day.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "holidays.csv"
#: Month and day: New Year, Victory Day, Labour Day, National Day.
FIXED = ((1, 1), (4, 30), (5, 1), (9, 2))


@dataclass(frozen=True, slots=True)
class Named:
    """What the government has named: further days off, and days of a weekend that are worked instead."""

    off: frozenset[date]
    worked: frozenset[date]

    @property
    def years(self) -> tuple[int, ...]:
        """The years whose days are known, ascending."""
        return tuple(sorted({day.year for day in self.off}))


@cache
def named() -> Named:
    """What holidays.csv says."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [(date.fromisoformat(row["day"]), row["kind"]) for row in csv.DictReader(file)]
    return Named(
        frozenset(day for day, kind in rows if kind == "off"),
        frozenset(day for day, kind in rows if kind == "worked"),
    )


@cache
def holidays(year: int) -> frozenset[date]:
    """The days off of a year. One that falls on a weekend is made up for on the next working day (article
    111, paragraph 3).
    """
    days = {date(year, *one) for one in FIXED} | {day for day in named().off if day.year == year}
    for day in sorted(days):
        if day.weekday() >= 5:
            while day.weekday() >= 5 or day in days:
                day += timedelta(days=1)
            days.add(day)
    return frozenset(days)


def is_working_day(day: date) -> bool:
    """Whether offices work on a day."""
    return day in named().worked or (day.weekday() < 5 and day not in holidays(day.year))


def add_working_days(day: date, count: int) -> date:
    """The day that is so many working days after this one."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day
