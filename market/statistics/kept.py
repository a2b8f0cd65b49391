"""The dashboard's figures, counted ahead: kept for each place that an officer who is signed in works for,
with the state of the data they were counted from, and counted again by the worker when that has moved on. A
page reads what is kept, says of when it is, and counts by itself where nothing is kept or it is too old.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts.models import OfficerDuty, SignIn, User
from market.accounts.queries import holds
from market.db import insert_or_update
from market.places import queries as places
from market.places.models import Place
from market.statistics import overview, state, worklists
from market.statistics.dashboard_models import KeptFigures, KeptOverview
from market.statistics.overview import Overview

#: Counted again at most so often while the data goes on moving.
PAUSE = timedelta(minutes=1)
#: A page shows what is kept for so long, though the data has moved on.
OLDEST = timedelta(minutes=15)
#: Counted again even where nothing seems to have moved: rows of transactions that overlap become known in
#: another order than their numbers are given.
AT_LEAST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures of a place and how many things wait in each list; ``counted_at``: when that was so."""

    figures: Overview
    waiting: dict[str, int]
    counted_at: datetime


def shown(session: Session, place: Place) -> Shown:
    """What the dashboard shows of a place: what is kept while it is fresh, else counted now."""
    row = session.get(KeptOverview, place.id)
    if row is not None and may_show(session, row):
        return _read(row)
    return _count(session, place, clock.today(), clock.now())


def may_show(session: Session, row: KeptOverview | KeptFigures) -> bool:
    """Whether a page may show what was counted then: of today, and young or as it would be counted now."""
    today = clock.today()
    if row.on_day != today:
        return False
    return abs(clock.now() - row.counted_at) <= OLDEST or row.state == state.of(session, today)


def _read(row: KeptOverview) -> Shown:
    document = row.document
    return Shown(
        overview.read(document["figures"], place_id=row.place_id, on=row.on_day),
        dict(document["waiting"]),
        row.counted_at,
    )


def _count(session: Session, place: Place, today: date, now: datetime) -> Shown:
    counted = overview.count(session, place, on=today)
    return Shown(counted, worklists.count_all(session, place_ids=(place.id,), on=today), now)


def list_due(session: Session) -> list[int]:
    """The places whose figures have to be counted (again): of officers who are signed in."""
    today, now = clock.today(), clock.now()
    wanted = places_of_officers(session, today, now)
    if not wanted:
        return []
    at = state.of(session, today)
    kept = {
        row.place_id: row
        for row in session.execute(
            sa.select(KeptOverview.place_id, KeptOverview.state, KeptOverview.counted_at)
        )
    }
    return [one for one in wanted if one not in kept or _is_due(kept[one], at, now)]


def _is_due(row: Any, at: str, now: datetime) -> bool:
    # What is of later than now was counted while the clock was ahead.
    age = abs(now - row.counted_at)
    return bool(age >= AT_LEAST or (row.state != at and age >= PAUSE))


def places_of_officers(session: Session, today: date, now: datetime) -> list[int]:
    """The places that officers who are signed in work for; the province for an administrator."""
    signed_in = sa.select(SignIn.user_id).where(SignIn.revoked_at.is_(None), SignIn.expires_at > now)
    found = set(
        session.scalars(
            sa.select(OfficerDuty.place_id).where(
                OfficerDuty.user_id.in_(signed_in), holds(OfficerDuty, on=sa.literal(today))
            )
        )
    )
    admin = sa.select(User.id).where(User.is_admin, User.id.in_(signed_in)).limit(1)
    if found or session.scalar(admin) is not None:
        found.add(places.province_on(session, day=today).id)
    return sorted(found)


def counted(session: Session, place_id: int) -> dict[str, Any]:
    """A place's figures as they are kept: counted by whoever does not hold the writer's lock for so long."""
    today, now = clock.today(), clock.now()
    # The state first: what comes in while it is counted makes it due again, and is not overlooked.
    at, place = state.of(session, today), session.get_one(Place, place_id)
    found = _count(session, place, today, now)
    return {
        "on_day": today,
        "counted_at": now,
        "state": at,
        "document": {"figures": overview.plain(found.figures), "waiting": found.waiting},
    }


def keep(session: Session, place_id: int, values: dict[str, Any]) -> None:
    """Keep what ``counted`` found."""
    insert_or_update(session, KeptOverview, {"place_id": place_id}, **values)


def differences(session: Session) -> Iterator[str]:
    """One line for each chart and list that is kept otherwise than it is counted while the data stands where
    it stood. What is older is shown for minutes at most and says nothing of now.
    """
    today = clock.today()
    at = state.of(session, today)
    for row in session.scalars(sa.select(KeptOverview).order_by(KeptOverview.place_id)):
        if row.state != at:
            continue
        place = session.get_one(Place, row.place_id)
        now = _count(session, place, today, clock.now())
        for kind, fresh in (("figures", overview.plain(now.figures)), ("waiting", now.waiting)):
            was: dict[str, Any] = row.document[kind]
            for name in sorted({*was, *fresh}):
                if was.get(name) != fresh.get(name):
                    yield f"dashboard of place {place.code}: {name} is kept otherwise than it is counted"
