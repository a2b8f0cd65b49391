"""Asking and answering through HTTP: the thread as both sides see it, every step and every refusal, who may,
and the list. Accepting is in tests/links/test_pages.py; the first form's errors are in the main journey.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.accounts import service as accounts
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry, Offer
from market.links.models import Link
from market.listings.models import Listing
from tests import make, trade
from tests.files import sheets
from tests.files.sending import send
from tests.make import TODAY, Side
from tests.pages import Browser, Page, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
SELLER_PHONE, BUYER_PHONE = "+84912000111", "+84912000222"


@pytest.fixture
def listing(session: Session, seller: Side) -> Listing:
    return trade.make_listing(session, seller)[0]


@pytest.fixture
def inquiry(session: Session, buyer: Side, listing: Listing) -> Inquiry:
    return trade.make_inquiry(session, buyer, listing, volume=4 * TONNE)


def state(session: Session, inquiry: Inquiry) -> str:
    return session.get_one(Inquiry, inquiry.id, populate_existing=True).state


def actions(page: Page) -> set[str]:
    """The last part of the address of every form on the page."""
    return {(node.attributes["action"] or "").split("/")[-1] for node in page.css("main form")}


def test_the_form_to_ask_is_filled_with_what_the_listing_says(
    session: Session, buyer: Side, listing: Listing, browser: Open
) -> None:
    here = signed_in(browser, buyer)
    assert f"/inquiries/new/{listing.id}" in here.get(f"/listings/{listing.id}").links()
    form = here.get(f"/inquiries/new/{listing.id}").form(f"/new/{listing.id}")
    assert form.fields["price"] == "9.400"
    assert form.fields["from"] == TODAY.isoformat()
    assert form.fields["to"] == (TODAY + timedelta(days=60)).isoformat()
    page = form.send(volume="4 tấn", remark="Cần trước Tết.")
    assert page.path.startswith("/inquiries/")
    assert page.css(".said")
    assert "Chờ bên bán trả lời" in page.text
    assert "còn 5 ngày" in page.text
    assert "Cần trước Tết." in page.text
    assert "4 tấn" in page.css("section.panel")[0].text()


def test_who_pays_for_carriage_is_proposed_and_shown(
    session: Session, buyer: Side, listing: Listing, browser: Open
) -> None:
    form = signed_in(browser, buyer).get(f"/inquiries/new/{listing.id}").form(f"/new/{listing.id}")
    page = form.send(volume="4 tấn", carrier="seller", carriage_paid_by="buyer")
    assert "Tiền vận chuyển do" in page.text
    offer = session.get_one(Offer, session.get_one(Inquiry, int(page.path.split("/")[-1])).last_offer_id)
    assert (offer.carrier, offer.carriage_paid_by) == ("seller", "buyer")


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("volume", "11 tấn", "10 tấn"),
        ("volume", "1.234,5 giạ vuông", ""),
        ("price", "0", ""),
        ("to", "1/3/2026", ""),
        ("from", "1/5/2027", ""),
        ("area", "rộng", ""),
        ("households", "nhiều", ""),
        ("tolerance", "51", ""),
        ("deposit", "-5", ""),
        ("delivery_place", "0", ""),
        ("payment", "never", ""),
    ],
)
def test_each_wrong_value_stands_beside_its_field(
    session: Session, buyer: Side, listing: Listing, browser: Open, field: str, typed: str, says: str
) -> None:
    form = signed_in(browser, buyer).get(f"/inquiries/new/{listing.id}").form(f"/new/{listing.id}")
    page = form.send(**{"volume": "4 tấn", "remark": "Xin chào", field: typed})
    assert page.status == 422
    again = page.form(f"/new/{listing.id}")
    assert says in again.error(field)
    assert again.error(field) or page.css(".problems li")
    assert again.fields["remark"] == "Xin chào"
    assert make.count_rows(session, Inquiry) == 0


def test_english_numbers_are_read_in_english(
    session: Session, buyer: Side, listing: Listing, browser: Open
) -> None:
    here = signed_in(browser, buyer)
    here.get("/language/en")
    form = here.get(f"/inquiries/new/{listing.id}").form(f"/new/{listing.id}")
    page = form.send(volume="1,234.5 kg", price="9,500")
    assert "9,500 đ/kg" in page.text
    offer = session.get_one(Offer, session.get_one(Inquiry, int(page.path.split("/")[-1])).last_offer_id)
    assert (offer.volume, offer.price) == (1_234_500, 9500)


def test_a_second_question_belongs_in_the_same_thread(
    session: Session, buyer: Side, listing: Listing, inquiry: Inquiry, browser: Open
) -> None:
    form = signed_in(browser, buyer).get(f"/inquiries/new/{listing.id}").form(f"/new/{listing.id}")
    page = form.send(volume="1 tấn")
    assert page.status == 409
    assert str(inquiry.id) in page.css(".problems")[0].text()
    assert make.count_rows(session, Inquiry) == 1


def test_each_side_sees_whose_turn_it_is_and_the_others_phone_alone(
    session: Session, seller: Side, buyer: Side, inquiry: Inquiry, browser: Open
) -> None:
    path = f"/inquiries/{inquiry.id}"
    manager, asker = signed_in(browser, seller).get(path), signed_in(browser, buyer).get(path)
    assert {"offer", "decline", "withdraw", "words", str(inquiry.id)} == actions(manager)
    assert actions(asker) == {"withdraw", "words"}, "it is not the buyer's turn"
    for page in (manager, asker):
        assert "Chờ bên bán trả lời" in page.text
    assert f"tel:{BUYER_PHONE}" in manager.links()
    assert f"tel:{SELLER_PHONE}" not in manager.links()
    assert f"tel:{SELLER_PHONE}" in asker.links()
    for stranger in (make.make_buyer(session), make.make_unit(session)):
        assert signed_in(browser, stranger).get(path).status == 404
    assert signed_in(browser, make.make_officer(session)).get(path).status in (403, 404)
    assert browser().get(path).path == "/account/sign-in"


def test_offers_go_back_and_forth_with_the_newest_on_top(
    session: Session, seller: Side, buyer: Side, inquiry: Inquiry, browser: Open
) -> None:
    path = f"/inquiries/{inquiry.id}"
    manager, asker = signed_in(browser, seller), signed_in(browser, buyer)
    form = manager.get(path).form("/offer")
    assert form.fields["volume"] == "4 tấn", "the standing offer is what one changes"
    sent = form.send(price="9.900", volume="1.234,5 kg")
    assert "Chờ bên mua trả lời" in sent.text
    assert actions(sent) == {"withdraw", "words"}
    seen = asker.get(path)
    assert "9.900 đ/kg" in seen.css("section.panel")[0].text()
    assert "9.400 đ/kg" in seen.css("ol.thread")[0].text()
    back = seen.form("/offer").send(price="9.600")
    assert "Chờ bên bán trả lời" in back.text
    assert make.count_rows(session, Offer) == 3


def test_a_wrong_counter_offer_keeps_what_was_typed(
    session: Session, seller: Side, inquiry: Inquiry, browser: Open
) -> None:
    form = signed_in(browser, seller).get(f"/inquiries/{inquiry.id}").form("/offer")
    page = form.send(price="cao hơn", remark="Giá tại ruộng.")
    assert page.status == 422
    assert page.css("details#offer[open]"), "the form stays open"
    again = page.form("/offer")
    assert again.error("price")
    assert (again.fields["price"], again.fields["remark"]) == ("cao hơn", "Giá tại ruộng.")
    assert make.count_rows(session, Offer) == 1


def test_declining_needs_a_reason_that_the_other_side_reads(
    session: Session, seller: Side, buyer: Side, inquiry: Inquiry, browser: Open
) -> None:
    form = signed_in(browser, seller).get(f"/inquiries/{inquiry.id}").form("/decline")
    for reason in ("", "because"):
        page = form.send(reason=reason)
        assert page.status == 422
        assert page.form("/decline").error("reason")
        assert page.css("details#decline[open]")
    assert state(session, inquiry) == "negotiating"
    done = form.send(reason="sold_out")
    assert "Đã từ chối" in done.text
    assert not actions(done)
    seen = signed_in(browser, buyer).get(f"/inquiries/{inquiry.id}")
    assert "Đã bán" in seen.css(".turn-line")[0].text()


@pytest.mark.parametrize("who", ["seller", "buyer"])
def test_either_side_withdraws_at_any_turn(
    session: Session, seller: Side, buyer: Side, inquiry: Inquiry, browser: Open, who: str
) -> None:
    here = signed_in(browser, seller if who == "seller" else buyer)
    page = here.get(f"/inquiries/{inquiry.id}").form("/withdraw").send()
    assert "Đã rút" in page.text
    assert state(session, inquiry) == "withdrawn"
    assert here.get("/inquiries").css(".empty"), "it is no longer open"
    assert here.get("/inquiries", all="1").follow("Lúa").status == 200


@pytest.mark.parametrize("silent", ["seller", "buyer"])
def test_what_nobody_answers_in_time_expires_and_says_who_was_silent(
    app: FastAPI, session: Session, seller: Side, buyer: Side, inquiry: Inquiry, browser: Open, silent: str
) -> None:
    manager, asker = signed_in(browser, seller), signed_in(browser, buyer)
    path = f"/inquiries/{inquiry.id}"
    if silent == "buyer":
        manager.get(path).form("/offer").send(price="9.900")
    late = {"seller": manager, "buyer": asker}[silent].get(path).form("/decline")
    with clock.at(TODAY + timedelta(days=4)):
        worker.run_due(app.state.runtime, long=False)
        assert state(session, inquiry) == "negotiating"
        assert "còn 24 giờ" in asker.get(path).text
    with clock.at(TODAY + timedelta(days=6)):
        assert late.send(reason="price").status == 409, "too late, although the clock's job has not run"
        worker.run_due(app.state.runtime, long=False)
        assert state(session, inquiry) == "expired"
        words = {"seller": "bên bán chưa trả lời", "buyer": "bên mua chưa trả lời"}[silent]
        for here in (manager, asker):
            page = here.get(path)
            assert words in page.text
            assert not actions(page)
            assert here.get("/account/notices").status == 200


@pytest.mark.parametrize("step", ["offer", "decline", "withdraw", "agree"])
def test_who_answers_what_has_moved_on_is_told_what_it_is_now(
    session: Session, seller: Side, buyer: Side, inquiry: Inquiry, browser: Open, step: str
) -> None:
    page = signed_in(browser, seller).get(f"/inquiries/{inquiry.id}")
    form = page.form(f"/agree/{inquiry.id}" if step == "agree" else f"/{step}")
    inquiries.withdraw(session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=inquiry.id)
    session.commit()
    refused = form.send(**({"reason": "price"} if step == "decline" else {}))
    assert refused.status == 409
    assert "Đã rút" in refused.text
    assert "Đã rút" in refused.css(".problems")[0].text()
    assert not actions(refused)
    assert make.count_rows(session, Link) == 0


def test_an_answer_to_an_older_offer_is_refused_with_the_newest_in_sight(
    session: Session, seller: Side, buyer: Side, inquiry: Inquiry, browser: Open
) -> None:
    manager, asker = signed_in(browser, seller), signed_in(browser, buyer)
    old = manager.get(f"/inquiries/{inquiry.id}")
    old.form("/offer").send(price="9.900")
    asker.get(f"/inquiries/{inquiry.id}").form("/offer").send(price="9.500")
    refused = old.form(f"/agree/{inquiry.id}").send()
    assert refused.status == 409
    assert "9.500 đ/kg" in refused.css("section.panel")[0].text()
    assert state(session, inquiry) == "negotiating"
    again = refused.form(f"/agree/{inquiry.id}").send()
    assert again.status == 200, "having read it, the seller may agree"


def test_who_only_looks_sees_the_thread_without_buttons(session: Session, buyer: Side, browser: Open) -> None:
    looker = make.make_unit(session, powers=("view",))
    listing, _ = trade.make_listing(session, looker)
    inquiry = trade.make_inquiry(session, buyer, listing)
    here = signed_in(browser, looker)
    page = here.get(f"/inquiries/{inquiry.id}")
    assert page.status == 200
    assert not actions(page)
    token = here.get("/account").form("/account/sign-out").fields
    for path in (f"/inquiries/{inquiry.id}/{step}" for step in ("offer", "decline", "withdraw")):
        assert here.post(path, {**token, "version": "1", "reason": "price"}).status == 403
    assert here.post(f"/links/agree/{inquiry.id}", {**token, "version": "1"}).status == 403
    assert state(session, inquiry) == "negotiating"


def test_who_only_looks_opens_a_file_of_the_thread_and_cannot_take_it_away(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    inquiry = trade.make_inquiry(session, buyer, trade.make_listing(session, seller)[0])
    where, here = f"/inquiries/{inquiry.id}", signed_in(browser, seller)
    assert send(here, where, "/words", ("a.pdf", sheets.sheet())).status == 200
    assert here.get(where).css(".files form")
    viewer = make.make_account(session)
    accounts.grant_membership(session, user_id=viewer.user.id, party_id=seller.party.id, powers=("view",))
    session.commit()
    page = signed_in(browser, viewer).get(where)
    assert page.css(".files a")
    assert not page.css(".files form")


def test_the_list_has_what_waits_for_me_first_and_pages(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    ids = []
    for number in range(32):
        listing, _ = trade.make_listing(session, seller, title=f"Lúa số {number}")
        ids.append(trade.make_inquiry(session, buyer, listing, volume=TONNE).id)
    for hours, number in ((1, 2), (2, 0)):  # the older one is settled last
        with clock.at(clock.now() + timedelta(hours=hours)):
            inquiries.decline(
                session, actor=seller.actor, party_id=seller.party.id, inquiry_id=ids[number], reason="price"
            )
    for hours, number in ((2, 9), (1, 5)):
        with clock.at(clock.now() + timedelta(hours=hours)):
            inquiries.make_offer(
                session,
                actor=seller.actor,
                party_id=seller.party.id,
                inquiry_id=ids[number],
                proposal=trade.propose(TONNE),
            )
    session.commit()
    here = signed_in(browser, buyer)
    page = here.get("/inquiries")
    rows = page.css(".rows > li")
    assert len(rows) == 30
    assert ["Lúa số 5" in rows[0].text(), "Lúa số 9" in rows[1].text()] == [True, True], "over soonest"
    assert "đến lượt" in rows[0].text()
    assert not page.css(".pager"), "thirty are open"
    everything = page.follow("Tất cả")
    assert everything.css(".pager")
    last = here.get(everything.css("a[rel=next]")[0].attributes["href"] or "")
    assert ["Lúa số 0" in one.text() for one in last.css(".rows > li")] == [True, False], "settled last"
    assert "all=1" in str(last.css("a[rel=prev]")[0].attributes["href"])
    for number in ("0", "-1", "x", "9" * 5000, "99999"):
        assert here.get("/inquiries", page=number).status == 200
