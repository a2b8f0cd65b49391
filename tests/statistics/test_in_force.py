"""A cooperative is linked in a period when on one of its days an agreement was in force and had a form and a
contract: the edges of the days, and what was written down when.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.inquiries.models import Inquiry
from market.links import conditions
from market.links import service as links
from market.links.models import Link, LinkState, LinkTerms
from market.statistics import figures, indicators, periods
from tests.make import Side, make_buyer, make_unit
from tests.pages import Browser, signed_in
from tests.trade import TONNE, make_link, make_listing

FIRST = date(2026, 3, 2)


def day(number: int) -> date:
    """The day so many days after the agreement."""
    return FIRST + timedelta(days=number)


@pytest.fixture
def link(session: Session) -> Link:
    """An agreement without a history, which each test writes itself."""
    with clock.at(FIRST):
        seller, buyer = make_unit(session), make_buyer(session)
        listing, _ = make_listing(session, seller)
        made = make_link(session, seller, buyer, listing)
    session.query(LinkState).filter(LinkState.link_id == made.id).delete()
    session.query(LinkTerms).filter(LinkTerms.link_id == made.id).delete()
    return made


def state(session: Session, link: Link, on: int, what: str, *, told: int | None = None) -> None:
    """A state from a day on, written down on another."""
    session.add(
        LinkState(link_id=link.id, state=what, on_date=day(on), recorded_at=_noon(on, told), channel="api")
    )
    session.flush()


def terms(session: Session, link: Link, on: int, *, linked: bool, told: int | None = None) -> None:
    """Terms from a day on, with or without form and contract."""
    session.add(
        LinkTerms(
            link_id=link.id,
            kind="linkage",
            form=3 if linked else None,
            contract="seen" if linked else "none",
            volume=1,
            value=1,
            from_date=FIRST,
            to_date=day(90),
            on_date=day(on),
            recorded_at=_noon(on, told),
        )
    )
    session.flush()


def _noon(on: int, told: int | None) -> datetime:
    return clock.start_of(day(on if told is None else told)) + timedelta(hours=12)


def counted(session: Session, first: int, last: int, *, as_of: int = 90) -> tuple[object, object]:
    """How many trade and are linked from one day to another."""
    with clock.at(day(90)):
        found = figures.compute(
            session,
            indicators=[indicators.get("trading_cooperatives"), indicators.get("linked_cooperatives")],
            period=periods.span(day(first), day(last)),
            place=None,
            as_of=day(as_of),
        )
    return found[0].value, found[1].value


def test_an_agreement_is_in_force_from_its_first_day_to_the_eve_of_its_end(
    session: Session, link: Link
) -> None:
    state(session, link, 0, "provisional")
    terms(session, link, 0, linked=True)
    state(session, link, 5, "active")
    state(session, link, 10, "ended_early")
    assert counted(session, 0, 4) == (0, 0)
    assert counted(session, 0, 5) == (1, 1)
    assert counted(session, 9, 9) == (1, 1)
    assert counted(session, 9, 60) == (1, 1)
    assert counted(session, 10, 60) == (0, 0)


def test_an_agreement_that_began_and_ended_on_one_day_was_in_force_on_none(
    session: Session, link: Link
) -> None:
    terms(session, link, 0, linked=True)
    state(session, link, 5, "active")
    state(session, link, 5, "fulfilled")
    assert counted(session, 0, 60) == (0, 0)


def test_form_and_contract_count_on_days_in_force_alone(session: Session, link: Link) -> None:
    state(session, link, 0, "active")
    terms(session, link, 0, linked=False)
    terms(session, link, 10, linked=True)
    state(session, link, 10, "short")
    assert counted(session, 0, 60) == (1, 0)
    assert counted(session, 9, 9) == (1, 0)


def test_form_and_contract_that_were_gone_before_it_was_in_force_do_not_count(
    session: Session, link: Link
) -> None:
    terms(session, link, 0, linked=True)
    state(session, link, 0, "provisional")
    state(session, link, 10, "active")
    terms(session, link, 10, linked=False)
    assert counted(session, 0, 60) == (1, 0)


def test_terms_that_held_for_part_of_a_day_held_on_no_day(session: Session, link: Link) -> None:
    state(session, link, 0, "active")
    terms(session, link, 0, linked=False)
    terms(session, link, 5, linked=True)
    terms(session, link, 5, linked=False)
    assert counted(session, 0, 60) == (1, 0)


def test_the_days_in_force_with_a_contract_must_lie_in_the_period(session: Session, link: Link) -> None:
    state(session, link, 0, "active")
    terms(session, link, 0, linked=True)
    terms(session, link, 10, linked=False)
    terms(session, link, 20, linked=True)
    assert counted(session, 10, 19) == (1, 0)
    assert counted(session, 9, 10) == (1, 1)
    assert counted(session, 19, 20) == (1, 1)


def test_an_end_told_late_ends_it_only_as_known_from_then_on(session: Session, link: Link) -> None:
    terms(session, link, 0, linked=True)
    state(session, link, 0, "active")
    state(session, link, 10, "short", told=30)
    assert counted(session, 15, 25, as_of=29) == (1, 1)
    assert counted(session, 15, 25, as_of=30) == (0, 0)


def test_a_contract_found_late_counts_for_its_own_days_as_known_from_then_on(
    session: Session, link: Link
) -> None:
    state(session, link, 0, "active")
    terms(session, link, 0, linked=False)
    terms(session, link, 20, linked=False)
    terms(session, link, 10, linked=True, told=40)
    assert counted(session, 10, 19, as_of=39) == (1, 0)
    assert counted(session, 10, 19, as_of=40) == (1, 1)
    assert counted(session, 20, 60, as_of=90) == (1, 0)


@pytest.mark.usefixtures("on_a_day")
def test_what_a_linkage_over_ponds_covers_is_counted_as_ponds(
    session: Session, seller: Side, buyer: Side, browser: Callable[[], Browser]
) -> None:
    listing, _ = make_listing(session, seller, product="tom-the", volumes=(400 * TONNE,), price_from=120_000)
    form = signed_in(browser, buyer).get(f"/inquiries/new/{listing.id}").form(f"/new/{listing.id}")
    asked = form.send(volume="40 tấn", kind="linkage", covers_inputs="1", area="50")
    inquiry = session.get_one(Inquiry, int(asked.path.split("/")[-1]))
    made = links.agree_link(session, actor=seller.actor, party_id=seller.party.id, inquiry_id=inquiry.id)
    for side in (seller, buyer):
        about = {"link_id": made.id, "number": "01/HĐ", "on_date": clock.today()}
        conditions.record_contract(session, actor=side.actor, party_id=side.party.id, **about)
    session.flush()
    today = clock.today()
    found = figures.compute(
        session,
        indicators=[indicators.get("linked_area")],
        period=periods.span(today, today),
        place=None,
        as_of=today,
    )
    assert {one.unit: one.value for one in found if one.value} == {"ha_pond": 50 * 10_000}
