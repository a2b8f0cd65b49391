"""Outlines of communes: what a file may hold, what is refused in which words, and what is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.__main__ import main
from market.db import Database
from market.engine import make_engine
from market.places import boundaries, crossings, queries
from market.places.models import Place, PlaceBoundary
from tests import make
from tests.make import count_rows, environment
from tests.profiles import Profile

Ring = list[list[float]]


@pytest.fixture
def places(session: Session) -> list[Place]:
    """Two communes of today."""
    return [make.some_commune(session, index=index) for index in (0, 1)]


def square(place: Place, size: float = 0.01) -> Ring:
    x, y = place.longitude, place.latitude
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def feature(code: Any, rings: Any, kind: str = "Polygon") -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": kind, "coordinates": rings},
    }


def file(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def reasons(session: Session, data: bytes) -> list[str]:
    return [str(one.reason) for one in boundaries.read(session, data).wrong]


def test_outlines_are_kept_and_taken_again_without_change(session: Session, places: list[Place]) -> None:
    one, other = places
    hole = [[x + 0.002, y + 0.002] for x, y in square(one, 0.004)]
    data = file(
        feature(one.code, [square(one), hole]),
        feature(other.code, [[square(other)], [square(other, -0.01)]], "MultiPolygon"),
    )
    found = boundaries.read(session, data)
    assert found.wrong == []
    assert boundaries.keep(session, found, source="a.geojson") == 2
    session.flush()
    kept = boundaries.of_places(session, [one.id, other.id])
    assert [len(kept[place.id]) for place in places] == [2, 2]
    assert kept[one.id][0] == [[pytest.approx(x), pytest.approx(y)] for x, y in square(one)]
    assert boundaries.keep(session, boundaries.read(session, data), source="b.geojson") == 0


def _broken(place: Place) -> dict[str, tuple[dict[str, Any], str]]:
    ring, code = square(place), place.code
    a, b, c, d, _ = ring
    return {
        "open": (feature(code, [ring[:-1]]), "not closed"),
        "bow": (feature(code, [[a, c, b, d, a]]), "crosses itself"),
        "back": (feature(code, [[a, b, a, c, a]]), "crosses itself"),
        "few": (feature(code, [[a, b, a]]), "fewer than four"),
        "flat": (feature(code, [[a, a, b, a, a]]), "fewer than four"),
        "turned": (feature(code, [[[y, x] for x, y in ring]]), "outside the province"),
        "far": (feature(code, [[[x + 3, y] for x, y in ring]]), "outside the province"),
        "none": (feature(code, []), "no outline"),
        "line": (feature(code, ring, "LineString"), "no Polygon"),
        "words": (feature(code, [[["a", "b"]] * 5]), "no pair of numbers"),
        "endless": (feature(code, [[[float("inf"), float("nan")]] * 5]), "no pair of numbers"),
        "huge": (feature(code, [[[10**400, 10**400]] * 5]), "no pair of numbers"),
        "metres": (feature(code, [[[580_000, 1_020_000]] * 5]), "outside the province"),
        "yes": (feature(code, [[[True, False]] * 5]), "no pair of numbers"),
        "null": ({"type": "Feature", "properties": {"code": code}, "geometry": None}, "no Polygon"),
        "unknown": (feature("99999", [ring]), "No place has the code"),
        "unnamed": (feature(None, [ring]), "no property"),
        "list": (feature([code], [ring]), "no property"),
        "province": (feature("96", [ring]), "no commune"),
    }


def test_broken_outlines_are_refused_in_words(session: Session, places: list[Place]) -> None:
    for name, (broken, words) in _broken(places[0]).items():
        found = boundaries.read(session, file(feature(places[1].code, [square(places[1])]), broken))
        assert [(one.number, words in str(one.reason)) for one in found.wrong] == [(2, True)], (
            name,
            [str(one.reason) for one in found.wrong],
        )
    twice = feature(places[0].code, [square(places[0])])
    assert "twice" in reasons(session, file(twice, twice))[0]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff\xfe", b"[]", b'{"type": "FeatureCollection"}', b"[" * 100_000, b"NaN"]
)
def test_what_is_no_file_of_outlines_is_refused(session: Session, data: bytes) -> None:
    found = boundaries.read(session, data)
    assert [one.number for one in found.wrong] == [0]


def test_an_old_commune_is_named_by_its_day(session: Session) -> None:
    with clock.at(make.REFORM.replace(year=2022)):
        old = make.some_commune(session)
        key = queries.key_of(old, make.REFORM.replace(year=2026))
    found = boundaries.read(session, file(feature(key, [square(old)])))
    assert list(found.rings) == [old.id], [str(one.reason) for one in found.wrong]


def test_lines_that_touch_from_inside_cross() -> None:
    ring = [(0, 0), (10, 0), (10, 10), (5, 0), (0, 10), (0, 0)]
    assert crossings.first([ring]) is not None, "a corner lies on another line"
    assert crossings.first([[(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]]) is None
    inner = [(2, 2), (12, 2), (12, 4), (2, 4), (2, 2)]
    assert crossings.first([[(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)], inner]) is not None


def test_the_command_takes_all_or_none(
    profile: Profile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = profile.own(tmp_path / "own")
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    database = Database(make_engine(settings.database))
    with database.reading() as session:
        one, other = (make.some_commune(session, index=index) for index in (0, 1))
        good, bad = feature(one.code, [square(one)]), feature(other.code, [square(other)[:-1]])

    def run(path: str, *features: Any, more: tuple[str, ...] = ()) -> tuple[int, dict[str, Any]]:
        where = tmp_path / path
        where.write_bytes(file(*features))
        status = main(["import", "boundaries", str(where), "--json", *more])
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return status, answer

    def count() -> int:
        with database.reading() as session:
            return count_rows(session, PlaceBoundary)

    status, answer = run("bad.geojson", good, bad)
    assert (status, answer["applied"], count()) == (1, False, 0)
    assert [(one["row"], one["value"]) for one in answer["errors"]] == [(2, other.code)]
    assert run("good.geojson", good, more=("--dry-run",))[0] == 0
    assert count() == 0
    status, answer = run("good.geojson", good)
    assert (status, answer["new"], answer["applied"], count()) == (0, 1, True, 1)
    database.close()


def test_reading_is_quick_for_long_outlines(session: Session, places: list[Place]) -> None:
    # A comb of some ten thousand points: what looks at every pair of lines takes minutes.
    place, teeth = places[0], 5_000
    x, y = place.longitude, place.latitude
    comb = [[x + n * 1e-5, y + (0.01 if n % 2 else 0.02)] for n in range(1, 2 * teeth)]
    ring = [[x, y], *comb, [x + 2 * teeth * 1e-5, y], [x, y]]
    assert reasons(session, file(feature(place.code, [ring]))) == []
