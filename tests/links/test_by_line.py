"""A delivery contested weighing by weighing: each line has its talk, and the totals follow from the lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.db import MAX_VOLUME
from market.errors import Conflict, Invalid
from market.links import claims, deliveries, desk, disputes, queries
from market.links.agreed import Weighed
from market.links.models import Delivery, DeliveryClaim, DeliveryState, Link
from tests import make, trade
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
KG = 1000
#: As the seller records it: two sizes at two prices, and a bag deducted.
LINES = (
    Weighed(1000 * KG, price=9_400),
    Weighed(500 * KG, price=9_000),
    Weighed(300 * KG, 10 * KG, "Bao bì"),
)
RECORDED = 1_790 * KG


@pytest.fixture
def link(session: Session, seller: Side, buyer: Side) -> Link:
    listing, _ = trade.make_listing(session, seller)
    return trade.make_link(session, seller, buyer, listing, volume=4 * TONNE)


@pytest.fixture
def delivery(session: Session, seller: Side, link: Link) -> Delivery:
    found = deliveries.record_delivery(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        link_id=link.id,
        on_date=clock.today(),
        weighed=LINES,
    )
    session.commit()
    assert found.accepted == RECORDED
    return found


def contest(
    session: Session, side: Side, delivery: Delivery, line: int | None, weighed: Weighed, what: str = "volume"
) -> DeliveryClaim:
    claim = disputes.contest_delivery(
        session,
        actor=side.actor,
        party_id=side.party.id,
        link_id=delivery.link_id,
        delivery_id=delivery.id,
        what=what,
        weighed=weighed,
        line=line,
    )
    session.commit()
    return claim


def agree(session: Session, side: Side, delivery: Delivery, line: int | None = None) -> None:
    disputes.accept_claim(
        session,
        actor=side.actor,
        party_id=side.party.id,
        link_id=delivery.link_id,
        delivery_id=delivery.id,
        line=line,
    )
    session.commit()
    session.refresh(delivery)


def settle(session: Session, link: Link, delivery: Delivery, line: int | None, weighed: Weighed) -> None:
    disputes.settle_by_officer(
        session,
        actor=make.make_officer(session).actor,
        link=link,
        delivery_id=delivery.id,
        weighed=weighed,
        ground="Phiếu cân của trạm",
        line=line,
    )
    session.commit()
    session.refresh(delivery)


def test_the_totals_follow_from_the_lines(
    session: Session, seller: Side, buyer: Side, link: Link, delivery: Delivery
) -> None:
    contest(session, buyer, delivery, 2, Weighed(480 * KG))
    contest(session, buyer, delivery, 3, Weighed(300 * KG, 30 * KG, "Ướt", 9_300), "price")
    session.refresh(delivery)
    assert (delivery.state, delivery.accepted) == ("contested", RECORDED), "nothing counts otherwise yet"
    assert queries.delivered(session, link_id=link.id) == 0
    # One is agreed, to the other the seller says a third thing.
    agree(session, seller, delivery, 2)
    assert delivery.state == "contested"
    contest(session, seller, delivery, 3, Weighed(300 * KG, 20 * KG, "Ướt", 9_350))
    agree(session, buyer, delivery)
    assert delivery.state == "settled"
    assert delivery.accepted == (1000 + 480 + 280) * KG
    # A line's own price holds where no other is said.
    assert delivery.value == 1000 * 9_400 + 480 * 9_000 + 280 * 9_350
    assert queries.delivered(session, link_id=link.id) == delivery.accepted
    history = session.execute(
        sa.select(DeliveryState.state, DeliveryState.accepted, DeliveryState.value)
        .where(DeliveryState.delivery_id == delivery.id)
        .order_by(DeliveryState.id)
    ).all()
    assert [row.state for row in history] == ["recorded", "contested", "settled"]
    assert tuple(history[-1][1:]) == (delivery.accepted, delivery.value)


def test_each_line_has_its_own_turn(session: Session, seller: Side, buyer: Side, delivery: Delivery) -> None:
    with pytest.raises(Conflict):
        contest(session, seller, delivery, 1, Weighed(KG))
    session.rollback()
    contest(session, buyer, delivery, 1, Weighed(900 * KG))
    for side, line in ((buyer, 1), (seller, 2)):
        # One's own word on a line is answered by the other; what one has recorded is the other's to contest.
        with pytest.raises(Conflict):
            contest(session, side, delivery, line, Weighed(KG))
        session.rollback()
    with pytest.raises(Conflict):
        agree(session, buyer, delivery, 1)
    session.rollback()
    with pytest.raises(Conflict):
        agree(session, seller, delivery, 2)
    session.rollback()
    contest(session, buyer, delivery, 2, Weighed(400 * KG))
    agree(session, seller, delivery, 1)
    with pytest.raises(Conflict, match="settled already"):
        contest(session, seller, delivery, 1, Weighed(KG))
    session.rollback()
    with pytest.raises(Conflict):
        deliveries.confirm_delivery(
            session,
            actor=buyer.actor,
            party_id=buyer.party.id,
            link_id=delivery.link_id,
            delivery_id=delivery.id,
        )
    session.rollback()
    agree(session, seller, delivery)
    assert (delivery.state, delivery.accepted) == ("settled", (900 + 400 + 290) * KG)
    with pytest.raises(Conflict):
        contest(session, buyer, delivery, 3, Weighed(KG))


def test_a_talk_about_the_whole_and_one_about_lines_are_not_mixed(
    session: Session, seller: Side, buyer: Side, link: Link, delivery: Delivery
) -> None:
    contest(session, buyer, delivery, 1, Weighed(900 * KG))
    with pytest.raises(Conflict):
        contest(session, seller, delivery, None, Weighed(TONNE))
    session.rollback()
    other = deliveries.record_delivery(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        link_id=link.id,
        on_date=clock.today(),
        weighed=LINES,
    )
    session.commit()
    contest(session, buyer, other, None, Weighed(TONNE))
    for attempt in (
        lambda: contest(session, seller, other, 1, Weighed(KG)),
        lambda: agree(session, seller, other, 1),
    ):
        with pytest.raises(Conflict, match="as a whole"):
            attempt()
        session.rollback()


def test_a_line_is_one_of_the_delivery_and_within_the_bounds(
    session: Session, buyer: Side, delivery: Delivery
) -> None:
    for line, weighed in (
        (4, Weighed(KG)),
        (1, Weighed(KG, KG)),
        (1, Weighed(KG, 1)),
        # The line alone could be; with the other two it is more than a delivery can be.
        (1, Weighed(MAX_VOLUME, price=1)),
    ):
        with pytest.raises(Invalid):
            contest(session, buyer, delivery, line, weighed)
        session.rollback()
    assert not make.count_rows(session, DeliveryClaim)


def test_no_delivery_is_recorded_that_is_too_much_together(
    session: Session, seller: Side, link: Link
) -> None:
    with pytest.raises(Invalid) as refused:
        deliveries.record_delivery(
            session,
            actor=seller.actor,
            party_id=seller.party.id,
            link_id=link.id,
            on_date=clock.today(),
            weighed=[Weighed(MAX_VOLUME, price=1)] * 2,
        )
    assert refused.value.field == "gross"


def test_an_officer_settles_a_line_or_the_whole(
    session: Session, seller: Side, buyer: Side, link: Link, delivery: Delivery
) -> None:
    contest(session, buyer, delivery, 1, Weighed(900 * KG))
    contest(session, buyer, delivery, 2, Weighed(400 * KG))
    with pytest.raises(Conflict):
        settle(session, link, delivery, 3, Weighed(KG))
    session.rollback()
    settle(session, link, delivery, 1, Weighed(950 * KG))
    assert delivery.state == "contested"
    with pytest.raises(Conflict):
        contest(session, seller, delivery, 1, Weighed(KG))
    session.rollback()
    agree(session, seller, delivery, 2)
    assert (delivery.state, delivery.accepted) == ("settled", (950 + 400 + 290) * KG)


def test_an_officer_may_end_a_talk_about_lines_as_a_whole(
    session: Session, buyer: Side, link: Link, delivery: Delivery
) -> None:
    contest(session, buyer, delivery, 1, Weighed(900 * KG))
    settle(session, link, delivery, None, Weighed(1_600 * KG))
    assert (delivery.state, delivery.accepted, delivery.value) == ("settled", 1_600 * KG, 1_600 * link.price)
    said = claims.of_link(session, link_id=link.id)
    lines = claims.lines_of(session, link_id=link.id, said=said)[delivery.id]
    assert [one.turn for one in lines] == [None, None, None]


def test_the_two_sides_settle_a_line_on_its_page(
    session: Session, seller: Side, buyer: Side, delivery: Delivery, browser: Open
) -> None:
    path = f"/links/{delivery.link_id}/deliveries/{delivery.id}"
    theirs, mine = signed_in(browser, buyer), signed_in(browser, seller)
    assert "?line=" not in mine.get(path).response.text, "one's own lines are the other's to contest"
    form = theirs.get(path).follow("Có ý kiến khác về mã cân 2").form("/contest")
    assert {name: form.fields[name] for name in ("line", "gross", "price")} == {
        "line": "2",
        "gross": "500",
        "price": "9.000",
    }
    wrong = form.send(gross="rất nhiều", remark="Đã cân lại")
    assert wrong.status == 422
    again = wrong.form("/contest")
    assert again.error("gross")
    assert (again.fields["line"], again.fields["remark"]) == ("2", "Đã cân lại")
    sent = again.send(gross="480", what="size")
    assert "480 kg" in sent.text
    assert len(sent.css("#line-2 .state-bad")) == 1
    # The same line again is the other side's to answer; another one is still this side's.
    more = sent.form("/contest").send(line="3", gross="290")
    assert more.form("/contest").send(line="3", gross="280").status == 409
    answered = mine.get(path).form("/agree", near="#line-2").send()
    assert len(answered.css("#line-2 .state-good")) == 1
    assert answered.form("/agree").send().status == 200
    delivery = session.get_one(Delivery, delivery.id)
    assert (delivery.state, delivery.accepted) == ("settled", (1000 + 480 + 290) * KG)


def test_what_the_page_is_told_of_no_line_is_passed_over(
    session: Session, buyer: Side, delivery: Delivery, browser: Open
) -> None:
    path = f"/links/{delivery.link_id}/deliveries/{delivery.id}"
    here = signed_in(browser, buyer)
    for line in ("0", "4", "-1", "9" * 30, "a"):
        page = here.get(path, line=line)
        assert page.status == 200
        assert page.form("/contest").fields["gross"] == ""


def test_the_department_settles_a_line_on_its_page(
    session: Session, buyer: Side, link: Link, delivery: Delivery, browser: Open
) -> None:
    contest(session, buyer, delivery, 2, Weighed(400 * KG))
    officer = make.make_officer(session, duties=("trade_data",))
    desk.look(session, actor=officer.actor, link=link)
    session.commit()
    here = signed_in(browser, officer)
    page = here.get(f"/department/links/{link.id}")
    form = page.form("/settle")
    values: dict[str, Any] = {"line": "2", "gross": "450 kg", "ground": "Phiếu cân của trạm"}
    assert form.send(**{**values, "line": "1"}).status == 409
    assert here.get(f"/department/links/{link.id}").form("/settle").send(**values).status == 200
    delivery = session.get_one(Delivery, delivery.id)
    assert (delivery.state, delivery.accepted) == ("settled", (1000 + 450 + 290) * KG)
