"""Reports, hiding and what is said against it, through HTTP: what is hidden is gone from pages and index at
once, nothing is deleted, the owner is told, and another officer decides.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.demands import queries as demand_queries
from market.demands import service as demands
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.errors import Conflict, TooMany
from market.events import Actor, EventRow
from market.inquiries import service as inquiries
from market.links.models import Link
from market.listings import indexing
from market.listings.models import Listing
from market.moderation import hiding, queries, retention, takedowns
from market.moderation import service as moderation
from market.moderation.models import Hiding, Report, ReportWords, Takedown
from market.notices.models import Notice
from tests import make, trade
from tests.make import Side
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]
DESK = "/department/moderation"


def is_found(app: FastAPI, here: Browser, title: str) -> bool:
    worker.run_due(app.state.runtime, long=False)
    difference = indexing.verify(app.state.database, app.state.runtime.the_index())
    assert difference.none, difference
    return title in here.get("/listings").text


def test_a_report_without_an_account_leads_to_hiding_and_back(
    app: FastAPI, session: Session, browser: Open, seller: Side, buyer: Side
) -> None:
    listing, _ = trade.make_listing(session, seller, title="Lúa ST25 ngon nhất")
    link = trade.make_link(session, seller, buyer, listing)
    visitor, officer = browser(), signed_in(browser, make.make_officer(session))
    path = f"/listings/{listing.id}"
    assert is_found(app, visitor, listing.title)

    asked = visitor.get(path).follow("Phản ánh tin này")
    assert f"xóa sau {retention.days_of('reports')} ngày" in asked.text
    form = asked.form("/report")
    refused = form.send(reason="untrue", words="Không có hàng")
    assert refused.status == 422
    assert refused.form("/report").error("contact")
    assert refused.form("/report").fields["words"] == "Không có hàng"
    refused.form("/report").send(contact="0912 345 678")

    desk = officer.get(DESK)
    page = desk.follow("Lúa ST25 ngon nhất")
    assert "0912 345 678" in page.text
    done = page.form("/hide").send(words="Đơn vị không có lô hàng này")
    assert done.path == DESK
    assert visitor.get(path).status == 404
    assert visitor.get(f"/api/v1{path}").status == 404
    assert not is_found(app, visitor, listing.title)

    owner = signed_in(browser, seller)
    assert "Cán bộ của Sở đã ẩn tin này" in owner.get(path).text
    own = owner.get("/hidings").follow(listing.title)
    assert "Đơn vị không có lô hàng này" in own.text
    own.form("/appeal").send(words="Kho còn đủ hàng")
    assert not owner.get(own.path).css("main form")

    made = session.scalars(sa.select(Hiding)).one()
    again = officer.get(f"{DESK}/hidings/{made.id}")
    assert "Chính anh/chị đã ẩn" in again.text
    with pytest.raises(AssertionError, match="no form"):
        again.form("/decide")
    colleague = signed_in(browser, make.make_officer(session))
    colleague.get(again.path).form("/decide").send(outcome="lifted", answer="Đã kiểm tra kho")
    assert visitor.get(path).status == 200
    assert is_found(app, visitor, listing.title)
    session.expire_all()
    assert session.get_one(Link, link.id).state == "active"
    told = session.scalars(sa.select(Notice.kind).where(Notice.user_id == seller.user.id)).all()
    assert told.count("moderation.hiding") == 2
    names = session.scalars(sa.select(EventRow.name)).all()
    assert {"report.received", "report.acted", "listing.hidden", "hiding.appealed", "hiding.lifted"} <= set(
        names
    )


def test_all_listings_of_a_unit_are_hidden_those_to_come_included(
    app: FastAPI, session: Session, browser: Open, seller: Side, buyer: Side
) -> None:
    worker.subscribe_all()
    first, _ = trade.make_listing(session, seller, title="Lúa cũ")
    officer = make.make_officer(session)
    made = hiding.hide(
        session, actor=officer.actor, party_id=seller.party.id, listing_id=None, reason="unlawful", words="x"
    )
    single = hiding.hide(
        session, actor=officer.actor, party_id=seller.party.id, listing_id=first.id, reason="price", words="y"
    )
    later, _ = trade.make_listing(session, seller, title="Lúa mới")
    session.commit()
    here = browser()
    assert not is_found(app, here, "Lúa")
    for listing in (first, later):
        with pytest.raises(Conflict):
            inquiries.send_inquiry(
                session,
                actor=buyer.actor,
                buyer_id=buyer.party.id,
                listing_id=listing.id,
                proposal=trade.propose(),
            )
    hiding.lift(session, actor=officer.actor, hiding_id=made.id, note="Đã rõ")
    session.commit()
    assert is_found(app, here, "Lúa mới")
    assert "Lúa cũ" not in here.get("/listings").text
    hiding.lift(session, actor=officer.actor, hiding_id=single.id, note="Đã rõ")
    session.commit()
    assert is_found(app, here, "Lúa cũ")
    assert session.scalars(sa.select(Listing.state).distinct()).all() == ["published"]


def test_nobody_asks_about_what_is_hidden_and_it_brings_its_unit_no_demands(
    session: Session, browser: Open, seller: Side, buyer: Side
) -> None:
    listing, _ = trade.make_listing(session, seller, title="Lúa ST25 ngon nhất")
    line = Line(clock.today(), clock.today() + timedelta(days=30), trade.TONNE)
    demands.post_demand(
        session,
        actor=buyer.actor,
        buyer_id=buyer.party.id,
        need=Wanted(listing.product_id, (line,), buyer_id=buyer.party.id),
    )
    session.commit()
    asking, path = signed_in(browser, buyer), f"/inquiries/new/{listing.id}"
    unit_id = seller.party.id

    def seen() -> tuple[bool, int, int]:
        page = asking.get(path)
        rows, total = demand_queries.list_open(session, unit_id=unit_id)
        goods = demand_queries.list_goods(session, party_id=unit_id, as_seller=True)
        assert len(rows) == total
        return listing.title in page.text, total, len(goods)

    assert seen() == (True, 1, 1)
    made = hiding.hide(
        session,
        actor=make.make_officer(session).actor,
        party_id=unit_id,
        listing_id=listing.id,
        reason="price",
        words="x",
    )
    session.commit()
    assert seen() == (False, 0, 0)
    assert asking.get(path).status == 404
    hiding.lift(session, actor=make.make_officer(session).actor, hiding_id=made.id, note="Đã rõ")
    session.commit()
    assert seen() == (True, 1, 1)


def test_an_objection_is_made_once_and_decided_by_another(session: Session, seller: Side) -> None:
    listing, _ = trade.make_listing(session, seller)
    first, second = make.make_officer(session), make.make_officer(session)
    made = hiding.hide(
        session, actor=first.actor, party_id=seller.party.id, listing_id=listing.id, reason="price", words="x"
    )
    hiding.appeal(session, actor=seller.actor, hiding_id=made.id, words="a")
    with pytest.raises(Conflict):
        hiding.appeal(session, actor=seller.actor, hiding_id=made.id, words="b")
    with pytest.raises(Conflict):
        hiding.decide(session, actor=first.actor, hiding_id=made.id, outcome="kept", answer="x")
    hiding.decide(session, actor=second.actor, hiding_id=made.id, outcome="kept", answer="x")
    with pytest.raises(Conflict):
        hiding.decide(session, actor=second.actor, hiding_id=made.id, outcome="lifted", answer="x")
    session.refresh(listing)
    assert listing.hidden
    with pytest.raises(Conflict):
        hiding.hide(
            session,
            actor=second.actor,
            party_id=seller.party.id,
            listing_id=listing.id,
            reason="price",
            words="x",
        )


def test_what_is_missing_is_said_beside_its_own_field_of_the_two_forms(
    session: Session, browser: Open, seller: Side
) -> None:
    listing, _ = trade.make_listing(session, seller)
    first, second = make.make_officer(session), make.make_officer(session)
    made = hiding.hide(
        session, actor=first.actor, party_id=seller.party.id, listing_id=listing.id, reason="price", words="x"
    )
    hiding.appeal(session, actor=seller.actor, hiding_id=made.id, words="a")
    session.commit()
    page = signed_in(browser, second).get(f"{DESK}/hidings/{made.id}")
    for form, field in (("/decide", "answer"), ("/lift", "note")):
        refused = page.form(form).send(
            **{"outcome": "kept", field: " "} if field == "answer" else {field: ""}
        )
        assert refused.status == 422
        assert refused.form(form).error(field)
        [link] = refused.css(".problems a")
        [named] = refused.css(f"form[action$='{form}'] {link.attributes['href']}")
        assert (named.tag, named.attributes["aria-invalid"]) == ("textarea", "true")
    lifted = page.form("/lift").send(note="Đã rõ")
    assert lifted.path == DESK


def test_nobody_is_told_that_a_decision_stands_which_was_lifted(session: Session, seller: Side) -> None:
    listing, _ = trade.make_listing(session, seller)
    first, second = make.make_officer(session), make.make_officer(session)
    made = hiding.hide(
        session, actor=first.actor, party_id=seller.party.id, listing_id=listing.id, reason="price", words="x"
    )
    hiding.appeal(session, actor=seller.actor, hiding_id=made.id, words="a")
    hiding.lift(session, actor=first.actor, hiding_id=made.id, note="Đã rõ")
    with pytest.raises(Conflict):
        hiding.decide(session, actor=second.actor, hiding_id=made.id, outcome="kept", answer="x")
    decided = hiding.decide(session, actor=second.actor, hiding_id=made.id, outcome="lifted", answer="x")
    assert decided.outcome == "lifted"


def test_reports_of_what_is_hidden_already_are_acted_upon_by_that_decision(
    session: Session, browser: Open, seller: Side
) -> None:
    listing, _ = trade.make_listing(session, seller, title="Lúa bị phản ánh hai lần")
    people = [make.make_buyer(session) for _ in range(2)]
    made = [
        moderation.report(
            session,
            actor=one.actor,
            source=str(one.user.id),
            party_id=seller.party.id,
            listing_id=listing.id,
            reason="untrue",
            words="x",
        ).id
        for one in people
    ]
    session.commit()
    officer = signed_in(browser, make.make_officer(session))
    for report_id in made:
        done = officer.get(f"{DESK}/reports/{report_id}").form("/hide").send(words="Không có hàng")
        assert done.path == DESK
    session.expire_all()
    [decision] = session.scalars(sa.select(Hiding)).all()
    rows = session.execute(sa.select(Report.state, Report.hiding_id)).all()
    assert rows == [("acted", decision.id)] * 2
    told = sa.select(Notice.user_id).where(Notice.kind.like("moderation.%")).order_by(Notice.id)
    assert session.scalars(told).all() == [seller.user.id, *(one.user.id for one in people)]


def test_reports_from_one_address_are_slowed_down(session: Session, seller: Side) -> None:
    listing, _ = trade.make_listing(session, seller)

    def send(source: str) -> Report:
        return moderation.report(
            session,
            actor=Actor(),
            source=source,
            party_id=seller.party.id,
            listing_id=listing.id,
            reason="other",
            words="x",
            contact="a@b.vn",
        )

    for _ in range(moderation.MOST):
        send("address 1")
        session.flush()
    with pytest.raises(TooMany):
        send("address 1")
    made = send("address 2")
    session.flush()
    assert session.get_one(ReportWords, made.id).contact == "a@b.vn"


def test_a_request_of_an_authority_is_carried_out_and_overdue_ones_stand_first(
    session: Session, browser: Open, seller: Side
) -> None:
    listing, _ = trade.make_listing(session, seller, title="Thuốc cấm")
    account = make.make_officer(session)
    officer = signed_in(browser, account)
    form = officer.get(f"{DESK}/takedowns/new").form("/takedowns")
    assert form.fields["hours"] == "24"
    wrong = form.send(authority="Chi cục QLTT", number="12/CV", words="Gỡ tin", listing="999999")
    assert wrong.status == 422
    assert wrong.form("/takedowns").error("listing")
    late = wrong.form("/takedowns").send(listing=str(listing.id), hours=str(takedowns.MOST_HOURS + 1))
    assert late.status == 422
    assert str(takedowns.MOST_HOURS) in late.form("/takedowns").error("hours")
    assert not session.scalars(sa.select(Takedown)).all()
    shown = late.form("/takedowns").send(hours="24")
    made = session.scalars(sa.select(Takedown)).one()
    assert made.due_at - made.received_at == timedelta(hours=24)
    assert "quá hạn" not in officer.get("/department").text
    with clock.at(made.due_at + timedelta(minutes=1)):
        officer.sign_in(account.login)  # half a day is over
        assert "1 yêu cầu của cơ quan có thẩm quyền đã quá hạn" in officer.get("/department").text
        assert "Quá hạn" in officer.get(shown.path).text
        officer.get(shown.path).form("/done").send(reason="unlawful")
        assert "quá hạn" not in officer.get("/department").text
    session.expire_all()
    made = session.scalars(sa.select(Takedown)).one()
    assert made.done_by == account.user.id
    assert session.get_one(Listing, listing.id).hidden
    assert session.get_one(Hiding, made.hiding_id).ground == "authority"
    with pytest.raises(Conflict):
        takedowns.carry_out(session, actor=account.actor, takedown_id=made.id, reason="unlawful")


def test_what_was_carried_out_last_stands_before_what_was_carried_out_long_ago(
    session: Session, seller: Side
) -> None:
    officer, made = make.make_officer(session), []
    for number in range(4):
        listing, _ = trade.make_listing(session, seller)
        made.append(
            takedowns.enter(
                session,
                actor=officer.actor,
                party_id=seller.party.id,
                listing_id=listing.id,
                authority="Chi cục QLTT",
                number=f"{number}/CV",
                words="Gỡ tin",
                hours=24 + number,
            )
        )
    for minutes, one in enumerate(made[:2], start=1):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            takedowns.carry_out(session, actor=officer.actor, takedown_id=one.id, reason="unlawful")
    session.flush()
    listed = queries.list_takedowns(session, places=None)
    assert [one.id for one in listed] == [made[index].id for index in (2, 3, 1, 0)]


def test_an_officer_of_other_places_sees_nothing_of_it(session: Session, browser: Open) -> None:
    here, there = make.some_commune(session), make.some_commune(session, index=5)
    unit = make.make_unit(session, place_id=here.id)
    listing, _ = trade.make_listing(session, unit, title="Lúa ở đây")
    moderation.report(
        session,
        actor=Actor(),
        source="a",
        party_id=unit.party.id,
        listing_id=listing.id,
        reason="other",
        words="x",
        contact="y",
    )
    session.commit()
    report_id = session.scalars(sa.select(Report.id)).one()
    other = signed_in(browser, make.make_officer(session, place_id=there.id))
    assert "Lúa ở đây" not in other.get(DESK).text
    assert other.get(f"{DESK}/reports/{report_id}").status == 404
    refused = other.get(f"{DESK}/hide").form("/hide").send(listing=str(listing.id), reason="price", words="x")
    assert refused.status == 422
    assert refused.form("/hide").error("listing")
