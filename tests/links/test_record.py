"""How a party has kept its word is shown from three deals up, and counted from what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.inquiries import service as inquiries
from market.links import disputes
from market.links import service as links
from market.links.record import record_of
from market.listings.terms import Terms
from tests import trade
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")


def test_a_record_is_counted_from_three_deals_up(session: Session, seller: Side, buyer: Side) -> None:
    listing, _ = trade.make_listing(session, seller, volumes=(90 * TONNE,))
    terms = Terms(payment="days_after", payment_days=7)
    made = [trade.make_link(session, seller, buyer, listing, volume=4 * TONNE, terms=terms) for _ in range(2)]
    assert record_of(session, party_id=seller.party.id) is None
    made.append(trade.make_link(session, seller, buyer, listing, volume=4 * TONNE, terms=terms))
    unanswered = trade.make_inquiry(session, buyer, listing)
    for link, paid_after in zip(made[:2], (5, 9), strict=True):
        delivery = trade.deliver(session, seller, buyer, link, 3 * TONNE)
        with clock.at(clock.today() + timedelta(days=10)):
            disputes.mark_paid(
                session,
                actor=seller.actor,
                party_id=seller.party.id,
                link_id=link.id,
                delivery_id=delivery.id,
                on_date=delivery.on_date + timedelta(days=paid_after),
            )
    links.end_link(session, actor=buyer.actor, party_id=buyer.party.id, link_id=made[0].id)
    with clock.at(clock.now() + timedelta(days=6)):
        assert inquiries.expire(session, unanswered.id)
    session.commit()

    sold = record_of(session, party_id=seller.party.id)
    assert sold
    assert (sold.deals, sold.asked, sold.answered, sold.reply_hours) == (3, 4, 0.75, 0.0)
    assert (sold.delivered, sold.ended_early, sold.ended_early_itself) == (0.75, 1, 0)
    assert sold.paid_in_time is None
    bought = record_of(session, party_id=buyer.party.id)
    assert bought
    assert (bought.deals, bought.answered, bought.ended_early_itself, bought.paid_in_time) == (
        3,
        None,
        1,
        0.5,
    )
    # A third delivery that nobody has paid counts once its term, and the time to note it, have run out.
    trade.deliver(session, seller, buyer, made[2], 3 * TONNE)
    for days, share in ((21, 0.5), (22, 1 / 3)):
        with clock.at(clock.now() + timedelta(days=days)):
            later = record_of(session, party_id=buyer.party.id)
            assert later
            assert later.paid_in_time == share


def test_it_stands_on_the_units_page_and_beside_an_inquiry(
    session: Session, seller: Side, buyer: Side, browser: Callable[[], Browser]
) -> None:
    listing, _ = trade.make_listing(session, seller, volumes=(90 * TONNE,))
    for _ in range(3):
        trade.make_link(session, seller, buyer, listing, volume=TONNE)
    inquiry = trade.make_inquiry(session, buyer, listing)
    assert "Giữ lời hẹn thế nào" in browser().get(f"/cooperatives/{seller.party.code}").text
    assert "Bên kia giữ lời hẹn" in signed_in(browser, seller).get(f"/inquiries/{inquiry.id}").text
