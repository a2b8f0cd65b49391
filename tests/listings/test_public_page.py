"""The page of a listing and a unit's page as buyers and nobody see them: what is shown, what is kept back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.listings import service as listings
from market.parties import service as parties
from tests import make, trade
from tests.listings.goods import make_certificate, make_listing
from tests.make import TODAY, Side
from tests.pages import Browser, Page
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
#: As the makers give them, however a page may write them.
PHONES = ("912000111", "912 000 111", "912.000.111", "912000222")


@pytest.fixture
def unit(session: Session) -> Side:
    return make.make_unit(session, user={"phone": "0912000222"})


def shows_no_contact(page: Page) -> None:
    for phone in PHONES:
        assert phone not in page.response.text
    assert not page.css("a[href^='tel:'], a[href^='mailto:']")


def test_anybody_sees_what_is_on_sale_and_nobodys_phone_number(
    session: Session, unit: Side, browser: Open
) -> None:
    make_certificate(session, unit, "OCOP4")
    listing = make_listing(
        session, unit, volume=12 * TONNE, min_order=TONNE, description="Dẻo.\nThơm.", spec={"broken": [0, 50]}
    )
    someone, buyer = browser(), browser()
    buyer.sign_in(make.make_buyer(session).login)
    for here in (someone, buyer):
        page = here.get(f"/listings/{listing.id}")
        assert page.heading == listing.title
        for words in ("12 tấn", "18.500 đ/kg", "1 tấn", "Dẻo. Thơm.", unit.party.name, "tấm"):
            assert words.lower() in page.text.lower(), words
        assert page.css(".badge-verified")
        assert f"/inquiries/new/{listing.id}" in page.links()
        assert not page.css("main form"), "what belongs to the unit is not offered to others"
        shows_no_contact(page)
        shows_no_contact(here.get(f"/cooperatives/{unit.party.code}"))
        shows_no_contact(here.get("/listings"))
        shows_no_contact(here.get("/"))
    asked = someone.get(f"/listings/{listing.id}").follow("Hỏi mua")
    assert asked.path == "/account/sign-in", "asking is for people we know"
    manager = browser()
    manager.sign_in(unit.login)
    own = manager.get(f"/listings/{listing.id}")
    assert f"/inquiries/new/{listing.id}" not in own.links()
    assert own.form("/pause")


def test_another_unit_is_told_that_only_buyers_ask(session: Session, unit: Side, browser: Open) -> None:
    listing = make_listing(session, unit)
    rival = browser()
    rival.sign_in(make.make_unit(session).login)
    page = rival.get(f"/listings/{listing.id}")
    assert page.status == 200
    assert f"/inquiries/new/{listing.id}" not in page.links()
    assert not page.css("main form")
    assert rival.get(f"/inquiries/new/{listing.id}").status == 403


@pytest.mark.parametrize("state", ["draft", "paused", "withdrawn"])
def test_what_is_not_on_sale_is_there_for_its_own_unit_alone(
    session: Session, unit: Side, browser: Open, state: str
) -> None:
    listing = make_listing(session, unit, publish=state != "draft")
    if state != "draft":
        act = {"paused": listings.pause, "withdrawn": listings.withdraw}[state]
        act(session, actor=unit.actor, listing_id=listing.id)
        session.commit()
    for side in (None, make.make_buyer(session), make.make_unit(session), make.make_officer(session)):
        here = browser()
        if side is not None:
            here.sign_in(side.login)
        assert here.get(f"/listings/{listing.id}").status == 404
        assert listing.title not in here.get(f"/cooperatives/{unit.party.code}").text
    manager = browser()
    manager.sign_in(unit.login)
    assert manager.get(f"/listings/{listing.id}").status == 200


def test_a_lot_that_is_sold_out_or_over_is_not_offered(session: Session, unit: Side, browser: Open) -> None:
    listing, _ = trade.make_listing(session, unit, volumes=(4 * TONNE,))
    trade.make_link(session, unit, make.make_buyer(session), listing, volume=4 * TONNE)
    page = browser().get(f"/listings/{listing.id}")
    assert "Đã bán hết" in page.text
    assert f"/inquiries/new/{listing.id}" not in page.links()
    with clock.at(TODAY + timedelta(days=100)):
        later = browser().get(f"/listings/{listing.id}")
        assert later.status == 200
        assert f"/inquiries/new/{listing.id}" not in later.links()


def test_a_units_page_lists_what_it_offers_now(session: Session, unit: Side, browser: Open) -> None:
    for number in range(3):
        make_listing(session, unit, title=f"Gạo số {number}")
    other = make_listing(session, make.make_unit(session), title="Của đơn vị khác")
    page = browser().get(f"/cooperatives/{unit.party.code}")
    assert sorted(node.text().strip() for node in page.css(".card h3")) == [
        "Gạo số 0", "Gạo số 1", "Gạo số 2"
    ]  # fmt: skip
    assert other.title not in page.text
    assert page.follow("Gạo số 1").heading == "Gạo số 1"


def test_what_a_dissolved_unit_offered_is_gone(session: Session, unit: Side, browser: Open) -> None:
    listing = make_listing(session, unit)
    parties.change_status(
        session, actor=make.SHELL, party_id=unit.party.id, status="dissolved", on_date=TODAY
    )
    session.commit()
    assert browser().get(f"/listings/{listing.id}").status == 404


@pytest.mark.parametrize("code", ["vi", "en"])
def test_the_page_speaks_both_languages(session: Session, unit: Side, browser: Open, code: str) -> None:
    listing = make_listing(session, unit, volume=1_234_500_000)
    here = browser()
    page = here.get(f"/language/{code}", next=f"/listings/{listing.id}")
    assert page.path == f"/listings/{listing.id}"
    assert page.css("html")[0].attributes["lang"] == code
    assert {"vi": "1.234,5 tấn", "en": "1,234.5 tonnes"}[code] in page.text
    assert {"vi": "18.500 đ/kg", "en": "18,500 đ/kg"}[code] in page.text
