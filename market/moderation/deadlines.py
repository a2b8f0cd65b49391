"""Days by which something is to be done. Working days are Monday to Friday: public holidays are not taken
out, so a due day is never later than the law's.
"""

from __future__ import annotations

from datetime import date, timedelta


def add_working_days(day: date, count: int) -> date:
    """The day that is so many working days after this one."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day
