"""The next best plan with fewer sellers: it is opened and sent like the best one, lowers the limit of a
demand for this plan alone, and is the very one that was summed up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.demands import planning, queries
from market.demands import service as demands
from market.demands.models import Demand
from market.demands.planning import Planned
from market.errors import Conflict, Invalid
from market.inquiries.models import Inquiry
from tests import rules, trade
from tests.demands.asking import accept, by_seller, post, sellers, send
from tests.demands.test_several import ids, stock
from tests.machines import Trader
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
#: Of 20 tonnes three sellers are cheapest, then two, then one: prices in đồng, tonnes.
STOCK = ((9000, 8), (9100, 8), (9200, 8), (9500, 16), (10_000, 24))


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def plan(session: Session, demand: Demand, max_units: int | None = None) -> Planned:
    planned = queries.plan_of(session, demand, on=clock.today(), max_units=max_units)
    assert planned is not None
    return planned


def asked(session: Session) -> list[Inquiry]:
    return list(session.scalars(sa.select(Inquiry).order_by(Inquiry.id)))


def test_each_plan_names_the_next_with_fewer_sellers_and_it_is_that_one(
    session: Session, buyer: Side
) -> None:
    sellers(session, *STOCK)
    demand = post(session, buyer)
    costs, planned = [], plan(session, demand)
    while True:
        costs.append((planned.plan.units, planned.plan.cost))
        if planned.fewer is None:
            break
        opened = plan(session, demand, planned.fewer.max_units)
        assert opened.plan.shares == planned.fewer.plan.shares
        assert (opened.product, opened.wanted.max_units) == (planned.product, planned.fewer.max_units)
        planned = opened
    assert costs == [(3, 181_600_000), (2, 186_000_000), (1, 200_000_000)]


@pytest.mark.parametrize("most", [0, -1, 3, 1001, 10**30])
def test_a_limit_is_lowered_for_a_plan_and_never_raised(session: Session, buyer: Side, most: int) -> None:
    sellers(session, *STOCK)
    demand = post(session, buyer, max_units=2)
    assert plan(session, demand, 2).parts == plan(session, demand).parts
    with pytest.raises(Invalid) as refused:
        plan(session, demand, most)
    assert (refused.value.field, refused.value.words.values) == ("max_units", {"n": 2})


def test_who_gives_already_counts_in_the_plan_with_fewer(session: Session, buyer: Side) -> None:
    (first, _), *_ = sellers(session, (9000, 8))
    demand = post(session, buyer)
    accept(session, first, by_seller(send(session, buyer, demand), first))
    sellers(session, (9100, 8), (9200, 8), (9500, 16))
    planned = plan(session, demand)
    assert planned.fewer is not None
    assert (planned.plan.units, planned.fewer.plan.units, planned.fewer.max_units) == (2, 1, 2)
    assert plan(session, demand, 2).plan.shares == planned.fewer.plan.shares
    assert plan(session, demand, 1).parts == ()


def test_it_may_be_of_other_goods_that_would_do(session: Session, buyer: Side) -> None:
    for price in (9000, 9100):
        stock(session, "lua-st25", 10, price)
    stock(session, "lua-st25", 30, 9900)
    stock(session, "lua-om18", 30, 9500)
    demand = post(session, buyer, others=ids(session, "lua-om18"))
    planned = plan(session, demand)
    assert planned.fewer is not None
    assert (planned.product.slug, planned.fewer.product.slug) == ("lua-st25", "lua-om18")
    opened = plan(session, demand, planned.fewer.max_units)
    assert (opened.product, opened.plan.shares) == (planned.fewer.product, planned.fewer.plan.shares)
    assert planning.as_document(planned)["fewer_units"]["product"] == "lua-om18"


def test_what_was_seen_is_sent_and_nothing_else(session: Session, buyer: Side) -> None:
    sellers(session, *STOCK)
    demand = post(session, buyer)
    best, two = plan(session, demand), plan(session, demand, 2)
    sending: dict[str, Any] = {
        "actor": buyer.actor,
        "buyer_id": buyer.party.id,
        "demand_id": demand.id,
    }
    for seen, most in ((two, None), (two, 1), (best, 2)):
        with pytest.raises(Conflict):
            demands.send_plan(session, **sending, seen=demands.mark(seen), max_units=most)
        session.rollback()
    demands.send_plan(session, **sending, seen=demands.mark(two), max_units=2)
    session.commit()
    assert {one.seller_id for one in asked(session)} == {part.lot.unit_id for part in two.parts}
    assert demand.max_units is None, "it held for that plan alone"


def test_a_buyer_opens_the_plan_with_fewer_sellers_and_sends_it(
    session: Session, buyer: Side, browser: Open
) -> None:
    made = sellers(session, *STOCK)
    demand = post(session, buyer)
    here = signed_in(browser, buyer)
    first = here.get(f"/demands/{demand.id}")
    assert "Với 2 bên bán thì hết 186.000.000 đ (thêm 4.400.000 đ)" in first.text
    page = here.get(f"/demands/{demand.id}?max_units=2")
    assert f"/demands/{demand.id}?max_units=2#plan" in first.links()
    for said in ("tối đa 2 bên bán", "2 bên bán · 20 tấn · 186.000.000 đ", "Còn thiếu: 0 kg"):
        assert said in page.text, said
    assert f"/demands/{demand.id}#plan" in page.links(), "the way back"
    assert f"/demands/{demand.id}?max_units=1#plan" in page.links(), "and on"
    assert len(page.css("svg.fill .fill-planned")) == 2
    page = page.form("/send").send()
    assert "đang hỏi 2 bên bán" in page.text
    assert [(one.seller_id, one.state) for one in asked(session)] == [
        (made[0][0].party.id, "negotiating"),
        (made[3][0].party.id, "negotiating"),
    ]
    for unit, _ in (made[0], made[3]):
        accept(session, unit, by_seller(asked(session), unit))
    rules.check_volumes(session)
    rules.check_links(session)


def test_a_plan_with_fewer_that_moved_is_shown_anew_with_as_few(
    session: Session, buyer: Side, browser: Open
) -> None:
    sellers(session, *STOCK)
    demand = post(session, buyer)
    form = signed_in(browser, buyer).get(f"/demands/{demand.id}", max_units=2).form("/send")
    trade.make_listing(session, sellers(session, (9050, 1))[0][0], volumes=(16 * TONNE,), price_from=9050)
    page = form.send()
    assert (page.status, asked(session)) == (409, [])
    assert "tối đa 2 bên bán" in page.text
    assert page.form("/send").fields["max_units"] == "2"
    assert "đang hỏi 2 bên bán" in page.form("/send").send().text


@pytest.mark.parametrize("most", ["0", "-1", "4", "hai", "1.5", "9" * 400])
def test_a_limit_that_cannot_be_meant_is_told_beside_the_best_plan(
    session: Session, buyer: Side, browser: Open, most: str
) -> None:
    sellers(session, *STOCK)
    demand = post(session, buyer, max_units=3)
    here = signed_in(browser, buyer)
    page = here.get(f"/demands/{demand.id}", max_units=most)
    assert page.status == 422
    assert page.css(".problems li")
    assert "181.600.000" in page.text
    form = here.get(f"/demands/{demand.id}", max_units=2).form("/send")
    page = form.send(max_units=most)
    assert (page.status, asked(session)) == (422, [])
    assert "max_units" not in page.form("/send").fields


def test_a_program_gets_and_sends_the_plan_with_fewer_sellers(
    session: Session, buyer: Side, browser: Open
) -> None:
    made = sellers(session, *STOCK)
    demand = post(session, buyer, max_units=4)
    trader = Trader(browser(), session, buyer.user)
    path = f"/demands/{demand.id}"
    best = trader.look(f"{path}/plan")
    assert (best["units"], best["max_units"]) == (3, 4)
    assert best["fewer_units"] == {
        "max_units": 2,
        "product": "lua-st25",
        "units": 2,
        "cost": 186_000_000,
        "volume": 20_000,
        "status": "optimal",
    }
    two = trader.look(f"{path}/plan?max_units=2")
    assert (two["units"], two["max_units"], two["cost"]) == (2, 2, 186_000_000)
    for most in ("0", "5", "1001", "hai", "2.0"):
        answer = trader.send("GET", f"{path}/plan?max_units={most}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "max_units")
    for body, status in (
        ({"seen": two["seen"]}, 409),
        ({"seen": two["seen"], "max_units": 5}, 422),
        ({"seen": two["seen"], "max_units": 0}, 422),
    ):
        assert trader.send("POST", f"{path}/send", body).status_code == status
    sent = trader.does("POST", f"{path}/send", {"seen": two["seen"], "max_units": 2}, key="two")
    again = trader.does("POST", f"{path}/send", {"seen": two["seen"], "max_units": 2}, key="two")
    assert again["inquiries"] == sent["inquiries"]
    assert {one["cooperative_code"] for one in sent["inquiries"]} == {
        made[number][0].party.code for number in (0, 3)
    }
