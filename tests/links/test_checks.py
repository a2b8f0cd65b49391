"""What has to pass before goods are handed over: asked by the terms, done, passed or failed, and no delivery
before that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.errors import Conflict, Invalid, NotAllowed, NotFound
from market.inquiries.models import Offer
from market.links import checks
from market.links.models import Link
from market.listings.models import Listing
from market.listings.terms import Terms
from market.notices.models import Notice
from tests import make, trade
from tests.machines import Trader
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE, record

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
TWO = Terms(checks="sample,antibiotics")


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def listing(session: Session, seller: Side) -> Listing:
    return trade.make_listing(session, seller, terms=TWO)[0]


@pytest.fixture
def link(session: Session, seller: Side, buyer: Side, listing: Listing) -> Link:
    return trade.make_link(session, seller, buyer, listing, terms=TWO)


def note(session: Session, side: Side, link: Link, code: str, step: str, **changes: Any) -> None:
    said: dict[str, Any] = {"on_date": clock.today(), **changes}
    checks.note(
        session, actor=side.actor, party_id=side.party.id, link_id=link.id, code=code, step=step, **said
    )
    session.commit()


def deliver(session: Session, seller: Side, link: Link) -> None:
    record(session, seller, link, TONNE)
    session.commit()


def standing(session: Session, link: Link) -> list[tuple[str, str]]:
    return [(one.code, one.step) for one in checks.of(session, link_id=link.id, terms=Terms.of(link))]


def test_no_delivery_before_all_has_passed(session: Session, seller: Side, buyer: Side, link: Link) -> None:
    assert standing(session, link) == [("sample", "asked"), ("antibiotics", "asked")]
    with pytest.raises(Conflict):
        deliver(session, seller, link)
    session.rollback()
    note(session, seller, link, "sample", "done", paper="Mẫu 12/3")
    note(session, buyer, link, "sample", "passed")
    with pytest.raises(Conflict, match="antibiotics"):
        deliver(session, seller, link)
    session.rollback()
    note(session, seller, link, "antibiotics", "done")
    note(session, buyer, link, "antibiotics", "failed")
    note(session, seller, link, "antibiotics", "done", paper="Phiếu lần hai")
    note(session, buyer, link, "antibiotics", "passed")
    deliver(session, seller, link)
    told = sa.select(sa.func.count()).select_from(Notice).where(Notice.kind == "link.checked")
    assert session.scalar(told.where(Notice.user_id == buyer.user.id)) == 3
    assert session.scalar(told.where(Notice.user_id == seller.user.id)) == 3


def test_what_cannot_be_said_of_a_check(
    session: Session, seller: Side, buyer: Side, link: Link, listing: Listing
) -> None:
    def refused(side: Side, code: str, step: str, why: type[Exception], **changes: object) -> None:
        with pytest.raises(why):
            note(session, side, link, code, step, **changes)
        session.rollback()

    refused(buyer, "sample", "passed", Conflict)
    refused(seller, "residues", "done", Invalid)
    refused(seller, "sample", "done", Invalid, on_date=clock.today() + timedelta(days=1))
    refused(make.make_unit(session), "sample", "done", NotFound)
    note(session, buyer, link, "sample", "done")
    refused(seller, "sample", "passed", NotAllowed)
    note(session, buyer, link, "sample", "passed")
    refused(seller, "sample", "done", Conflict)


def test_asked_by_the_listing_offered_agreed_and_noted_on_pages(
    session: Session, seller: Side, buyer: Side, listing: Listing, browser: Open
) -> None:
    theirs, mine = signed_in(browser, buyer), signed_in(browser, seller)
    assert "Kiểm kháng sinh" in theirs.get(f"/listings/{listing.id}").text
    form = theirs.get(f"/inquiries/new/{listing.id}").form(f"/inquiries/new/{listing.id}")
    assert form.fields["checks"] == ["sample", "antibiotics"]
    days = {"from": clock.today().isoformat(), "to": (clock.today() + timedelta(days=20)).isoformat()}
    thread = form.send(volume="2 tấn", price="9.400", checks=["antibiotics"], **days)
    assert session.scalars(sa.select(Offer)).one().checks == "antibiotics"
    page = mine.get(thread.path).form(thread.path.replace("/inquiries", "/agree")).send()
    assert "Trước khi giao hàng" in page.text
    assert "gross" not in page.response.text, "there is nothing to deliver yet"
    page = page.form("/checks").send(step="done", paper="Phiếu 7")
    assert "Phiếu 7" in page.text
    wrong = page.form("/checks").send(step="done", on_date="không rõ")
    assert wrong.status == 422
    assert "Kiểm kháng sinh" in mine.get(f"{page.path}/print").text
    page = theirs.get(page.path).form("/checks").send(step="passed")
    assert "Đạt" in page.text
    assert mine.get(page.path).form("/deliveries").send(gross="1.000").status == 200


def test_a_listing_keeps_what_is_ticked(
    session: Session, seller: Side, listing: Listing, browser: Open
) -> None:
    form = signed_in(browser, seller).get(f"/listings/{listing.id}/edit").form(f"/{listing.id}/edit")
    assert form.fields["checks"] == ["sample", "antibiotics"]
    assert form.send(checks=["residues"]).status == 200
    session.expire_all()
    assert session.get_one(Listing, listing.id).checks == "residues"


def test_programs_of_both_sides_note_it(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    coop, trader = (Trader(browser(), session, side.user) for side in (seller, buyer))
    path = f"/links/{link.id}"
    weighed = {"on_date": clock.today().isoformat(), "gross": 100}
    coop.wrong("POST", f"{path}/deliveries", 409, weighed)
    for code in ("sample", "antibiotics"):
        done = {"check": code, "step": "done", "on_date": clock.today().isoformat(), "paper": "Phiếu 7"}
        coop.does("POST", f"{path}/checks", done)
        coop.wrong("POST", f"{path}/checks", 403, {**done, "step": "passed"})
        told = trader.does("POST", f"{path}/checks", {**done, "step": "passed"})
    assert [(one["check"], one["step"], one["paper"]) for one in told["checks"]] == [
        ("sample", "passed", "Phiếu 7"),
        ("antibiotics", "passed", "Phiếu 7"),
    ]
    assert told["terms"]["checks"] == ["sample", "antibiotics"]
    coop.does("POST", f"{path}/deliveries", weighed)
