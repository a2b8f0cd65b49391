"""A unit that also buys: it says so itself or an officer notes it; then it asks and posts demands like any
buyer, never with itself.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from market.inquiries.models import Inquiry
from market.parties.models import Party
from tests import make, trade
from tests.make import Side
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]


def test_a_unit_that_also_buys_asks_and_posts_like_a_buyer(
    session: Session, seller: Side, browser: Open
) -> None:
    mill = make.make_unit(session, fields=("rice",))
    theirs, own = (trade.make_listing(session, one)[0] for one in (seller, mill))
    here = signed_in(browser, mill)
    assert here.get(f"/inquiries/new/{theirs.id}").status == 403
    assert "Mine" not in here.get("/demands").text
    said = here.get(f"/listings/{theirs.id}").follow("Hãy khai trong tài khoản").form("/buying")
    assert "cũng mua hàng" in said.send(buys="1").text
    path = f"/inquiries/new/{theirs.id}"
    assert here.get(f"/listings/{theirs.id}").css(f"a[href='{path}']")
    asked = here.get(path).form(path).send(volume="2 tấn")
    assert asked.path.startswith("/inquiries/"), asked.text
    assert make.count_rows(session, Inquiry) == 1
    own_path = f"/inquiries/new/{own.id}"
    assert not here.get(f"/listings/{own.id}").css(f"a[href='{own_path}']")
    assert here.post(own_path, here.get(path).form(path).fields).status == 422, "never with itself"
    here.get("/demands/new", product="lua-st25").form("/demands").send(volume="5 tấn")
    tabs = here.get("/demands")
    assert "5 tấn" not in tabs.text, "nobody serves their own demand"
    assert "5 tấn" in tabs.follow("Của đơn vị").text

    here.get("/account").form("/buying").send(buys="0")
    assert here.get("/demands/new").status == 403
    assert "5 tấn" in here.get("/demands", mine="1").text


def test_an_officer_notes_that_a_unit_also_buys(session: Session, unit: Side, browser: Open) -> None:
    here = signed_in(browser, make.make_officer(session, duties=("register",)))
    here.get(f"/department/parties/{unit.party.id}").form("/buying").send(buys="1")
    assert session.get_one(Party, unit.party.id).buyer_kind == "cooperative"
    rival = make.make_buyer(session)
    held = here.get(f"/department/parties/{unit.party.id}").form("/buying").fields
    assert here.post(f"/department/parties/{rival.party.id}/buying", held).status == 404, "no unit"
