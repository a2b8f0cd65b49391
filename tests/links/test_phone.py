"""Agreements made by phone: one side records, the other says yes or no, or nobody does: the volume is held
meanwhile and given back if nothing comes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import Conflict, Invalid, NotAllowed, NotFound
from market.links import conditions, phone
from market.links import service as links
from market.links.models import Link, LinkState
from market.listings.models import Listing, Lot
from market.listings.terms import Terms
from market.notices.models import Notice
from market.statistics import verify
from tests import make, rules, trade
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture
def listing(session: Session, seller: Side) -> Listing:
    return trade.make_listing(session, seller)[0]


def record(session: Session, side: Side, listing: Listing, there: Side | None = None, **changes: Any) -> Link:
    known = {name: changes.pop(name) for name in ("proposal", "other") if name in changes}
    link = phone.record_agreement(
        session,
        actor=side.actor,
        party_id=side.party.id,
        listing_id=listing.id,
        proposal=known.get("proposal") or trade.propose(**changes),
        other=known.get("other", there.party.code if there else ""),
    )
    session.commit()
    return link


def confirm(session: Session, side: Side, link: Link, **changes: Any) -> Link:
    phone.confirm_agreement(session, actor=side.actor, party_id=side.party.id, link_id=link.id, **changes)
    session.commit()
    return link


def taken(session: Session, listing: Listing) -> int:
    return session.scalar(sa.select(sa.func.sum(Lot.committed)).where(Lot.listing_id == listing.id)) or 0


def check(session: Session) -> None:
    rules.check_volumes(session)
    rules.check_links(session)
    assert list(verify.differences(session)) == []


@pytest.mark.parametrize("who", ["seller", "buyer"])
def test_it_holds_the_volume_until_the_other_side_says_yes(
    session: Session, seller: Side, buyer: Side, listing: Listing, who: str
) -> None:
    me, other = (seller, buyer) if who == "seller" else (buyer, seller)
    link = record(session, me, listing, buyer if who == "seller" else None)
    assert (link.state, link.origin, link.inquiry_id) == ("provisional", "declared_one", None)
    assert link.awaits_side == ("buyer" if who == "seller" else "seller")
    assert taken(session, listing) == 4 * TONNE
    check(session)
    told = session.scalars(
        sa.select(Notice).where(Notice.user_id == other.user.id, Notice.kind == "link.recorded")
    ).one()
    assert told.path == f"/links/{link.id}"
    with pytest.raises(Conflict):
        confirm(session, me, link)
    confirm(session, other, link, version=link.version)
    assert (link.state, link.origin, link.awaits_side) == ("active", "declared_both", None)
    assert link.provisional_until is None
    steps = session.scalars(sa.select(LinkState.state).order_by(LinkState.id)).all()
    assert steps == ["provisional", "active"]
    with pytest.raises(Conflict):
        confirm(session, other, link)
    check(session)


def test_what_was_to_come_first_still_has_to_come(
    session: Session, seller: Side, buyer: Side, listing: Listing
) -> None:
    link = record(session, seller, listing, buyer, proposal=trade.propose(terms=Terms(deposit=5_000_000)))
    with pytest.raises(Conflict):
        conditions.confirm_deposit(session, actor=seller.actor, party_id=seller.party.id, link_id=link.id)
    with pytest.raises(Conflict):
        conditions.record_contract(
            session,
            actor=seller.actor,
            party_id=seller.party.id,
            link_id=link.id,
            number="1/HĐ",
            on_date=clock.today(),
        )
    confirm(session, buyer, link)
    assert (link.state, link.waits_for, link.origin) == ("provisional", "deposit", "declared_both")
    conditions.confirm_deposit(session, actor=seller.actor, party_id=seller.party.id, link_id=link.id)
    session.commit()
    assert link.state == "active"
    check(session)


def test_a_no_and_silence_give_the_volume_back(
    session: Session, seller: Side, buyer: Side, listing: Listing
) -> None:
    refused = record(session, seller, listing, buyer)
    links.end_link(session, actor=buyer.actor, party_id=buyer.party.id, link_id=refused.id, reason="other")
    session.commit()
    assert (refused.state, taken(session, listing)) == ("lapsed", 0)
    forgotten = record(session, seller, listing, buyer)
    assert conditions.lapse_due(session) == 0
    clock.move(clock.today() + timedelta(days=6))
    with pytest.raises(Conflict):
        confirm(session, buyer, forgotten)
    assert conditions.lapse_due(session) == 1
    session.commit()
    assert (forgotten.state, taken(session, listing)) == ("lapsed", 0)
    check(session)


def test_what_cannot_be_is_refused_whole(
    session: Session, seller: Side, buyer: Side, listing: Listing
) -> None:
    unseen = make.make_buyer(session, confirm=False)
    before = make.count_rows(session, Link)
    for side, other, changes, refusal in (
        (seller, buyer, {"volume": 11 * TONNE}, Conflict),
        (buyer, None, {"volume": 11 * TONNE}, Invalid),
        (seller, buyer, {"volume": 0}, Invalid),
        (seller, seller, {}, Invalid),
        (seller, unseen, {}, Invalid),
        (seller, None, {}, Invalid),
        (seller, None, {"other": "0900 000 000"}, Invalid),
        (unseen, None, {}, NotAllowed),
    ):
        with pytest.raises(refusal):
            record(session, side, listing, other, **changes)
        session.rollback()
    with pytest.raises(NotFound):
        record(session, buyer, trade.make_listing(session, seller, publish=False)[0])
    assert make.count_rows(session, Link) == before
    check(session)


def test_one_record_at_a_time_waits_between_two(
    session: Session, seller: Side, buyer: Side, listing: Listing
) -> None:
    record(session, seller, listing, buyer, volume=TONNE)
    for side, other in ((seller, buyer), (buyer, None)):
        with pytest.raises(Conflict):
            record(session, side, listing, other, volume=TONNE)
    assert taken(session, listing) == TONNE


def test_a_buyer_is_found_by_the_number_of_the_party_or_of_its_person(
    session: Session, seller: Side, listing: Listing
) -> None:
    by_party = make.make_buyer(session, phone="+84912000333")
    by_person = make.make_buyer(session, phone="+84912000444", user={"phone": "0912 000 555"})
    for side, typed in ((by_party, "0912 000 333"), (by_person, "0912000555")):
        assert record(session, seller, listing, other=typed, volume=TONNE).buyer_id == side.party.id
    make.make_buyer(session, phone="+84912000333")
    with pytest.raises(Invalid):
        record(session, seller, listing, other="0912 000 333", volume=TONNE)


def test_the_other_side_confirms_in_two_taps(
    session: Session, seller: Side, buyer: Side, listing: Listing, browser: Open
) -> None:
    here = signed_in(browser, seller)
    form = here.get("/listings/mine").follow("qua điện thoại").form(f"/{listing.id}")
    assert form.fields["price"] == "9.400"
    sent = {"other": buyer.party.code, "volume": "4 tấn"}
    page = form.send(**sent)
    assert "Chờ bên mua xác nhận" in page.text
    assert "bên bán khai, bên mua chưa xác nhận" in page.text
    assert form.send(**sent).path == page.path, "sent twice it is one"
    there = signed_in(browser, buyer).get(page.path)
    assert "qua điện thoại" in there.text
    done = there.form("/confirm").send()
    assert "Đang thực hiện" in done.text
    assert "một bên khai, bên kia xác nhận" in done.text
    again = there.form("/confirm").send()
    assert again.status == 409
    check(session)


def test_until_the_seller_says_yes_it_is_the_buyers_entry(
    buyer: Side, listing: Listing, browser: Open
) -> None:
    page = signed_in(browser, buyer).get(f"/links/phone/{listing.id}").form(f"/{listing.id}")
    assert "bên mua khai, bên bán chưa xác nhận" in page.send(volume="4 tấn").text


def test_the_other_side_may_say_no(
    session: Session, seller: Side, buyer: Side, listing: Listing, browser: Open
) -> None:
    here = signed_in(browser, buyer)
    page = (
        here.get(f"/listings/{listing.id}")
        .follow("qua điện thoại")
        .form(f"/{listing.id}")
        .send(volume="2 tấn")
    )
    there = signed_in(browser, seller).get(page.path)
    said = there.form("/close").send()
    assert said.status == 200
    assert "Bên bán không xác nhận" in said.text
    assert "còn" not in said.css("h1 ~ p")[1].text(), "no time is left for what has lapsed"
    assert "không thỏa thuận như anh/chị ghi lại" in here.get("/account/notices").text
    assert session.scalars(sa.select(Link)).one().state == "lapsed"
    check(session)


def test_an_unknown_number_is_said_beside_it_and_not_tried_for_ever(
    session: Session, seller: Side, buyer: Side, listing: Listing, browser: Open
) -> None:
    here = signed_in(browser, seller)
    form = here.get(f"/links/phone/{listing.id}").form(f"/{listing.id}")
    for _ in range(10):
        page = form.send(other="0900 000 000", volume="1 tấn")
        assert page.status == 422
    assert "Chưa ai đăng ký" in page.form(f"/{listing.id}").error("other")
    assert form.send(other=buyer.party.code, volume="1 tấn").status == 429
    assert make.count_rows(session, Link) == 0
