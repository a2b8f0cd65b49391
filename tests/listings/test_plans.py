"""Season plans: kept by date, refused where they cannot be meant."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.errors import Invalid, NotAllowed, NotFound
from market.events import Actor
from market.listings import plans
from market.listings.models import SeasonPlan
from tests.make import Side

CLERK = Actor(channel="import")


def values(session: Session, side: Side, **changes: Any) -> dict[str, Any]:
    return {
        "party_id": side.party.id,
        "product_id": catalogue.get_product(session, "lua-st25").id,
        "season_id": catalogue.get_season(session, "he-thu-2026").id,
        "expected": 300_000_000,
        "from_date": date(2026, 8, 1),
        "to_date": date(2026, 9, 15),
        "area_m2": 455_000,
        **changes,
    }


def test_a_later_plan_stands_beside_the_earlier(session: Session, unit: Side, on_a_day: date) -> None:
    plans.plan_season(session, actor=CLERK, **values(session, unit))
    clock.move(on_a_day + timedelta(days=3))
    plans.plan_season(session, actor=CLERK, **values(session, unit, expected=0, area_m2=None))
    session.commit()
    rows = session.execute(
        sa.select(SeasonPlan.expected, SeasonPlan.area_base, SeasonPlan.on_date).order_by(SeasonPlan.id)
    ).all()
    assert [tuple(row) for row in rows] == [
        (300_000_000, "sown", on_a_day), (0, None, on_a_day + timedelta(days=3)),
    ]  # fmt: skip


def test_what_cannot_be_meant_is_refused(session: Session, unit: Side, buyer: Side) -> None:
    for change in (
        {"expected": -1}, {"expected": 10**12 + 1}, {"area_m2": -1}, {"area_m2": 10**9 + 1},
        {"area_base": "roof"}, {"to_date": date(2026, 7, 1)}, {"to_date": date(2036, 7, 1)},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            plans.plan_season(session, actor=CLERK, **values(session, unit, **change))
    with pytest.raises(NotAllowed):
        plans.plan_season(session, actor=CLERK, **values(session, buyer))
    with pytest.raises(NotFound):
        plans.plan_season(session, actor=CLERK, **values(session, unit, season_id=10**6))
