"""Demands for several products, one as good as the other, and for a sector: each product is planned by
itself, the best plan is taken, and what is still missing may be of another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market import clock, worker
from market.catalogue import queries as catalogue
from market.demands import answering, goods, planning, telling, wanted
from market.demands import service as demands
from market.demands.models import Demand, DemandProduct
from market.demands.wanted import Wanted
from market.errors import Invalid
from market.inquiries.models import Inquiry
from market.listings.models import Listing
from market.notices.models import Notice
from tests import make, rules, trade
from tests.demands.asking import accept, left, need, post, send
from tests.demands.test_pages import days
from tests.machines import Trader
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def stock(session: Session, product: str, tonnes: int, price: int, **changes: Any) -> Side:
    """A unit with one lot of a product."""
    unit = make.make_unit(session)
    volumes = (tonnes * TONNE,)
    trade.make_listing(session, unit, product=product, volumes=volumes, price_from=price, **changes)
    return unit


def ids(session: Session, *slugs: str) -> tuple[int, ...]:
    return tuple(catalogue.get_product(session, slug).id for slug in slugs)


def plan(session: Session, buyer: Side, volume: int = 20 * TONNE, **changes: Any) -> planning.Planned:
    asked = {"others": ids(session, "lua-om18"), **changes}
    return planning.make(session, need(session, buyer, volume, **asked), on=clock.today())


def of_sector(session: Session, buyer: Side, sector: str = "rice", **changes: Any) -> Wanted:
    lines = need(session, buyer, 20 * TONNE).lines
    return Wanted(None, lines, sector=sector, unit="gram", buyer_id=buyer.party.id, **changes)


@pytest.mark.parametrize(
    ("om18", "st25", "best", "other"),
    [
        # tonnes and đồng of OM18, then of ST25: fullest, then cheapest, then as named
        ((20, 9900), (12, 9000), "lua-om18", (12_000, 108_000_000, 1)),
        ((30, 8000), (30, 9000), "lua-om18", (20_000, 180_000_000, 1)),
        ((30, 9000), (30, 9000), "lua-st25", (20_000, 180_000_000, 1)),
    ],
)
def test_the_best_plan_is_of_one_product_and_says_what_the_other_gives(
    session: Session,
    buyer: Side,
    om18: tuple[int, int],
    st25: tuple[int, int],
    best: str,
    other: tuple[int, int, int],
) -> None:
    stock(session, "lua-om18", *om18)
    stock(session, "lua-st25", *st25)
    planned = plan(session, buyer)
    told = planning.as_document(planned)
    assert (told["product"], told["status"], told["volume"]) == (best, "optimal", 20_000)
    assert told["objective"] == told["bound"] == told["cost"]
    [beside] = told["others"]
    assert (beside["volume"], beside["cost"], beside["units"]) == other
    assert [one["reasons"] for one in told["left_out"]] == [["other_product"]]


def test_of_as_much_at_the_same_cost_fewer_sellers_win(session: Session, buyer: Side) -> None:
    for _ in range(2):
        stock(session, "lua-st25", 10, 9000)
    stock(session, "lua-om18", 20, 9000)
    planned = plan(session, buyer)
    assert (planned.product.slug, planned.plan.units) == ("lua-om18", 1)


def test_what_is_missing_is_planned_again_of_another_product(session: Session, buyer: Side) -> None:
    first, second = stock(session, "lua-st25", 12, 9000), stock(session, "lua-om18", 8, 9500)
    demand = post(session, buyer, others=ids(session, "lua-om18"))
    for unit, tonnes in ((first, 12), (second, 8)):
        [asked] = send(session, buyer, demand)
        assert asked.seller_id == unit.party.id
        accept(session, unit, asked)
        assert session.get_one(Inquiry, asked.id).state == "matched", tonnes
    session.refresh(demand)
    assert (demand.state, left(session, demand)) == ("filled", [])
    products = sa.select(Listing.product_id).join(Inquiry, Inquiry.listing_id == Listing.id)
    assert set(session.scalars(products)) == set(ids(session, "lua-st25", "lua-om18"))
    rules.check_volumes(session)
    rules.check_links(session)


def test_of_a_sector_whatever_is_weighed_may_serve(session: Session, buyer: Side) -> None:
    stock(session, "lua-rvt", 30, 8900)
    stock(session, "gao-st25", 30, 20_000)
    stock(session, "muoi-trang", 30, 2000)
    planned = planning.make(session, of_sector(session, buyer), on=clock.today())
    assert planned.product.slug == "lua-rvt"
    assert [(product.slug, other.volume) for product, other in planned.others] == [("gao-st25", 20 * TONNE)]


def test_units_with_any_of_the_goods_are_told_see_it_and_may_answer(
    session: Session, buyer: Side, browser: Open
) -> None:
    rice, shrimp = stock(session, "lua-om18", 30, 9000), stock(session, "muoi-trang", 30, 2000)
    named = post(session, buyer, others=ids(session, "lua-om18"))
    whole = demands.post_demand(
        session, actor=buyer.actor, buyer_id=buyer.party.id, need=of_sector(session, buyer)
    )
    session.commit()
    for demand in (named, whole):
        assert telling.tell(session, demand.id)
        [fit] = answering.fits(session, unit_id=rice.party.id, demand=demand, on=clock.today())
        assert fit.may_be_offered
    session.commit()
    told = session.scalars(sa.select(Notice).where(Notice.kind == "demand.fits")).all()
    assert {one.party_id for one in told} == {rice.party.id}
    there = signed_in(browser, rice)
    page = there.get("/demands")
    assert "Lúa ST25 hoặc Lúa OM18" in page.text
    assert "Hàng ngành Lúa gạo" in page.text
    answer = there.get(f"/demands/{whole.id}/offer").form("/offer").send(volume="15 tấn")
    assert answer.path.startswith("/inquiries/")
    assert "Lúa" not in signed_in(browser, shrimp).get("/demands").text


def test_the_list_is_narrowed_by_product_and_by_sector(session: Session, buyer: Side, browser: Open) -> None:
    post(session, buyer, 11 * TONNE, others=ids(session, "lua-om18"))
    post(session, buyer, 12 * TONNE, product="lua-rvt")
    post(session, buyer, 13 * TONNE, product="muoi-trang")
    demands.post_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, need=of_sector(session, buyer))
    session.commit()
    here = signed_in(browser, buyer)
    for fields, volumes in (
        ({}, {"11", "12", "13", "20"}),
        ({"product": "lua-om18"}, {"11", "20"}),
        ({"product": "lua-st25"}, {"11", "20"}),
        ({"sector": "rice"}, {"11", "12", "20"}),
        ({"product": "muoi-trang", "sector": "rice"}, set()),
        ({"product": "khong-co"}, set()),
    ):
        page = here.get("/demands").form("/demands").send(**fields)
        shown = {n for n in ("11", "12", "13", "20") if f": {n} tấn" in page.text}
        assert shown == volumes, fields


def test_the_form_takes_other_products_and_the_page_shows_what_each_gives(
    session: Session, buyer: Side, browser: Open
) -> None:
    stock(session, "lua-st25", 12, 9000)
    stock(session, "lua-om18", 20, 9500)
    form = signed_in(browser, buyer).get("/demands/new", product="lua-st25").form("/demands")
    page = form.send(volume="20 tấn", others=["lua-om18", "lua-rvt"], **days())
    assert page.heading == "Lúa ST25, Lúa OM18 hoặc Lúa RVT: 20 tấn"
    assert "Lúa OM18 · 1 bên bán · 20 tấn" in page.text
    assert "Lúa ST25: 12 tấn" in page.text
    assert "Lúa RVT: hôm nay chưa có hàng phù hợp" in page.text
    assert session.scalars(sa.select(DemandProduct.position).order_by(DemandProduct.position)).all() == [
        1,
        2,
        3,
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"others": ["khong-co"]}, "others"),
        ({"others": ["gao-st25"], "spec.paddy_state": "fresh"}, "spec.paddy_state"),
        ({"others": [f"lua-{one}" for one in ("st24", "om18", "rvt", "om5451", "tai-nguyen", "mot-bui-do")]
          + ["gao-st24", "gao-om18"]}, "others"),
    ],
)  # fmt: skip
def test_what_several_cannot_be_asked_stands_beside_its_field(
    session: Session, buyer: Side, browser: Open, changes: dict[str, Any], field: str
) -> None:
    form = signed_in(browser, buyer).get("/demands/new", product="lua-st25").form("/demands")
    page = form.send(**{"volume": "20 tấn", **days(), **changes})
    assert page.status == 422
    again = page.form("/demands")
    assert again.error(field)
    assert again.fields["volume"] == "20 tấn"
    assert make.count_rows(session, Demand) == 0


def test_a_sector_is_asked_for_by_its_own_form(session: Session, buyer: Side, browser: Open) -> None:
    stock(session, "lua-rvt", 30, 8900)
    here = signed_in(browser, buyer)
    page = here.get("/demands/new", sector="rice")
    assert [name for name in page.form("/demands").fields if name.startswith("spec.")] == ["spec.moisture"]
    assert "không có quy cách chung" in here.get("/demands/new", sector="shrimp").text
    assert page.form("/demands").fields["unit"] == "gram"
    made = page.form("/demands").send(volume="20 tấn", **days())
    assert made.heading == "Hàng ngành Lúa gạo: 20 tấn"
    assert "Lúa RVT · 1 bên bán" in made.text
    again = here.get("/demands/new", sector="rice").form("/demands")
    counted = again.send(volume="300 cái", unit="piece", **days())
    assert counted.heading == "Hàng ngành Lúa gạo: 300 cái"
    wrong = here.get("/demands/new", sector="khong-co")
    assert (wrong.status, "Không có ngành hàng này" in wrong.text) == (422, True)


def test_programs_ask_for_several_or_a_sector(session: Session, buyer: Side, browser: Open) -> None:
    stock(session, "lua-st25", 12, 9000)
    stock(session, "lua-om18", 20, 9500)
    trader = Trader(browser(), session, buyer.user)
    window = {"volume": 20, "unit": "tấn", "from": days()["from"], "to": days()["to"]}
    made = trader.does("POST", "/demands", {"products": ["lua-st25", "lua-om18"], **window})
    assert (made["product"], made["products"], made["sector"]) == (
        "lua-st25",
        ["lua-st25", "lua-om18"],
        None,
    )
    seen = trader.look(f"/demands/{made['id']}/plan")
    assert (seen["product"], [one["product"] for one in seen["others"]]) == ("lua-om18", ["lua-st25"])
    sent = trader.does("POST", f"/demands/{made['id']}/send", {"seen": seen["seen"]})
    assert [one["product"] for one in sent["inquiries"]] == ["lua-om18"]
    made = trader.does("POST", "/demands", {"sector": "rice", **window})
    assert (made["product"], made["products"], made["sector"], made["unit"]) == (None, [], "rice", "kg")
    pieces = {**window, "sector": "rice", "unit": "piece", "volume": 300}
    assert trader.does("POST", "/demands", pieces)["unit"] == "piece"
    for body, field in (
        ({}, "product"),
        ({"product": "lua-st25", "sector": "rice"}, "sector"),
        ({"products": ["lua-st25", "khong-co"]}, "products"),
        ({"products": ["lua-st25", "tom-giong-su"]}, "products"),
        ({"products": []}, "products"),
        ({"sector": "khong-co"}, "sector"),
        ({"products": ["lua-st25", "gao-st25"], "spec": {"paddy_state": "fresh"}}, "spec.paddy_state"),
    ):
        answer = trader.send("POST", "/demands", {**window, **body})
        assert answer.status_code == 422, body
        assert [one["field"] for one in answer.json()["errors"]] == [field], body


def test_only_what_all_have_is_shared_within_the_widest_bounds(session: Session) -> None:
    both = goods.named(session, ["lua-st25", "gao-st25"], field="others")
    paddy, milled = (
        {one.key: one for one in catalogue.specs_of(session, product)} for product in both.products
    )
    shared = {one.key: one for one in goods.described(session, both)}
    assert set(shared) == paddy.keys() & milled.keys()
    assert shared["moisture"].low == min(paddy["moisture"].low, milled["moisture"].low)
    assert shared["moisture"].high == max(paddy["moisture"].high, milled["moisture"].high)


def test_the_database_holds_a_product_or_a_sector_and_not_both(session: Session, buyer: Side) -> None:
    demand = post(session, buyer)
    assert wanted.of(session, demand).product_ids == ids(session, "lua-st25")
    with pytest.raises(IntegrityError):
        session.execute(sa.update(Demand).values(sector_code="rice"))
    session.rollback()
    with pytest.raises(Invalid):
        goods.named(session, ["lua-st25", "tom-giong-su"], field="others")
