"""What the public sees of trade moves on once a month; officers see what comes in at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy.orm import Session

from market import clock
from market.links.models import Link
from market.statistics import closing, publication
from tests import make, trade
from tests.make import SHELL, Side
from tests.pages import Browser

Deal = tuple[Side, Side, Link]
THEN, AFTER = date(2026, 3, 10), date(2026, 4, 12)
MONTH = "2026-03"


def deal(session: Session) -> Deal:
    """A unit that agrees on rice with a buyer of its own."""
    seller, buyer = make.make_unit(session), make.make_buyer(session)
    listing, _ = trade.make_listing(session, seller)
    return seller, buyer, trade.make_link(session, seller, buyer, listing)


def deliver(session: Session, of: Deal, *, tonnes: int) -> None:
    """So much of March, said and confirmed now."""
    trade.deliver(session, *of, tonnes * trade.TONNE, on_date=THEN)


def publish_due(session: Session) -> int:
    """Choose what is due, as the job does; says of how many years."""
    due = publication.list_due(session)
    for year in due:
        publication.publish(session, year)
    session.commit()
    return len(due)


def test_a_late_deal_reaches_the_public_with_the_next_release_and_officers_at_once(
    session: Session, browser: Callable[[], Browser]
) -> None:
    with clock.at(THEN):
        deals = [deal(session) for _ in range(4)]
        officer = make.make_officer(session)
        for one in deals[:3]:
            deliver(session, one, tonnes=1)

    def shown(here: Browser) -> str:
        return here.get("/statistics/delivered_volume", period=MONTH).css("main .tile-value")[0].text()

    with clock.at(AFTER):
        assert publish_due(session) == 1
        theirs = browser()
        theirs.sign_in(officer.login)
        assert shown(browser()) == shown(theirs) == "3 tấn"
        clock.move(AFTER + timedelta(days=1))
        theirs.sign_in(officer.login)  # half a day is over
        deliver(session, deals[3], tonnes=2)
        assert publish_due(session) == 0, "not before the next release"
        assert shown(browser()) == "3 tấn", "the difference would be one deal"
        page = browser().get("/statistics/delivered_volume", period=MONTH)
        assert "theo dữ liệu đến ngày 12/4/2026" in page.text
        assert "từ ngày 5/5/2026" in page.text
        framed = browser().get("/open-data/widget", period=MONTH, indicator="delivered_volume")
        assert "Số tạm tính đến ngày 12/4/2026" in framed.text
        assert shown(theirs) == "5 tấn"
        clock.move(publication.next_release(clock.today()))
        assert publish_due(session) == 1
        assert shown(browser()) == "5 tấn"


def test_a_closing_moves_on_what_the_public_sees(session: Session, browser: Callable[[], Browser]) -> None:
    with clock.at(THEN):
        deals = [deal(session) for _ in range(3)]
        for one in deals:
            deliver(session, one, tonnes=1)

    def shown() -> str:
        return browser().get("/statistics/delivered_volume", period=MONTH).css("main .tile-value")[0].text()

    with clock.at(AFTER):
        publish_due(session)
        clock.move(AFTER + timedelta(days=1))
        deliver(session, deals[0], tonnes=4)
        clock.move(AFTER + timedelta(days=2))
        for step in (closing.prepare, closing.close):
            step(session, actor=SHELL, over=None, code=MONTH)
            session.commit()
        assert shown() == "–", "its cells were chosen of other numbers"
        clock.move(AFTER + timedelta(days=3))
        assert publish_due(session) == 1
        assert shown() == "7 tấn"
