"""Signing in and out through HTTP: who may, who is slowed down, and how a session ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current, logins
from market.accounts import service as accounts
from market.accounts.models import FailedTry, SignIn, User
from market.places import queries as places
from tests import make
from tests.pages import Browser

Open = Callable[[], Browser]
WRONG = "chưa đúng"


@pytest.mark.parametrize(
    "typed",
    ["0912 345 678", "0912.345.678", "(091) 234-5678", "+84 912 345 678", "84912345678", "0084912345678"],
)
def test_a_phone_number_is_read_however_it_is_typed(typed: str) -> None:
    assert logins.read_login(typed) == "+84912345678"


@pytest.mark.parametrize(
    "typed", ["", "abc", "12", "0912", "a@", "@b.vn", "a b@c.vn", "0" * 300, "\x00", "a\ud800@b.vn"]
)
def test_what_is_no_login_is_none(typed: str) -> None:
    assert logins.read_login(typed) is None


def test_people_sign_in_by_e_mail_or_phone(session: Session, browser: Open) -> None:
    make.make_account(session, email="Anh.Ba@VIDU.test", phone="0912345678")
    for login in ("anh.ba@vidu.test", "ANH.BA@vidu.test", "0912 345 678", "+84912345678"):
        here = browser()
        here.sign_in(login, make.PASSWORD)
        assert here.get("/account").status == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(session: Session, browser: Open) -> None:
    login = make.make_account(session).login
    here = browser()
    form = here.get("/account/sign-in").form("/account/sign-in")
    here.client.follow_redirects = False
    answer = form.send(login=login, password=make.PASSWORD)
    cookie = next(
        c for c in answer.response.headers.get_list("set-cookie") if c.startswith(current.COOKIE + "=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    assert session.scalar(sa.select(sa.func.count()).where(SignIn.token_hash == token)) == 0, (
        "kept in the open"
    )


def test_the_answer_never_tells_who_has_an_account(session: Session, browser: Open) -> None:
    login = make.make_account(session).login
    here = browser()
    texts = []
    for name in (login, "nobody@vidu.test", "0987654321", "no login at all"):
        answer = here.get("/account/sign-in").form("/account/sign-in").send(login=name, password="wrong one")
        assert answer.status == 422
        assert answer.form("/account/sign-in").fields["login"] == name, "what was typed is kept"
        texts.append(answer.text)
    assert len(set(texts)) == 1
    assert WRONG in texts[0]


@pytest.mark.parametrize("exists", [True, False])
def test_who_guesses_is_slowed_down_whether_the_account_exists(
    session: Session, browser: Open, exists: bool
) -> None:
    login = make.make_account(session, phone="0912345678").login if exists else "0912345678"
    here = browser()
    with clock.at(datetime(2026, 3, 2, 3, tzinfo=UTC)):
        for typed in [login, "+84912345678"] * 5:
            page = here.get("/account/sign-in").form("/account/sign-in").send(login=typed, password="wrong")
            assert page.status == 422
        refused = (
            here.get("/account/sign-in").form("/account/sign-in").send(login=login, password=make.PASSWORD)
        )
        assert refused.status == 429
        assert make.count_rows(session, FailedTry) == 10, "a slowed-down try is not counted again"
    with clock.at(datetime(2026, 3, 2, 3, 20, tzinfo=UTC)):
        page = here.get("/account/sign-in").form("/account/sign-in").send(login=login, password=make.PASSWORD)
        assert page.status == (200 if exists else 422)


def test_after_signing_in_one_is_where_one_wanted_to_be(session: Session, browser: Open) -> None:
    side = make.make_buyer(session)
    here = browser()
    asked = here.get("/account/notices")
    assert asked.path == "/account/sign-in"
    answer = asked.form("/account/sign-in").send(login=side.login, password=make.PASSWORD)
    assert answer.path == "/account/notices"


@pytest.mark.parametrize(
    "to",
    ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)", "evil", "/\t/evil.test"],
)
def test_nobody_is_sent_elsewhere_after_signing_in(session: Session, browser: Open, to: str) -> None:
    login = make.make_account(session).login
    here = browser()
    form = here.get("/account/sign-in", next=to).form("/account/sign-in")
    here.client.follow_redirects = False
    place = form.send(login=login, password=make.PASSWORD, next=to).response.headers["location"]
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\", "/\t"))


def test_signing_out_ends_the_session_on_the_server(session: Session, browser: Open) -> None:
    login = make.make_account(session).login
    here = browser()
    here.sign_in(login, make.PASSWORD)
    token = here.client.cookies[current.COOKIE]
    here.get("/account").form("/account/sign-out").send()
    assert here.get("/account").path == "/account/sign-in"
    other = browser()
    other.client.cookies.set(current.COOKIE, token)
    assert other.get("/account").path == "/account/sign-in", "the old token must not serve again"


def test_one_device_signs_another_out_and_nobody_elses(session: Session, browser: Open) -> None:
    login, stranger = make.make_account(session).login, make.make_account(session).login
    phone, desk, third = browser(), browser(), browser()
    for where, name in ((phone, login), (desk, login), (third, stranger)):
        where.sign_in(name, make.PASSWORD)
    forms = [n.attributes["action"] or "" for n in desk.get("/account").css("form[action$=revoke]")]
    assert len(forms) == 1
    path = forms[0]
    token = third.get("/account").form("/account/sign-out").fields
    assert third.post(path, token).status == 404
    assert phone.get("/account").status == 200
    desk.get("/account").form(path).send()
    assert phone.get("/account").path == "/account/sign-in"
    assert desk.get("/account").path == "/account"


def test_a_session_ends_after_thirty_days(session: Session, browser: Open) -> None:
    with clock.at(datetime(2026, 3, 2, tzinfo=UTC)):
        here = browser()
        here.sign_in(make.make_account(session).login, make.PASSWORD)
    with clock.at(datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=29)):
        assert here.get("/account").path == "/account"
    with clock.at(datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=31)):
        assert here.get("/account").path == "/account/sign-in"


def test_on_a_device_that_others_use_it_ends_after_two_hours(session: Session, browser: Open) -> None:
    with clock.at(datetime(2026, 3, 2, tzinfo=UTC)):
        here, account = browser(), make.make_account(session)
        form = here.get("/account/sign-in").form("/account/sign-in")
        missed = form.send(login=account.login, password="nothing like it", shared="1")
        assert "checked" in missed.css("input[name=shared]")[0].attributes, "it need not be ticked again"
        entered = missed.form("/account/sign-in").send(login=account.login, password=make.PASSWORD)
        assert "Max-Age=7200" in entered.response.history[0].headers["set-cookie"]
        new = "mưa trên sông Gành Hào"
        form = here.get("/account/password").form("/account/password")
        form.send(present=make.PASSWORD, new=new)
    with clock.at(datetime(2026, 3, 2, 1, 59, tzinfo=UTC)):
        assert here.get("/account").path == "/account"
    with clock.at(datetime(2026, 3, 2, 2, 1, tzinfo=UTC)):
        assert here.get("/account").path == "/account/sign-in", "the one after a new password too"


def test_an_officers_session_ends_after_half_a_day(session: Session, browser: Open) -> None:
    with clock.at(datetime(2026, 3, 2, tzinfo=UTC)):
        officer, other = make.make_officer(session), make.make_account(session)
        here, there = browser(), browser()
        here.sign_in(officer.login, make.PASSWORD)
        there.sign_in(other.login, make.PASSWORD)
    with clock.at(datetime(2026, 3, 2, 11, 59, tzinfo=UTC)):
        assert here.get("/account").path == "/account"
        province = places.province_on(session, day=clock.today())
        accounts.grant_duties(session, user_id=other.user.id, place_id=province.id)
        session.commit()
        assert there.get("/account").path == "/account"
    with clock.at(datetime(2026, 3, 2, 12, 1, tzinfo=UTC)):
        assert here.get("/account").path == "/account/sign-in"
        assert there.get("/account").path == "/account/sign-in", "an officer since, by a session from before"


def test_signing_in_again_gives_a_new_token_and_ends_the_old(session: Session, browser: Open) -> None:
    login = make.make_account(session).login
    here = browser()
    here.sign_in(login, make.PASSWORD)
    first = here.client.cookies[current.COOKIE]
    here.sign_in(login, make.PASSWORD)
    assert here.client.cookies[current.COOKIE] != first
    assert make.count_rows(session, SignIn, SignIn.revoked_at.is_(None)) == 1


def test_a_closed_account_is_out_at_once(session: Session, browser: Open) -> None:
    account = make.make_account(session)
    here = browser()
    here.sign_in(account.login, make.PASSWORD)
    session.get_one(User, account.user.id).is_active = False
    session.commit()
    assert here.get("/account").path == "/account/sign-in"
    answer = (
        here.get("/account/sign-in")
        .form("/account/sign-in")
        .send(login=account.login, password=make.PASSWORD)
    )
    assert answer.status == 422


def test_who_acts_for_several_chooses_one_and_no_other(session: Session, browser: Open) -> None:
    first, second, foreign = make.make_unit(session), make.make_buyer(session), make.make_buyer(session)
    accounts.grant_membership(session, user_id=first.user.id, party_id=second.party.id)
    session.commit()
    here = browser()
    choice = here.sign_in(first.login, make.PASSWORD)
    assert choice.path == "/account/party"
    forms = choice.css("form[action='/account/party'] input[name=membership_id]")
    assert len(forms) == 2
    assert here.get("/account/party").form("/account/party").send(membership_id=10**6).status == 404
    assert here.get("/account/party").form("/account/party").send(membership_id="x").status == 422
    choice.form("/account/party").send()
    assert first.party.name in here.get("/account").css("a.me")[0].text()
    assert foreign.party.name not in here.get("/account/party").text


@pytest.mark.parametrize(
    "fields",
    [
        {"login": "\x00", "password": "x" * 12},
        {"login": "a" * 5000, "password": "b" * 5000},
        {"login": "٠٩١٢٣٤٥٦٧٨", "password": "\ud83d"},
        {"login": "' OR 1=1 --", "password": "' OR 1=1 --"},
        {"login": "", "password": ""},
    ],
)
def test_hostile_sign_ins_are_answered_politely(browser: Open, fields: dict[str, str]) -> None:
    form = browser().get("/account/sign-in").form("/account/sign-in")
    fields = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    assert form.send(**fields).status == 422


def test_a_form_from_another_site_is_refused(session: Session, browser: Open) -> None:
    login = make.make_account(session).login
    here = browser()
    fields = here.get("/account/sign-in").form("/account/sign-in").fields | {
        "login": login,
        "password": make.PASSWORD,
    }
    assert here.post("/account/sign-in", {**fields, "csrf_token": ""}).status == 403
    assert here.post("/account/sign-in", {**fields, "csrf_token": "0" * 64}).status == 403
    assert here.post("/account/sign-in", fields, headers={"Sec-Fetch-Site": "cross-site"}).status == 403
    assert browser().post("/account/sign-in", fields).status == 403, "a token without its cookie"
    assert make.count_rows(session, SignIn) == 0
