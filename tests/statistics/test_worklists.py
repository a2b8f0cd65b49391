"""The department's lists: who stands in each and who does not, page by page, as files; and the word to a
unit, once a thing and day.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.catalogue import queries as catalogue
from market.catalogue.models import Season
from market.links import overdue, renewals
from market.links.models import Link
from market.listings import plans
from market.listings import service as listings
from market.listings.terms import Terms
from market.notices.models import Message, Notice
from market.statistics import figures, indicators, periods, worklists
from market.statistics.dashboard_models import Reminder
from tests import make, trade
from tests.make import Side, count_rows
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]
DAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def on_the_day() -> object:
    with clock.at(DAY):
        yield


def found(session: Session, code: str, on: date = DAY) -> list[worklists.Line]:
    return worklists.lines(session, worklists.BY_CODE[code], places=None, on=on)


def linked(session: Session, **changes: object) -> tuple[Side, Side, Link]:
    seller, buyer = make.make_unit(session), make.make_buyer(session)
    listing, _ = trade.make_listing(session, seller)
    return seller, buyer, trade.make_link(session, seller, buyer, listing, **changes)


def plan(session: Session, unit: Side, tonnes: int, product: str = "lua-st25") -> None:
    season = session.scalars(sa.select(Season).order_by(Season.id.desc()).limit(1)).one()
    plans.plan_season(
        session,
        actor=unit.actor,
        party_id=unit.party.id,
        product_id=catalogue.get_product(session, product).id,
        season_id=season.id,
        expected=tonnes * trade.TONNE,
        from_date=DAY + timedelta(days=10),
        to_date=DAY + timedelta(days=40),
    )
    session.commit()


def test_goods_without_an_outlet_are_planned_or_listed_and_not_taken(session: Session) -> None:
    seller, _, link = linked(session)
    planner, lister = make.make_unit(session), make.make_unit(session)
    plan(session, seller, 9)
    plan(session, planner, 5)
    trade.make_listing(session, lister, volumes=(3 * trade.TONNE,))
    lines = found(session, "no_outlet")
    taken = 9 * trade.TONNE - link.volume
    # Those without any agreement first, the larger volume first.
    assert [(line.party_id, line.volume) for line in lines] == [
        (planner.party.id, 5 * trade.TONNE),
        (lister.party.id, 3 * trade.TONNE),
        (seller.party.id, taken),
    ]
    figure = figures.compute(
        session,
        indicators=[indicators.get("supply_without_outlet")],
        period=periods.span(DAY, DAY + timedelta(days=60)),
        place=None,
        as_of=DAY,
    )[0]
    planned = {planner.party.id, seller.party.id}
    assert figure.value == sum(line.volume or 0 for line in lines if line.party_id in planned)


def test_agreements_about_to_end_are_those_that_nobody_renews(session: Session) -> None:
    seller, buyer, link = linked(session, kind="season", days=25)
    _, _, later = linked(session, kind="season", days=63)
    _, _, spot = linked(session, days=25)
    later_line = found(session, "ending")
    assert [line.link_id for line in later_line] == [link.id]
    assert {later.id, spot.id}.isdisjoint({line.link_id for line in later_line})
    trade.make_listing(session, seller, volumes=(20 * trade.TONNE,))
    renewals.renew(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        link_id=link.id,
        proposal=trade.propose(kind="season"),
    )
    session.commit()
    assert link.id not in {line.link_id for line in found(session, "ending")}
    assert buyer.party.id not in {line.party_id for line in found(session, "ending")}


def test_what_is_past_its_last_day_is_listed_and_its_sides_are_asked_once(session: Session) -> None:
    _, _, link = linked(session, days=25)
    links_too = linked(session, days=60)[2]

    def on(days: int) -> tuple[set[int | None], list[int]]:
        with clock.at(DAY + timedelta(days=days)):
            asked = [one for one in overdue.list_overdue(session) if overdue.ask(session, one)]
            session.commit()
            return {line.link_id for line in found(session, "overdue", clock.today())}, asked

    assert on(24) == (set(), [])
    assert on(25) == ({link.id}, [])
    assert on(39) == ({link.id}, [link.id])
    assert on(40) == ({link.id}, [])
    assert sorted(session.scalars(sa.select(Notice.party_id).where(Notice.kind == overdue.ASKED))) == sorted(
        [link.seller_id, link.buyer_id]
    )
    # A later day that both agreed on is asked of anew.
    link.to_date = DAY + timedelta(days=41)
    assert on(41) == (set(), [])
    assert on(56) == ({link.id}, [link.id])
    assert links_too.id not in on(57)[0]


def test_what_was_lost_puts_agreements_at_risk(session: Session) -> None:
    worker.subscribe_all()
    seller, buyer = make.make_unit(session), make.make_buyer(session)
    listing, (lot,) = trade.make_listing(session, seller)
    link = trade.make_link(session, seller, buyer, listing, volume=8 * trade.TONNE)
    assert found(session, "at_risk") == []
    listings.report_loss(
        session, actor=seller.actor, lot_id=lot.id, amount=6 * trade.TONNE, cause="storm", on_date=DAY
    )
    session.commit()
    assert [line.link_id for line in found(session, "at_risk")] == [link.id]


def test_running_short_is_measured_by_the_schedule_less_the_tolerance(session: Session) -> None:
    # Four tonnes in two lines: days 0 to 14, and 15 to 29.
    seller, buyer, link = linked(session, lines=2, terms=Terms(tolerance=500))
    trade.deliver(session, seller, buyer, link, 1_800_000)
    assert found(session, "short") == [], "the first line's days are not over"
    after = DAY + timedelta(days=15)
    (line,) = found(session, "short", after)
    assert (line.link_id, line.volume) == (link.id, 200_000)
    trade.deliver(session, seller, buyer, link, 99_999)
    assert found(session, "short", after), "a gram below 95 per cent"
    trade.deliver(session, seller, buyer, link, 1)
    assert found(session, "short", after) == []
    (line,) = found(session, "short", DAY + timedelta(days=31))
    assert line.volume == 4 * trade.TONNE - 1_900_000


def test_people_whose_last_message_failed_are_not_reached(session: Session) -> None:
    unit, other = make.make_unit(session), make.make_unit(session)
    for side, states in ((unit, ("sent", "failed")), (other, ("failed", "sent"))):
        for number, state in enumerate(states):
            session.add(
                Message(
                    user_id=side.user.id,
                    channel="email",
                    address="a@vidu.test",
                    language="vi",
                    subject="{}",
                    body="{}",
                    message_id=f"<{side.user.id}-{number}>",
                    state=state,
                    created_at=clock.now(),
                    due_at=clock.now(),
                )
            )
            session.flush()  # in this order
    session.commit()
    (line,) = found(session, "unreached")
    assert (line.party_id, line.subject_id, line.first) == (unit.party.id, unit.user.id, DAY)


def test_a_unit_is_told_once_a_thing_and_day_and_is_sent_on(session: Session, browser: Open) -> None:
    unit = make.make_unit(session)
    trade.make_listing(session, unit)
    accounts = [make.make_officer(session) for _ in range(2)]
    first, second = (signed_in(browser, one) for one in accounts)
    page = first.get("/department").follow("Hàng chưa có đầu ra")
    form = page.form("/tell")
    other = second.get(page.path).form("/tell")
    said = form.send()
    assert f"Đã báo cho {unit.party.name}" in said.text
    assert "đã báo hôm nay" in said.text
    assert form.send().status == 200, "pressed twice: the same answer"
    again = other.send()
    assert again.status == 409
    assert "Hôm nay đã báo việc này" in again.text
    assert count_rows(session, Reminder) == count_rows(session, Notice, Notice.kind == "department.reminder")
    assert count_rows(session, Reminder) == 1
    theirs = signed_in(browser, unit)
    assert "chưa có người mua" in theirs.get("/account/notices").text
    with clock.at(DAY + timedelta(days=1)):
        second.sign_in(accounts[1].login)  # half a day is over
        tomorrow = second.get(page.path)
        assert "lần gần nhất 10/3/2026" in tomorrow.text
        assert tomorrow.form("/tell").send().status == 200


def test_nobody_is_told_of_what_stands_in_no_list_of_the_officers_places(
    session: Session, browser: Open
) -> None:
    unit = make.make_unit(session)
    listing, _ = trade.make_listing(session, unit)
    away = make.some_commune(session, index=9)
    here = signed_in(browser, make.make_officer(session))
    there = signed_in(browser, make.make_officer(session, place_id=away.id))
    page = here.get("/department/work/no_outlet")
    form = page.form("/tell")
    assert there.get(page.path).css(".empty")
    assert there.post(form.action, {**form.fields, "once": "x"}).status in (403, 404)
    assert form.send(subject_id=listing.product_id + 1, once="y").status == 404
    assert form.send(party_id="nobody", once="z").status == 422
    assert here.get("/department/work/no_such_list").status == 404
    assert count_rows(session, Reminder) == 0


def test_a_list_comes_in_pages_and_whole_as_files_without_formulas(session: Session, browser: Open) -> None:
    for number in range(worklists.PAGE_SIZE + 2):
        unit = make.make_unit(session, name=f"=HYPERLINK({number})")
        trade.make_listing(session, unit)
    here = signed_in(browser, make.make_officer(session))
    page = here.get("/department/work/no_outlet")
    assert len(page.css("tbody tr")) == worklists.PAGE_SIZE
    rest = here.get(page.css("a[rel=next]")[0].attributes["href"] or "")
    assert len(rest.css("tbody tr")) == 2
    text = here.get("/department/work/no_outlet/lines.csv").response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == worklists.PAGE_SIZE + 2
    assert all(row["party"].startswith("'=") for row in rows)
    assert {(row["volume"], row["unit"]) for row in rows} == {("10000", "kg")}
    book = here.get("/department/work/no_outlet/lines.xlsx")
    assert book.response.content[:2] == b"PK"
    assert here.get("/department/work/no_outlet/lines.pdf").status == 404
