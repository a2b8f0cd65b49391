"""The whole story through HTTP, nothing patched: a cooperative and a buyer register, an officer confirms
them, the cooperative lists, the buyer finds it and asks, they agree, goods are delivered, the figures move.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from tests import rules
from tests.make import PASSWORD, make_buyer, make_officer, make_unit, some_commune
from tests.pages import Browser, Page
from tests.trade import TONNE, make_inquiry, make_listing


def _register_unit(browser: Browser, commune_id: int) -> Page:
    form = browser.get("/account/register/unit").form("/account/register/unit")
    return form.send(
        kind="cooperative",
        name="HTX Lúa Tôm Phước Long",
        place_id=commune_id,
        fields="rice",
        members="120",
        households="96",
        phone="0912 345 678",
        email="htx@vidu.test",
        password=PASSWORD,
        position="Giám đốc",
        ground="law",
        person="Trần Thị Lúa",
        terms="1",
        privacy="1",
    )


def test_from_an_empty_register_to_a_delivery_in_the_figures(
    app: FastAPI, session: Session, browser: Callable[[], Browser]
) -> None:
    commune = some_commune(session)
    make_officer(session, email="canbo@vidu.test")
    cooperative, officer, buyer = browser(), browser(), browser()

    registered = _register_unit(cooperative, commune.id)
    assert registered.status == 200, registered.text

    officer.sign_in("canbo@vidu.test", PASSWORD)
    waiting = officer.get("/department/parties")
    one = waiting.follow("HTX Lúa Tôm Phước Long")
    confirmed = one.form("/confirm").send(identity_level="papers", reference="GCN 123")
    assert confirmed.status == 200, confirmed.text

    cooperative.sign_in("htx@vidu.test", PASSWORD)
    form = cooperative.get("/listings/new", product="lua-st25").form("/listings")
    today = clock.today()
    written = form.send(
        title="Lúa ST25 vụ mới",
        price_from="9.400",
        volume="60 tấn",
        **{"from": today.isoformat(), "to": (today + timedelta(days=60)).isoformat()},
    )
    assert written.status == 200, written.text
    published = written.form("/publish").send()
    assert published.status == 200, published.text
    worker.run_due(app.state.runtime)

    found = buyer.get("/listings", q="lua st25 phuoc long")
    assert "Lúa ST25 vụ mới" in found.text
    listing = found.follow("Lúa ST25 vụ mới")

    side = make_buyer(session)
    buyer.sign_in(side.login, PASSWORD)
    ask = buyer.get("/inquiries/new/" + listing.path.rsplit("/", 1)[1]).form(
        "/inquiries/new/" + listing.path.rsplit("/", 1)[1]
    )
    thread = ask.send(volume="12 tấn")
    assert thread.status == 200, thread.text
    assert thread.path.startswith("/inquiries/")

    answer = cooperative.get(thread.path)
    assert "đến lượt" in cooperative.get("/inquiries").text
    agreed = answer.form("/links/agree/" + thread.path.rsplit("/", 1)[1]).send()
    assert agreed.status == 200, agreed.text
    assert "Đang thực hiện" in agreed.text
    link = agreed.path

    recorded = cooperative.get(link).form("/deliveries").send(gross="5 tấn")
    assert "Chờ xác nhận" in recorded.text
    done = buyer.get(link).form("/confirm").send()
    assert "Đã xác nhận" in done.text

    closed = buyer.get(link).form("/close").send(reason="agreed")
    assert "Chấm dứt trước hạn" in closed.text

    rules.check_volumes(session)
    rules.check_links(session)
    month = f"{today:%Y-%m}"
    officer_view = officer.get("/statistics/delivered_volume", period=month)
    assert officer_view.status == 200
    assert "5 tấn" in officer_view.text or "5.000" in officer_view.text


def test_the_second_who_accepts_the_last_tonne_gets_a_409_and_keeps_the_page(
    session: Session, browser: Callable[[], Browser]
) -> None:
    seller, first, second = make_unit(session), make_buyer(session), make_buyer(session)
    listing, _ = make_listing(session, seller, volumes=(TONNE,))
    threads = [make_inquiry(session, side, listing, volume=TONNE).id for side in (first, second)]
    manager = browser()
    manager.sign_in(seller.login, PASSWORD)
    pages = [manager.get(f"/inquiries/{one}") for one in threads]
    assert pages[0].form(f"/links/agree/{threads[0]}").send().status == 200
    refused = pages[1].form(f"/links/agree/{threads[1]}").send()
    assert refused.status == 409
    assert "chỉ còn bán được 0 kg" in refused.text
    assert refused.form(f"/inquiries/{threads[1]}/offer").fields["volume"] == "1 tấn"
    rules.check_volumes(session)


def test_an_offer_back_and_a_decline_are_seen_by_the_other_side(
    session: Session, browser: Callable[[], Browser]
) -> None:
    seller, side = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    inquiry = make_inquiry(session, side, listing, volume=3 * TONNE)
    manager, buyer = browser(), browser()
    manager.sign_in(seller.login, PASSWORD)
    buyer.sign_in(side.login, PASSWORD)
    page = manager.get(f"/inquiries/{inquiry.id}")
    offered = page.form("/offer").send(price="9.800", remark="Giá tại ruộng.")
    assert "Chờ bên mua trả lời" in offered.text
    seen = buyer.get(f"/inquiries/{inquiry.id}")
    assert "9.800 đ/kg" in seen.text
    assert "Giá tại ruộng." in seen.text
    declined = seen.form("/decline").send(reason="price")
    assert "Đã từ chối" in declined.text
    assert "Giá chưa phù hợp" in manager.get(f"/inquiries/{inquiry.id}").text
    assert "Bên kia đã từ chối. Giá chưa phù hợp." in manager.get("/account/notices").text


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(
    session: Session, browser: Callable[[], Browser]
) -> None:
    seller, side = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    buyer = browser()
    buyer.sign_in(side.login, PASSWORD)
    form = buyer.get(f"/inquiries/new/{listing.id}").form(f"/inquiries/new/{listing.id}")
    wrong = form.send(volume="nhiều lắm", price="rẻ", remark="Xin báo giá", **{"from": "31/2/2026"})
    assert wrong.status == 422
    again = wrong.form(f"/inquiries/new/{listing.id}")
    assert again.fields["volume"] == "nhiều lắm"
    assert again.fields["remark"] == "Xin báo giá"
    for name in ("volume", "price", "from"):
        assert again.error(name), name


def test_sending_twice_makes_one_inquiry(session: Session, browser: Callable[[], Browser]) -> None:
    seller, side = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    buyer = browser()
    buyer.sign_in(side.login, PASSWORD)
    form = buyer.get(f"/inquiries/new/{listing.id}").form(f"/inquiries/new/{listing.id}")
    first, second = form.send(volume="2 tấn"), form.send(volume="2 tấn")
    assert first.path == second.path
    assert second.status == 200


def test_a_stranger_finds_no_inquiry_and_no_link(session: Session, browser: Callable[[], Browser]) -> None:
    seller, side, other = make_unit(session), make_buyer(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    inquiry = make_inquiry(session, side, listing)
    stranger = browser()
    stranger.sign_in(other.login, PASSWORD)
    assert stranger.get(f"/inquiries/{inquiry.id}").status == 404
    for path in ("abc", str(2**63), "0", "%00", "1e3"):
        assert stranger.get(f"/inquiries/{path}").status == 404
        assert stranger.get(f"/links/{path}").status == 404
        assert stranger.get(f"/listings/{path}").status == 404
