"""Erasing a person: name, phone, e-mail and words are gone from every column of the database, in whatever way
they are written; no deed and no figure is another one afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, features, worker
from market.accounts import service as accounts
from market.accounts.models import FailedTry, Person, User
from market.db import Base
from market.errors import MarketError
from market.events import EventRow
from market.inquiries.models import Remark
from market.listings.models import Listing
from market.moderation import complaints, data_requests, erasing, own_data
from market.moderation import service as moderation
from market.moderation.data_requests import Clocks
from market.notices.models import Message, Notice
from market.parties.models import Party, PartyContact
from market.places import queries as places
from market.statistics import figures, indicators, verify
from search import vietnamese
from tests import make, trade
from tests.make import count_rows
from tests.moderation.life import EMAIL, NAME, PHONE, SHOWN, WORDS, a_life
from tests.pages import Browser, signed_in
from tests.random_trade import NothingToDo, Trade
from tests.statistics import recount
from tests.statistics.tables import Tables

Open = Callable[[], Browser]
#: Tables of what was agreed, delivered and counted: not a row of them may be another one afterwards.
DEEDS = (
    "offers", "offer_lines", "offer_prices", "inquiries", "inquiry_states", "links", "link_lines",
    "link_prices", "link_states", "link_terms", "link_checks", "amendments", "commitments",
    "commitment_moves", "deliveries", "delivery_states", "weighings", "delivery_claims", "lots",
    "lot_changes",
    "listing_states", "season_plans", "demands", "demand_lines", "demand_states", "demand_inquiries",
    "certificates", "certificate_verdicts", "party_kinds", "party_members", "party_places", "party_statuses",
    "party_ratings", "unit_fields", "unit_sectors", "pilot_designations", "closed_figures", "closed_rows",
    "searches", "search_subjects",
)  # fmt: skip


def rows_of(session: Session, names: tuple[str, ...]) -> dict[str, list[Any]]:
    features.load_models()
    tables = Base.metadata.tables
    return {name: sorted(map(str, session.execute(sa.select(tables[name])))) for name in names}


def holding(session: Session, *needles: str) -> list[str]:
    """Every column of every table in which one of these stands, as text or as JSON writes it."""
    features.load_models()
    wanted = {one.lower() for needle in needles for one in (needle, json.dumps(needle)[1:-1])}
    found = []
    for table in Base.metadata.sorted_tables:
        texts = [one for one in table.columns if isinstance(one.type, sa.Text | sa.JSON | sa.String)]
        for row in session.execute(sa.select(*(sa.cast(one, sa.Text) for one in texts))) if texts else ():
            for column, value in zip(texts, row, strict=True):
                if value and any(one in value.lower() for one in wanted):
                    found.append(f"{table.name}.{column.name}: {value[:80]}")
    return found


def figures_now(session: Session) -> tuple[list[Any], list[Any]]:
    """All figures of the year as the program counts them, and as they are recounted from the raw tables."""
    today, tables = clock.today(), Tables(session)
    province = places.province_on(session, day=today)
    found = figures.compute(session, indicators=list(indicators.ALL), period=None, place=None, as_of=today)
    again = [
        recount.expect(tables, one.code, period=None, as_of=today, place_id=province.id)
        for one in indicators.ALL
    ]
    return [(one.indicator.code, one.unit, one.group, one.value, one.backing) for one in found], again


def test_nothing_is_left_of_a_person_and_no_deed_is_another_one(session: Session) -> None:
    world = a_life(session)
    dice = Random(7)
    lively = Trade.among(session, dice, [world.seller, world.other], [world.buyer])
    for _ in range(60):
        with session.begin_nested() as nested:
            try:
                lively.anything()
            except (MarketError, NothingToDo):
                nested.rollback()
    session.commit()
    needles = (NAME, EMAIL, PHONE, *SHOWN, WORDS)
    for needle in needles:
        assert holding(session, needle) or needle == SHOWN[1], needle
    before, deeds = figures_now(session), rows_of(session, DEEDS)
    events = session.scalars(sa.select(EventRow.id)).all()

    erasing.erase_person(session, actor=make.SHELL, user_id=world.seller.user.id)
    session.commit()
    session.expire_all()

    assert holding(session, *needles, vietnamese.fold(NAME), vietnamese.fold(WORDS)) == []
    assert rows_of(session, DEEDS) == deeds
    assert figures_now(session) == before
    assert list(verify.differences(session)) == []
    later = session.scalars(sa.select(EventRow.name).where(EventRow.id.not_in(events))).all()
    assert later == ["account.erased"]
    user = session.get_one(User, world.seller.user.id)
    assert (user.is_active, user.password_hash) == (False, None)
    # The other side keeps what is its own.
    assert session.get_one(Person, world.buyer.user.id).name
    kept = session.scalars(sa.select(Notice).where(Notice.user_id == world.buyer.user.id)).all()
    assert kept
    assert session.scalars(sa.select(Message).where(Message.user_id == world.buyer.user.id)).all()
    assert "[…]" in session.get_one(Listing, world.listing.id).description
    remarks = session.scalars(sa.select(Remark.text)).all()
    assert "" in remarks
    assert "Chào chị […], số […]" in remarks


def test_erasing_again_changes_nothing(session: Session) -> None:
    world = a_life(session)
    erasing.erase_person(session, actor=make.SHELL, user_id=world.seller.user.id)
    session.commit()
    names = tuple(table.name for table in Base.metadata.sorted_tables)
    before = rows_of(session, names)
    erasing.erase_person(session, actor=make.SHELL, user_id=world.seller.user.id)
    session.commit()
    assert rows_of(session, names) == before


def test_what_tries_are_counted_by_goes_with_the_person(session: Session) -> None:
    side, rival = make.make_buyer(session), make.make_unit(session)
    source = moderation.source_of(side.user.id)
    moderation.report(
        session,
        actor=side.actor,
        source=source,
        party_id=rival.party.id,
        listing_id=None,
        reason="price",
        words=WORDS,
    )
    complaints.complain(
        session,
        actor=side.actor,
        source=source,
        subject="goods",
        name=NAME,
        contact=PHONE,
        words=WORDS,
        days=7,
    )
    session.commit()
    assert count_rows(session, FailedTry) == 2
    erasing.erase_person(session, actor=make.SHELL, user_id=side.user.id)
    session.commit()
    assert count_rows(session, FailedTry) == 0


def test_a_household_business_goes_by_its_code(session: Session) -> None:
    person = {"name": NAME, "phone": PHONE}
    side = make.make_buyer(
        session,
        kind="household_business",
        name=f"Hộ kinh doanh {NAME}",
        tax_code="079012345678",
        phone=PHONE,
        address="Ấp Thống Nhất 17",
        user=person,
    )
    listing, _ = trade.make_listing(session, make.make_unit(session))
    trade.make_inquiry(session, side, listing)
    assert holding(session, "Ấp Thống Nhất 17", "079012345678", NAME)
    erasing.erase_person(session, actor=make.SHELL, user_id=side.user.id)
    session.commit()
    session.expire_all()
    assert holding(session, "Ấp Thống Nhất 17", "079012345678", NAME) == []
    assert session.get_one(Party, side.party.id).name == f"Hộ kinh doanh {side.party.code}"
    assert list(verify.differences(session)) == []


def test_a_party_with_other_people_keeps_what_is_its_own(session: Session) -> None:
    person = {"name": NAME, "phone": PHONE}
    side = make.make_buyer(
        session, kind="household_business", name="Hộ kinh doanh Hai Người", phone="+84912000999", user=person
    )
    accounts.grant_membership(session, user_id=make.make_user(session).id, party_id=side.party.id)
    session.commit()
    erasing.erase_person(session, actor=make.SHELL, user_id=side.user.id)
    session.commit()
    session.expire_all()
    assert session.get_one(Party, side.party.id).name == "Hộ kinh doanh Hai Người"
    assert session.get_one(PartyContact, side.party.id).phone == "+84912000999"


def test_the_whole_way_from_the_page_to_the_end(app: FastAPI, session: Session, browser: Open) -> None:
    world = a_life(session)
    here, officer = signed_in(browser, world.seller), signed_in(browser, make.make_officer(session))
    page = here.get("/account/data")
    assert NAME in page.text
    assert WORDS in page.text
    first = page.follow("Yêu cầu xóa")
    assert f"Không còn ai khác đại diện cho {world.seller.party.name}" in first.text
    assert "1 thỏa thuận vẫn tiếp tục" in first.text
    form = first.form("/requests")
    refused = form.send(words="Tôi nghỉ")
    assert refused.status == 422
    assert refused.form("/requests").error("understood")
    assert refused.form("/requests").fields["words"] == "Tôi nghỉ"
    sent = refused.form("/requests").send(understood="1")
    assert sent.path == "/account/data"
    assert "Chờ trả lời" in sent.text

    shown = officer.get("/department/moderation/requests").follow(NAME)
    answered = shown.form("/answer").send(outcome="accept", answer="Đã xem")
    done = answered.form("/done").send()
    assert done.path == "/department/moderation/requests"
    assert "tài khoản đã xóa" in done.text
    assert here.get("/account/data").path == "/account/sign-in"
    assert holding(session, NAME, EMAIL, PHONE, WORDS) == []
    worker.run_due(app.state.runtime, long=False)  # what is due afterwards meets nobody
    assert officer.get(f"/listings/{world.listing.id}").status == 200


def test_a_day_without_work_is_not_counted_and_what_is_late_says_so(session: Session, browser: Open) -> None:
    with clock.at(make.TODAY.replace(day=13)):  # a Friday
        side = make.make_buyer(session)
        made = data_requests.ask(
            session,
            actor=side.actor,
            user_id=side.user.id,
            kind="erase",
            words="",
            clocks=Clocks(2, 15),
            understood=False,
        )
        session.commit()
        assert (made.answer_by.day, made.done_by.day) == (17, 28)
    with clock.at(make.TODAY.replace(day=17)):
        account = make.make_officer(session)
        officer = signed_in(browser, account)
        assert "Quá hạn" not in officer.get("/department/moderation/requests").text
    with clock.at(make.TODAY.replace(day=18)):
        officer.sign_in(account.login)  # half a day is over
        assert "Quá hạn" in officer.get("/department/moderation/requests").text


def test_an_agreement_taken_back_stops_the_use_of_the_data(session: Session, browser: Open) -> None:
    side = make.make_buyer(session)
    accounts.record_consents(session, user_id=side.user.id)
    session.commit()
    here, officer = signed_in(browser, side), signed_in(browser, make.make_officer(session))
    page = here.get("/account/data").form("/withdraw").send()
    assert "Đã rút lại" in page.text
    [asked] = own_data.list_requests(session, user_id=side.user.id)
    assert asked.kind == "stop"
    assert here.get("/account/data").form("/requests/" + f"{asked.id}/withdraw").send().status == 409
    shown = officer.get(f"/department/moderation/requests/{asked.id}")
    shown.form("/answer").send(outcome="accept", answer="Sẽ đóng tài khoản").form("/done").send()
    assert here.get("/account/data").path == "/account/sign-in"
    assert session.get_one(Person, side.user.id).name


def test_the_last_administrator_is_not_erased(session: Session) -> None:
    admin = make.make_admin(session)
    clocks = Clocks(2, 15)
    made = data_requests.ask(
        session,
        actor=admin.actor,
        user_id=admin.user.id,
        kind="erase",
        words="",
        clocks=clocks,
        understood=False,
    )
    data_requests.answer(session, actor=make.SHELL, request_id=made.id, accept=True, words="x")
    with pytest.raises(MarketError):
        data_requests.carry_out(session, actor=make.SHELL, request_id=made.id)
    make.make_admin(session)
    data_requests.carry_out(session, actor=make.SHELL, request_id=made.id)
    assert session.get(Person, admin.user.id) is None
