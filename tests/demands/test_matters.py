"""A unit asked about several of its listings for one demand: told once, all of it on one page, answered by
one press, all or nothing; and each still by itself.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.db import Database
from market.demands import matters, queries
from market.demands import service as demands
from market.errors import Conflict, MarketError, NotFound
from market.inquiries.models import Inquiry
from market.links.models import Link
from market.listings import service as listings
from market.listings.models import Listing, Lot
from market.notices.models import Message, Notice
from tests import rules
from tests.demands.asking import accept, by_seller, post, send
from tests.machines import Trader
from tests.make import Side, make_buyer, make_unit
from tests.pages import Browser, signed_in
from tests.trade import TONNE, make_listing

Open = Callable[[], Browser]


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def of_two_listings(session: Session) -> tuple[Side, list[Lot]]:
    """A unit that sells from two listings, 12 tonnes each, cheaper than anybody."""
    unit = make_unit(session, name="HTX Hai Tin")
    lots = [
        make_listing(session, unit, volumes=(12 * TONNE,), price_from=9000, title=title)[1][0]
        for title in ("Lúa ruộng trên", "Lúa ruộng dưới")
    ]
    return unit, lots


def news(session: Session, side: Side) -> list[Notice]:
    asked = sa.select(Notice).where(Notice.user_id == side.user.id, Notice.kind == "inquiry.sent")
    return list(session.scalars(asked.order_by(Notice.id)))


def states(session: Session, unit: Side) -> list[str]:
    session.expire_all()
    mine = sa.select(Inquiry.state).where(Inquiry.seller_id == unit.party.id).order_by(Inquiry.id)
    return list(session.scalars(mine))


def test_a_unit_is_told_once_and_accepts_all_by_one_press(session: Session, browser: Open) -> None:
    buyer, (unit, _) = make_buyer(session), of_two_listings(session)
    single = make_unit(session, name="HTX Một Tin")
    make_listing(session, single, volumes=(12 * TONNE,), price_from=9100)
    demand = post(session, buyer, 30 * TONNE)
    written = sa.select(sa.func.count()).select_from(Message).where(Message.user_id == unit.user.id)
    before = session.scalar(written) or 0
    made = send(session, buyer, demand)
    assert len(made) == 3
    [told] = news(session, unit)
    assert told.path == f"/demands/{demand.id}/asked"
    assert session.scalar(written) == before + 1
    [alone] = news(session, single)  # who sells from one listing is told as ever
    assert alone.path == f"/inquiries/{by_seller(made, single).id}"

    here = signed_in(browser, unit)
    assert (
        f"{buyer.party.name} hỏi mua tổng cộng 24 tấn, từ 2 tin chào bán" in here.get("/account/notices").text
    )
    page = here.get("/inquiries").follow("Một trong 2 phần")
    assert page.heading == f"{buyer.party.name} hỏi mua 24 tấn"
    assert "216.000.000" in page.text
    assert here.get(f"/inquiries/{made[0].id}").follow("trả lời tất cả một lần").path == page.path
    form = page.form("/accept")
    assert "2 thỏa thuận" in form.send().text
    assert states(session, unit) == ["matched", "matched"]
    rules.check_volumes(session)
    rules.check_links(session)
    again = form.send()
    assert again.status == 409
    assert session.scalar(sa.select(sa.func.count()).select_from(Link)) == 2
    assert signed_in(browser, single).get(page.path).status == 200
    assert signed_in(browser, make_unit(session)).get(page.path).status == 404
    assert signed_in(browser, buyer).get(page.path).status == 403


def test_the_buyer_reads_of_each_seller_once(session: Session, browser: Open) -> None:
    buyer, (unit, _) = make_buyer(session), of_two_listings(session)
    single = make_unit(session, name="HTX Một Tin")
    make_listing(session, single, volumes=(12 * TONNE,), price_from=9100)
    demand = post(session, buyer, 30 * TONNE)
    session.commit()
    page = signed_in(browser, buyer).get(f"/demands/{demand.id}")

    def panels() -> list[tuple[str, list[str]]]:
        panels = page.css(".rows > .panel")
        return [(one.css("h3")[0].text(), sorted(link.text() for link in one.css("a"))) for one in panels]

    both = (unit.party.name, ["Lúa ruộng dưới", "Lúa ruộng trên"])
    assert panels() == [both, ("HTX Một Tin", ["HTX Một Tin"])]
    assert "24 tấn · 216.000.000 đ" in " ".join(page.css(".rows > .panel")[0].text().split())
    page = page.form("/send").send()
    assert sorted(panels()) == [both, ("HTX Một Tin", ["HTX Một Tin"])]


def test_where_one_cannot_be_accepted_none_is(session: Session, browser: Open) -> None:
    buyer, (unit, (_, second)) = make_buyer(session), of_two_listings(session)
    demand = post(session, buyer, 24 * TONNE)
    send(session, buyer, demand)
    listings.report_loss(
        session, actor=unit.actor, lot_id=second.id, amount=6 * TONNE, cause="storm", on_date=clock.today()
    )
    session.commit()
    title = session.get_one(Listing, second.listing_id).title
    refused = signed_in(browser, unit).get(f"/demands/{demand.id}/asked").form("/accept").send()
    assert refused.status == 409
    assert f"“{title}”" in refused.css(".problems")[0].text()
    assert "6 tấn" in refused.css(".problems")[0].text()
    assert states(session, unit) == ["negotiating", "negotiating"]
    assert session.scalar(sa.select(sa.func.sum(Lot.committed))) == 0
    waiting = queries.asked_of(session, unit_id=unit.party.id, demand_id=demand.id)
    asked = {"actor": unit.actor, "unit_id": unit.party.id, "demand_id": demand.id}
    with pytest.raises(Conflict):  # nor from anywhere else, without a request that is rolled back
        matters.accept_all(session, **asked, seen=matters.mark(waiting))
    session.commit()
    assert states(session, unit) == ["negotiating", "negotiating"]
    first = next(one for one in waiting if one.listing_id != second.listing_id)
    assert accept(session, unit, first) is not None  # each may be answered by itself


def test_all_declined_is_planned_again_from_others(session: Session, browser: Open) -> None:
    buyer, (unit, _) = make_buyer(session), of_two_listings(session)
    other = make_unit(session, name="HTX Khác")
    make_listing(session, other, volumes=(40 * TONNE,), price_from=9900)
    demand = post(session, buyer, 24 * TONNE)
    send(session, buyer, demand)
    form = signed_in(browser, unit).get(f"/demands/{demand.id}/asked").form("/decline")
    unsaid = form.send()
    assert unsaid.status == 422
    assert unsaid.form("/decline").error("reason")
    assert form.send(reason="price", remark="Giá vật tư tăng").status == 200
    assert states(session, unit) == ["declined", "declined"]
    planned = queries.plan_of(session, demand, on=clock.today())
    assert planned is not None
    assert [(part.lot.unit_id, part.volume) for part in planned.parts] == [(other.party.id, 24 * TONNE)]


def test_of_a_whole_order_all_are_held_until_the_rest_is_there(session: Session, browser: Open) -> None:
    buyer, (unit, _) = make_buyer(session), of_two_listings(session)
    other = make_unit(session, name="HTX Khác")
    make_listing(session, other, volumes=(12 * TONNE,), price_from=9100)
    demand = post(session, buyer, 30 * TONNE, part_will_do=False)
    made = send(session, buyer, demand)
    answer = signed_in(browser, unit).get(f"/demands/{demand.id}/asked").form("/accept").send()
    assert "giữ 2 phần hàng" in answer.text
    assert states(session, unit) == ["held", "held"]
    page = signed_in(browser, buyer).get(f"/demands/{demand.id}")
    assert page.css(".key-agreed")[0].text() == "Đã giữ: 24 tấn"
    accept(session, other, by_seller(made, other))
    assert states(session, unit) == ["matched", "matched"]
    page = signed_in(browser, buyer).get(page.path)
    assert page.css(".key-agreed")[0].text() == "Đã thỏa thuận: 30 tấn"
    rules.check_commitments(session)


def test_what_is_held_of_a_whole_order_is_free_when_it_is_closed(session: Session, browser: Open) -> None:
    buyer, (unit, _) = make_buyer(session), of_two_listings(session)
    make_listing(session, make_unit(session), volumes=(12 * TONNE,), price_from=9100)
    demand = post(session, buyer, 30 * TONNE, part_will_do=False)
    send(session, buyer, demand)
    signed_in(browser, unit).get(f"/demands/{demand.id}/asked").form("/accept").send()
    closed = signed_in(browser, buyer).get(f"/demands/{demand.id}").form("/close").send()
    assert "Phần đang giữ trả lại cho bên bán" in closed.text
    assert states(session, unit) == ["released", "released"]
    assert session.scalar(sa.select(sa.func.sum(Lot.committed))) == 0


def test_an_offer_that_has_changed_since_is_not_accepted_with_the_others(session: Session) -> None:
    buyer, (unit, _) = make_buyer(session), of_two_listings(session)
    demand = post(session, buyer, 24 * TONNE)
    made = send(session, buyer, demand)
    seen = matters.mark(made)
    accept(session, unit, made[0])
    asked = {"actor": unit.actor, "unit_id": unit.party.id, "demand_id": demand.id}
    with pytest.raises(Conflict):
        matters.accept_all(session, **asked, seen=seen)
    session.rollback()
    with pytest.raises(NotFound):
        matters.accept_all(session, **{**asked, "unit_id": buyer.party.id}, seen=seen)
    matters.accept_all(session, **asked, seen=matters.mark(made[1:]))
    session.commit()
    assert states(session, unit) == ["matched", "matched"]


def test_pressed_five_times_at_once_it_is_accepted_once(own_database: Database) -> None:
    with own_database.session(write=True) as session:
        buyer, (unit, _) = make_buyer(session), of_two_listings(session)
        demand_id = post(session, buyer, 24 * TONNE).id
        made = demands.send_plan(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand_id)
        seen = matters.mark(made)
        session.commit()
        actor, unit_id, first = unit.actor, unit.party.id, made[0]
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(6)

    def press() -> None:
        start.wait()
        try:
            with own_database.writing() as session:
                matters.accept_all(session, actor=actor, unit_id=unit_id, demand_id=demand_id, seen=seen)
            outcomes["done"] += 1
        except MarketError:
            outcomes["refused"] += 1

    def alone() -> None:
        # A colleague on the page of one of them, at the same instant.
        start.wait()
        try:
            with own_database.writing() as session:
                demands.holding.accept(session, actor=actor, party_id=unit_id, inquiry_id=first.id)
            outcomes["alone"] += 1
        except MarketError:
            outcomes["alone refused"] += 1

    threads = [threading.Thread(target=press) for _ in range(5)] + [threading.Thread(target=alone)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert outcomes in (
        {"done": 1, "refused": 4, "alone refused": 1},
        {"refused": 5, "alone": 1},
    )
    with own_database.reading() as session:
        rules.check_volumes(session)
        rules.check_links(session)
        assert session.scalar(sa.select(sa.func.count()).select_from(Link)) == (2 if outcomes["done"] else 1)


def test_a_program_answers_all_at_once_or_nothing(session: Session, browser: Open) -> None:
    buyer, (unit, lots) = make_buyer(session), of_two_listings(session)
    demand = post(session, buyer, 24 * TONNE)
    send(session, buyer, demand)
    here, where = Trader(browser(), session, unit.user), f"/demands/{demand.id}/asked"
    assert {one["demand_id"] for one in here.look("/inquiries")["inquiries"]} == {demand.id}
    told = here.look(where)
    assert (told["waiting"], told["volume"], [one["waits"] for one in told["parts"]]) == (
        2,
        24_000,
        [True] * 2,
    )
    here.wrong("POST", f"{where}/accept", 409, {"seen": "another"})
    listings.report_loss(
        session, actor=unit.actor, lot_id=lots[1].id, amount=6 * TONNE, cause="storm", on_date=clock.today()
    )
    session.commit()
    here.wrong("POST", f"{where}/accept", 409, {"seen": told["seen"]}, key="a")
    assert states(session, unit) == ["negotiating"] * 2, "one cannot be accepted: none is"
    body = {"seen": told["seen"], "reason": "volume"}
    done = here.does("POST", f"{where}/decline", body, key="b")
    assert (done["waiting"], {one["state"] for one in done["parts"]}) == (0, {"declined"})
    assert here.does("POST", f"{where}/decline", body, key="b") == done
    assert Trader(browser(), session, buyer.user).send("GET", where).status_code in (403, 404)
