"""Asking and answering: turns, ends, refusals. Every refusal leaves the tables as they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue.models import Product
from market.errors import Conflict, Invalid, NotAllowed, NotFound
from market.events import EventRow
from market.inquiries import queries
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry, InquiryState, Offer
from market.inquiries.proposals import Line, Proposal
from market.links import service as links
from market.listings import service as listings
from market.notices.models import Message, Notice
from market.parties.models import Party
from market.web.context import speaking
from market.web.language import say
from market.words import unpack
from tests.make import count_rows, make_buyer, make_unit
from tests.trade import TONNE, make_inquiry, make_link, make_listing, propose


def test_an_inquiry_is_the_sellers_turn_and_tells_the_seller(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    inquiry = make_inquiry(session, buyer, listing)
    assert (inquiry.state, inquiry.turn) == ("negotiating", "seller")
    notice = session.scalars(sa.select(Notice).where(Notice.kind == "inquiry.sent")).one()
    assert (notice.user_id, notice.path) == (seller.user.id, f"/inquiries/{inquiry.id}")
    assert count_rows(session, Message, Message.notice_id == notice.id) == 1
    event = session.scalars(sa.select(EventRow).where(EventRow.name == "inquiry.sent")).one()
    assert (event.party_id, event.user_id, event.channel) == (buyer.party.id, buyer.user.id, "web")


def test_news_says_which_goods_and_which_other_side(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller, product="gao-st25")
    inquiry = make_inquiry(session, buyer, listing, volume=4 * TONNE)
    values = {"party_id": seller.party.id, "inquiry_id": inquiry.id, "version": 1}
    inquiries.make_offer(session, actor=seller.actor, proposal=propose(3 * TONNE), **values)
    values = {"party_id": buyer.party.id, "inquiry_id": inquiry.id, "version": 2}
    inquiries.decline(session, actor=buyer.actor, reason="price", **values)
    session.commit()
    with speaking("vi"):
        kinds = ("inquiry.sent", "inquiry.offered", "inquiry.declined")
        told = {
            notice.kind: say(unpack({"text": notice.text, "values": notice.values}))
            for notice in session.scalars(sa.select(Notice).where(Notice.kind.in_(kinds)))
        }
    mine, theirs = buyer.party.name, seller.party.name
    assert told["inquiry.sent"] == f"{mine} hỏi mua 4 tấn. Gạo ST25."
    assert told["inquiry.offered"].endswith(f" 3 tấn. Gạo ST25, {theirs}.")
    assert told["inquiry.declined"].endswith(f". Gạo ST25, {mine}.")


def test_offers_go_back_and_forth_and_never_change(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    inquiry = make_inquiry(session, buyer, listing, volume=4 * TONNE)
    inquiries.make_offer(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        inquiry_id=inquiry.id,
        proposal=propose(3 * TONNE, price=9600),
        version=1,
    )
    session.commit()
    assert inquiry.turn == "buyer"
    inquiries.make_offer(
        session,
        actor=buyer.actor,
        party_id=buyer.party.id,
        inquiry_id=inquiry.id,
        proposal=propose(3 * TONNE, price=9500),
        remark="Được giá này thì lấy ngay.",
    )
    session.commit()
    thread = queries.get_thread(session, party_id=seller.party.id, inquiry_id=inquiry.id)
    assert [card.price for card in (thread.standing, *thread.earlier)] == [9500, 9600, 9400]
    assert thread.standing.value == 3000 * 9500
    assert thread.standing.remark == "Được giá này thì lấy ngay."
    assert thread.my_turn


@pytest.mark.parametrize("act", ["offer", "decline"])
def test_only_the_side_whose_turn_it_is_answers(session: Session, act: str) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    inquiry = make_inquiry(session, buyer, listing)
    before = count_rows(session, Offer), count_rows(session, InquiryState)
    asked: dict[str, Any] = {"actor": buyer.actor, "party_id": buyer.party.id, "inquiry_id": inquiry.id}
    answers: dict[str, Callable[[], object]] = {
        "offer": lambda: inquiries.make_offer(session, proposal=propose(), **asked),
        "decline": lambda: inquiries.decline(session, reason="price", **asked),
    }
    with pytest.raises(Conflict, match="other side's turn"):
        answers[act]()
    session.rollback()
    assert (count_rows(session, Offer), count_rows(session, InquiryState)) == before


def test_an_answer_to_an_offer_that_has_changed_is_refused(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    inquiry = make_inquiry(session, buyer, listing)
    with pytest.raises(Conflict, match="answered meanwhile"):
        inquiries.decline(
            session,
            actor=seller.actor,
            party_id=seller.party.id,
            inquiry_id=inquiry.id,
            reason="price",
            version=99,
        )


def test_a_declined_inquiry_says_why_and_takes_no_more_answers(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    inquiry = make_inquiry(session, buyer, listing)
    inquiries.decline(
        session, actor=seller.actor, party_id=seller.party.id, inquiry_id=inquiry.id, reason="sold_out"
    )
    session.commit()
    assert (inquiry.state, inquiry.reason) == ("declined", "sold_out")
    with pytest.raises(Conflict, match="Declined"):
        inquiries.withdraw(session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=inquiry.id)


def test_either_side_may_withdraw_at_any_turn(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    first = make_inquiry(session, buyer, listing)
    inquiries.withdraw(session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=first.id)
    session.commit()
    second = make_inquiry(session, buyer, listing)
    inquiries.withdraw(session, actor=seller.actor, party_id=seller.party.id, inquiry_id=second.id)
    session.commit()
    sides = session.scalars(sa.select(InquiryState.by_side).where(InquiryState.state == "withdrawn"))
    assert list(sides) == ["buyer", "seller"]


@pytest.mark.parametrize("silent", ["seller", "buyer"])
def test_what_nobody_answers_expires_and_says_who_was_silent(session: Session, silent: str) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    inquiry = make_inquiry(session, buyer, listing)
    if silent == "buyer":
        inquiries.make_offer(
            session, actor=seller.actor, party_id=seller.party.id, inquiry_id=inquiry.id, proposal=propose()
        )
        session.commit()
    assert inquiries.expire_due(session) == 0
    with clock.at(clock.now() + timedelta(days=6)):
        assert inquiries.list_due(session)
        assert inquiries.expire_due(session) == 1
        session.commit()
        assert inquiries.expire_due(session) == 0
    assert inquiry.state == "expired"
    assert str(queries.state_words(inquiry)) == f"Expired, the {silent} has not answered"


def test_a_stranger_does_not_learn_that_an_inquiry_exists(session: Session) -> None:
    seller, buyer, stranger = make_unit(session), make_buyer(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    inquiry = make_inquiry(session, buyer, listing)
    with pytest.raises(NotFound):
        queries.get_thread(session, party_id=stranger.party.id, inquiry_id=inquiry.id)
    with pytest.raises(NotFound):
        inquiries.withdraw(session, actor=stranger.actor, party_id=stranger.party.id, inquiry_id=inquiry.id)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"volume": 11 * TONNE}, "volume", "only"),
        ({"volume": 0}, "volume", "above zero"),
        ({"volume": 100}, "volume", "from"),
        ({"price": 0}, "price", "cannot be meant"),
        ({"price": 10**9}, "price", "cannot be meant"),
    ],
)
def test_what_the_listing_cannot_serve_is_refused_beside_its_field(
    session: Session, changes: dict[str, int], field: str, words: str
) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller, min_order=TONNE)
    with pytest.raises(Invalid, match=words) as refusal:
        make_inquiry(session, buyer, listing, proposal=propose(**{"volume": 2 * TONNE, **changes}))
    assert refusal.value.field == field
    session.rollback()
    assert count_rows(session, Inquiry) == 0


def test_a_window_that_is_turned_round_or_over_is_refused(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    today = clock.today()
    turned = Proposal(lines=(Line(today + timedelta(days=9), today, TONNE),), price=9400)
    with pytest.raises(Invalid, match="before the first"):
        make_inquiry(session, buyer, listing, proposal=turned)
    session.rollback()
    late = propose()
    with clock.at(clock.today() + timedelta(days=40)), pytest.raises(Invalid, match="passed"):
        make_inquiry(session, buyer, listing, proposal=late)


def test_one_open_inquiry_of_a_buyer_about_a_listing(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    first = make_inquiry(session, buyer, listing)
    with pytest.raises(Conflict, match=f"inquiry {first.id}"):
        make_inquiry(session, buyer, listing)


def test_nobody_buys_from_themselves(session: Session) -> None:
    seller = make_unit(session, buyer_kind="cooperative")
    listing, _ = make_listing(session, seller)
    with pytest.raises(Invalid, match="your own"):
        make_inquiry(session, seller, listing)


def test_an_unconfirmed_buyer_does_not_ask(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session, confirm=False)
    listing, _ = make_listing(session, seller)
    with pytest.raises(NotAllowed, match="confirmed"):
        make_inquiry(session, buyer, listing)


def test_a_buyer_without_papers_holds_a_limited_volume(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    session.execute(sa.update(Party).where(Party.id == buyer.party.id).values(identity_level="phone"))
    first, _ = make_listing(session, seller, volumes=(60 * TONNE,))
    second, _ = make_listing(session, seller, volumes=(60 * TONNE,))
    make_inquiry(session, buyer, first, volume=30 * TONNE)
    with pytest.raises(Invalid, match="papers"):
        make_inquiry(session, buyer, second, volume=30 * TONNE)


def test_what_has_ended_and_what_is_counted_by_the_piece_is_not_held(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    session.execute(sa.update(Party).where(Party.id == buyer.party.id).values(identity_level="phone"))
    first, _ = make_listing(session, seller, volumes=(90 * TONNE,))
    link = make_link(session, seller, buyer, first, volume=30 * TONNE)
    with pytest.raises(Invalid, match="papers"):
        make_inquiry(session, buyer, first, volume=30 * TONNE)
    pieces = session.scalars(sa.select(Product.slug).where(Product.unit == "piece")).first()
    assert pieces
    ducks, _ = make_listing(session, seller, product=pieces, volumes=(90_000,))
    make_inquiry(session, buyer, ducks, volume=40_000)
    links.end_link(session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id, reason="other")
    session.commit()
    make_inquiry(session, buyer, first, volume=30 * TONNE)
    more, _ = make_listing(session, seller, product=pieces, volumes=(90_000,))
    with pytest.raises(Invalid, match="papers"):
        make_inquiry(session, buyer, more, volume=40_000)


def test_a_paused_listing_takes_no_inquiries(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    listings.pause(session, actor=seller.actor, listing_id=listing.id)
    session.commit()
    with pytest.raises(Conflict, match="no longer open"):
        make_inquiry(session, buyer, listing)
