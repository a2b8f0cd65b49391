"""A plan asks every seller once, for its whole part, from however many of its listings; what is agreed draws
on all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.demands import queries
from market.demands import service as demands
from market.demands.models import Demand
from market.demands.pooling import Line
from market.errors import Conflict, Invalid
from market.inquiries import service as inquiries
from market.inquiries import several
from market.inquiries.models import Inquiry, Offer
from market.links import amendments
from market.links.models import Link
from market.listings import service as listings
from market.listings.models import Listing, Lot
from market.listings.pricing import PriceLine, Reference
from market.notices.models import Notice
from tests import rules
from tests.demands.asking import accept, by_seller, post, send
from tests.machines import Trader
from tests.make import Side, make_buyer, make_unit
from tests.pages import Browser, signed_in
from tests.trade import TONNE, make_listing, propose

Open = Callable[[], Browser]


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def buyer(session: Session) -> Side:
    return make_buyer(session)


def of_two_listings(session: Session, **changes: Any) -> tuple[Side, list[Lot]]:
    """A unit that sells from two listings, 12 tonnes each at 9,000 and 9,100 đ, cheaper than anybody."""
    unit = make_unit(session, name="HTX Hai Tin")
    lots = [
        make_listing(session, unit, volumes=(12 * TONNE,), price_from=price, title=title, **changes)[1][0]
        for title, price in (("Lúa ruộng trên", 9000), ("Lúa ruộng dưới", 9100))
    ]
    return unit, lots


def committed(session: Session, lots: list[Lot]) -> list[int]:
    session.expire_all()
    return [lot.committed for lot in lots]


def offer_of(session: Session, inquiry: Inquiry) -> Offer:
    return session.get_one(Offer, inquiry.last_offer_id)


def test_the_whole_part_of_a_seller_is_one_inquiry_and_one_agreement(session: Session, buyer: Side) -> None:
    unit, lots = of_two_listings(session)
    other = make_unit(session, name="HTX Một Tin")
    make_listing(session, other, volumes=(12 * TONNE,), price_from=9200)
    demand = post(session, buyer, 30 * TONNE)
    made = send(session, buyer, demand)
    assert len(made) == 2
    mine, offer = by_seller(made, unit), offer_of(session, by_seller(made, unit))
    assert (offer.volume, offer.price, offer.value) == (24 * TONNE, 9050, 24_000 * 9050)
    parts = {one.id: several.parts_of(session, one.id) for one in made}
    assert [(one.volume, one.price) for one in parts.pop(mine.id)] == [(12 * TONNE, 9000), (12 * TONNE, 9100)]
    assert list(parts.values()) == [()], "of one listing nothing is said"
    told = sa.select(Notice.path).where(Notice.user_id == unit.user.id, Notice.kind == "inquiry.sent")
    assert list(session.scalars(told)) == [f"/inquiries/{mine.id}"]
    link = accept(session, unit, mine)
    assert link is not None
    assert (link.volume, link.price) == (24 * TONNE, 9050)
    assert committed(session, lots) == [12 * TONNE, 12 * TONNE]
    assert session.scalar(sa.select(sa.func.count()).select_from(Link)) == 1
    rules.check_volumes(session)
    rules.check_links(session)
    rules.check_commitments(session)


def test_each_listing_gives_what_it_was_asked_for_while_it_has_it(session: Session, buyer: Side) -> None:
    unit, (cheap, dear) = of_two_listings(session)
    demand = post(session, buyer, 15 * TONNE)
    [inquiry] = send(session, buyer, demand)
    assert inquiry.listing_id == cheap.listing_id
    assert offer_of(session, inquiry).price == 9020  # 12 tonnes at 9,000 and 3 at 9,100
    listings.open_lot(
        session,
        actor=unit.actor,
        listing_id=cheap.listing_id,
        from_date=clock.today() + timedelta(days=61),
        to_date=clock.today() + timedelta(days=70),
        volume=20 * TONNE,
    )
    accept(session, unit, inquiry)
    assert committed(session, [cheap, dear]) == [12 * TONNE, 3 * TONNE]


def test_what_one_listing_lacks_by_now_the_other_gives(session: Session, buyer: Side) -> None:
    unit, (cheap, dear) = of_two_listings(session)
    [inquiry] = send(session, buyer, post(session, buyer, 15 * TONNE))
    loss: dict[str, Any] = {"actor": unit.actor, "cause": "storm", "on_date": clock.today()}
    listings.report_loss(session, lot_id=cheap.id, amount=7 * TONNE, **loss)
    accept(session, unit, inquiry)
    assert committed(session, [cheap, dear]) == [5 * TONNE, 10 * TONNE]
    rules.check_commitments(session)


def test_where_all_of_them_have_too_little_nothing_is_agreed(session: Session, buyer: Side) -> None:
    unit, lots = of_two_listings(session)
    [inquiry] = send(session, buyer, post(session, buyer, 24 * TONNE))
    loss: dict[str, Any] = {"actor": unit.actor, "cause": "storm", "on_date": clock.today()}
    listings.report_loss(session, lot_id=lots[1].id, amount=6 * TONNE, **loss)
    session.commit()
    with pytest.raises(Conflict, match="18"):
        accept(session, unit, inquiry)
    session.rollback()
    assert committed(session, lots) == [0, 0]


def test_a_plan_with_one_seller_is_one_inquiry(session: Session, buyer: Side) -> None:
    of_two_listings(session)
    make_listing(session, make_unit(session), volumes=(20 * TONNE,), price_from=8000)
    demand = post(session, buyer, 24 * TONNE, max_units=1)
    [inquiry] = send(session, buyer, demand)
    assert offer_of(session, inquiry).volume == 24 * TONNE


def test_several_lines_and_days_that_cross_are_all_served(session: Session, buyer: Side) -> None:
    """A lot of one listing lies within the days of another's: neither line takes what only the other can do
    without.
    """
    today = clock.today()
    unit = make_unit(session)
    lots = [
        make_listing(
            session,
            unit,
            volumes=(20 * TONNE,),
            price_from=price,
            window=(today + timedelta(days=first), today + timedelta(days=last)),
        )[1][0]
        for price, first, last in ((9000, 0, 30), (9100, 10, 14))
    ]
    lines = tuple(
        Line(today + timedelta(days=first), today + timedelta(days=last), 20 * TONNE)
        for first, last in ((10, 15), (16, 30))
    )
    [inquiry] = send(session, buyer, post(session, buyer, lines=lines))
    assert accept(session, unit, inquiry) is not None
    assert committed(session, lots) == [20 * TONNE, 20 * TONNE]
    rules.check_commitments(session)


def test_of_a_whole_order_all_of_it_is_held_and_agreed(session: Session, buyer: Side) -> None:
    unit, lots = of_two_listings(session)
    other = make_unit(session, name="HTX Khác")
    make_listing(session, other, volumes=(12 * TONNE,), price_from=9200)
    demand = post(session, buyer, 30 * TONNE, part_will_do=False)
    made = send(session, buyer, demand)
    assert accept(session, unit, by_seller(made, unit)) is None
    assert committed(session, lots) == [12 * TONNE, 12 * TONNE]
    accept(session, other, by_seller(made, other))
    session.expire_all()
    assert {one.state for one in made} == {"matched"}
    rules.check_commitments(session)
    rules.check_links(session)


def test_what_is_held_is_free_when_the_order_is_closed(session: Session, buyer: Side) -> None:
    unit, lots = of_two_listings(session)
    make_listing(session, make_unit(session), volumes=(12 * TONNE,), price_from=9200)
    demand = post(session, buyer, 30 * TONNE, part_will_do=False)
    accept(session, unit, by_seller(send(session, buyer, demand), unit))
    demands.close_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    session.commit()
    assert committed(session, lots) == [0, 0]


def test_no_listing_of_it_is_asked_twice(session: Session, buyer: Side) -> None:
    _, lots = of_two_listings(session)
    send(session, buyer, post(session, buyer, 20 * TONNE))
    again = post(session, buyer, 20 * TONNE)
    planned = queries.plan_of(session, again, on=clock.today())
    assert planned is not None
    assert not planned.parts
    assert [reasons for _, reasons in planned.left_out] == [("asked",), ("asked",)]
    for lot in lots:
        with pytest.raises(Conflict, match="inquiry"):
            inquiries.send_inquiry(
                session,
                actor=buyer.actor,
                buyer_id=buyer.party.id,
                listing_id=lot.listing_id,
                proposal=propose(2 * TONNE),
            )


def test_a_no_is_to_all_of_it(session: Session, buyer: Side) -> None:
    unit, lots = of_two_listings(session)
    other = make_unit(session, name="HTX Khác")
    make_listing(session, other, volumes=(40 * TONNE,), price_from=9900)
    demand = post(session, buyer, 24 * TONNE)
    [inquiry] = send(session, buyer, demand)
    inquiries.decline(
        session, actor=unit.actor, party_id=unit.party.id, inquiry_id=inquiry.id, reason="price"
    )
    session.commit()
    assert queries.refused(session, demand_id=demand.id) == {lot.listing_id for lot in lots}
    planned = queries.plan_of(session, session.get_one(Demand, demand.id), on=clock.today())
    assert planned is not None
    assert {part.lot.unit_id for part in planned.parts} == {other.party.id}


def test_a_no_of_the_buyer_is_to_all_of_it_and_to_nothing_else(session: Session, buyer: Side) -> None:
    unit, lots = of_two_listings(session)
    make_listing(session, unit, volumes=(12 * TONNE,), price_from=9900)
    demand = post(session, buyer, 24 * TONNE)
    [inquiry] = send(session, buyer, demand)
    inquiries.make_offer(
        session,
        actor=unit.actor,
        party_id=unit.party.id,
        inquiry_id=inquiry.id,
        proposal=propose(5 * TONNE, price=9900),
    )
    inquiries.decline(
        session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=inquiry.id, reason="price"
    )
    session.commit()
    assert queries.refused(session, demand_id=demand.id) == {lot.listing_id for lot in lots}


def test_the_buyer_may_ask_for_as_much_as_all_of_them_have(session: Session, buyer: Side) -> None:
    unit, _ = of_two_listings(session)
    [inquiry] = send(session, buyer, post(session, buyer, 20 * TONNE))
    says: dict[str, Any] = {"inquiry_id": inquiry.id}
    seller, asker = ({"actor": side.actor, "party_id": side.party.id, **says} for side in (unit, buyer))
    inquiries.make_offer(session, **seller, proposal=propose(10 * TONNE))
    with pytest.raises(Invalid, match="24"):
        inquiries.make_offer(session, **asker, proposal=propose(25 * TONNE))
    inquiries.make_offer(session, **asker, proposal=propose(24 * TONNE))
    session.commit()
    link = accept(session, unit, inquiry)
    assert link is not None
    assert link.volume == 24 * TONNE


def test_an_amendment_may_take_from_any_of_them(session: Session, buyer: Side) -> None:
    unit, lots = of_two_listings(session)
    [inquiry] = send(session, buyer, post(session, buyer, 15 * TONNE))
    link = accept(session, unit, inquiry)
    assert link is not None
    mine: dict[str, Any] = {"actor": buyer.actor, "party_id": buyer.party.id, "link_id": link.id}
    asked = amendments.propose_amendment(session, **mine, proposal=propose(23 * TONNE))
    amendments.accept_amendment(
        session, actor=unit.actor, party_id=unit.party.id, link_id=link.id, amendment_id=asked.id
    )
    session.commit()
    assert sum(committed(session, lots)) == 23 * TONNE
    rules.check_commitments(session)


TABLE = (PriceLine(21, 30, 280_000), PriceLine(31, 40, 210_000))
DIFFERENT = (PriceLine(21, 30, 290_000), PriceLine(31, 40, 220_000))


@pytest.mark.parametrize(
    ("prices", "kind", "price"),
    [((TABLE, TABLE), "table", 210_000), ((TABLE, DIFFERENT), "fixed", 215_000)],
    ids=["alike", "different"],
)
def test_a_table_that_all_have_is_asked_for_whole(
    session: Session, buyer: Side, prices: Any, kind: str, price: int
) -> None:
    unit = make_unit(session)
    for lines in prices:
        make_listing(
            session,
            unit,
            product="tom-su",
            volumes=(TONNE,),
            price_kind="table",
            price_lines=lines,
            spec={"count_per_kg": [31, 40]},
            price_from=None,
        )
    [inquiry] = send(
        session, buyer, post(session, buyer, 2 * TONNE, product="tom-su", spec={"count_per_kg": [31, 40]})
    )
    offer = offer_of(session, inquiry)
    assert (offer.price_kind, offer.price) == (kind, price)
    assert offer.spec == {"count_per_kg": [31, 40]}
    assert accept(session, unit, inquiry) is not None


def test_a_reference_that_all_have_stays_an_estimate(session: Session, buyer: Side) -> None:
    unit = make_unit(session)
    reference = Reference("Giá lúa tuần", plus=100)
    for price in (9000, 9200):
        make_listing(
            session,
            unit,
            volumes=(10 * TONNE,),
            price_kind="reference",
            price_from=price,
            reference=reference,
        )
    [inquiry] = send(session, buyer, post(session, buyer, 20 * TONNE))
    offer = offer_of(session, inquiry)
    assert (offer.price_kind, offer.price) == ("reference", 9100)


def test_both_sides_read_what_is_asked_of_each(session: Session, buyer: Side, browser: Open) -> None:
    unit, lots = of_two_listings(session)
    demand = post(session, buyer, 24 * TONNE)
    session.commit()
    page = signed_in(browser, buyer).get(f"/demands/{demand.id}")
    panels = page.css(".rows > .panel")
    assert [one.css("h3")[0].text() for one in panels] == ["HTX Hai Tin"]
    assert "24 tấn · 217.200.000 đ" in " ".join(panels[0].text().split())
    page = page.form("/send").send()
    assert [one.css("h3")[0].text() for one in page.css(".rows > .panel")] == ["HTX Hai Tin"]
    for side in (unit, buyer):
        here = signed_in(browser, side)
        row = here.get("/inquiries")
        assert "và 1 tin chào bán khác" in row.text
        thread = row.follow("Lúa ruộng trên")
        assert "Hỏi chung từ 2 tin chào bán" in thread.text
        said = " ".join(thread.text.split())
        assert "Lúa ruộng trên : 12 tấn · 9.000 đ/kg" in said
        assert "Lúa ruộng dưới : 12 tấn · 9.100 đ/kg" in said
        for lot in lots:
            assert thread.css(f"a[href='/listings/{lot.listing_id}']")
    [link] = re.findall(r"/inquiries/(\d+)", thread.path)
    agreed = signed_in(browser, unit).get(thread.path).form(f"/links/agree/{link}").send()
    assert "24 tấn" in agreed.text


def test_a_program_is_told_what_is_asked_of_each(session: Session, buyer: Side, browser: Open) -> None:
    unit, lots = of_two_listings(session)
    single = make_unit(session)
    make_listing(session, single, volumes=(12 * TONNE,), price_from=9200)
    made = send(session, buyer, post(session, buyer, 30 * TONNE))
    here = Trader(browser(), session, unit.user)
    inquiry = by_seller(made, unit)
    titles = [session.get_one(Listing, lot.listing_id).title for lot in lots]
    parts = [
        {"listing_id": lot.listing_id, "title": title, "volume": 12_000, "price": price}
        for lot, title, price in zip(lots, titles, (9000, 9100), strict=True)
    ]
    assert here.look(f"/inquiries/{inquiry.id}")["parts"] == parts
    [row] = here.look("/inquiries")["inquiries"]
    assert row["listings"] == 2
    alone = Trader(browser(), session, single.user).look(f"/inquiries/{by_seller(made, single).id}")
    assert alone["parts"] == []
    done = here.does("POST", f"/inquiries/{inquiry.id}/accept", {"version": inquiry.version}, key="a")
    assert (done["state"], done["volume"]) == ("active", 24_000)
