"""The log of events: every event of the program is in words, and it is found by each thing that it has."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from market import clock, events
from market.certificates.models import STATES as CERTIFICATE_STATES
from market.demands.models import STATES as DEMAND_STATES
from market.events import CHANNELS, Actor, Event
from market.inquiries.models import STATES as INQUIRY_STATES
from market.links.models import AMENDMENT_STATES, LINK_STATES
from market.listings.models import STATES as LISTING_STATES
from market.moderation import event_log, event_words
from market.moderation.data_models import REQUEST_STATES
from market.moderation.event_log import Asked
from market.moderation.flag_models import FLAG_STATES
from market.moderation.models import APPEAL_OUTCOMES, REPORT_STATES
from market.statistics.models import STEPS, SUBMISSIONS
from market.web import pages
from tests import make, trade
from tests.pages import Browser, Page, signed_in

Open = Callable[[], Browser]
LOG = "/department/moderation/events"
#: States that events are named by, of each kind; the first of some are never moved to.
STATES = {
    "certificate": CERTIFICATE_STATES,
    "demand": DEMAND_STATES[1:],
    "inquiry": INQUIRY_STATES[1:],
    "link": LINK_STATES[1:],
    "amendment": AMENDMENT_STATES[1:],
    "listing": LISTING_STATES[1:],
    "data": REQUEST_STATES[1:],
    "report": REPORT_STATES[1:],
    "hiding": APPEAL_OUTCOMES,
    "flag": FLAG_STATES[1:],
    "period": (*STEPS, *SUBMISSIONS),
}


def names_in_code() -> set[str]:
    found = {f"{kind}.{state}" for kind, states in STATES.items() for state in states}
    for path in pages.ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        found |= set(re.findall(r'\bEvent\(\s*"([a-z_]+\.[a-z_]+)"', text))
        found |= {f"party.{verb}" for verb in re.findall(r'\bmoved\(session, \w+, actor, "(\w+)"', text)}
    return found


def test_every_event_is_in_words() -> None:
    found = names_in_code()
    assert {"link.agreed", "party.renamed", "report.received", "account.erased"} <= found
    kinds, verbs = ({name.split(".")[part] for name in found} for part in (0, 1))
    assert kinds - set(event_words.KINDS) == set()
    assert verbs - set(event_words.VERBS) == set()
    assert set(CHANNELS) == set(event_words.CHANNELS)


@pytest.fixture
def told(session: Session) -> make.Side:
    """A party with three events of its own over three days, among others'."""
    side = make.make_buyer(session)
    for number, channel in enumerate(("web", "api", "phone")):
        with clock.at(make.TODAY + timedelta(days=number)):
            actor = Actor(side.user.id, side.party.id, channel)
            events.record(session, Event("link.paid", 900_001, actor, {"n": number}))
    trade.make_listing(session, make.make_unit(session))
    session.commit()
    return side


def test_events_are_found_by_each_thing_they_have(session: Session, told: make.Side) -> None:
    def data(**asked: object) -> list[int]:
        lines, total = event_log.find(session, Asked(party_id=told.party.id, kind="link", **asked))
        assert total == len(lines)
        return [line.data["n"] for line in lines]

    assert data() == [2, 1, 0]
    assert data(channel="api") == [1]
    assert data(first=make.TODAY + timedelta(days=1)) == [2, 1]
    assert data(last=make.TODAY) == [0]
    assert data(name="link.paid", subject_id=900_001) == [2, 1, 0]
    assert data(name="link.agreed") == data(subject_id=900_002) == []
    assert event_log.find(session, Asked(kind="listing"))[1] >= 1


def lines(page: Page) -> str:
    return " ".join(one.text() for one in page.css("main ul.lines > li"))


def test_the_log_does_not_say_who_trades_with_whom(session: Session, browser: Open) -> None:
    seller = make.make_unit(session, user={"name": "Người Bán Thử"})
    buyer = make.make_buyer(session, user={"name": "Người Mua Thử"})
    listing, _ = trade.make_listing(session, seller)
    link = trade.make_link(session, seller, buyer, listing)
    entrusted = signed_in(browser, make.make_officer(session))
    for kind, subject in (("link", link.id), ("inquiry", link.inquiry_id)):
        said = lines(entrusted.get(LOG, kind=kind, subject=str(subject)))
        assert "Một trong hai bên" in said
        for name in (seller.party.name, buyer.party.name, "Người Bán Thử", "Người Mua Thử"):
            assert name not in said
    assert buyer.party.name in lines(entrusted.get(LOG, kind="inquiry", party=buyer.party.code))

    other = signed_in(browser, make.make_officer(session, duties=("moderation",)))
    assert lines(other.get(LOG, kind="link")) == ""
    assert lines(other.get(LOG, kind="inquiry", party=buyer.party.code)) == ""
    everything = other.get(LOG)
    assert "Tin chào bán" in lines(everything)
    kinds = {option.attributes["value"] for option in everything.css("select[name=kind] option")}
    assert "listing" in kinds
    assert kinds.isdisjoint(event_log.TRADE)


def test_the_page_says_events_in_words_and_pages_through_them(
    session: Session, browser: Open, told: make.Side
) -> None:
    officer = signed_in(browser, make.make_officer(session))
    page = officer.get(LOG, kind="link", verb="paid", party=told.party.code)
    assert "3 sự kiện" in page.text
    assert "Thỏa thuận: ghi nhận thanh toán" in page.text
    for _ in range(event_log.PAGE_SIZE):
        events.record(session, Event("link.paid", 900_001, Actor(None, told.party.id)))
    session.commit()
    narrowed = page.form("/events").send()
    assert len(narrowed.css("main ul.lines > li")) == event_log.PAGE_SIZE
    second = officer.get(narrowed.css("main a[rel=next]")[0].attributes["href"] or "")
    assert len(second.css("main ul.lines > li")) == 3
    wrong = officer.get(LOG, party="KHONG-CO", verb="paid", first="31/2/2026")
    assert wrong.status == 422
    assert wrong.form("/events").error("first")
    assert wrong.form("/events").fields["party"] == "KHONG-CO"
    local = make.make_officer(session, place_id=make.some_commune(session).id)
    assert signed_in(browser, local).get(LOG).status == 403
