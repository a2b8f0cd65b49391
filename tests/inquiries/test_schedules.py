"""Schedules of several call-offs on pages: offered otherwise without losing one, one of them moved by both
sides' consent, and what is typed wrong said beside its field.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.inquiries import schedules
from market.inquiries.models import Offer, OfferLine
from market.inquiries.proposals import Line, Proposal
from market.links import service as links
from market.links.models import Amendment, Link
from market.listings.models import Listing
from tests import make, rules, trade
from tests.make import Side
from tests.pages import Browser, Form, signed_in

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
MONTHS = 12
PART = 300_000


def monthly() -> list[tuple[date, date, int]]:
    """300 kg in the first week of each stretch of thirty days, a year long."""
    firsts = [make.TODAY + timedelta(days=30 * turn) for turn in range(MONTHS)]
    return [(first, first + timedelta(days=6), PART) for first in firsts]


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def listing(session: Session, seller: Side) -> Listing:
    year = (make.TODAY, make.TODAY + timedelta(days=365))
    return trade.make_listing(session, seller, volumes=(10 * trade.TONNE,), window=year)[0]


@pytest.fixture
def asked(session: Session, buyer: Side, listing: Listing) -> int:
    proposal = Proposal(tuple(Line(*line) for line in monthly()), price=9400)
    return trade.make_inquiry(session, buyer, listing, proposal=proposal).id


@pytest.fixture
def link(session: Session, seller: Side, asked: int) -> Link:
    made = links.agree_link(session, actor=seller.actor, party_id=seller.party.id, inquiry_id=asked)
    session.commit()
    return made


def lines_of(session: Session, link: Link) -> list[tuple[date, date, int]]:
    session.expire_all()
    return [(line.from_date, line.to_date, line.volume) for line in links.lines_of(session, link)]


def amend(browser: Open, side: Side, link: Link) -> Form:
    return signed_in(browser, side).get(f"/links/{link.id}/amend").form("/amend")


def test_another_price_keeps_the_schedule(session: Session, seller: Side, asked: int, browser: Open) -> None:
    form = signed_in(browser, seller).get(f"/inquiries/{asked}").form("/offer")
    assert "volume" not in form.fields
    assert (form.fields["call12.volume"], form.fields["call13.volume"]) == ("300 kg", "")
    assert form.send(price="9.900").status == 200
    offer = session.scalars(sa.select(Offer).order_by(Offer.id.desc()).limit(1)).one()
    assert (offer.price, offer.volume) == (9900, MONTHS * PART)
    lines = session.scalars(sa.select(OfferLine).where(OfferLine.offer_id == offer.id).order_by(OfferLine.id))
    assert [(line.from_date, line.to_date, line.volume) for line in lines] == monthly()


def test_a_call_off_is_moved_one_dropped_and_one_added(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    first, last = make.TODAY + timedelta(days=70), make.TODAY + timedelta(days=76)
    added = make.TODAY + timedelta(days=350)
    changes = {
        "call3__from": first.isoformat(),
        "call3__to": last.isoformat(),
        "call12__volume": "",
        "call13__volume": "250 kg",
        "call13__from": added.isoformat(),
        "call13__to": added.isoformat(),
    }
    sent = amend(browser, buyer, link).send(**changes)
    assert "đề nghị sửa đổi" in sent.text
    assert lines_of(session, link) == monthly()
    done = signed_in(browser, seller).get(f"/links/{link.id}").form("/accept").send()
    assert done.status == 200
    expected = monthly()[:11]
    expected[2] = (first, last, PART)
    assert lines_of(session, link) == [*expected, (added, added, 250_000)]
    assert session.get_one(Link, link.id).volume == 11 * PART + 250_000
    rules.check_volumes(session)
    rules.check_commitments(session)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("call2__volume", "nhiều"),
        ("call2__from", ""),
        ("call2__to", "30/2/2026"),
        ("call2__to", "10/3/2026"),
    ],
)
def test_what_is_wrong_of_a_call_off_stands_beside_its_field(
    session: Session, buyer: Side, link: Link, browser: Open, field: str, text: str
) -> None:
    answer = amend(browser, buyer, link).send(**{field: text, "call5__volume": "120 kg"})
    assert answer.status == 422
    form = answer.form("/amend")
    name = field.replace("__", ".")
    assert form.error(name)
    assert (form.fields[name], form.fields["call5.volume"]) == (text, "120 kg")
    assert not make.count_rows(session, Amendment)


def test_without_any_call_off_there_is_nothing_to_propose(
    session: Session, buyer: Side, link: Link, browser: Open
) -> None:
    answer = amend(browser, buyer, link).send(**{f"call{n}__volume": "" for n in range(1, MONTHS + 1)})
    assert (answer.status, bool(answer.form("/amend").error("call1.volume"))) == (422, True)
    assert not make.count_rows(session, Amendment)


def test_call_offs_that_have_passed_stay_as_they_were(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    with clock.at(make.TODAY + timedelta(days=100)):
        moved = (make.TODAY + timedelta(days=340)).isoformat()
        refused = amend(browser, buyer, link).send(call1__volume="200 kg")
        assert (refused.status, "đã qua" in refused.text) == (422, True)
        sent = amend(browser, buyer, link).send(call12__from=moved, call12__to=moved)
        assert "đề nghị sửa đổi" in sent.text
        signed_in(browser, seller).get(f"/links/{link.id}").form("/accept").send()
    assert lines_of(session, link)[:11] == monthly()[:11]
    assert lines_of(session, link)[11][0].isoformat() == moved


def test_the_same_every_month_is_a_schedule(
    session: Session, buyer: Side, listing: Listing, browser: Open
) -> None:
    form = signed_in(browser, buyer).get(f"/inquiries/new/{listing.id}").form(f"/inquiries/new/{listing.id}")
    last = make.TODAY + timedelta(days=6)
    said = {"volume": "300 kg", "price": "9.400", "from": make.TODAY.isoformat(), "to": last.isoformat()}
    wrong = form.send(**{**said, "to": (make.TODAY + timedelta(days=40)).isoformat()}, repeat="3")
    assert wrong.status == 422
    assert wrong.form(f"/inquiries/new/{listing.id}").error("to")
    wrong = form.send(**said, repeat="1000")
    assert wrong.form(f"/inquiries/new/{listing.id}").error("repeat")
    assert form.send(**said, repeat="3").status == 200
    offer = session.scalars(sa.select(Offer)).one()
    lines = session.scalars(sa.select(OfferLine).where(OfferLine.offer_id == offer.id).order_by(OfferLine.id))
    months = [schedules.later(make.TODAY, number) for number in range(3)]
    assert [(line.from_date, line.volume) for line in lines] == [(month, PART) for month in months]


def test_what_is_renewed_keeps_its_schedule_from_the_next_lot_on(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    links.end_link(session, actor=seller.actor, party_id=seller.party.id, link_id=link.id)
    session.commit()
    clock.move(clock.now() + timedelta(days=5))
    form = signed_in(browser, buyer).get(f"/links/{link.id}/renew").form("/renew")
    first = make.TODAY + timedelta(days=5)
    assert form.fields["call1.from"] == first.isoformat()
    assert form.fields["call2.from"] == (first + timedelta(days=30)).isoformat()
    assert form.fields["call12.volume"] == "300 kg"
