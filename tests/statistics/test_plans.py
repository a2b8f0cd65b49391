"""The pages of season plans: entered, corrected, with what has no outlet, and made into a lot by one tap."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.listings.models import SeasonPlan
from tests import make, trade
from tests.make import TODAY
from tests.pages import Browser

Open = Callable[[], Browser]
PLAN = {
    "product": "lua-st25",
    "season": "he-thu-2026",
    "output": "300 tấn",
    "harvest_from": "2026-08-01",
    "harvest_to": "2026-09-15",
    "area": "45,5",
}


def test_a_unit_plans_corrects_and_makes_a_lot_of_it(session: Session, browser: Open) -> None:
    with clock.at(TODAY):
        unit = make.make_unit(session)
        listing, _ = trade.make_listing(session, unit)
        here = browser()
        here.sign_in(unit.login)
        page = here.get("/plans").form("/plans").send(**PLAN)
        assert "300" in page.css("article")[0].text()
        page = page.form("/plans").send(**{**PLAN, "output": "250 tấn"})
        assert len(page.css("article")) == 1, "a later word corrects"
        rows = session.execute(sa.select(SeasonPlan.expected, SeasonPlan.area_m2, SeasonPlan.area_base)).all()
        assert [tuple(one) for one in rows] == [
            (300_000_000, 455_000, "sown"),
            (250_000_000, 455_000, "sown"),
        ]
        lot, new = (one.attributes["href"] for one in page.css("article .buttons a"))
        assert lot.startswith(f"/listings/{listing.id}/lots/new")
        fields = here.get(lot).form("/lots").fields
        assert (fields["volume"], fields["from"], fields["to"]) == ("250.000 kg", "2026-08-01", "2026-09-15")
        assert here.get(new).form("/listings").fields["volume"] == "250.000 kg"
        page = here.get("/plans").form("/plans").send(**{**PLAN, "output": "0"})
        assert not page.css("article")


def test_what_is_wrong_stands_beside_its_field(session: Session, browser: Open) -> None:
    with clock.at(TODAY):
        unit = make.make_unit(session)
        here = browser()
        here.sign_in(unit.login)
        wrongs = {
            "output": {"output": "nhiều"},
            "area": {"area": "rộng"},
            "harvest_to": {"harvest_to": "2026-07-01"},
            "season": {"season": "mua-xuan"},
        }
        for field, wrong in wrongs.items():
            page = here.get("/plans").form("/plans").send(**{**PLAN, **wrong})
            assert page.status == 422, field
            assert page.css(f"#e-{field}"), field
            assert page.form("/plans").fields["output"] == {**PLAN, **wrong}["output"]
        assert make.count_rows(session, SeasonPlan) == 0


def test_an_officer_enters_for_units_of_the_own_places_alone(session: Session, browser: Open) -> None:
    with clock.at(TODAY):
        home, away = make.some_commune(session, index=3), make.some_commune(session, index=9)
        mine, other = make.make_unit(session, place_id=home.id), make.make_unit(session, place_id=away.id)
        here = browser()
        here.sign_in(make.make_officer(session, place_id=home.id).login)
        path = "/department/plans"
        page = here.get(path).form(path).send(unit=other.party.code, **PLAN)
        assert page.status == 422
        assert page.css("#e-unit")
        page = page.form(path).send(unit=mine.party.code)
        assert mine.party.name in page.css("article")[0].text()
        assert page.css("article dl")[0].text().count("300") == 2, "expected, and without an outlet"
        clerk = browser()
        clerk.sign_in(make.make_officer(session, duties=("register",)).login)
        assert clerk.get(path).css("article dl")[0].text().count("300") == 1, "who buys is not their duty"
        there = browser()
        there.sign_in(make.make_officer(session, place_id=away.id).login)
        assert not there.get(path).css("article")
