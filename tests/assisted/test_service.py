"""The rules of entries by phone: who may not enter, what a denial takes back, and that figures show apart
what no unit has confirmed, as of any day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.accounts import service as accounts
from market.assisted import service as assisted
from market.assisted.models import AssistedEntry
from market.calls import queries
from market.calls import service as calls
from market.errors import Conflict, NotAllowed
from market.events import EventRow
from market.inquiries import lists as inquiries
from market.links import deliveries
from market.links import service as links
from market.links.models import Link
from market.listings.models import Listing
from market.statistics import figures, indicators, periods
from tests import make, rules, trade
from tests.assisted import steps
from tests.make import Account, Side


@pytest.fixture(autouse=True)
def _listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def officer(session: Session) -> Account:
    return make.make_officer(session, duties=("trade_data",))


def _answer(session: Session, unit: Side, entry: AssistedEntry, *, so: bool) -> None:
    say = assisted.confirm if so else assisted.deny
    say(session, actor=unit.actor, party_id=unit.party.id, entry_id=entry.id, sign_in_id=None)
    session.commit()


def test_all_that_waits_for_a_unit_is_known_to_whoever_answers_its_call(
    session: Session, seller: Side
) -> None:
    listing, _ = trade.make_listing(session, seller, volumes=(100 * trade.TONNE,))
    asked = {
        trade.make_inquiry(session, make.make_buyer(session), listing).id
        for _ in range(inquiries.PAGE_SIZE + 1)
    }
    waits = queries.list_asked(session, party_id=seller.party.id)
    assert {one.id for one in waits} == asked


def test_nobody_enters_for_a_side_or_against_one_that_they_act_for(
    session: Session, officer: Account, seller: Side, buyer: Side
) -> None:
    listing, _ = trade.make_listing(session, seller)
    inquiry = trade.make_inquiry(session, buyer, listing)
    accounts.grant_membership(session, user_id=officer.user.id, party_id=buyer.party.id)
    with pytest.raises(NotAllowed):
        steps.enter_yes(session, officer, seller, inquiry)
    steps.enter_listing(session, officer, seller)
    accounts.grant_membership(session, user_id=officer.user.id, party_id=seller.party.id)
    with pytest.raises(NotAllowed):
        steps.enter_listing(session, officer, seller)
    assert make.count_rows(session, AssistedEntry) == 1


def test_what_was_entered_is_told_as_by_phone(session: Session, officer: Account, seller: Side) -> None:
    steps.enter_listing(session, officer, seller)
    rows = session.execute(sa.select(EventRow.name, EventRow.channel).where(EventRow.channel == "phone"))
    assert {row.name for row in rows} >= {"listing.created", "listing.published", "assisted.entered"}


def test_a_unit_that_is_not_confirmed_gets_a_draft(session: Session, officer: Account) -> None:
    unit = make.make_unit(session, confirm=False)
    entry = steps.enter_listing(session, officer, unit)
    assert session.get_one(Listing, entry.listing_id).state == "draft"


def test_a_denied_listing_is_paused(session: Session, officer: Account, seller: Side) -> None:
    entry = steps.enter_listing(session, officer, seller)
    _answer(session, seller, entry, so=False)
    assert session.get_one(Listing, entry.listing_id).state == "paused"
    assert entry.undone


def test_a_denied_yes_ends_the_agreement_and_gives_the_volume_back(
    session: Session, officer: Account, seller: Side, buyer: Side
) -> None:
    listing, (lot,) = trade.make_listing(session, seller)
    entry = steps.enter_yes(session, officer, seller, trade.make_inquiry(session, buyer, listing))
    session.refresh(lot)
    assert lot.committed == 4 * trade.TONNE
    _answer(session, seller, entry, so=False)
    session.refresh(lot)
    assert session.get_one(Link, entry.link_id).state == "ended_early"
    assert lot.committed == 0
    rules.check_links(session)
    rules.check_commitments(session)


def test_what_was_delivered_on_a_denied_yes_stays_for_the_officer(
    session: Session, officer: Account, seller: Side, buyer: Side
) -> None:
    listing, _ = trade.make_listing(session, seller)
    entry = steps.enter_yes(session, officer, seller, trade.make_inquiry(session, buyer, listing))
    link = session.get_one(Link, entry.link_id)
    steps.enter_delivery(session, officer, seller, link)
    _answer(session, seller, entry, so=False)
    assert entry.undone is False
    assert link.state == "active"


def test_an_offer_by_phone_that_the_buyer_accepts_makes_an_agreement_with_the_mark(
    session: Session, officer: Account, seller: Side, buyer: Side
) -> None:
    listing, _ = trade.make_listing(session, seller)
    kept, gone = (trade.make_inquiry(session, one, listing) for one in (buyer, make.make_buyer(session)))
    entries = []
    for inquiry in (kept, gone):
        told: dict[str, Any] = {"inquiry_id": inquiry.id, "version": inquiry.version}
        proposal = trade.propose(price=9_700)
        calls.offer(session, steps.caller(officer, seller), proposal=proposal, remark="", **told)
        entries.append(steps.newest(session))
    link = links.agree_link(session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=kept.id)
    session.refresh(entries[0])
    assert entries[0].link_id == link.id
    _answer(session, seller, entries[1], so=False)
    assert (gone.state, entries[1].undone) == ("withdrawn", True), "what still stands is withdrawn"
    _answer(session, seller, entries[0], so=False)
    assert link.state == "ended_early"


def test_a_denied_no_lets_the_buyer_ask_anew(
    session: Session, officer: Account, seller: Side, buyer: Side
) -> None:
    listing, _ = trade.make_listing(session, seller)
    inquiry = trade.make_inquiry(session, buyer, listing)
    caller = steps.caller(officer, seller)
    calls.decline(session, caller, inquiry_id=inquiry.id, reason="price", version=inquiry.version)
    _answer(session, seller, steps.newest(session), so=False)
    assert inquiry.state == "declined", "no arrow leads back"
    assert trade.make_inquiry(session, buyer, listing).state == "negotiating"


def test_only_the_unit_answers_and_only_once(
    session: Session, officer: Account, seller: Side, buyer: Side
) -> None:
    entry = steps.enter_listing(session, officer, seller)
    about: dict[str, Any] = {"party_id": seller.party.id, "entry_id": entry.id, "sign_in_id": None}
    with pytest.raises(NotAllowed):
        assisted.confirm(session, actor=officer.actor, **about)
    _answer(session, seller, entry, so=True)
    with pytest.raises(Conflict):
        assisted.deny(session, actor=seller.actor, **about)


def _groups(session: Session, code: str, on: date | None = None) -> dict[object, Any]:
    """A figure of the whole province by evidence, as known on a day (today)."""
    one, day = indicators.get(code), on or clock.today()
    period = periods.parse(str(day.year)) if one.kind == "flow" else None
    found = figures.compute(session, indicators=[one], period=period, place=None, as_of=day, by="evidence")
    return {figure.group: figure.value for figure in found if figure.value}


def test_figures_show_apart_what_no_unit_has_confirmed(
    session: Session, officer: Account, seller: Side, buyer: Side
) -> None:
    listing, _ = trade.make_listing(session, seller)
    trade.make_link(session, seller, buyer, listing, volume=trade.TONNE)
    yes = steps.enter_yes(session, officer, seller, trade.make_inquiry(session, buyer, listing))
    goods = steps.enter_listing(session, officer, seller)
    assert _groups(session, "links_in_force") == {"platform": 1, "unconfirmed": 1}
    assert _groups(session, "listings_published") == {"own": 1, "unconfirmed": 1}
    assert _groups(session, "listed_volume") == {"own": 10 * trade.TONNE, "unconfirmed": 5 * trade.TONNE}
    link = session.get_one(Link, yes.link_id)
    made = steps.enter_delivery(session, officer, seller, link)
    deliveries.confirm_delivery(
        session,
        actor=buyer.actor,
        party_id=buyer.party.id,
        link_id=link.id,
        delivery_id=made.delivery_id or 0,
    )
    before = clock.today()
    with clock.at(clock.now() + timedelta(days=1)):
        for entry in (yes, goods):
            _answer(session, seller, entry, so=True)
        assert _groups(session, "links_in_force") == {"platform": 2}
        assert _groups(session, "listings_published") == {"own": 2}
        assert _groups(session, "delivered_volume") == {"unconfirmed": trade.TONNE}, "by phone by itself"
        _answer(session, seller, made, so=True)
        assert _groups(session, "delivered_volume") == {"platform": trade.TONNE}
        assert _groups(session, "links_in_force", before) == {"platform": 1, "unconfirmed": 1}
