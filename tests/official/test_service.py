"""What may be entered of what others have published, what corrects what, and the facts that come along."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.errors import Invalid, NotAllowed
from market.official import amounts, facts, queries, sources
from market.official import service as official
from market.official.models import Denominator, OfficialFigure
from market.places import queries as places
from market.statistics import indicators
from market.web import language
from market.web.context import speaking
from tests import make
from tests.make import SHELL, TODAY

YEAR = {"from_date": date(2020, 1, 1), "to_date": date(2020, 12, 31)}
PUBLISHED: dict[str, Any] = {**YEAR, "source": "Niên giám", "source_date": "2021"}


def _province(session: Session) -> int:
    return places.province_on(session, day=date(2020, 12, 31)).id


def _enter(session: Session, **changes: Any) -> Denominator:
    said = {"place_id": _province(session), "base": "sown", "amount": 10, "sector": "rice", **PUBLISHED}
    return official.enter_denominator(session, actor=SHELL, over=None, **{**said, **changes})


def _publish(session: Session, **changes: Any) -> OfficialFigure:
    said = {
        "code": "cooperatives",
        "place_id": _province(session),
        "number": Decimal(191),
        "unit": "cooperative",
        **PUBLISHED,
    }
    return official.enter_figure(session, actor=SHELL, over=None, **{**said, **changes})


def test_a_later_row_corrects_and_what_was_before_can_still_be_asked_for(session: Session) -> None:
    first, other = _enter(session), _enter(session, base="land")
    second = _enter(session, amount=20, source="Đính chính")
    rows, total = queries.list_standing(session, queries.denominators())
    assert ({row.id for row in rows}, total) == ({other.id, second.id}, 2)
    before = session.execute(sa.select(queries.denominators(before=second.recorded_at))).all()
    assert {row.id for row in before} <= {first.id, other.id}


def test_counts_of_different_scope_stand_side_by_side(session: Session) -> None:
    _publish(session, number=Decimal(608), scope="mọi HTX")
    _publish(session, number=Decimal(490), scope="HTX nông nghiệp")
    _publish(session, number=Decimal(493), scope="HTX nông nghiệp")
    rows, _ = queries.list_standing(session, queries.figures())
    assert {(row.scope, row.amount) for row in rows} == {("mọi HTX", 608), ("HTX nông nghiệp", 493)}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": "  "}, "source"),
        ({"source_date": ""}, "source_date"),
        ({"source_date": "31/2/2021"}, "source_date"),
        ({"source_date": "2150"}, "source_date"),
        ({"to_date": date(2019, 12, 31)}, "to_date"),
        ({"to_date": date(2035, 12, 31)}, "to_date"),
        ({"base": "sea"}, "base"),
        ({"sector": "gold"}, "sector"),
        ({"amount": 10**16}, "amount"),
        ({"amount": -1}, "amount"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field(
    session: Session, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        _enter(session, **changes)
    assert refused.value.field == field
    assert make.count_rows(session, Denominator) == 0


def test_a_number_in_the_wrong_unit_is_refused_with_the_right_ones(session: Session) -> None:
    with pytest.raises(Invalid) as refused:
        _publish(session, code="linked_area", unit="tonne")
    assert refused.value.field == "unit"
    assert "ha" in str(refused.value.words.values["units"])
    with pytest.raises(Invalid) as refused:
        _publish(session, code="cooperatives", unit="tonne")
    for spoken, unit in (("vi", "HTX"), ("en", "cooperatives")):
        with speaking(spoken):
            assert unit in language.say(refused.value.words), spoken
    assert _publish(session, code="linked_area", unit="ha", number=Decimal("1321.5")).amount == 13215


def test_nobody_enters_for_places_of_others(session: Session) -> None:
    commune = make.some_commune(session)
    with pytest.raises(NotAllowed):
        official.enter_denominator(
            session,
            actor=SHELL,
            over=(commune.id,),
            place_id=_province(session),
            base="sown",
            amount=1,
            **PUBLISHED,
        )


def test_numbers_stay_exact() -> None:
    assert amounts.exact(Decimal("30.460"), field="value") == (3046, 2)
    assert amounts.in_base(3046, 2, "percent") == Fraction(3046, 10_000)
    assert amounts.whole(Decimal("187579"), "ha", field="amount") == 1_875_790_000
    with pytest.raises(Invalid):
        amounts.exact(Decimal("0.1234567"), field="value")
    with pytest.raises(Invalid):
        amounts.whole(Decimal("0.00001"), "ha", field="amount")


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("2020", "2020", "2020"),
        ("3/2022", "2022-03", "03/2022"),
        ("2022-3", "2022-03", "03/2022"),
        ("6/4/2022", "2022-04-06", "06/04/2022"),
        ("2022-04-06", "2022-04-06", "06/04/2022"),
    ],
)
def test_a_sources_date_is_as_exact_as_it_is_known(typed: str, kept: str, shown: str) -> None:
    assert sources.read_date(typed) == kept
    assert sources.show_date(kept) == shown


def test_the_codes_are_those_of_the_figures(session: Session) -> None:
    ours = {code: (of.unit, of.name) for code, of in amounts.codes().items() if not code.startswith("KT")}
    assert ours == {one.code: (one.unit, one.name) for one in indicators.ALL}
    assert {of.unit for of in amounts.codes().values()} <= set(amounts.UNITS)


def test_every_unit_is_read_back_by_each_of_its_names() -> None:
    for code, unit in amounts.UNITS.items():
        for name in (code, unit.name.vi, unit.name.en, *unit.also):
            assert amounts.UNITS[amounts.read_unit(name)].measures == unit.measures, name
        assert amounts.read_unit(unit.name.vi) == code


def test_the_facts_are_entered_each_once_and_known_by_today(session: Session) -> None:
    read = list(facts.read())
    for fact in read:
        assert fact.known_on < TODAY
        fact.enter(session, actor=SHELL)
    counted = [
        queries.list_standing(session, rows)[1] for rows in (queries.denominators(), queries.figures())
    ]
    assert sum(counted) == len(read), "two facts about one thing"
