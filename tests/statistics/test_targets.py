"""Targets: set as a resolution has them, refused in the wrong unit, judged by count and pace."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.errors import Invalid, NotAllowed
from market.parties import service as parties
from market.places import queries as places
from market.statistics import indicators, targets
from market.statistics.target_models import Target
from market.statistics.targets import Progress
from tests import make
from tests.make import SHELL
from tests.pages import Browser

Open = Callable[[], Browser]
#: 73 days of 2026 are gone, a fifth.
DAY = date(2026, 3, 14)


def _set(session: Session, **changes: Any) -> Target:
    said: dict[str, Any] = {
        "indicator": "cooperatives_founded",
        "place_id": places.province_on(session, day=clock.today()).id,
        "period": "2026",
        "value": "20",
        "language": "vi",
        "document": "Nghị quyết thử",
        "document_number": "01/NQ",
        "document_date": date(2025, 12, 1),
    }
    return targets.set_target(session, actor=SHELL, over=None, **{**said, **changes})


def _all(session: Session, *, sees: bool = True) -> list[Progress]:
    rows = targets.standing(session, over=None)
    return [targets.progress(session, row, sees=lambda _: sees) for row in rows]


def _found(session: Session, count: int, *, on: date) -> None:
    for number in range(count):
        parties.register_party(
            session,
            actor=SHELL,
            kind="cooperative",
            name=f"HTX {on} {number}",
            place_id=make.some_commune(session).id,
            founded_on=on,
            standing="confirmed",
        )
    session.flush()


@pytest.mark.parametrize(
    ("founded", "light"), [(4, "on_course"), (3, "behind"), (20, "reached"), (0, "behind")]
)
def test_a_flow_goes_on_by_as_much_a_day(session: Session, founded: int, light: str) -> None:
    with clock.at(DAY):
        _set(session)
        _found(session, founded, on=date(2026, 2, 1))
        (one,) = _all(session)
    assert (one.value, one.forecast, one.light) == (founded, founded * 5, light)
    assert one.done == founded / 20


def test_a_stock_moves_on_from_where_it_stood(session: Session) -> None:
    with clock.at(DAY):
        _found(session, 10, on=date(2020, 1, 1))
        _found(session, 2, on=date(2026, 2, 1))
        _set(session, indicator="cooperatives", value="21 HTX")
        (one,) = _all(session)
        assert (one.value, one.forecast, one.light) == (12, 20, "near")
    with clock.at(date(2027, 1, 2)):
        (one,) = _all(session)
        assert (one.value, one.how, one.light) == (12, "ended", "missed")


def test_a_share_stays_and_nothing_to_divide_by_is_unknown(session: Session) -> None:
    with clock.at(DAY):
        row = _set(session, indicator="rated_good_share", value="60 %")
        assert (row.amount, row.decimals, row.unit) == (60, 0, "percent")
        (one,) = _all(session)
        assert (one.target, one.value, one.light) == (Fraction(3, 5), None, "behind")


@pytest.mark.parametrize(
    ("indicator", "value", "kept"),
    [
        ("linked_area", "57.000 ha", (57_000, 0, "ha")),
        ("linked_area", "1.321,5", (13_215, 1, "ha")),
        ("rated_good_share", "60", (60, 0, "percent")),
        ("contracted_volume", "12 tấn", (12, 0, "tonne")),
        ("linked_area", "5 tấn", None),
        ("cooperatives", "5 ha", None),
        ("rated_good_share", "60 HTX", None),
        ("cooperatives", "nhiều", None),
        ("cooperatives", "5 gì đó", None),
    ],
)
def test_a_value_is_in_the_figures_unit_or_refused(
    indicator: str, value: str, kept: tuple[int, int, str] | None
) -> None:
    if kept is not None:
        assert targets.read_value(indicators.get(indicator), value, language="vi") == kept
        return
    with pytest.raises(Invalid) as refused:
        targets.read_value(indicators.get(indicator), value, language="vi")
    assert refused.value.field == "value"


def test_who_sets_it_again_corrects_it_and_nought_takes_it_back(session: Session) -> None:
    with clock.at(DAY):
        _set(session)
        clock.move(clock.now() + timedelta(minutes=1))
        _set(session, value="30")
        assert [row.amount for row in targets.standing(session, over=None)] == [30]
        clock.move(clock.now() + timedelta(minutes=1))
        _set(session, value="0")
        assert targets.standing(session, over=None) == []


def test_what_trade_makes_is_hidden_without_the_duty(session: Session) -> None:
    with clock.at(DAY):
        _set(session, indicator="links_new", value="5")
        assert [one.light for one in _all(session, sees=False)] == ["hidden"]
        assert [one.value for one in _all(session)] == [0]


def test_nobody_sets_targets_for_places_of_others(session: Session) -> None:
    commune = make.some_commune(session)
    with clock.at(DAY), pytest.raises(NotAllowed):
        targets.set_target(
            session,
            actor=SHELL,
            over=(commune.id,),
            indicator="cooperatives",
            place_id=places.province_on(session, day=DAY).id,
            period="2026",
            value="5",
            language="vi",
            document="Nghị quyết thử",
            document_number="01/NQ",
            document_date=date(2025, 12, 1),
        )


def test_an_officer_sets_one_sees_it_and_takes_the_list_away(session: Session, browser: Open) -> None:
    with clock.at(DAY):
        here = browser()
        here.sign_in(make.make_officer(session).login)
        path = "/department/targets"
        said = {
            "indicator": "linked_area",
            "place": places.province_on(session, day=DAY).code,
            "period": "2026",
            "value": "57.000 tấn",
            "document": "Nghị quyết thử",
            "document_number": "01/NQ",
            "document_date": "2025-12-01",
        }
        page = here.get(path).form(path).send(**said)
        assert page.status == 422
        assert page.css("#e-value")
        assert page.form(path).fields["document"] == "Nghị quyết thử"
        page = page.form(path).send(value="57.000 ha")
        assert "57.000 ha" in page.text
        assert page.css(".state-bad")
        assert "chậm" in page.text
        answer = here.client.get(f"{path}/export/csv")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [len(row) for row in rows] == [13, 13]
        assert (rows[1][2], rows[1][4]) == ("2026", "57000")
        assert here.client.get(f"{path}/export/xlsx").content[:2] == b"PK"
