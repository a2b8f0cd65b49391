"""All figures of the periods that officers look at most, counted ahead where that takes long: of the places
that somebody who is signed in works for, by the worker, again when the data has moved on. The page of all
figures shows them and says of when they are; what is counted quickly is counted whenever somebody asks. Of a
closed period nothing is kept here, for that is frozen (frozen.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.db import insert_or_update
from market.places import queries as places
from market.places.models import Place
from market.statistics import calendar, figures, indicators, kept, periods, plainly, state
from market.statistics.aggregates import Question
from market.statistics.dashboard_models import KeptFigures
from market.statistics.figures import Figure, Wish
from market.statistics.periods import Period

#: What takes longer to count is not counted each time that somebody asks.
SHORT = timedelta(milliseconds=500)
#: For each second that counting takes so many pass before it is counted again, and a minute at least: it
#: leaves the database to others for most of the time, however much is written.
REST = 30


@dataclass(frozen=True, slots=True)
class Due:
    """Figures to be counted: all of a place and period."""

    place_id: int
    period: Period


def read(session: Session, place: Place, period: Period) -> list[Figure] | None:
    """All figures of a place and period as known today, if they are kept, and no older than a page may show;
    each says of when it is.
    """
    row = session.get(KeptFigures, (place.id, period.code))
    if row is None or timedelta(milliseconds=row.took_ms) < SHORT:
        return None
    if (row.first_day, row.last_day) != (period.start, period.end) or not kept.may_show(session, row):
        return None
    found = plainly.read(row.document["figures"], place_id=place.id, on=clock.today())
    return [replace(one, counted_at=row.counted_at) for one in found]


def list_due(session: Session) -> list[Due]:
    """What has to be counted (again), for officers who are signed in."""
    today, now = clock.today(), clock.now()
    wanted = kept.places_of_officers(session, today, now)
    if not wanted:
        return []
    at = state.of(session, today)
    columns = (
        KeptFigures.place_id,
        KeptFigures.period,
        KeptFigures.first_day,
        KeptFigures.last_day,
        KeptFigures.on_day,
        KeptFigures.state,
        KeptFigures.counted_at,
        KeptFigures.took_ms,
    )
    held = {(row.place_id, row.period): row for row in session.execute(sa.select(*columns))}
    large = {row.place_id for row in held.values() if timedelta(milliseconds=row.took_ms) >= SHORT}
    return [
        one
        for one in _looked_at(session, wanted, large, today)
        if _is_due(held.get((one.place_id, one.period.code)), one.period, at, now)
    ]


def _is_due(row: Any, period: Period, at: str, now: datetime) -> bool:
    if row is None or (row.first_day, row.last_day) != (period.start, period.end):
        return True
    # What is of later than now was counted while the clock was ahead.
    age, took = abs(now - row.counted_at), timedelta(milliseconds=row.took_ms)
    if took < SHORT:  # nobody reads it: it only says that it need not be kept
        return bool(age >= kept.AT_LEAST)
    moved = row.state != at or row.on_day != clock.day_of(now)
    return bool(age >= kept.AT_LEAST or (moved and age >= max(kept.PAUSE, REST * took)))


def _looked_at(session: Session, wanted: list[int], large: set[int], today: date) -> Iterator[Due]:
    """Of each place the last periods of each kind that have ended, those before them, and the year so far;
    none that is closed. Of the province those as well that were another's then: they are laid beside its own.
    Where a year is counted quickly, so is whatever is shorter: the others only of ``large`` places.
    """
    province = places.province_on(session, day=today).id
    for period in _periods(today):
        if period.kind != "year" and not large:
            continue
        of_then = places.province_on(session, day=min(period.end, today))
        known = calendar.known(session, period, province=of_then)
        if known.known_before is None:
            also = [of_then.id] if province in wanted else []
            for place_id in dict.fromkeys([*wanted, *also]):
                if period.kind == "year" or place_id in large:
                    yield Due(place_id, known.period)


def _periods(today: date) -> Iterator[Period]:
    for kind in periods.WHOLE:
        yield from periods.ended(kind, today=today, count=2)
    yield periods.containing(today, "year")


def counted(session: Session, due: Due) -> dict[str, Any]:
    """The figures as they are kept: counted by whoever does not hold the writer's lock for so long."""
    today, now, began = clock.today(), clock.now(), time.monotonic()
    # The state first: what comes in while it is counted makes it due again, and is not overlooked.
    at = state.of(session, today)
    found = _count(session, session.get_one(Place, due.place_id), due.period, today)
    return {
        "first_day": due.period.start,
        "last_day": due.period.end,
        "on_day": today,
        "counted_at": now,
        "state": at,
        "took_ms": round((time.monotonic() - began) * 1000),
        "document": {"figures": plainly.plain(found)},
    }


def _count(session: Session, place: Place, period: Period, today: date) -> list[Figure]:
    [found] = figures.compute_all(session, [Wish(indicators.ALL, period, Question(place, today))])
    return found


def keep(session: Session, due: Due, values: dict[str, Any]) -> None:
    """Keep what ``counted`` found."""
    key = {"place_id": due.place_id, "period": due.period.code}
    insert_or_update(session, KeptFigures, key, **values)


def differences(session: Session) -> Iterator[str]:
    """One line for each figure that is kept otherwise than it is counted while the data stands where it
    stood. What is older is shown for minutes at most and says nothing of now.
    """
    today = clock.today()
    at = state.of(session, today)
    order = (KeptFigures.place_id, KeptFigures.period)
    for row in session.scalars(sa.select(KeptFigures).where(KeptFigures.state == at).order_by(*order)):
        place = session.get_one(Place, row.place_id)
        period = replace(periods.parse(row.period), start=row.first_day, end=row.last_day)
        was = {_name(one): one for one in row.document["figures"]}
        now = {_name(one): one for one in plainly.plain(_count(session, place, period, today))}
        for code, unit in sorted({*was, *now}):
            if was.get((code, unit)) != now.get((code, unit)):
                yield (
                    f"figures of place {place.code}, {row.period}: {code} in {unit} is kept otherwise than it"
                    " is counted"
                )


def _name(one: list[Any]) -> tuple[str, str]:
    """What tells a figure from the others of its place and period: the indicator and the unit."""
    return str(one[0]), str(one[6])
