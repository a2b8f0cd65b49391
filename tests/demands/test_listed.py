"""A unit's list of demands says beside each what its lots could serve of it, or what the nearest of them
lacks, in a fixed few statements.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market import clock, worker
from market.demands import answering, pooling, queries
from market.demands import service as demands
from market.demands.candidates import Candidate
from market.demands.models import Demand
from market.demands.pooling import Line, Supply, Wish
from market.demands.wanted import Wanted
from tests import make, trade
from tests.demands.asking import accept, by_seller, post, send
from tests.demands.test_several import ids, of_sector
from tests.house.test_statements import counting
from tests.machines import Trader
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.profiles import Profile
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
#: What the list asks at most, the sign-in and what the rows themselves ask included.
MOST = 22


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def day(number: int) -> date:
    return clock.today() + timedelta(days=number)


def row_of(page: Any, demand: Demand) -> str:
    """What the list says beside a demand."""
    for row in page.css("ul.rows > li"):
        if row.css_first(f'a[href="/demands/{demand.id}/offer"]'):
            return " ".join(row.text().split())
    raise AssertionError(f"no demand {demand.id} in the list")


@pytest.mark.parametrize(
    ("listing", "need", "said"),
    [
        ({}, {}, "Đáp ứng đủ phần còn thiếu: 20 tấn"),
        ({"volumes": (5 * TONNE, 7 * TONNE)}, {}, "Đáp ứng được 12 tấn trong 20 tấn còn thiếu"),
        ({"price_from": 12_000}, {"price_max": 10_000}, "Vẫn chào được: giá cao hơn mức bên mua muốn trả."),
        (
            {"price_from": 12_000, "volumes": (5 * TONNE,)},
            {"price_max": 10_000},
            "chỉ có 5 tấn trong 20 tấn còn thiếu; giá cao hơn mức bên mua muốn trả.",
        ),
        ({"min_order": 30 * TONNE}, {}, "Vẫn chào được: mức đặt tối thiểu của đơn vị là 30 tấn."),
        ({"window": (60, 90)}, {}, "Chưa đáp ứng được: khác ngày cần."),
        (
            {"spec": {"moisture": [160, 170]}},
            {"spec": {"moisture": [0, 150]}, "standards": ("VIETGAP-TT",)},
            "Độ ẩm: không đạt; VietGAP trồng trọt: chưa khai.",
        ),
        ({}, {"spec": {"moisture": [0, 150]}}, "Vẫn chào được: Độ ẩm: chưa ghi."),
    ],
)
def test_the_list_says_what_the_nearest_lot_lacks(
    session: Session,
    seller: Side,
    buyer: Side,
    browser: Open,
    listing: dict[str, Any],
    need: dict[str, Any],
    said: str,
) -> None:
    given = {"volumes": (40 * TONNE,), **listing}
    if "window" in given:
        given["window"] = tuple(day(number) for number in given["window"])
    trade.make_listing(session, seller, **given)
    demand = post(session, buyer, **need)
    page = signed_in(browser, seller).get("/demands")
    assert said in row_of(page, demand)


def test_a_unit_whose_lots_are_gone_or_whose_days_are_filled_reads_so(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    sold = post(session, buyer)
    listing, _ = trade.make_listing(session, seller, volumes=(10 * TONNE,), window=(day(0), day(9)))
    lines = (Line(day(0), day(9), 10 * TONNE), Line(day(20), day(29), 10 * TONNE))
    filled = post(session, buyer, lines=lines)
    other = make.make_unit(session, name="HTX Demo khác")
    trade.make_listing(session, other, price_from=9000, volumes=(10 * TONNE,), window=(day(0), day(9)))
    accept(session, other, by_seller(send(session, buyer, filled), other))
    here = signed_in(browser, seller)
    page = here.get("/demands")
    assert "Đáp ứng được 10 tấn trong 20 tấn còn thiếu" in row_of(page, sold)
    assert "Phần cần trong những ngày này đã có thỏa thuận." in row_of(page, filled)
    assert "Phần cần trong những ngày này" in here.get(f"/demands/{filled.id}/offer").text
    trade.make_link(session, seller, buyer, listing, volume=10 * TONNE, days=10)
    assert "chưa có đợt hàng nào đang mở" in row_of(here.get("/demands"), sold)


def test_what_the_lots_serve_is_as_much_as_any_way_would_bring() -> None:
    rng = random.Random(11)
    for _ in range(300):
        lines, first, last = [], 0, 0
        for _ in range(rng.randint(1, 4)):  # lines may overlap, none lies within another
            first, last = first + rng.randint(1, 6), max(last + 1, first + rng.randint(1, 14))
            last = max(last, first)
            lines.append(Line(day(first), day(last), rng.randint(1, 9)))
        lots = []
        for number in range(rng.randint(0, 5)):
            begin = rng.randint(0, 25)
            end = begin + rng.randint(0, 12)
            lots.append(
                Supply(number + 1, number, day(begin), day(end), rng.randint(1, 12), minimum=0, price=1)
            )
        plan = pooling.solve(Wish(tuple(lines), per_unit=1), lots)
        own = [_candidate(lot) for lot in lots]
        need = Wanted(product_id=1, lines=tuple(lines))
        served = answering.can_serve(need, [line.volume for line in lines], own)
        assert served == plan.volume, (lines, lots)


def _candidate(lot: Supply) -> Candidate:
    return Candidate(
        lot_id=lot.lot_id,
        product_id=1,
        listing_id=1,
        title="",
        unit_id=lot.unit_id,
        unit_code="",
        unit_name="",
        place="",
        from_date=lot.from_date,
        to_date=lot.to_date,
        available=lot.available,
        minimum=0,
        price=1,
        price_kind="fixed",
        price_basis="field",
        is_estimate=False,
        carriage=0,
        state="[]",
    )


def test_a_program_reads_what_is_missing_and_what_its_lots_serve(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    trade.make_listing(session, seller, volumes=(5 * TONNE, 7 * TONNE))
    demand = post(session, buyer)
    found = Trader(browser(), session, seller.user).look(f"/demands/{demand.id}/offer")
    assert (found["missing"], found["serves"], [lot["most"] for lot in found["lots"]]) == (
        20_000,
        12_000,
        [7000, 5000] if found["lots"][0]["most"] == 7000 else [5000, 7000],
    )


@pytest.mark.long
def test_the_list_asks_a_fixed_few_statements(
    session: Session, seller: Side, buyer: Side, browser: Open, profile: Profile
) -> None:
    """However many rows and lots there are, of whatever kind."""
    other = make.make_unit(session, name="HTX Demo khác")
    here = signed_in(browser, seller)
    counts = []
    for size in (1, 6):
        for number in range(size):
            trade.make_listing(session, seller, title=f"Lúa {number}", volumes=(3 * TONNE, 4 * TONNE))
            trade.make_listing(session, seller, product="lua-om18", title=f"Lúa OM18 {number}")
            post(session, buyer, TONNE, others=ids(session, "lua-om18"), price_max=9000)
            post(session, buyer, TONNE, source_place_id=seller.party.place_id, standards=("VIETGAP-TT",))
            demands.post_demand(
                session,
                actor=buyer.actor,
                buyer_id=buyer.party.id,
                need=of_sector(session, buyer, source_place_id=other.party.place_id),
            )
            trade.make_listing(session, other, price_from=8000, volumes=(TONNE,))
            agreed = post(session, buyer, 2 * TONNE)
            accept(session, other, by_seller(send(session, buyer, agreed), other))
        here.get("/demands")
        with counting(profile.engine) as asked:
            page = here.get("/demands")
        counts.append(len(asked))
    assert len(page.css("ul.rows > li")) == 28
    assert queries.PAGE_SIZE >= 28
    assert counts[0] == counts[1], counts
    assert counts[0] <= MOST, counts
