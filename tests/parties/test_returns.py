"""Capital, returns, ratings by the fifteen criteria and the comparison: what is kept, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import Invalid, NotFound
from market.events import EventRow
from market.parties import returns
from market.parties import service as parties
from market.parties.models import Party, PartyRating
from market.parties.register_models import (
    RETURN_ITEMS,
    HighTech,
    PartyCapital,
    RatingPoints,
    RegisterComparison,
    YearlyReturn,
)
from tests import make
from tests.make import TODAY

pytestmark = pytest.mark.usefixtures("on_a_day")

SAID: dict[str, int | None] = {
    "workers": 12,
    "revenue": 900_000_000,
    "member_revenue": 600_000_000,
    "profit": -5_000_000,
    "member_income": 60_000_000,
    "worker_income": 72_000_000,
    "assets": 2_000_000_000,
    "managers": 5,
    "trained_managers": 4,
}


def unit(session: Session, **changes: Any) -> Party:
    return make.make_unit(session, **{"founded_on": date(2020, 5, 4), **changes}).party


def points(*given: int) -> dict[int, int]:
    """Fifteen points, those that are not given are 0."""
    return {one: given[one - 1] if one <= len(given) else 0 for one in range(1, 16)}


def refused(write: Callable[[], object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        write()
    assert refusal.value.field == field


def test_facts_are_added_with_day_source_and_event(session: Session) -> None:
    party = unit(session)
    begun = party.version
    fact: dict[str, Any] = {"actor": make.SHELL, "party_id": party.id, "source": "QĐ 12/QĐ-UBND"}
    returns.set_capital(session, amount=500_000_000, on_date=date(2024, 1, 1), **fact)
    returns.set_capital(session, amount=700_000_000, **fact)
    returns.note_high_tech(session, **fact)
    returns.note_high_tech(session, holds=False, **fact)
    returns.compare_with_national(session, agrees=False, **fact)
    returns.report_year(session, year=TODAY.year - 1, items=SAID, **fact)
    session.flush()
    capitals = session.scalars(sa.select(PartyCapital).order_by(PartyCapital.id)).all()
    assert [(one.amount, one.on_date) for one in capitals] == [
        (500_000_000, date(2024, 1, 1)),
        (700_000_000, TODAY),
    ]
    assert [one.holds for one in session.scalars(sa.select(HighTech).order_by(HighTech.id))] == [True, False]
    assert session.scalars(sa.select(RegisterComparison)).one().agrees is False
    kept = session.scalars(sa.select(YearlyReturn)).one()
    assert {name: getattr(kept, name) for name in RETURN_ITEMS} == SAID
    assert kept.on_date == date(TODAY.year - 1, 12, 31)
    assert {one.source for one in (*capitals, kept)} == {"QĐ 12/QĐ-UBND"}
    assert party.version == begun + 6
    verbs = session.scalars(
        sa.select(EventRow.name).where(EventRow.subject_id == party.id).order_by(EventRow.id)
    ).all()
    assert verbs[-6:] == [
        *["party.capital_set"] * 2, *["party.high_tech_noted"] * 2, "party.compared", "party.year_reported",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"revenue": None}, "revenue"),
        ({"member_revenue": 900_000_001}, "member_revenue"),
        ({"trained_managers": 6}, "trained_managers"),
        ({"managers": None}, "managers"),
        ({"workers": -1}, "workers"),
        ({"assets": -1}, "assets"),
        ({"profit": -(10**14) - 1}, "profit"),
        (dict.fromkeys(RETURN_ITEMS), "workers"),
    ],
)
def test_a_return_that_cannot_be_is_refused(session: Session, changes: dict[str, Any], field: str) -> None:
    party = unit(session)
    refused(
        lambda: returns.report_year(
            session,
            actor=make.SHELL,
            party_id=party.id,
            year=TODAY.year - 1,
            items={**SAID, **changes},
        ),
        field,
    )
    assert not make.count_rows(session, YearlyReturn)


def test_a_year_that_has_not_ended_has_no_return(session: Session) -> None:
    party = unit(session)
    for year in (TODAY.year, 1989):
        report = partial(returns.report_year, session, actor=make.SHELL, party_id=party.id, items=SAID)
        refused(partial(report, year=year), "year")


@pytest.mark.parametrize(
    ("total", "rating"),
    [(100, "good"), (80, "good"), (79, "fair"), (65, "fair"), (64, "average"), (50, "average"), (49, "weak"),
     (0, "weak")],
)  # fmt: skip
def test_the_class_follows_from_the_points(session: Session, total: int, rating: str) -> None:
    party = unit(session)
    row = returns.rate_unit(
        session, actor=make.SHELL, party_id=party.id, year=TODAY.year - 1, points=points(total)
    )
    session.flush()
    assert (row.rating, row.score, row.reason) == (rating, total, None)
    kept = session.execute(
        sa.select(RatingPoints.criterion, RatingPoints.points).where(RatingPoints.rating_id == row.id)
    ).all()
    assert dict(kept) == points(total)


def test_another_class_or_none_needs_a_reason(session: Session) -> None:
    party = unit(session)
    rate: dict[str, Any] = {"actor": make.SHELL, "party_id": party.id, "year": TODAY.year - 1}
    refused(lambda: returns.rate_unit(session, points=points(82), found="fair", **rate), "reason")
    refused(lambda: returns.rate_unit(session, **rate), "reason")
    refused(lambda: returns.rate_unit(session, found="good", **rate), "points1")
    assert not make.count_rows(session, PartyRating)
    row = returns.rate_unit(session, points=points(82), found="fair", reason="Chậm báo cáo thuế.", **rate)
    assert (row.rating, row.score, row.reason) == ("fair", 82, "Chậm báo cáo thuế.")
    row = returns.rate_unit(session, reason="Mới sáp nhập.", **rate)
    assert (row.rating, row.score) == ("unrated", None)


def test_points_are_whole_fifteen_and_a_hundred_at_most(session: Session) -> None:
    party = unit(session)
    rate: dict[str, Any] = {"actor": make.SHELL, "party_id": party.id, "year": TODAY.year - 1}
    refused(lambda: returns.rate_unit(session, points=points(60, 41), **rate), "points1")
    missing = points(60)
    del missing[9]
    refused(lambda: returns.rate_unit(session, points=missing, **rate), "points9")
    assert not make.count_rows(session, RatingPoints)


def test_who_is_too_young_or_stopped_too_long_is_not_rated(session: Session) -> None:
    last = TODAY.year - 1
    young = unit(session, founded_on=date(last, 1, 1))
    old = unit(session, founded_on=date(last - 1, 12, 31))
    rate: dict[str, Any] = {"actor": make.SHELL, "year": last, "points": points(70)}
    refused(lambda: returns.rate_unit(session, party_id=young.id, **rate), "year")
    assert returns.rate_unit(session, party_id=old.id, **rate).rating == "fair"
    stopped = unit(session)
    spring, autumn = date(last, 3, 1), date(last, 10, 1)
    for first, days, allowed in (
        (spring, 92, True),
        (spring, 93, False),
        (autumn, 92, True),  # the last day of the year is one of them
        (autumn - timedelta(days=1), 93, False),
    ):
        with session.begin_nested() as trial:
            for status, day in (("suspended", first), ("active", first + timedelta(days=days))):
                parties.change_status(
                    session, actor=make.SHELL, party_id=stopped.id, status=status, on_date=day
                )
            if allowed:
                assert returns.rate_unit(session, party_id=stopped.id, **rate).rating == "fair"
            else:
                refused(lambda: returns.rate_unit(session, party_id=stopped.id, **rate), "year")
            trial.rollback()
        session.expire_all()
    stays = returns.rate_unit(
        session, actor=make.SHELL, party_id=young.id, year=last, reason="Chưa đủ 12 tháng."
    )
    assert stays.rating == "unrated"


def test_only_a_unit_has_them_and_the_future_has_none(session: Session) -> None:
    buyer, party = make.make_buyer(session).party, unit(session)
    with pytest.raises(NotFound):
        returns.set_capital(session, actor=make.SHELL, party_id=buyer.id, amount=1)
    refused(
        lambda: returns.set_capital(
            session,
            actor=make.SHELL,
            party_id=party.id,
            amount=1,
            on_date=clock.today() + timedelta(days=1),
        ),
        "on_date",
    )
