"""All output of an area: the volume is an estimate, what comes beyond it counts and takes no further volume,
and it is fulfilled when the seller says that all was delivered and every delivery is confirmed.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.errors import Conflict, Invalid
from market.links import commitments, deliveries, queries
from market.links import service as links
from market.links.agreed import Weighed
from market.links.models import Delivery, Link
from market.links.record import record_of
from market.listings.models import Lot
from tests import rules, trade
from tests.machines import Trader
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def link(session: Session, seller: Side, buyer: Side) -> Link:
    """All that 5 ha give, about 4 tonnes; the listing's lots hold no more."""
    listing, _ = trade.make_listing(session, seller, volumes=(4 * TONNE,))
    return trade.make_link(session, seller, buyer, listing, area_m2=50_000, area_base="sown", all_output=True)


def deliver(session: Session, seller: Side, link: Link, gross: int) -> Delivery:
    made = deliveries.record_delivery(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        link_id=link.id,
        on_date=clock.today(),
        weighed=[Weighed(gross)],
    )
    session.commit()
    return made


def confirm(session: Session, buyer: Side, link: Link, delivery: Delivery) -> None:
    deliveries.confirm_delivery(
        session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id, delivery_id=delivery.id
    )
    session.commit()


def end(session: Session, side: Side, link: Link, reason: str = "all_delivered") -> str:
    links.end_link(session, actor=side.actor, party_id=side.party.id, link_id=link.id, reason=reason)
    session.commit()
    return link.state


def test_less_than_estimated_is_all_there_was(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    delivery = deliver(session, seller, link, 3 * TONNE)
    with pytest.raises(Conflict):
        end(session, seller, link)
    session.rollback()
    confirm(session, buyer, link, delivery)
    assert end(session, seller, link) == "fulfilled"
    assert session.scalar(sa.select(Lot.committed)) == 3 * TONNE, "what did not grow is free again"
    rules.check_volumes(session)
    rules.check_links(session)


def test_more_than_estimated_counts_and_takes_no_further_volume(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    confirm(session, buyer, link, deliver(session, seller, link, 7 * TONNE))
    assert queries.delivered(session, link_id=link.id) == 7 * TONNE
    assert commitments.handed_over(session, link=link) == 7 * TONNE
    assert session.scalar(sa.select(Lot.committed)) == 4 * TONNE
    assert end(session, seller, link) == "fulfilled"
    assert session.scalar(sa.select(Lot.committed)) == 4 * TONNE
    rules.check_volumes(session)


def test_a_kept_word_about_all_output_is_a_kept_word(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    confirm(session, buyer, link, deliver(session, seller, link, 3 * TONNE))
    assert end(session, seller, link) == "fulfilled"
    for _ in range(2):
        listing, _lots = trade.make_listing(session, seller)
        plain = trade.make_link(session, seller, buyer, listing, volume=TONNE)
        confirm(session, buyer, plain, deliver(session, seller, plain, TONNE))
        assert end(session, seller, plain, "agreed") == "fulfilled"
    kept = record_of(session, party_id=seller.party.id)
    assert kept is not None
    assert kept.delivered == 1.0


@pytest.mark.parametrize(("who", "gross"), [("seller", 0), ("buyer", 1), ("buyer", 0)])
def test_only_the_seller_says_so_and_not_of_nothing(
    session: Session, seller: Side, buyer: Side, link: Link, who: str, gross: int
) -> None:
    if gross:
        confirm(session, buyer, link, deliver(session, seller, link, gross))
    with pytest.raises(Invalid) as refused:
        end(session, seller if who == "seller" else buyer, link)
    assert refused.value.field == "reason"


def test_closed_for_another_reason_below_the_estimate_it_is_not_fulfilled(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    confirm(session, buyer, link, deliver(session, seller, link, 3 * TONNE))
    assert end(session, buyer, link, "agreed") == "ended_early"


def test_of_a_plain_agreement_nobody_says_so(session: Session, seller: Side, buyer: Side) -> None:
    listing, _ = trade.make_listing(session, seller)
    link = trade.make_link(session, seller, buyer, listing)
    confirm(session, buyer, link, deliver(session, seller, link, TONNE))
    with pytest.raises(Invalid):
        end(session, seller, link)


def test_page_print_and_api_say_it(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    words = "toàn bộ sản lượng của 5 ha, ước 4 tấn"
    theirs = signed_in(browser, buyer).get(f"/links/{link.id}")
    assert words in theirs.text
    assert not theirs.css("option[value=all_delivered]"), "the seller alone says that it was all"
    assert words in signed_in(browser, buyer).get(f"/links/{link.id}/print").text
    told = Trader(browser(), session, buyer.user).look(f"/links/{link.id}")
    assert (told["all_output"], told["area"], told["volume"]) == (True, 5, 4000)
    confirm(session, buyer, link, deliver(session, seller, link, TONNE))
    mine = signed_in(browser, seller).get(f"/links/{link.id}")
    closed = mine.form("/close").send(reason="all_delivered")
    assert closed.status == 200
    assert "Hoàn thành" in closed.text
