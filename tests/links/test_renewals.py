"""Renewals: what has ended, or ends soon, is agreed on anew by an inquiry or a record of a phone call, and
the new agreement points to the old one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import Conflict, NotFound
from market.inquiries.models import Inquiry
from market.links import phone, renewals
from market.links import service as links
from market.links.models import Link
from market.listings import service as listings
from market.listings.models import Listing
from tests import make, rules, trade
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture
def listing(session: Session, seller: Side) -> Listing:
    return trade.make_listing(session, seller)[0]


@pytest.fixture
def link(session: Session, seller: Side, buyer: Side, listing: Listing) -> Link:
    return trade.make_link(session, seller, buyer, listing, volume=2 * TONNE, days=50)


def end(session: Session, seller: Side, link: Link) -> None:
    links.end_link(session, actor=seller.actor, party_id=seller.party.id, link_id=link.id)
    session.commit()


def renew(session: Session, side: Side, link: Link) -> Inquiry | Link:
    made = renewals.renew(
        session, actor=side.actor, party_id=side.party.id, link_id=link.id, proposal=trade.propose(TONNE)
    )
    session.commit()
    return made


def test_a_buyer_asks_and_what_comes_of_it_points_to_the_old_one(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    end(session, seller, link)
    inquiry = renew(session, buyer, link)
    assert isinstance(inquiry, Inquiry)
    with pytest.raises(Conflict):
        renew(session, seller, link)
    session.rollback()
    made = links.agree_link(session, actor=seller.actor, party_id=seller.party.id, inquiry_id=inquiry.id)
    session.commit()
    assert (made.renews_id, made.origin) == (link.id, "platform")
    with pytest.raises(Conflict):
        renew(session, buyer, link)
    rules.check_volumes(session)
    rules.check_links(session)


def test_a_seller_records_it_and_a_no_lets_it_be_renewed_again(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    end(session, seller, link)
    made = renew(session, seller, link)
    assert isinstance(made, Link)
    assert (made.renews_id, made.awaits_side, made.buyer_id) == (link.id, "buyer", buyer.party.id)
    links.end_link(session, actor=buyer.actor, party_id=buyer.party.id, link_id=made.id, reason="other")
    session.commit()
    again = renew(session, seller, link)
    assert isinstance(again, Link)
    phone.confirm_agreement(session, actor=buyer.actor, party_id=buyer.party.id, link_id=again.id)
    session.commit()
    assert (again.state, again.renews_id) == ("active", link.id)
    rules.check_volumes(session)


def test_only_in_its_last_month_and_while_something_is_on_sale(
    session: Session, seller: Side, buyer: Side, listing: Listing, link: Link
) -> None:
    with pytest.raises(Conflict):
        renew(session, buyer, link)
    with pytest.raises(NotFound):
        renew(session, make.make_buyer(session), link)
    clock.move(link.to_date - timedelta(days=30))
    listings.pause(session, actor=seller.actor, listing_id=listing.id)
    session.commit()
    with pytest.raises(Conflict):
        renew(session, buyer, link)
    session.rollback()
    other, _ = trade.make_listing(session, seller, title="Lúa vụ sau")
    inquiry = renew(session, buyer, link)
    assert isinstance(inquiry, Inquiry)
    assert inquiry.listing_id == other.id


def test_renewed_from_its_page_with_what_it_says(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    here = signed_in(browser, buyer)
    assert "Gia hạn" not in here.get(f"/links/{link.id}").text
    early = here.get(f"/links/{link.id}/renew")
    assert (early.status, "tháng cuối" in early.text) == (409, True)
    end(session, seller, link)
    form = here.get(f"/links/{link.id}").follow("Gia hạn").form("/renew")
    assert (form.fields["volume"], form.fields["price"]) == ("2 tấn", "9.400")
    page = form.send()
    assert page.path.startswith("/inquiries/")
    assert form.send().path == page.path, "sent twice it is one"
    asked = session.scalars(sa.select(Inquiry).where(Inquiry.renews_id == link.id)).one()
    assert "Đang hỏi gia hạn" in here.get(f"/links/{link.id}").text
    manager = signed_in(browser, seller)
    assert "hỏi gia hạn một thỏa thuận, 2 tấn" in manager.get("/account/notices").text
    question = manager.get(f"/inquiries/{asked.id}")
    assert f"Gia hạn thỏa thuận số {link.id}" in question.text
    there = question.form(f"/agree/{asked.id}").send()
    made = session.get_one(Link, int(there.path.split("/")[-1]))
    assert made.renews_id == link.id
    for shown in (there, here.get(f"/links/{made.id}/print")):
        assert f"Gia hạn thỏa thuận số {link.id}" in shown.text
    old = here.get(f"/links/{link.id}")
    assert f"Đã được gia hạn bằng thỏa thuận số {made.id}" in old.text
    assert not [one for one in old.css("a") if one.attributes["href"] == f"/links/{link.id}/renew"]
