"""The one clock. Everything that needs the time asks here, so that the demo can live through years
and tests through anything; ``datetime.now`` elsewhere is found by a house test. Days are days in
Asia/Ho_Chi_Minh, moments are aware UTC datetimes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
#: By how much the clocks of several machines may differ.
APART = timedelta(minutes=1)

_fixed: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _fixed if _fixed is not None else datetime.now(UTC)


def today() -> date:
    """The present day in Asia/Ho_Chi_Minh."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The local day on which a moment falls."""
    return moment.astimezone(LOCAL).date()


def start_of(day: date) -> datetime:
    """The first moment of a local day, in UTC."""
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment after a local day, in UTC: what was known "as of the day" came before it."""
    return start_of(day + timedelta(days=1))


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Let the process live at another moment (a date means its noon). For the demo and for tests."""
    global _fixed
    before = _fixed
    move(moment)
    try:
        yield
    finally:
        _fixed = before


def move(moment: datetime | date) -> None:
    """Move the fixed clock; only inside ``at``."""
    global _fixed
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(12), LOCAL)
    _fixed = moment.astimezone(UTC)
