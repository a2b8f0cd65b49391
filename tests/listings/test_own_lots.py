"""Lots through HTTP: another one, what is left changed in place, a loss in two taps and a number, and what
buyers with an agreement are told.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import worker
from market.links.models import Link
from market.listings.models import Listing, Lot, LotChange
from tests import make, rules, trade
from tests.make import TODAY, Side
from tests.pages import Browser
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

WINDOW = {"from": "10/3/2026", "to": "2026-05-10"}
Open = Callable[[], Browser]


@pytest.fixture
def listing(session: Session, unit: Side) -> Listing:
    return trade.make_listing(session, unit)[0]


def lots(session: Session) -> list[Lot]:
    return list(session.scalars(sa.select(Lot).order_by(Lot.id).execution_options(populate_existing=True)))


def test_a_lot_is_added_from_my_listings_and_sent_twice_is_one(
    session: Session, listing: Listing, manager: Browser
) -> None:
    form = manager.get("/listings/mine").follow("Thêm đợt").form("/lots")
    for _ in range(2):
        mine = form.send(volume="1.234,5 tấn", lot_kind="in_store", **WINDOW)
        assert mine.path == "/listings/mine"
    assert [lot.volume for lot in lots(session)] == [10 * TONNE, 1_234_500_000]
    assert "Có sẵn" in mine.text
    assert form.send(volume="9 tấn", **WINDOW).status == 409, "another lot under the same key"
    assert len(lots(session)) == 2


@pytest.mark.parametrize(
    ("field", "typed"),
    [("volume", "một ít"), ("volume", ""), ("from", "mai"), ("to", "1/3/2026"), ("to", "9/3/2030")],
)
def test_a_lot_that_cannot_be_is_refused_beside_its_field(
    session: Session, listing: Listing, manager: Browser, field: str, typed: str
) -> None:
    form = manager.get(f"/listings/{listing.id}/lots/new").form("/lots")
    page = form.send(**{"volume": "2 tấn", **WINDOW, field: typed})
    assert page.status == 422
    assert page.form("/lots").error(field)
    assert page.form("/lots").fields[field] == typed
    assert len(lots(session)) == 1


def test_all_that_is_wrong_with_a_lot_is_said_at_once(listing: Listing, manager: Browser) -> None:
    form = manager.get(f"/listings/{listing.id}/lots/new").form("/lots")
    page = form.send(**{**WINDOW, "volume": "một ít", "to": "1/3/2026"})
    assert page.form("/lots").error("volume")
    assert page.form("/lots").error("to")


def test_what_is_left_is_changed_in_place(
    session: Session, unit: Side, listing: Listing, manager: Browser
) -> None:
    trade.make_link(session, unit, make.make_buyer(session), listing, volume=4 * TONNE)
    form = manager.get("/listings/mine").form(f"/lots/{lots(session)[0].id}")
    assert form.fields["left"] == "6 tấn"
    mine = form.send(left="2,5 tấn")
    assert mine.path == "/listings/mine"
    lot = lots(session)[0]
    assert (lot.volume, lot.committed) == (6_500_000, 4 * TONNE)
    sold = mine.form(f"/lots/{lot.id}").send(left="0")
    assert "Đã bán hết" in sold.text
    assert lots(session)[0].volume == 4 * TONNE
    rules.check_volumes(session)


@pytest.mark.parametrize("typed", ["còn ít", "", "-3 tấn", "9999999999 tấn"])
def test_what_cannot_be_left_is_refused_at_its_lot(
    session: Session, listing: Listing, manager: Browser, typed: str
) -> None:
    lot = lots(session)[0]
    page = manager.get("/listings/mine").form(f"/lots/{lot.id}").send(left=typed)
    assert page.status == 422
    wrong = page.form(f"/lots/{lot.id}")
    assert wrong.error("left")
    assert wrong.fields["left"] == typed
    assert lots(session)[0].version == lot.version


def test_a_lot_that_a_buyer_reached_meanwhile_is_shown_as_it_is_now(
    session: Session, unit: Side, listing: Listing, manager: Browser
) -> None:
    form = manager.get("/listings/mine").form(f"/lots/{lots(session)[0].id}")
    trade.make_link(session, unit, make.make_buyer(session), listing, volume=4 * TONNE)
    refused = form.send(left="9 tấn")
    assert refused.status == 409
    again = refused.form(f"/lots/{lots(session)[0].id}")
    assert "6 tấn" in again.error("left")
    assert again.fields["left"] == "6 tấn"
    assert lots(session)[0].volume == 10 * TONNE
    assert again.send(left="5 tấn").status == 200, "what it is now may be changed"
    assert lots(session)[0].volume == 9 * TONNE


def test_a_refusal_stands_at_its_lot_on_whichever_page_it_is(
    session: Session, unit: Side, listing: Listing, manager: Browser
) -> None:
    for number in range(20):
        trade.make_listing(session, unit, title=f"Lúa số {number}")
    first = manager.get("/listings/mine")
    second = manager.get(first.css("a[rel=next]")[0].attributes["href"] or "")
    page = second.form(f"/lots/{lots(session)[0].id}").send(left="còn ít")
    assert page.status == 422
    assert page.form(f"/lots/{lots(session)[0].id}").error("left")


def test_goods_sold_elsewhere_are_two_taps_and_a_number(
    session: Session, listing: Listing, manager: Browser
) -> None:
    form = manager.get("/listings/mine").follow("Báo hao hụt").form("/loss")
    assert form.fields["on_date"] == "2026-03-10"
    for _ in range(2):
        mine = form.send(amount="1.500 kg", cause="sold_elsewhere")
        assert mine.path == "/listings/mine"
    assert lots(session)[0].volume == 8_500_000, "sent twice it is one loss"
    again = mine.follow("Báo hao hụt")
    assert "1,5 tấn" in again.text
    row = session.scalars(sa.select(LotChange).where(LotChange.kind == "loss")).one()
    assert (row.cause, row.amount, row.on_date) == ("sold_elsewhere", -1_500_000, TODAY)


def test_a_loss_that_reaches_agreements_tells_their_buyers_and_marks_them(
    app: FastAPI, session: Session, unit: Side, listing: Listing, manager: Browser, browser: Open
) -> None:
    buyer, spared = make.make_buyer(session), make.make_buyer(session)
    link = trade.make_link(session, unit, buyer, listing, volume=8 * TONNE)
    page = manager.get("/listings/mine").follow("Báo hao hụt")
    assert page.css(".notice"), "the page says that agreements will be reached"
    told = page.form("/loss").send(amount="5 tấn", cause="storm")
    assert "người mua" in told.css(".said")[0].text().lower() or "bên mua" in told.css(".said")[0].text()
    assert session.get_one(Link, link.id, populate_existing=True).at_risk
    rules.check_volumes(session)
    here, other = browser(), browser()
    here.sign_in(buyer.login)
    assert "nguy cơ" in here.get("/links").text
    assert "nguy cơ" in here.get(f"/links/{link.id}").text
    assert here.get("/account/notices").css(f"form[action*='/account/notices/'], a[href='/links/{link.id}']")
    other.sign_in(spared.login)
    assert "hao hụt" not in other.get("/account/notices").text
    worker.run_due(app.state.runtime, long=False)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("amount", "hết"),
        ("amount", ""),
        ("amount", "11 tấn"),
        ("on_date", "11/3/2026"),
        ("on_date", "9/3/2026"),
        ("on_date", "hôm qua"),
        ("cause", "ghosts"),
        ("cause", ""),
    ],
)
def test_a_loss_that_cannot_be_is_refused_beside_its_field(
    session: Session, listing: Listing, manager: Browser, field: str, typed: str
) -> None:
    lot = lots(session)[0]
    form = manager.get(f"/listings/{listing.id}/lots/{lot.id}/loss").form("/loss")
    page = form.send(**{"amount": "1 tấn", "cause": "storm", field: typed})
    assert page.status == 422
    again = page.form("/loss")
    assert again.error(field)
    if field != "cause":
        assert again.fields[field] == typed
    assert lots(session)[0].volume == 10 * TONNE


def test_nobody_elses_lot_is_found(
    session: Session, unit: Side, listing: Listing, manager: Browser, browser: Open
) -> None:
    lot = lots(session)[0].id
    own = trade.make_listing(session, unit)[0].id
    token = manager.get("/listings/mine").form(f"/lots/{lot}").fields
    assert manager.post(f"/listings/{own}/lots/{lot}", token).status == 404, "a lot of another listing"
    assert manager.get(f"/listings/{own}/lots/{lot}/loss").status == 404
    rival = browser()
    rival.sign_in(make.make_unit(session).login)
    held = rival.get("/account").form("/account/sign-out").fields
    for path in (f"/listings/{listing.id}/lots/{lot}", f"/listings/{listing.id}/lots/{lot}/loss"):
        assert rival.post(path, held).status == 404
    assert rival.get(f"/listings/{listing.id}/lots/{lot}/loss").status == 404
    assert lots(session)[0].version == 1


def test_who_only_looks_changes_no_lot(session: Session, browser: Open) -> None:
    looker = make.make_unit(session, powers=("view", "deliver"))
    listing, [lot] = trade.make_listing(session, looker)
    here = browser()
    here.sign_in(looker.login)
    token = here.get("/account").form("/account/sign-out").fields
    path = f"/listings/{listing.id}/lots/{lot.id}"
    assert here.post(path, {**token, "left": "1 tấn", "version": "1"}).status == 403
    assert here.post(f"{path}/loss", {**token, "amount": "1 tấn", "cause": "storm"}).status == 403
    assert here.get(f"{path}/loss").status == 403
    assert lots(session)[0].volume == 10 * TONNE
