"""An officer enters for a unit that calls; every page marks it until the unit says, by the link of its
message or signed in, that it is so or that it is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.assisted.models import AssistedCall, AssistedEntry
from market.links.models import Delivery, Link
from market.listings.models import Listing
from market.notices.models import Message, Notice
from tests import make, trade
from tests.assisted import steps
from tests.make import Side
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]

OPENING = re.compile(r"/account/open/[A-Za-z0-9_-]+")
WAITS, CONFIRMED = "Cán bộ nhập hộ, đơn vị chưa xác nhận", "đơn vị đã xác nhận"
DENIED = "đơn vị nói không đúng"
CALL = {"caller_name": "Chị Bảy", "caller_phone": "0912 345 678", "note": "Đã gọi lại"}


def _desk(unit: Side) -> str:
    return f"/department/assisted/units/{unit.party.id}"


def test_goods_entered_by_phone_are_marked_until_confirmed_by_the_link(
    session: Session, browser: Open, unit: Side
) -> None:
    here = signed_in(browser, make.make_officer(session, duties=("trade_data",)))
    found = here.get("/department/assisted", q=unit.party.code)
    page = found.follow("Nhập hộ đơn vị").follow("Nhập hộ tin chào bán")
    form = page.form("/listing").send(product="lua-st25").form("/listing")
    today = clock.today()
    dates = {"from": today.isoformat(), "to": (today + timedelta(days=30)).isoformat()}
    refused = form.send(**CALL | {"caller_phone": "12"}, **dates, volume="5 tấn", price_from="9.000")
    assert refused.status == 422
    assert "0912 345 678" in refused.form("/listing").error("caller_phone")
    assert refused.form("/listing").fields["volume"] == "5 tấn"
    done = form.send(**CALL, **dates, volume="5 tấn", price_from="9.000")
    assert done.status == 200, done.text
    assert WAITS in done.text

    listing = session.scalars(sa.select(Listing)).one()
    assert listing.state == "published"
    assert "Nhập hộ" not in browser().get(f"/listings/{listing.id}").text, "buyers see the goods alone"
    newest = sa.select(Message).where(Message.user_id == unit.user.id).order_by(Message.id.desc())
    message = session.scalars(newest.limit(1)).one()
    link = OPENING.search(message.body)
    assert link, message.body

    theirs = browser()
    before = theirs.get(link[0])
    assert session.scalars(sa.select(AssistedEntry.state)).one() == "waiting", "to look changes nothing"
    entry = before.form(link[0]).send()
    for told in ("Chị Bảy", "0912 345 678", "Đã gọi lại", "5 tấn", "9.000"):
        assert told in entry.text, told
    assert WAITS in theirs.get(f"/listings/{listing.id}").text
    assert WAITS in theirs.get("/listings/mine").text
    said = entry.form("/confirm").send()
    assert CONFIRMED in said.text
    assert "qua đường dẫn trong tin nhắn" in said.text
    row = session.scalars(sa.select(AssistedEntry)).one()
    assert (row.state, row.how, row.answered_by) == ("confirmed", "link", unit.user.id)
    assert entry.form("/deny").send().status == 409, "it is said once"


def test_a_yes_by_phone_binds_is_marked_for_both_and_confirmed_at_the_next_sign_in(
    session: Session, browser: Open, seller: Side, buyer: Side
) -> None:
    listing, _ = trade.make_listing(session, seller)
    inquiry = trade.make_inquiry(session, buyer, listing, price=9_450)
    here = signed_in(browser, make.make_officer(session, duties=("trade_data",), name="Cán bộ Hai"))
    page = here.get(_desk(seller))
    assert buyer.party.name not in page.text
    closed = page.follow("Nhập hộ câu trả lời")
    for secret in (buyer.party.name, "9.450"):
        assert secret not in closed.text, "before a look"
    opened = closed.form("/look").send()
    for secret in (buyer.party.name, "9.450"):
        assert secret in opened.text
    done = opened.form(f"/inquiries/{inquiry.id}").send(answer="accept", **CALL)
    assert done.status == 200, done.text
    link = session.scalars(sa.select(Link)).one()
    assert link.state == "active"

    ours, theirs = signed_in(browser, seller), signed_in(browser, buyer)
    for side in (ours, theirs):
        assert WAITS in side.get(f"/links/{link.id}").text
        thread = side.get(f"/inquiries/{inquiry.id}").text
        assert WAITS in thread
        assert "Cán bộ Hai" in thread, "who looked is shown to both"
    home = ours.get("/inquiries")
    assert home.css("#assisted")
    assert home.form("/confirm").send().status == 200
    for side in (ours, theirs):
        assert CONFIRMED in side.get(f"/links/{link.id}").text
    assert session.scalars(sa.select(AssistedEntry.how)).one() == "sign_in"
    assert not ours.get("/account/notices").css("#assisted")


def test_a_delivery_that_the_unit_denies_is_contested_at_nothing(
    session: Session, browser: Open, seller: Side, buyer: Side
) -> None:
    listing, _ = trade.make_listing(session, seller)
    link = trade.make_link(session, seller, buyer, listing)
    here = signed_in(browser, make.make_officer(session, duties=("trade_data",)))
    page = here.get(_desk(seller)).follow("Nhập hộ lần giao hàng").form("/look").send()
    done = page.form(f"/links/{link.id}").send(gross="1 tấn", **CALL)
    assert done.status == 200, done.text
    ours, theirs = signed_in(browser, seller), signed_in(browser, buyer)
    assert WAITS in theirs.get(f"/links/{link.id}").text
    said = ours.get("/assisted").follow("Xem kỹ trước").form("/deny").send(words="Chưa giao chuyến nào")
    assert "Lần giao thành có tranh chấp" in said.text
    delivery = session.scalars(sa.select(Delivery)).one()
    assert (delivery.state, delivery.accepted) == ("contested", trade.TONNE)
    shown = here.get("/department/assisted", state="denied")
    assert DENIED in shown.text
    assert "Chưa giao chuyến nào" in shown.text
    form = shown.follow("Giải quyết").form("/settle")
    assert form.send(note=" ").status == 422
    done = form.send(note="Đã gọi hai bên")
    assert DENIED not in done.text, "it no longer waits"
    kept = here.get("/department/assisted", state="settled").text
    assert "Đã gọi hai bên" in kept
    assert form.send(note="Lần nữa").status == 409
    entry_id = session.scalars(sa.select(AssistedEntry.id)).one()
    assert "Sở đã giải quyết xong" in ours.get(f"/assisted/{entry_id}").text
    settled = theirs.get(f"/links/{link.id}/deliveries/{delivery.id}").form("/agree").send()
    assert settled.status == 200
    delivery = session.scalars(sa.select(Delivery)).one()
    assert (delivery.state, delivery.accepted, delivery.value) == ("settled", 0, 0)


def test_strangers_see_nothing_and_officers_their_own_place_and_duty_alone(
    session: Session, browser: Open, unit: Side, buyer: Side
) -> None:
    officer = make.make_officer(session, duties=("trade_data",))
    entry = steps.enter_listing(session, officer, unit)
    session.commit()
    assert signed_in(browser, buyer).get(f"/assisted/{entry.id}").status == 404
    elsewhere = make.make_officer(session, place_id=make.some_commune(session, index=9).id)
    away = signed_in(browser, elsewhere)
    assert away.get(_desk(unit)).status == 404
    assert unit.party.name not in away.get("/department/assisted").text
    without = make.make_officer(session, duties=("register", "certificates", "figures"))
    assert signed_in(browser, without).get(_desk(unit)).status == 403
    here = signed_in(browser, officer)
    listed = here.get("/department/assisted")
    assert unit.party.name in listed.text
    assert listed.form("/remind").send().status == 409, "asked a moment ago"
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        here.sign_in(officer.login)  # half a day is over
        assert here.get("/department/assisted").form("/remind").send().status == 200
    asked = Notice.user_id == unit.user.id, Notice.kind == "assisted.entered"
    assert make.count_rows(session, Notice, *asked) == 2


def test_whoever_lacks_the_power_sees_it_and_cannot_answer(session: Session, browser: Open) -> None:
    unit = make.make_unit(session, powers=("deliver", "view"))
    entry = steps.enter_listing(session, make.make_officer(session), unit)
    session.commit()
    here = signed_in(browser, unit)
    page = here.get(f"/assisted/{entry.id}")
    assert page.status == 200
    assert not page.css("form[action$='/confirm']")
    assert not here.get("/inquiries").css("#assisted")
    fields = here.get("/account").form("/account/sign-out").fields
    assert here.post(f"/assisted/{entry.id}/confirm", fields).status == 403
    assert session.get_one(AssistedCall, entry.id).words is None
