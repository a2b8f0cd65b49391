"""What is not known of a lot that could serve: what it does not say, and a standard that is only declared. It
stays out of the plan without the buyer's leave, and the page says what it is and what to ask.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.demands import planning
from tests import make, trade
from tests.demands.asking import need
from tests.demands.test_pages import days
from tests.make import Side
from tests.pages import Browser, Page, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
DECLARED = "VietGAP trồng trọt: chứng nhận tự khai, chưa xác minh."


def stocked(session: Session, *, verified: bool = False, **changes: Any) -> Side:
    unit = make.make_unit(session, fields=("rice",))
    trade.make_listing(session, unit, volumes=(30 * TONNE,), standards=("VIETGAP-TT",), **changes)
    if verified:
        make.make_claim(session, unit, verified=True)
    return unit


def posted(buyer: Side, browser: Open, **fields: Any) -> Page:
    form = signed_in(browser, buyer).get("/demands/new", product="lua-st25").form("/demands")
    return form.send(volume="20 tấn", standards=["VIETGAP-TT"], **{**days(), **fields})


@pytest.mark.parametrize(
    ("spec", "verified", "asks"),
    [
        ({}, False, ["standard.VIETGAP-TT"]),
        ({"moisture": [0, 150]}, False, ["moisture", "standard.VIETGAP-TT"]),
        ({"moisture": [0, 150]}, True, ["moisture"]),
        ({}, True, None),
    ],
)
def test_a_program_tells_a_declared_standard_from_an_unsaid_quality(
    session: Session, buyer: Side, spec: dict[str, Any], verified: bool, asks: list[str] | None
) -> None:
    stocked(session, verified=verified)
    wanted = need(session, buyer, spec=spec, standards=("VIETGAP-TT",))
    told = planning.as_document(planning.make(session, wanted, on=clock.today()))
    assert [one["asks"] for one in told["unknown"]] == ([asks] if asks else [])
    assert len(told["lots"]) == (0 if asks else 1)
    assert [(one["reasons"], one["unknown"]) for one in told["left_out"]] == (
        [(["unknown"], asks)] if asks else []
    )


def test_the_page_names_what_is_not_known_and_what_to_ask(
    session: Session, buyer: Side, browser: Open
) -> None:
    stocked(session)
    page = posted(buyer, browser)
    assert "Hỏi thêm một câu là có thể tính các nơi này" in page.text
    assert f"{DECLARED} Hỏi bên bán giấy chứng nhận." in page.text
    assert "chưa rõ" not in page.text
    page = posted(buyer, browser, **{"spec.moisture": "≤ 15"})
    assert "Độ ẩm: chưa rõ. Hỏi bên bán để biết." in page.text
    assert DECLARED in page.text


def test_what_is_planned_with_leave_keeps_its_warning(session: Session, buyer: Side, browser: Open) -> None:
    stocked(session)
    page = posted(buyer, browser, unknown="1")
    assert page.form("/send")
    assert DECLARED in page.text


def test_what_is_verified_has_no_warning(session: Session, buyer: Side, browser: Open) -> None:
    stocked(session, verified=True)
    page = posted(buyer, browser, unknown="1")
    assert page.form("/send")
    assert "chưa xác minh" not in page.text


def test_the_unit_reads_what_its_paper_lacks(session: Session, buyer: Side, browser: Open) -> None:
    unit = stocked(session)
    page = posted(buyer, browser)
    there = signed_in(browser, unit).get(f"{page.path}/offer")
    assert f"{DECLARED} Hãy đưa giấy để Sở đối chiếu." in there.text
    assert "chưa nói rõ" not in there.text
