"""The writes of places: bringing the tables into line with the files in data/, and the closure computed
from them. Reading a file stands in files.py; questions are asked in queries.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.errors import Misconfigured
from market.places import files, queries
from market.places.models import LEVELS, Place, PlaceCover, PlaceSuccession
from search import vietnamese


def load(session: Session, folder: Path = files.FOLDER) -> int:
    """Insert and update the places of all files; gives how many places the files hold.

    Doing it again changes nothing. A place that left the files stays, since others may point to it. Refuses
    (Misconfigured) files that contradict themselves: a code naming two places at once, a parent or successor
    that did not exist on its day.
    """
    rows = files.read(folder)
    places = {(place.code, place.valid_from): place for place in session.scalars(sa.select(Place))}
    for row in rows:
        place = places.get((row.code, row.valid_from))
        if place is None:
            place = Place(code=row.code, valid_from=row.valid_from)
            places[row.code, row.valid_from] = place
        _fill(place, row)
    by_code = _by_code(places.values())
    for level in LEVELS:
        for row in rows:
            if row.level == level:
                place = places[row.code, row.valid_from]
                place.parent_id = _at(by_code, row.parent, _last_day(place), row).id if row.parent else None
                session.add(place)
        session.flush()  # the level below needs these ids
    _put_successions(session, rows, places, by_code)
    session.flush()  # the closure is computed from the rows
    recompute_covers(session)
    return len(rows)


def recompute_covers(session: Session) -> None:
    """Bring the closure into line with parents and successions, touching only what differs."""
    parents = {row.id: row.parent_id for row in session.execute(sa.select(Place.id, Place.parent_id))}
    successors = {
        row.old_id: row.new_id
        for row in session.execute(sa.select(PlaceSuccession.old_id, PlaceSuccession.new_id))
    }

    @cache
    def covering(place_id: int) -> frozenset[int]:
        above = (parents[place_id], successors.get(place_id))
        return frozenset({place_id}).union(*(covering(other) for other in above if other is not None))

    wanted = {(ancestor, place) for place in parents for ancestor in covering(place)}
    present = {
        (row.ancestor_id, row.place_id)
        for row in session.execute(sa.select(PlaceCover.ancestor_id, PlaceCover.place_id))
    }
    for ancestor, place in sorted(present - wanted):
        session.execute(
            sa.delete(PlaceCover).where(PlaceCover.ancestor_id == ancestor, PlaceCover.place_id == place)
        )
    if missing := sorted(wanted - present):
        session.execute(
            sa.insert(PlaceCover),
            [{"ancestor_id": ancestor, "place_id": place} for ancestor, place in missing],
        )


def _fill(place: Place, row: files.PlaceRow) -> None:
    place.name = f"{row.kind.capitalize()} {row.short_name}"
    place.short_name = row.short_name
    place.kind = row.kind
    place.level = row.level
    place.latitude = row.latitude
    place.longitude = row.longitude
    place.coordinate_basis = row.coordinate_basis
    place.area_km2 = row.area_km2
    place.valid_to = row.valid_to
    place.folded = vietnamese.fold(place.name)
    # By the name itself: with the type word all communes would stand before all wards.
    place.sort_key = vietnamese.sort_key(row.short_name)


def _put_successions(
    session: Session,
    rows: Iterable[files.PlaceRow],
    places: dict[tuple[str, date], Place],
    by_code: dict[str, list[Place]],
) -> None:
    present = {row.old_id: row for row in session.scalars(sa.select(PlaceSuccession))}
    for row in rows:
        place = places[row.code, row.valid_from]
        if not row.successor:
            if place.id in present:
                session.delete(present[place.id])
            continue
        if place.valid_to is None:
            raise Misconfigured(f"places: {row.where} has a successor but no end")
        succession = present.get(place.id)
        if succession is None:
            succession = PlaceSuccession(old_id=place.id)
        succession.new_id = _at(by_code, row.successor, place.valid_to, row).id
        succession.on_date = place.valid_to
        session.add(succession)


def _by_code(places: Iterable[Place]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in sorted(places, key=lambda place: place.valid_from):
        earlier = found[place.code]
        if earlier and (earlier[-1].valid_to is None or earlier[-1].valid_to > place.valid_from):
            raise Misconfigured(f"places: code {place.code} names two places on {place.valid_from}")
        earlier.append(place)
    return found


def _at(by_code: dict[str, list[Place]], code: str, day: date, row: files.PlaceRow) -> Place:
    for place in by_code.get(code, ()):
        if queries.is_valid(place, day):
            return place
    raise Misconfigured(f"places: {row.where} points to {code}, which no place was on {day}")


def _last_day(place: Place) -> date:
    return place.valid_to - timedelta(days=1) if place.valid_to else date.max
