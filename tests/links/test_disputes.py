"""A delivery that the other side sees otherwise, what silence does, and what is paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import Conflict, Invalid, NotAllowed
from market.events import EventRow
from market.links import deliveries, disputes, queries, silence
from market.links import service as links
from market.links.agreed import Weighed
from market.links.models import Delivery, DeliveryState, Link
from tests import make, trade
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture
def link(session: Session, seller: Side, buyer: Side) -> Link:
    listing, _ = trade.make_listing(session, seller)
    return trade.make_link(session, seller, buyer, listing, volume=4 * TONNE)


def record(session: Session, side: Side, link: Link, gross: int = 2 * TONNE, *deducted: Any) -> Delivery:
    delivery = deliveries.record_delivery(
        session,
        actor=side.actor,
        party_id=side.party.id,
        link_id=link.id,
        on_date=clock.today(),
        weighed=[Weighed(gross, *deducted)],
    )
    session.commit()
    return delivery


def contest(session: Session, side: Side, link: Link, delivery: Delivery, gross: int, **changes: Any) -> None:
    values = {"what": "volume", **changes}
    disputes.contest_delivery(
        session,
        actor=side.actor,
        party_id=side.party.id,
        link_id=link.id,
        delivery_id=delivery.id,
        weighed=Weighed(gross),
        **values,
    )
    session.commit()


def agree(session: Session, side: Side, link: Link, delivery: Delivery) -> Delivery:
    return disputes.accept_claim(
        session, actor=side.actor, party_id=side.party.id, link_id=link.id, delivery_id=delivery.id
    )


def test_what_is_contested_counts_once_both_have_settled_it(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    delivery = record(session, seller, link)
    contest(session, buyer, link, delivery, 1_800_000)
    assert queries.delivered(session, link_id=link.id) == 0
    contest(session, seller, link, delivery, 1_900_000)
    with pytest.raises(Conflict):
        contest(session, seller, link, delivery, 1_950_000)
    with pytest.raises(Conflict):
        agree(session, seller, link, delivery)
    agree(session, buyer, link, delivery)
    session.commit()
    session.refresh(delivery)
    assert (delivery.state, delivery.accepted, delivery.value) == ("settled", 1_900_000, 1_900 * link.price)
    assert queries.delivered(session, link_id=link.id) == 1_900_000
    states = session.execute(
        sa.select(DeliveryState.state, DeliveryState.accepted)
        .where(DeliveryState.delivery_id == delivery.id)
        .order_by(DeliveryState.id)
    ).all()
    assert [tuple(row) for row in states] == [
        ("recorded", 2_000_000),
        ("contested", 2_000_000),
        ("settled", 1_900_000),
    ]


def test_nobody_contests_or_confirms_their_own_word(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    delivery = record(session, seller, link)
    with pytest.raises(Conflict):
        contest(session, seller, link, delivery, TONNE)
    contest(session, buyer, link, delivery, TONNE)
    with pytest.raises(Conflict):
        deliveries.confirm_delivery(
            session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id, delivery_id=delivery.id
        )


def test_a_contested_delivery_keeps_the_agreement_open(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    delivery = record(session, seller, link)
    contest(session, buyer, link, delivery, TONNE)
    with pytest.raises(Conflict):
        links.end_link(session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id)


def test_an_officer_settles_on_a_named_ground(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    delivery = record(session, seller, link)
    officer = make.make_officer(session)
    with pytest.raises(Conflict):
        disputes.settle_by_officer(
            session,
            actor=officer.actor,
            link=link,
            delivery_id=delivery.id,
            weighed=Weighed(TONNE),
            ground="x",
        )
    contest(session, buyer, link, delivery, TONNE)
    with pytest.raises(Invalid):
        disputes.settle_by_officer(
            session,
            actor=officer.actor,
            link=link,
            delivery_id=delivery.id,
            weighed=Weighed(TONNE),
            ground=" ",
        )
    disputes.settle_by_officer(
        session,
        actor=officer.actor,
        link=link,
        delivery_id=delivery.id,
        weighed=Weighed(1_500_000),
        ground="Phiếu cân của trạm",
    )
    session.commit()
    session.refresh(delivery)
    assert (delivery.state, delivery.accepted) == ("settled", 1_500_000)


def test_silence_confirms_nothing_beyond_the_tolerance(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    link.tolerance = 1_000  # 10 per cent
    first, second = record(session, seller, link), record(session, seller, link, 2_400_001)
    began = clock.now()
    for days in range(30):
        with clock.at(began + timedelta(days=days, minutes=1)):
            for delivery_id in silence.list_to_remind(session):
                silence.remind(session, delivery_id)
            for delivery_id in silence.list_silent(session):
                silence.confirm_by_silence(session, delivery_id)
            session.commit()
    session.refresh(second)
    assert (session.get_one(Delivery, first.id).state, second.state) == ("confirmed", "recorded")
    asked = [EventRow.name == silence.REMINDED, EventRow.subject_id == second.id]
    # On the third and sixth day, and every week from then on.
    assert session.scalar(sa.select(sa.func.count()).where(*asked)) == 5
    here = signed_in(browser, buyer)
    assert "chỉ tính khi" in here.get(f"/links/{link.id}").text
    assert here.get(f"/links/{link.id}/deliveries/{second.id}").css(".notice")


def test_what_others_have_delivered_keeps_no_silence_from_confirming(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    listing, _ = trade.make_listing(session, seller, volumes=(90 * TONNE,))
    other = trade.make_link(session, seller, buyer, listing, volume=90 * TONNE)
    trade.deliver(session, seller, buyer, other, 80 * TONNE)
    delivery, began = record(session, seller, link, 300_000), clock.now()
    for days in (3, 6):
        with clock.at(began + timedelta(days=days, minutes=1)):
            assert silence.list_to_remind(session) == [delivery.id]
            silence.remind(session, delivery.id)
            session.commit()
    with clock.at(began + timedelta(days=7, minutes=1)):
        assert silence.list_silent(session) == [delivery.id]
        assert silence.confirm_by_silence(session, delivery.id)


def test_silence_confirms_after_two_reminders_and_a_week(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    delivery = record(session, seller, link)
    began = clock.now()

    def after(days: int) -> tuple[list[int], list[int]]:
        with clock.at(began + timedelta(days=days, minutes=1)):
            for delivery_id in silence.list_to_remind(session):
                silence.remind(session, delivery_id)
            silent = silence.list_silent(session)
            for delivery_id in silent:
                silence.confirm_by_silence(session, delivery_id)
            session.commit()
        told = session.scalar(
            sa.select(sa.func.count()).where(
                EventRow.name == silence.REMINDED, EventRow.subject_id == delivery.id
            )
        )
        return [int(told or 0)], silent

    assert after(2) == ([0], [])
    assert after(3) == ([1], [])
    assert after(4) == ([1], [])
    assert after(6) == ([2], [])
    assert after(7) == ([2], [delivery.id])
    session.refresh(delivery)
    assert (delivery.state, delivery.by_silence) == ("confirmed", True)
    assert queries.delivered(session, link_id=link.id) == 2 * TONNE
    # Shown apart, in either language, from what somebody confirmed.
    (card,) = queries.deliveries_of(session, link, "seller")
    assert (card.by_silence, card.state_words.text, card.tone) == (True, queries.BY_SILENCE.text, "wait")
    here, path = signed_in(browser, buyer), f"/links/{link.id}"
    for language, words in (("en", "nobody answered"), ("vi", "vì không ai trả lời")):
        here.get(f"/language/{language}")
        for page in (path, f"{path}/deliveries/{delivery.id}"):
            assert words in here.get(page).text, (language, page)
    assert words in here.get(f"{path}/print").text  # always in Vietnamese


def test_the_seller_notes_a_payment_once(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    delivery = record(session, seller, link)
    paid = {"link_id": link.id, "delivery_id": delivery.id, "on_date": clock.today()}
    with pytest.raises(Conflict):
        disputes.mark_paid(session, actor=seller.actor, party_id=seller.party.id, **paid)
    deliveries.confirm_delivery(
        session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id, delivery_id=delivery.id
    )
    with pytest.raises(NotAllowed):
        disputes.mark_paid(session, actor=buyer.actor, party_id=buyer.party.id, **paid)
    with pytest.raises(Invalid):
        disputes.mark_paid(
            session,
            actor=seller.actor,
            party_id=seller.party.id,
            **{**paid, "on_date": clock.today() + timedelta(days=1)},
        )
    disputes.mark_paid(session, actor=seller.actor, party_id=seller.party.id, **paid)
    with pytest.raises(Conflict):
        disputes.mark_paid(session, actor=seller.actor, party_id=seller.party.id, **paid)
    session.commit()
    path, said = f"/links/{link.id}/deliveries/{delivery.id}", "nhận tiền ngày 10/3/2026"
    here = signed_in(browser, seller).get(path)
    assert said in here.text
    assert not here.css("form[action$=paid]")
    there = signed_in(browser, buyer)
    assert said in there.get(path).text
    assert "đã trả tiền ngày 10/3/2026" in there.get(f"/links/{link.id}").text


def test_the_two_sides_settle_a_size_on_its_page(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    delivery = record(session, seller, link)
    path = f"/links/{link.id}/deliveries/{delivery.id}"
    here = signed_in(browser, buyer)
    found = {
        "what": "size",
        "gross": "1.800 kg",
        "price": "9.000",
        "remark": "Cân lại ở kho\nchỉ còn chừng ấy",
    }
    page = here.get(path).form("/contest").send(**found)
    assert "Có ý kiến khác" in page.text or "1,8 tấn" in page.text
    assert "Cân lại ở kho chỉ còn chừng ấy" in signed_in(browser, seller).get(path).text
    wrong = signed_in(browser, seller).get(path).form("/contest").send(what="size", gross="rất nhiều")
    assert wrong.status == 422
    assert wrong.form("/contest").error("gross")
    page = signed_in(browser, seller).get(path).form("/agree").send()
    assert "Đã thống nhất" in page.text
    delivery = session.get_one(Delivery, delivery.id)
    assert (delivery.state, delivery.accepted, delivery.value) == ("settled", 1_800_000, 1_800 * 9000)


def test_once_another_volume_is_settled_the_first_deduction_is_no_longer_beside_it(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    delivery = record(session, seller, link, 2 * TONNE, 20_000, "trừ bao")
    here = signed_in(browser, seller)
    assert "trừ bao" in here.get(f"/links/{link.id}").text
    contest(session, buyer, link, delivery, 1_800_000)
    agree(session, seller, link, delivery)
    session.commit()
    page = here.get(f"/links/{link.id}")
    assert "1,8 tấn" in page.text
    assert "trừ bao" not in page.text


def test_the_agreement_is_printed_in_vietnamese(
    session: Session, seller: Side, link: Link, browser: Open
) -> None:
    page = signed_in(browser, seller).get(f"/links/{link.id}/print")
    assert page.heading == "Biên bản ghi nhận thỏa thuận"
    assert seller.party.name in page.text
