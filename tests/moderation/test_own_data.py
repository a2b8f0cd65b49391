"""A person's own data: what is held is shown and taken along, and one's own details are put right."""

from __future__ import annotations

import json
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.accounts.models import OneTimeCode, Person
from market.moderation import data_desk, data_requests
from market.moderation.data_requests import Clocks
from market.notices.models import Message
from tests import make
from tests.moderation.life import NAME, PHONE, WORDS, a_life
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]


def test_one_puts_ones_own_details_right(session: Session, browser: Open) -> None:
    side, other = make.make_buyer(session), make.make_buyer(session)
    here = signed_in(browser, side)
    form = here.get("/account/data").form("/correct")
    wrong = form.send(name="Tên Mới", email=other.login, phone="", present=make.PASSWORD)
    assert wrong.status == 422
    assert wrong.form("/correct").error("email")
    wrong = wrong.form("/correct").send(email="moi@vidu.test", present="sai mật khẩu")
    assert wrong.form("/correct").error("present")
    assert wrong.form("/correct").fields["name"] == "Tên Mới"
    wrong.form("/correct").send(phone="0912 345 111", present=make.PASSWORD)
    session.expire_all()
    person = session.get_one(Person, side.user.id)
    assert (person.name, person.email, person.phone) == ("Tên Mới", "moi@vidu.test", "+84912345111")
    mine = sa.select(Message.address, Message.subject).where(Message.user_id == side.user.id)
    [last] = session.execute(mine.order_by(Message.id.desc()).limit(1))
    assert last.address == side.login, "told where the person was reached until then"
    assert "Was it not you" in session.scalars(sa.select(Message.body).order_by(Message.id.desc())).first()


def test_what_is_told_at_the_old_number_lets_nobody_in(session: Session, browser: Open) -> None:
    person = make.make_account(session, phone="0912345333")
    form = signed_in(browser, person).get("/account/data").form("/correct")
    assert form.send(phone="0912 345 444", present=make.PASSWORD).status == 200
    [told] = session.execute(sa.select(Message.address, Message.body)).all()
    assert told.address == "+84912345333"
    assert "/account/data" in told.body
    assert "/account/open/" not in told.body
    assert make.count_rows(session, OneTimeCode) == 0


def test_the_export_holds_all_that_the_page_shows(session: Session, browser: Open) -> None:
    world = a_life(session)
    here = signed_in(browser, world.seller)
    answer = here.get("/account/data/export").response
    held = json.loads(answer.content)
    assert held["person"]["name"] == NAME
    assert {one["words"] for one in held["words"]} >= {WORDS, f"{WORDS}. {NAME}"}
    assert held["contacts"][0]["phone"] == PHONE
    assert held["representations"][0]["name"] == NAME
    assert held["counts"]["notices"] > 0
    assert held["counts"]["words"] == len(held["words"]) >= 3
    assert {one["name"] for one in held["files"]} == {f"{NAME}.xlsx", "a.pdf"}
    assert held["counts"]["files"] == 2
    assert "attachment" in answer.headers["content-disposition"]


def test_nothing_that_an_erased_person_asked_waits_any_more(session: Session) -> None:
    side, officer = make.make_buyer(session), make.make_officer(session)
    stop, erase = (
        data_requests.ask(
            session,
            actor=side.actor,
            user_id=side.user.id,
            kind=kind,
            words="",
            clocks=Clocks(2, 15),
            understood=False,
        )
        for kind in ("stop", "erase")
    )
    data_requests.answer(session, actor=officer.actor, request_id=erase.id, accept=True, words="x")
    data_requests.carry_out(session, actor=officer.actor, request_id=erase.id)
    session.flush()
    assert (stop.state, stop.finished_by) == ("done", officer.user.id)
    assert [one.due for one in data_desk.list_requests(session, places=None)] == [None, None]
