"""Agreements: made whole or not at all, conditions, losses, deliveries, ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from market import clock, worker
from market.errors import Conflict, Invalid, NotAllowed, NotFound
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.inquiries.proposals import Line, Proposal
from market.links import conditions, deliveries, losses, queries
from market.links import service as links
from market.links.agreed import Weighed
from market.links.models import Commitment, Link, LinkState, LinkTerms
from market.listings import service as listings
from market.listings.models import Lot
from market.listings.terms import Terms
from tests import rules
from tests.make import Side, count_rows, make_buyer, make_unit
from tests.trade import TONNE, make_inquiry, make_link, make_listing, propose, record


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def test_accepting_makes_the_link_and_commits_the_volume(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, (lot,) = make_listing(session, seller)
    link = make_link(session, seller, buyer, listing, volume=4 * TONNE)
    session.refresh(lot)
    assert (link.state, link.origin, link.kind, link.form) == ("active", "platform", "spot", None)
    assert (lot.committed, link.volume, link.value) == (4 * TONNE, 4 * TONNE, 4000 * 9400)
    assert session.get_one(Inquiry, link.inquiry_id).state == "matched"
    assert (link.buyer_kind, link.destination, link.sector_code) == ("exporter", "export", "rice")
    rules.check_volumes(session)
    rules.check_links(session)


def test_lots_are_taken_earliest_window_first_over_several_lines(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    today = clock.today()
    listing, _ = make_listing(session, seller, volumes=(), publish=False)
    later, sooner = (
        listings.open_lot(
            session,
            actor=seller.actor,
            listing_id=listing.id,
            from_date=today + timedelta(days=first),
            to_date=today + timedelta(days=last),
            volume=3 * TONNE,
        )
        for first, last in ((20, 60), (0, 40))
    )
    listings.publish(session, actor=seller.actor, listing_id=listing.id)
    session.commit()
    make_link(session, seller, buyer, listing, proposal=propose(4 * TONNE, days=60, lines=2))
    session.expire_all()
    assert (sooner.committed, later.committed) == (3 * TONNE, TONNE)
    rules.check_volumes(session)


def test_a_lot_outside_the_window_serves_nobody(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    today = clock.today()
    listing, _ = make_listing(
        session, seller, window=(today + timedelta(days=30), today + timedelta(days=60))
    )
    with pytest.raises(Invalid, match="only 0 kg"):
        make_inquiry(session, buyer, listing, proposal=propose(days=10))


def test_the_standing_offer_is_accepted_whole_or_refused_whole(session: Session) -> None:
    seller = make_unit(session)
    listing, (lot,) = make_listing(session, seller, volumes=(10 * TONNE,))
    first = make_inquiry(session, make_buyer(session), listing, volume=7 * TONNE)
    second = make_inquiry(session, make_buyer(session), listing, volume=7 * TONNE)
    links.agree_link(session, actor=seller.actor, party_id=seller.party.id, inquiry_id=first.id)
    session.commit()
    with pytest.raises(Conflict, match="only 3000 kg"):
        links.agree_link(session, actor=seller.actor, party_id=seller.party.id, inquiry_id=second.id)
    session.rollback()
    session.expire_all()
    assert session.get_one(Inquiry, second.id).state == "negotiating"
    assert lot.committed == 7 * TONNE
    assert count_rows(session, Link) == 1
    rules.check_volumes(session)


def test_an_offer_is_accepted_once(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    link = make_link(session, seller, buyer, listing)
    with pytest.raises(Conflict, match="Agreed"):
        links.agree_link(
            session, actor=seller.actor, party_id=seller.party.id, inquiry_id=link.inquiry_id or 0
        )


def test_nobody_accepts_their_own_offer(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    inquiry = make_inquiry(session, buyer, listing)
    with pytest.raises(Conflict, match="other side's turn"):
        links.agree_link(session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=inquiry.id)


@pytest.mark.parametrize(
    ("covers", "form"),
    [
        ((True, True, True), 1),
        ((True, False, False), 2),
        ((False, True, False), 3),
        ((True, True, False), 4),
        ((False, True, True), 5),
        ((True, False, True), 6),
        ((False, False, True), 7),
        ((False, False, False), None),
    ],
)
def test_the_form_follows_from_what_the_link_covers(
    session: Session, covers: tuple[bool, bool, bool], form: int | None
) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    parts = dict(zip(("covers_inputs", "covers_production", "covers_processing"), covers, strict=True))
    link = make_link(session, seller, buyer, listing, proposal=propose(kind="season", **parts))
    assert link.form == form


def _contract(session: Session, link: Link, *sides: Side, number: str = "12/HĐ") -> None:
    for side in sides:
        conditions.record_contract(
            session,
            actor=side.actor,
            party_id=side.party.id,
            link_id=link.id,
            number=number,
            on_date=clock.today(),
        )
        session.commit()


def test_a_group_without_authority_agrees_provisionally_until_both_put_up_the_paper(session: Session) -> None:
    seller, buyer = make_unit(session, kind="group", name="THT Lúa Tôm"), make_buyer(session)
    listing, _ = make_listing(session, seller)
    link = make_link(session, seller, buyer, listing)
    assert (link.state, link.waits_for) == ("provisional", "authority")
    _contract(session, link, seller)
    assert link.state == "provisional"
    _contract(session, link, buyer)
    assert (link.state, link.contract, link.waits_for) == ("active", "uploaded", None)


def test_the_two_sides_must_name_the_same_paper(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    link = make_link(session, seller, buyer, listing)
    _contract(session, link, seller)
    with pytest.raises(Invalid, match="same paper"):
        _contract(session, link, buyer, number="13/HĐ")


def test_a_deposit_makes_the_link_active(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    link = make_link(session, seller, buyer, listing, proposal=propose(terms=Terms(deposit=5_000_000)))
    assert (link.state, link.waits_for) == ("provisional", "deposit")
    with pytest.raises(NotAllowed, match="seller confirms"):
        conditions.confirm_deposit(session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id)
    session.rollback()
    conditions.confirm_deposit(session, actor=seller.actor, party_id=seller.party.id, link_id=link.id)
    session.commit()
    assert link.state == "active"


def test_after_the_contract_it_waits_for_the_deposit_until_its_day(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    signed, paid = (clock.today() + timedelta(days=days) for days in (20, 25))
    terms = Terms(deposit=5_000_000, deposit_due=paid, contract_wanted=True, contract_due=signed)
    link = make_link(session, seller, buyer, listing, proposal=propose(terms=terms))
    assert (link.waits_for, link.provisional_until) == ("contract", clock.end_of(signed))
    _contract(session, link, seller)
    _contract(session, link, buyer)
    assert (link.state, link.waits_for) == ("provisional", "deposit")
    assert link.provisional_until == clock.end_of(paid)
    conditions.confirm_deposit(session, actor=seller.actor, party_id=seller.party.id, link_id=link.id)
    assert (link.state, link.waits_for, link.provisional_until) == ("active", None, None)


def test_what_waits_in_vain_lapses_and_returns_its_volume_whole(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, (lot,) = make_listing(session, seller)
    link = make_link(session, seller, buyer, listing, proposal=propose(terms=Terms(contract_wanted=True)))
    with clock.at(clock.now() + timedelta(days=15)):
        assert conditions.list_due(session)
        assert conditions.lapse_due(session) == 1
        session.commit()
    session.expire_all()
    assert (link.state, lot.committed) == ("lapsed", 0)
    rules.check_volumes(session)


def _deliver(session: Session, link: Link, side: Side, amount: int, *, confirm: Side | None = None) -> int:
    delivery = record(session, side, link, amount)
    if confirm is not None:
        deliveries.confirm_delivery(
            session, actor=confirm.actor, party_id=confirm.party.id, link_id=link.id, delivery_id=delivery.id
        )
    session.commit()
    return delivery.id


def test_a_delivery_counts_once_the_other_side_has_confirmed_it(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    link = make_link(session, seller, buyer, listing)
    delivery_id = _deliver(session, link, seller, TONNE)
    assert queries.delivered(session, link_id=link.id) == 0
    with pytest.raises(Conflict, match="other side"):
        deliveries.confirm_delivery(
            session, actor=seller.actor, party_id=seller.party.id, link_id=link.id, delivery_id=delivery_id
        )
    session.rollback()
    deliveries.confirm_delivery(
        session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id, delivery_id=delivery_id
    )
    session.commit()
    assert queries.delivered(session, link_id=link.id) == TONNE


def test_a_deduction_needs_its_reason_and_is_not_counted(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    link = make_link(session, seller, buyer, listing)

    def record(reason: str | None) -> None:
        deliveries.record_delivery(
            session,
            actor=buyer.actor,
            party_id=buyer.party.id,
            link_id=link.id,
            on_date=clock.today(),
            weighed=[Weighed(gross=TONNE, deducted=50_000, reason=reason)],
        )

    with pytest.raises(Invalid, match="why"):
        record(None)
    session.rollback()
    record("độ ẩm 28 %")
    session.commit()
    page = queries.get_link(session, party_id=seller.party.id, link_id=link.id)
    assert (page.deliveries[0].accepted, page.deliveries[0].value) == (950_000, 950 * 9400)


def test_a_stranger_sees_and_moves_nothing(session: Session) -> None:
    seller, buyer, stranger = make_unit(session), make_buyer(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    link = make_link(session, seller, buyer, listing)
    with pytest.raises(NotFound):
        queries.get_link(session, party_id=stranger.party.id, link_id=link.id)
    with pytest.raises(NotFound):
        _deliver(session, link, stranger, TONNE)
    with pytest.raises(NotFound):
        links.end_link(session, actor=stranger.actor, party_id=stranger.party.id, link_id=link.id)


@pytest.mark.parametrize(
    ("delivered", "days", "state", "left"),
    [
        (4 * TONNE, 0, "fulfilled", 0),
        (TONNE, 0, "ended_early", 3 * TONNE),
        (TONNE, 45, "short", 3 * TONNE),
    ],
)
def test_a_link_ends_and_gives_back_what_is_left_to_open_lots(
    session: Session, delivered: int, days: int, state: str, left: int
) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, (lot,) = make_listing(session, seller)
    link = make_link(session, seller, buyer, listing, volume=4 * TONNE)
    _deliver(session, link, seller, delivered, confirm=buyer)
    with clock.at(clock.now() + timedelta(days=days)):
        links.end_link(session, actor=seller.actor, party_id=seller.party.id, link_id=link.id)
        session.commit()
    session.expire_all()
    assert (link.state, lot.committed) == (state, 4 * TONNE - left)
    assert count_rows(session, LinkState, LinkState.link_id == link.id) == 2
    rules.check_volumes(session)


def test_an_open_delivery_keeps_a_link_from_ending(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    link = make_link(session, seller, buyer, listing)
    _deliver(session, link, seller, TONNE)
    with pytest.raises(Conflict, match="still waits"):
        links.end_link(session, actor=seller.actor, party_id=seller.party.id, link_id=link.id)


def test_a_loss_lowers_commitments_pro_rata_and_marks_the_links(session: Session) -> None:
    seller = make_unit(session)
    listing, (lot,) = make_listing(session, seller, volumes=(10 * TONNE,))
    made = [make_link(session, seller, make_buyer(session), listing, volume=n * TONNE) for n in (6, 3)]
    listings.report_loss(
        session, actor=seller.actor, lot_id=lot.id, amount=4 * TONNE, cause="storm", on_date=clock.today()
    )
    session.commit()
    session.expire_all()
    released = {one.link_id: one.released for one in session.scalars(sa.select(Commitment))}
    assert released == {made[0].id: 2 * TONNE, made[1].id: TONNE}
    assert (lot.volume, lot.committed) == (6 * TONNE, 6 * TONNE)
    assert all(link.at_risk for link in made)
    rules.check_volumes(session)


def test_a_loss_never_reaches_what_was_delivered(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, (lot,) = make_listing(session, seller, volumes=(5 * TONNE,))
    link = make_link(session, seller, buyer, listing, volume=5 * TONNE)
    _deliver(session, link, seller, 3 * TONNE, confirm=buyer)
    with pytest.raises(Conflict, match="delivered already"):
        listings.report_loss(
            session,
            actor=seller.actor,
            lot_id=lot.id,
            amount=4 * TONNE,
            cause="disease",
            on_date=clock.today(),
        )
    session.rollback()
    listings.report_loss(
        session, actor=seller.actor, lot_id=lot.id, amount=2 * TONNE, cause="disease", on_date=clock.today()
    )
    session.commit()
    rules.check_volumes(session)


def test_terms_are_dated_rows(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    with clock.at(date(2026, 3, 1)):
        listing, _ = make_listing(session, seller)
        link = make_link(session, seller, buyer, listing)
    with clock.at(date(2026, 3, 9)):
        _contract(session, link, seller)
    rows = session.execute(
        sa.select(LinkTerms.on_date, LinkTerms.contract)
        .where(LinkTerms.link_id == link.id)
        .order_by(LinkTerms.id)
    ).all()
    assert [tuple(row) for row in rows] == [(date(2026, 3, 1), "none"), (date(2026, 3, 9), "uploaded")]


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=12), st.data())
def test_shares_add_up_and_stay_within_their_parts(parts: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(parts)))
    shares = losses.share_out(total, parts)
    assert sum(shares) == total
    assert all(0 <= share <= part for share, part in zip(shares, parts, strict=True))


def test_a_seller_may_offer_more_lines_than_the_buyer_asked(session: Session) -> None:
    seller, buyer = make_unit(session), make_buyer(session)
    listing, _ = make_listing(session, seller)
    inquiry = make_inquiry(session, buyer, listing)
    today = clock.today()
    lines = tuple(Line(today + timedelta(days=i), today + timedelta(days=i), TONNE) for i in range(3))
    inquiries.make_offer(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        inquiry_id=inquiry.id,
        proposal=Proposal(lines=lines, price=9000),
    )
    session.commit()
    link = links.agree_link(session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=inquiry.id)
    session.commit()
    page = queries.get_link(session, party_id=buyer.party.id, link_id=link.id)
    assert [line.volume for line in page.lines] == [TONNE] * 3
    assert session.scalar(sa.select(sa.func.sum(Lot.committed))) == 3 * TONNE
