"""Outlines of communes: read from a GeoJSON file, looked at, and kept, all or none. What is refused is said
in words, feature by feature. Coordinates are WGS 84 degrees, longitude first; between looking and keeping
they are whole numbers of 10^-7 degrees, so that whether lines cross is no matter of rounding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import Invalid, MarketError
from market.places import crossings, queries
from market.places.models import Place, PlaceBoundary, PlaceCover
from market.words import Words, t

MOST_BYTES = 20_000_000
MOST_POINTS = 20_000
SCALE = 10**7
#: So far beyond the middles of its communes a province's land reaches, in degrees.
MARGIN = 0.5
#: What is larger is no coordinate of any kind; one in metres is, and lies outside.
MOST_DEGREES = 10**8

Point = tuple[int, int]
Ring = list[Point]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a feature (counted from 1; 0: with the file)."""

    number: int
    code: str
    reason: Words


@dataclass(slots=True)
class Read:
    """What a file holds: rings by place, and all that is wrong. Kept only where nothing is."""

    rings: dict[int, list[Ring]] = field(default_factory=dict)
    features: int = 0
    wrong: list[Wrong] = field(default_factory=list)


def read(session: Session, data: bytes, *, on: date | None = None) -> Read:
    """Look at a file. A feature is a Polygon or MultiPolygon with the property ``code``: a commune's code,
    as it was valid on the day (today), or dated as ``31825@2025-07-01``.
    """
    day, found = on or clock.today(), Read()
    try:
        features = _features(data)
    except MarketError as wrong:
        found.wrong.append(Wrong(0, "", wrong.words))
        return found
    found.features = len(features)
    for number, feature in enumerate(features, start=1):
        code = _code(feature)
        try:
            place = _place(session, code, day)
            if place.id in found.rings:
                raise Invalid(t("This commune stands in the file twice."))
            found.rings[place.id] = _rings(feature, _box(session, place))
        except MarketError as wrong:
            found.wrong.append(Wrong(number, code, wrong.words))
    return found


def keep(session: Session, found: Read, *, source: str) -> int:
    """Put the outlines in the place of those that were there; says how many are new or other than before."""
    before = {row.place_id: row for row in session.scalars(sa.select(PlaceBoundary))}
    changed = 0
    for place_id, rings in sorted(found.rings.items()):
        degrees = [[[x / SCALE, y / SCALE] for x, y in ring] for ring in rings]
        row = before.get(place_id)
        if row is None:
            session.add(PlaceBoundary(place_id=place_id, rings=degrees, source=source, loaded_at=clock.now()))
        elif row.rings != degrees:
            row.rings, row.source, row.loaded_at = degrees, source, clock.now()
        else:
            continue
        changed += 1
    return changed


def of_places(session: Session, place_ids: list[int]) -> dict[int, list[list[list[float]]]]:
    """The outlines there are: rings of (longitude, latitude)."""
    rows = session.execute(
        sa.select(PlaceBoundary.place_id, PlaceBoundary.rings).where(PlaceBoundary.place_id.in_(place_ids))
    )
    return {row.place_id: row.rings for row in rows}


def _features(data: bytes) -> list[Any]:
    if len(data) > MOST_BYTES:
        raise Invalid(t("The file is larger than {n} MB.", n=MOST_BYTES // 1_000_000))
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Invalid(t("The file is no GeoJSON that can be read.")) from None
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise Invalid(t("The file is no GeoJSON FeatureCollection."))
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise Invalid(t("The file holds no features."))
    return features


def _code(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    return str(code)[:40] if isinstance(code, str | int) and not isinstance(code, bool) else ""


def _place(session: Session, code: str, day: date) -> Place:
    if not code:
        raise Invalid(t("The feature has no property “code”."))
    place = queries.resolve(session, text=code, on=day)
    if place.level != "commune":
        raise Invalid(t("{place} is no commune.", place=place.name))
    return place


def _box(session: Session, place: Place) -> tuple[float, float, float, float]:
    """West, south, east and north of the province: the middles of its communes and a margin around them."""
    above = sa.select(PlaceCover.ancestor_id).where(PlaceCover.place_id == place.id)
    provinces = sa.select(Place.id).where(Place.level == "province")
    covered = sa.select(PlaceCover.place_id).where(
        PlaceCover.ancestor_id.in_(above), PlaceCover.ancestor_id.in_(provinces)
    )
    west, south, east, north = session.execute(
        sa.select(
            sa.func.min(Place.longitude),
            sa.func.min(Place.latitude),
            sa.func.max(Place.longitude),
            sa.func.max(Place.latitude),
        ).where(Place.id.in_(covered))
    ).one()
    return west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN


def _rings(feature: Any, box: tuple[float, float, float, float]) -> list[Ring]:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, list):
        raise Invalid(t("The feature is no Polygon or MultiPolygon."))
    polygons = [coordinates] if kind == "Polygon" else coordinates
    rings = [_ring(one, box) for polygon in polygons for one in _listed(polygon)]
    if not rings:
        raise Invalid(t("The feature has no outline."))
    if sum(len(ring) for ring in rings) > MOST_POINTS:
        raise Invalid(t("The outline has more than {n} points. Please simplify it.", n=MOST_POINTS))
    if (at := crossings.first(rings)) is not None:
        raise Invalid(
            t(
                "The outline crosses itself near longitude {x}, latitude {y}.",
                x=f"{at[0] / SCALE:.5f}",
                y=f"{at[1] / SCALE:.5f}",
            )
        )
    return rings


def _listed(polygon: Any) -> Iterator[Any]:
    if not isinstance(polygon, list) or not polygon:
        raise Invalid(t("The feature has no outline."))
    yield from polygon


def _ring(one: Any, box: tuple[float, float, float, float]) -> Ring:
    if not isinstance(one, list) or len(one) < 4:
        raise Invalid(t("A ring has fewer than four points."))
    if len(one) > MOST_POINTS:
        raise Invalid(t("The outline has more than {n} points. Please simplify it.", n=MOST_POINTS))
    ring = [_point(pair, box) for pair in one]
    if ring[0] != ring[-1]:
        raise Invalid(t("A ring is not closed: its last point is not its first."))
    # A point that is repeated draws nothing.
    kept = [ring[0], *(point for before, point in pairwise(ring) if point != before)]
    if len(set(kept)) < 3:
        raise Invalid(t("A ring has fewer than four points."))
    return kept


def _point(pair: Any, box: tuple[float, float, float, float]) -> Point:
    numbers = pair[:2] if isinstance(pair, list) else []
    # Compared, not asked whether it is finite: a whole number may have more digits than a float holds.
    if len(numbers) != 2 or not all(
        isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < MOST_DEGREES
        for one in numbers
    ):
        raise Invalid(t("A point is no pair of numbers."))
    x, y = numbers
    if not (box[0] <= x <= box[2] and box[1] <= y <= box[3]):
        raise Invalid(
            t(
                "A point lies outside the province: longitude {x}, latitude {y}. Longitude stands first.",
                x=f"{x:.5f}"[:20],
                y=f"{y:.5f}"[:20],
            )
        )
    return round(x * SCALE), round(y * SCALE)
