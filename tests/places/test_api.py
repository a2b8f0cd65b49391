"""Places for programs: those of today, and others after a reform."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.places import queries
from tests.machines import Program
from tests.pages import Browser


@pytest.mark.parametrize(
    ("day", "levels"),
    [(date(2022, 3, 1), ["province", "district", "commune"]), (date(2026, 3, 10), ["province", "commune"])],
)
def test_the_places_of_the_day_stand_under_one_another(
    session: Session, browser: Callable[[], Browser], day: date, levels: list[str]
) -> None:
    with clock.at(day):
        found = Program(browser()).ask("/places")
        assert found["on"] == day.isoformat()
        told = {one["code"]: one for one in found["places"]}
        assert len(told) == len(found["places"])
        assert list(dict.fromkeys(one["level"] for one in found["places"])) == levels
        for code, one in told.items():
            place = queries.find_place(session, code=code, on=day)
            assert place is not None
            assert (one["name"], one["level"]) == (place.name, place.level)
            assert (one["parent"] is None) is (one["level"] == "province")
            assert one["parent"] is None or one["parent"] in told
            assert one["valid_from"] is None or one["valid_from"] <= day.isoformat()
        assert sum(one["level"] == "commune" for one in told.values()) == len(
            queries.list_communes(session, on=day)
        )


def test_what_began_with_a_reform_says_so(browser: Callable[[], Browser]) -> None:
    with clock.at(date(2026, 3, 10)):
        found = Program(browser()).ask("/places")
        communes = [one for one in found["places"] if one["level"] == "commune"]
        assert {one["valid_from"] for one in communes} == {"2025-07-01"}
