"""Agreements through HTTP: made by either side, provisional until what they wait for comes, delivered and
closed, and seen by nobody but their two sides. Volume under contention is in test_contention.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.inquiries import service as inquiries
from market.links import service as links
from market.links.models import Delivery, Link
from market.listings.models import Listing, Lot
from market.listings.terms import Terms
from tests import make, rules, trade
from tests.make import TODAY, Side
from tests.pages import Browser, Page, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture
def listing(session: Session, seller: Side) -> Listing:
    return trade.make_listing(session, seller)[0]


@pytest.fixture
def link(session: Session, seller: Side, buyer: Side, listing: Listing) -> Link:
    return trade.make_link(session, seller, buyer, listing, volume=4 * TONNE)


def now(session: Session, link: Link) -> Link:
    return session.get_one(Link, link.id, populate_existing=True)


def actions(page: Page) -> set[str]:
    return {(node.attributes["action"] or "").split("/")[-1] for node in page.css("main form")}


@pytest.mark.parametrize("who", ["seller", "buyer"])
def test_either_side_accepts_the_others_offer(
    session: Session, seller: Side, buyer: Side, listing: Listing, browser: Open, who: str
) -> None:
    inquiry = trade.make_inquiry(session, buyer, listing, volume=4 * TONNE)
    if who == "buyer":
        signed_in(browser, seller).get(f"/inquiries/{inquiry.id}").form("/offer").send(price="9.900")
    here = signed_in(browser, seller if who == "seller" else buyer)
    page = here.get(f"/inquiries/{inquiry.id}").form(f"/agree/{inquiry.id}").send()
    assert page.path.startswith("/links/")
    assert "Đang thực hiện" in page.text
    made = session.get_one(Link, int(page.path.split("/")[-1]))
    assert made.price == (9400 if who == "seller" else 9900)
    assert page.path in here.get(f"/inquiries/{inquiry.id}").links()
    rules.check_volumes(session)
    rules.check_links(session)


def test_the_two_sides_see_each_others_number_and_nobody_else_the_link(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    path = f"/links/{link.id}"
    manager, asker = signed_in(browser, seller).get(path), signed_in(browser, buyer).get(path)
    assert "tel:+84912000222" in manager.links()
    assert "tel:+84912000111" in asker.links()
    for stranger in (make.make_buyer(session), make.make_unit(session)):
        here = signed_in(browser, stranger)
        assert here.get(path).status == 404
        token = here.get("/account").form("/account/sign-out").fields
        for step in ("deliveries", "contract", "deposit", "close"):
            assert here.post(f"{path}/{step}", {**token, "version": "1"}).status == 404
        assert here.get("/links", all="1").css(".empty")
    assert browser().get(path).path == "/account/sign-in"


def test_a_group_agrees_provisionally_until_both_have_put_up_the_paper(
    session: Session, buyer: Side, browser: Open
) -> None:
    group = make.make_unit(session, kind="group", name="Tổ hợp tác Lúa Tôm Ninh Quới")
    listing, _ = trade.make_listing(session, group)
    inquiry = trade.make_inquiry(session, buyer, listing, volume=4 * TONNE)
    manager, asker = signed_in(browser, group), signed_in(browser, buyer)
    page = manager.get(f"/inquiries/{inquiry.id}").form(f"/agree/{inquiry.id}").send()
    assert "Chờ" in page.css(".state")[0].text()
    assert "deliveries" not in actions(page), "nothing is delivered before it is in force"
    path = page.path
    paper = {"contract_number": "01/2026/HĐ", "contract_date": "9/3/2026"}
    half = page.form("/contract").send(**paper)
    assert "Chờ" in half.css(".state")[0].text(), "one side's paper is not enough"
    wrong = asker.get(path).form("/contract").send(contract_number="02/2026/HĐ", contract_date="9/3/2026")
    assert wrong.status == 422
    assert "01/2026/HĐ" in wrong.form("/contract").error("contract_number")
    whole = asker.get(path).form("/contract").send(**paper)
    assert "Đang thực hiện" in whole.text
    assert "01/2026/HĐ, 9/3/2026" in whole.text
    assert "deliveries" in actions(whole)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("contract_number", ""),
        ("contract_date", "11/3/2026"),
        ("contract_date", "mai"),
        ("contract_date", ""),
    ],
)
def test_a_contract_that_cannot_be_is_refused_beside_its_field(
    session: Session, buyer: Side, link: Link, browser: Open, field: str, typed: str
) -> None:
    form = signed_in(browser, buyer).get(f"/links/{link.id}").form("/contract")
    page = form.send(**{"contract_number": "7/HĐ", "contract_date": "10/3/2026", field: typed})
    assert page.status == 422
    assert page.form("/contract").error(field)
    assert page.form("/contract").fields[field] == typed
    assert now(session, link).contract_number is None


@pytest.mark.parametrize("comes", [True, False])
def test_a_deposit_comes_and_the_link_is_in_force_or_it_lapses(
    app: FastAPI, session: Session, seller: Side, buyer: Side, listing: Listing, browser: Open, comes: bool
) -> None:
    link = trade.make_link(
        session, seller, buyer, listing, proposal=trade.propose(terms=Terms(deposit=5_000_000))
    )
    manager, asker = signed_in(browser, seller), signed_in(browser, buyer)
    path = f"/links/{link.id}"
    waiting = asker.get(path)
    assert "Chờ đặt cọc" in waiting.text
    assert "deposit" not in actions(waiting), "the seller says that it has come"
    token = waiting.form("/contract").fields
    assert asker.post(f"{path}/deposit", token).status == 403
    late = manager.get(path).form("/deposit")
    if comes:
        assert "Đang thực hiện" in late.send().text
        again = late.send()
        assert again.status == 409, "once is enough"
        assert "Đang thực hiện" in again.text
        assert "deposit" not in actions(again)
    with clock.at(TODAY + timedelta(days=15)):
        worker.run_due(app.state.runtime, long=False)
        page = asker.get(path)
        assert ("Đang thực hiện" if comes else "Hết hiệu lực") in page.text
        if not comes:
            refused = late.send()
            assert refused.status == 409
            assert "Hết hiệu lực" in refused.text
            assert actions(refused) == {"words"}
    rules.check_volumes(session)
    [lot] = session.scalars(sa.select(Lot).where(Lot.listing_id == listing.id))
    assert lot.committed == (4 * TONNE if comes else 0)


@pytest.mark.parametrize("who", ["seller", "buyer"])
def test_a_delivery_is_recorded_by_one_side_and_confirmed_by_the_other_only(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open, who: str
) -> None:
    manager, asker = signed_in(browser, seller), signed_in(browser, buyer)
    one, other = (manager, asker) if who == "seller" else (asker, manager)
    path = f"/links/{link.id}"
    form = one.get(path).form("/deliveries")
    assert form.fields["on_date"] == TODAY.isoformat()
    typed = {"gross": "1.234,5", "deducted": "34,5", "deduction_reason": "độ ẩm"}
    for _ in range(2):
        page = form.send(**typed)
        assert page.status == 200
    [delivery] = session.query(Delivery).all()
    assert delivery.accepted == 1_200_000, "sent twice it is one"
    assert "1,234 tấn trừ 34,5 kg" in page.text
    assert "độ ẩm" in page.text
    assert "confirm" not in actions(page), "nobody confirms their own"
    assert one.post(f"{path}/deliveries/{delivery.id}/confirm", form.fields).status == 409
    assert "chờ anh/chị" in other.get("/links").text or other.get("/links").css("li.turn")
    assert page.css("section strong")[0].text().startswith("0"), "it does not count yet"
    done = other.get(path).form("/confirm").send()
    assert done.css("section strong")[0].text() == "1,2 tấn"
    again = other.post(f"{path}/deliveries/{delivery.id}/confirm", form.fields)
    assert again.status in (403, 409)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gross": ""}, "gross"),
        ({"gross": "nhiều"}, "gross"),
        ({"gross": "0"}, "gross"),
        ({"deducted": "1 tấn", "deduction_reason": "ẩm"}, "deducted"),
        ({"deducted": "10 kg"}, "deduction_reason"),
        ({"on_date": "11/3/2026"}, "on_date"),
        ({"on_date": "9/3/2026"}, "on_date"),
        ({"price": "miễn phí"}, "price"),
    ],
)
def test_a_delivery_that_cannot_be_is_refused_beside_its_field(
    session: Session, seller: Side, link: Link, browser: Open, changes: dict[str, str], field: str
) -> None:
    form = signed_in(browser, seller).get(f"/links/{link.id}").form("/deliveries")
    page = form.send(**{"gross": "1 tấn", **changes})
    assert page.status == 422
    again = page.form("/deliveries")
    assert again.error(field)
    assert all(again.fields[name] == value for name, value in changes.items())
    assert make.count_rows(session, Delivery) == 0


def test_closing_gives_back_what_is_left_and_search_finds_it_again(
    app: FastAPI, session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    listing, _ = trade.make_listing(session, seller, volumes=(4 * TONNE,))
    link = trade.make_link(session, seller, buyer, listing, volume=4 * TONNE)
    manager, asker, someone = signed_in(browser, seller), signed_in(browser, buyer), browser()
    worker.run_due(app.state.runtime, long=False)
    assert "4 tấn" not in someone.get("/listings", volume_min="1 tấn").text
    path = f"/links/{link.id}"
    manager.get(path).form("/deliveries").send(gross="1 tấn")
    waiting = asker.get(path).form("/close").send(reason="no_goods")
    assert waiting.status == 409, "what waits for an answer is settled first"
    asker.get(path).form("/confirm").send()
    wrong = asker.get(path).form("/close").send(reason="boredom")
    assert wrong.status == 422
    assert wrong.form("/close").error("reason")
    closed = asker.get(path).form("/close").send(reason="no_goods")
    assert "Chấm dứt trước hạn" in closed.text
    for shown in (closed, manager.get(f"{path}/print")):
        assert re.search(r"Bên mua · \d+/\d+/2026 · Bên bán không có hàng", shown.text), (
            "by whom, when and why"
        )
    assert actions(closed) == {"words"}, "what is left is to write to each other"
    worker.run_due(app.state.runtime, long=False)
    assert "3 tấn" in someone.get("/listings", volume_min="1 tấn").text
    rules.check_volumes(session)


@pytest.mark.parametrize(
    ("step", "typed"),
    [("deliveries", {"gross": "1 tấn"}), ("contract", {"contract_number": "1", "contract_date": "9/3/2026"}),
     ("close", {"reason": "agreed"})],
)  # fmt: skip
def test_a_step_on_a_link_that_has_ended_meanwhile_is_told_so(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open, step: str, typed: dict[str, str]
) -> None:
    form = signed_in(browser, seller).get(f"/links/{link.id}").form(f"/{step}")
    links.end_link(session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id)
    session.commit()
    refused = form.send(**typed)
    assert refused.status == 409
    assert refused.css(".problems"), "the reason is said although the form is gone"
    assert "Chấm dứt trước hạn" in refused.text
    assert actions(refused) == {"words"}


@pytest.mark.parametrize(
    ("powers", "sees"),
    [(("view",), set()), (("view", "deliver"), {"deliveries"}), (("view", "bind"), {"contract", "close"})],
)
def test_each_power_sees_its_own_buttons_and_no_others(
    session: Session, buyer: Side, browser: Open, powers: tuple[str, ...], sees: set[str]
) -> None:
    unit = make.make_unit(session, powers=powers)
    listing, _ = trade.make_listing(session, unit)
    link = trade.make_link(session, unit, buyer, listing)
    here = signed_in(browser, unit)
    page = here.get(f"/links/{link.id}")
    assert actions(page) == sees
    token = here.get("/account").form("/account/sign-out").fields
    for step in {"deliveries", "contract", "close", "deposit", "deliveries/1/confirm"} - sees:
        needed = "deliver" if step.startswith("deliveries") else "bind"
        status = here.post(f"/links/{link.id}/{step}", {**token, "version": "1"}).status
        assert status == 403 or needed in powers, step
    assert now(session, link).state == "active"


def test_the_list_pages_and_holds_what_has_ended_only_on_demand(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    listing, _ = trade.make_listing(session, seller, volumes=(99 * TONNE,))
    made = []
    for _ in range(31):
        inquiry = trade.make_inquiry(session, buyer, listing, volume=TONNE)
        made.append(
            links.agree_link(session, actor=seller.actor, party_id=seller.party.id, inquiry_id=inquiry.id)
        )
    links.end_link(session, actor=buyer.actor, party_id=buyer.party.id, link_id=made[0].id)
    session.commit()
    for side in (seller, buyer):
        here = signed_in(browser, side)
        page = here.get("/links")
        assert len(page.css(".rows > li")) == 30
        assert not page.css(".pager")
        everything = page.follow("Tất cả")
        last = here.get(everything.css("a[rel=next]")[0].attributes["href"] or "")
        assert len(last.css(".rows > li")) == 1
        assert "Chấm dứt trước hạn" in last.text
    for number in ("0", "-1", "x", "9" * 5000, "99999"):
        assert here.get("/links", page=number).status == 200


def test_a_withdrawn_inquiry_makes_no_link_however_often_it_is_accepted(
    session: Session, seller: Side, buyer: Side, listing: Listing, browser: Open
) -> None:
    inquiry = trade.make_inquiry(session, buyer, listing)
    form = signed_in(browser, seller).get(f"/inquiries/{inquiry.id}").form(f"/agree/{inquiry.id}")
    inquiries.withdraw(session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=inquiry.id)
    session.commit()
    assert [form.send().status for _ in range(2)] == [409, 409]
    assert make.count_rows(session, Link) == 0
    assert form.send(version="x").status == 422


def test_the_pages_say_all_that_was_agreed(
    session: Session, seller: Side, buyer: Side, listing: Listing, browser: Open
) -> None:
    day = TODAY + timedelta(days=9)
    terms = Terms(
        carrier="buyer", weighed_at="Trạm cân Phước Long", deductions="trừ bao 0,2 kg", payment="days_after",
        payment_days=7, tolerance=500, deposit=5_000_000, deposit_due=day,
    )  # fmt: skip
    covered = {"kind": "linkage", "covers_inputs": True, "area_m2": 125_000, "households": 31}
    link = trade.make_link(session, seller, buyer, listing, terms=terms, **covered)
    here = signed_in(browser, buyer)
    for path in (f"/links/{link.id}", f"/links/{link.id}/print", f"/inquiries/{link.inquiry_id}"):
        text = here.get(path).text
        for said in (
            "bên mua", "Trạm cân Phước Long", "trừ bao 0,2 kg", "sau khi giao 7 ngày", "± 5 %",
            "5.000.000 đ, chậm nhất 19/3/2026", "Cung ứng", "12,5 ha (gieo trồng)", "31",
        ):  # fmt: skip
            assert said in text, (path, said)


def test_season_and_who_leads_are_said_in_the_form_and_carried_on(
    session: Session, seller: Side, buyer: Side, listing: Listing, browser: Open
) -> None:
    here = signed_in(browser, buyer)
    form = here.get(f"/inquiries/new/{listing.id}").form(f"/new/{listing.id}")
    values = {"volume": "4 tấn", "kind": "linkage", "covers_inputs": "1", "lead": "buyer"}
    assert form.send(**values, season="no-such").form(f"/new/{listing.id}").error("season")
    asked = form.send(**values, season="dong-xuan-2025-2026")
    again = signed_in(browser, seller).get(asked.path)
    offer = again.form("/offer")
    assert (offer.fields["season"], offer.fields["lead"]) == ("dong-xuan-2025-2026", "buyer")
    done = again.form(f"/agree/{asked.path.split('/')[-1]}").send()
    assert "Mùa vụ Đông Xuân 2025–2026" in done.text
    assert "Bên chủ trì bên mua" in done.text
    link = session.get_one(Link, int(done.path.split("/")[-1]))
    assert (link.lead, link.season_id is None) == ("buyer", False)
    amended = done.follow("phụ lục").form("/amend")
    assert (amended.fields["lead"], "season" in amended.fields) == ("buyer", False)
    proposed = amended.send(lead="other", volume="4 tấn")
    assert "bên khác" in proposed.text
