"""Amendments: other terms for a live agreement, proposed by one side, accepted by the other; volume is taken
or given back in the same transaction, what was delivered stays, and what held before can still be read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from market import clock, worker
from market.errors import Conflict, Invalid, NotFound
from market.inquiries.models import Offer
from market.inquiries.proposals import Line, Proposal
from market.links import amendments, outside
from market.links import service as links
from market.links.models import Amendment, Link, LinkLine, LinkTerms
from market.listings import service as listings
from market.listings.models import Listing, Lot
from market.listings.terms import Terms
from market.notices.models import Notice
from market.statistics import verify
from market.words import Volume
from tests import make, rules, trade
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE, deliver

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def listing(session: Session, seller: Side) -> Listing:
    return trade.make_listing(session, seller, volumes=(6 * TONNE, 4 * TONNE))[0]


@pytest.fixture
def link(session: Session, seller: Side, buyer: Side, listing: Listing) -> Link:
    return trade.make_link(session, seller, buyer, listing, volume=4 * TONNE)


def propose(session: Session, side: Side, link: Link, volume: int = 4 * TONNE, **changes: Any) -> Amendment:
    version = changes.pop("version", None)
    proposal = changes.pop("proposal", None) or trade.propose(volume, **changes)
    made = amendments.propose_amendment(
        session,
        actor=side.actor,
        party_id=side.party.id,
        link_id=link.id,
        proposal=proposal,
        version=version,
    )
    session.commit()
    return made


def answer(session: Session, side: Side, link: Link, amendment: Amendment, verb: str, **changes: Any) -> None:
    act = amendments.accept_amendment if verb == "accept" else amendments.decline_amendment
    act(
        session,
        actor=side.actor,
        party_id=side.party.id,
        link_id=link.id,
        amendment_id=amendment.id,
        **changes,
    )
    session.commit()


def agree(session: Session, seller: Side, buyer: Side, link: Link, volume: int, **changes: Any) -> None:
    answer(session, seller, link, propose(session, buyer, link, volume, **changes), "accept")


def taken(session: Session, listing: Listing) -> int:
    return session.scalar(sa.select(sa.func.sum(Lot.committed)).where(Lot.listing_id == listing.id)) or 0


def check(session: Session) -> None:
    rules.check_volumes(session)
    rules.check_links(session)
    assert list(verify.differences(session)) == []


@pytest.mark.parametrize("volume", [9 * TONNE, 4 * TONNE, TONNE])
def test_accepting_takes_or_gives_back_and_keeps_what_held(
    session: Session, seller: Side, buyer: Side, listing: Listing, link: Link, volume: int
) -> None:
    clock.move(clock.today() + timedelta(days=2))
    agree(session, seller, buyer, link, volume, price=9_900, lines=2, days=40)
    assert (link.volume, link.price, link.value) == (volume, 9_900, volume // 1000 * 9_900)
    assert taken(session, listing) == volume
    terms = session.scalars(sa.select(LinkTerms).order_by(LinkTerms.id)).all()
    assert [one.volume for one in terms] == [4 * TONNE, volume]
    assert terms[1].on_date == clock.today()
    lines = session.scalars(sa.select(LinkLine).order_by(LinkLine.id)).all()
    assert [line.replaced_at is None for line in lines] == [False, True, True]
    assert links.lines_of(session, link) == lines[1:]
    check(session)


def test_what_was_delivered_stays(
    session: Session, seller: Side, buyer: Side, listing: Listing, link: Link
) -> None:
    delivery = deliver(session, seller, buyer, link, 3 * TONNE)
    with pytest.raises(Conflict):
        propose(session, seller, link, 2 * TONNE)
    session.rollback()
    agree(session, seller, buyer, link, 3 * TONNE)
    assert taken(session, listing) == 3 * TONNE
    session.refresh(delivery)
    assert delivery.line_id == links.lines_of(session, link)[0].id
    agree(session, seller, buyer, link, 5 * TONNE)
    assert taken(session, listing) == 5 * TONNE
    links.end_link(session, actor=seller.actor, party_id=seller.party.id, link_id=link.id)
    session.commit()
    assert taken(session, listing) == 3 * TONNE
    check(session)


def test_more_delivered_meanwhile_than_the_proposal_knew(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    made = propose(session, buyer, link, 2 * TONNE)
    deliver(session, seller, buyer, link, 3 * TONNE)
    with pytest.raises(Conflict):
        answer(session, seller, link, made, "accept")
    session.rollback()
    check(session)


def test_more_than_the_lots_have_is_not_even_proposed(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    for side in (seller, buyer):
        with pytest.raises(Conflict) as refused:
            propose(session, side, link, 10 * TONNE + 1_000)
        session.rollback()
        assert refused.value.field == "volume"
        assert refused.value.words.values["volume"] == Volume(6 * TONNE, "gram")
    propose(session, seller, link, 10 * TONNE)
    check(session)


def test_more_than_the_lots_have_left_by_then_is_refused_whole(
    session: Session, seller: Side, buyer: Side, listing: Listing, link: Link
) -> None:
    made = propose(session, seller, link, 10 * TONNE)
    lot_id = session.scalars(sa.select(Lot.id).where(Lot.listing_id == listing.id)).first()
    assert lot_id is not None
    outside.sell_outside(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        lot_id=lot_id,
        volume=TONNE,
        buyer_kind="depot",
    )
    session.commit()
    with pytest.raises(Conflict):
        answer(session, buyer, link, made, "accept")
    session.rollback()
    assert (session.get_one(Link, link.id).volume, taken(session, listing)) == (4 * TONNE, 5 * TONNE)
    assert session.get_one(Amendment, made.id).state == "open"
    check(session)


def test_goods_may_come_later_than_the_lots_days(
    session: Session, seller: Side, buyer: Side, listing: Listing, link: Link
) -> None:
    late = Line(clock.today(), clock.today() + timedelta(days=90), 4 * TONNE)
    later = Line(clock.today() + timedelta(days=80), clock.today() + timedelta(days=90), 4 * TONNE)
    for line in (late, later):
        agree(session, seller, buyer, link, line.volume, proposal=Proposal((line,), price=9400))
        assert (link.to_date, taken(session, listing)) == (line.to_date, 4 * TONNE)
    proposal = Proposal((Line(later.from_date, later.to_date, 5 * TONNE),), price=9400)
    with pytest.raises(Conflict):
        agree(session, seller, buyer, link, 0, proposal=proposal)
    session.rollback()
    check(session)


def test_what_a_loss_took_is_not_promised_anew_but_may_be_agreed_away(
    session: Session, seller: Side, buyer: Side
) -> None:
    listing, (lot,) = trade.make_listing(session, seller, volumes=(4 * TONNE,))
    link = trade.make_link(session, seller, buyer, listing, volume=4 * TONNE)
    listings.report_loss(
        session, actor=seller.actor, lot_id=lot.id, amount=TONNE, cause="storm", on_date=clock.today()
    )
    session.commit()
    agree(session, seller, buyer, link, 4 * TONNE, price=9_000)
    assert (link.at_risk, taken(session, listing)) == (True, 3 * TONNE)
    agree(session, seller, buyer, link, 3 * TONNE)
    assert (link.at_risk, taken(session, listing)) == (False, 3 * TONNE)
    check(session)


def test_one_waits_at_a_time_and_the_right_side_answers(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    first = propose(session, seller, link, 5 * TONNE, version=link.version)
    with pytest.raises(Conflict):
        propose(session, buyer, link, 6 * TONNE)
    with pytest.raises(Conflict):
        answer(session, seller, link, first, "accept")
    with pytest.raises(Conflict):
        answer(session, buyer, link, first, "accept", version=link.version - 1)
    with pytest.raises(NotFound):
        answer(session, make.make_buyer(session), link, first, "accept")
    other = trade.make_link(session, seller, buyer, trade.make_listing(session, seller)[0])
    with pytest.raises(NotFound):
        answer(session, buyer, other, first, "accept")
    answer(session, buyer, link, first, "decline")
    assert session.get_one(Amendment, first.id).state == "declined"
    with pytest.raises(Conflict):
        answer(session, buyer, link, first, "accept")
    again = propose(session, seller, link, 5 * TONNE)
    answer(session, seller, link, again, "decline")
    assert session.get_one(Amendment, again.id).state == "withdrawn"
    told = sa.select(Notice.party_id).where(Notice.kind == "amendment.withdrawn")
    assert session.scalars(told).all() == [buyer.party.id], "nobody waits for what was taken back"
    assert link.volume == 4 * TONNE
    check(session)


def test_what_cannot_be_amended(session: Session, seller: Side, buyer: Side, link: Link) -> None:
    with pytest.raises(Invalid):
        propose(session, buyer, link, 0)
    with pytest.raises(Invalid):
        propose(session, buyer, link, price=0)
    with pytest.raises(Conflict):
        propose(session, buyer, link, version=link.version + 1)
    made = propose(session, buyer, link, 5 * TONNE)
    clock.move(clock.today() + timedelta(days=60))
    with pytest.raises(Conflict):
        answer(session, seller, link, made, "accept")
    links.end_link(session, actor=seller.actor, party_id=seller.party.id, link_id=link.id)
    session.commit()
    assert session.get_one(Amendment, made.id, populate_existing=True).state == "void"
    with pytest.raises(Conflict):
        propose(session, buyer, link)
    with pytest.raises(Conflict):
        answer(session, seller, link, made, "accept")
    _, (lot,) = trade.make_listing(session, seller)
    sold = outside.sell_outside(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        lot_id=lot.id,
        volume=TONNE,
        buyer_kind="depot",
    )
    with pytest.raises(Conflict):
        propose(session, seller, sold)
    check(session)


@given(
    steps=st.lists(
        st.tuples(st.integers(1, 12), st.integers(1, 3), st.sampled_from(["amend", "deliver", "lose"])),
        max_size=6,
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_rules_hold(
    session: Session, seller: Side, buyer: Side, steps: list[tuple[int, int, str]]
) -> None:
    listing, lots = trade.make_listing(session, seller, volumes=(6 * TONNE, 4 * TONNE))
    link = trade.make_link(session, seller, buyer, listing, volume=4 * TONNE)
    for number, lines, what in steps:
        try:
            if what == "amend":
                made = propose(session, buyer, link, number * TONNE, lines=lines)
                answer(session, seller, link, made, "accept")
            elif what == "deliver":
                deliver(session, seller, buyer, link, number * TONNE // 4)
            else:
                listings.report_loss(
                    session,
                    actor=seller.actor,
                    lot_id=lots[lines % 2].id,
                    amount=number * TONNE // 4,
                    cause="storm",
                    on_date=clock.today(),
                )
                session.commit()
        except (Conflict, Invalid):
            session.rollback()
            for one in session.scalars(sa.select(Amendment).where(Amendment.state == "open")):
                answer(session, seller, link, one, "decline")
        rules.check_volumes(session)
        rules.check_links(session)
    assert list(verify.differences(session)) == []


def test_proposed_on_one_page_and_accepted_on_the_other(
    session: Session, seller: Side, buyer: Side, listing: Listing, link: Link, browser: Open
) -> None:
    here, there = signed_in(browser, buyer), signed_in(browser, seller)
    path = f"/links/{link.id}"
    form = here.get(path).follow("phụ lục").form("/amend")
    assert (form.fields["volume"], form.fields["price"]) == ("4 tấn", "9.400")
    assert form.send(volume="nhiều").status == 422
    sent = form.send(volume="5 tấn", price="9.900")
    assert "đề nghị sửa đổi" in sent.text
    assert form.send(volume="5 tấn").status == 409
    read = there.get(path)
    assert "9.900" in read.text
    done = read.form("/accept").send()
    assert (done.status, taken(session, listing)) == (200, 5 * TONNE)
    assert "Điều khoản trước đây" in done.text
    assert "4 tấn" in done.text
    assert read.form("/accept").send().status == 409
    here.get(path).follow("phụ lục").form("/amend").send(volume="6 tấn")
    assert there.get(path).form("/decline").send().status == 200
    assert session.get_one(Link, link.id).volume == 5 * TONNE
    check(session)


def test_what_the_page_has_no_field_for_stays(
    session: Session, seller: Side, buyer: Side, listing: Listing, browser: Open
) -> None:
    due = clock.today() + timedelta(days=9)
    terms = Terms(
        carriage_paid_by="buyer",
        deposit=1_000_000,
        deposit_due=due,
        contract_wanted=True,
        contract_due=due,
    )
    asked = trade.make_inquiry(session, buyer, listing, terms=terms)
    form = signed_in(browser, seller).get(f"/inquiries/{asked.id}").form("/offer")
    unsaid = form.send(price="9.900", deposit="", contract_wanted="")
    assert unsaid.status == 422
    assert unsaid.form("/offer").error("deposit")
    assert unsaid.form("/offer").error("contract_due")
    assert form.send(price="9.900").status == 200
    offer = session.scalars(sa.select(Offer).order_by(Offer.id.desc()).limit(1)).one()
    assert Terms.of(offer) == terms
