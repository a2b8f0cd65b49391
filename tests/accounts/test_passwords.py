"""Passwords and one-time codes through HTTP: changing, resetting by a code, what an officer hands over."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import codes, passwords
from market.accounts.models import OneTimeCode, SignIn, User
from market.errors import Invalid
from market.notices.models import Message
from tests import make
from tests.pages import Browser, Page

Open = Callable[[], Browser]
NEW = "mật khẩu mới của tôi"


def codes_sent(session: Session) -> list[str]:
    """The codes in the messages that wait, the oldest first."""
    bodies = session.scalars(sa.select(Message.body).order_by(Message.id)).all()
    told = [json.loads(body)["values"] for body in bodies]
    return [values["code"] for values in told if "code" in values]


def change(here: Browser, present: str, new: str) -> Page:
    return here.get("/account/password").form("/account/password").send(present=present, new=new)


def redeem(here: Browser, login: str, code: str, new: str = NEW) -> Page:
    return here.get("/account/reset/code").form("/account/reset/code").send(login=login, code=code, new=new)


def test_the_same_password_typed_composed_or_decomposed_serves() -> None:
    kept = passwords.make_hash("mật khẩu dài")
    assert passwords.matches(kept, "mật khẩu dài")
    assert not passwords.matches(kept, "mat khau dai")
    assert not passwords.matches(None, "mật khẩu dài")
    assert "mật" not in kept
    assert kept.startswith("$argon2id$")


@pytest.mark.parametrize("weak", [
        "", "short", "elevensigns", "aaaaaaaaaaaaaaaa", "abcabcabcabc", "123456789012", "x y" * 50,
        "Mật khẩu 12345", "1password2026!", "anh yêu em 1234", "qwertyuiop[]12", "administrator2",
        "!@#$%^!@#$%^", "abc!!!!!!!!!", "matkhau!!!!!!!", "!@#$%^&*()_+", "----------------",
    ])  # fmt: skip
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(Invalid):
        passwords.check_strength(weak)


@pytest.mark.parametrize(
    "good",
    [
        "ghe xuồng sau nhà",
        "4930285716402",
        "correct horse battery",
        "x7#Kd9!qLm2$",
        "🌾" * 3 + "ruộng nhà tôi",
        "Aq9$!@^%;~,.:)",
        "🌾🐟🚤🌞🦐🦀🍚🌴🌊⛵🎣🌽",
    ],
)
def test_no_kind_of_sign_is_asked_for(good: str) -> None:
    passwords.check_strength(good)


def test_where_there_is_no_account_it_takes_as_long() -> None:
    assert not passwords.matches(None, make.PASSWORD)
    assert not passwords.is_outdated(passwords._nobody), "it costs what anybody's costs"


def test_a_changed_password_signs_all_other_devices_out(session: Session, browser: Open) -> None:
    login = make.make_account(session).login
    here, there = browser(), browser()
    here.sign_in(login, make.PASSWORD)
    there.sign_in(login, make.PASSWORD)
    token = here.client.cookies["session"]
    assert change(here, make.PASSWORD, NEW).path == "/account"
    assert here.client.cookies["session"] != token
    assert here.get("/account").path == "/account"
    assert there.get("/account").path == "/account/sign-in"
    assert (
        there.get("/account/sign-in")
        .form("/account/sign-in")
        .send(login=login, password=make.PASSWORD)
        .status
        == 422
    )
    there.sign_in(login, NEW)
    assert "mật khẩu" in there.get("/account/notices").text.lower(), "and it is told"
    assert make.count_rows(session, Message, Message.address == login) == 1


def test_changing_needs_the_present_password_and_a_better_new_one(session: Session, browser: Open) -> None:
    here = browser()
    here.sign_in(make.make_account(session).login, make.PASSWORD)
    for present, new, field in (
        ("wrong", NEW, "present"),
        (make.PASSWORD, "kurz", "new"),
        (make.PASSWORD, make.PASSWORD, "new"),
    ):
        answer = change(here, present, new)
        assert answer.status == 422
        assert answer.form("/account/password").error(field)
    for _ in range(10):
        change(here, "wrong", NEW)
    assert change(here, make.PASSWORD, NEW).status == 429


def test_a_code_by_mail_or_sms_gives_a_new_password(session: Session, browser: Open) -> None:
    for changes, channel in (
        ({"email": "anh@vidu.test", "phone": "0912345678"}, "email"),
        ({"phone": "0912345679"}, "sms"),
    ):
        account = make.make_account(session, **changes)
        here, there = browser(), browser()
        there.sign_in(account.login, make.PASSWORD)
        asked = here.get("/account/reset").form("/account/reset").send(login=account.login)
        assert asked.form("/account/reset/code").fields["login"] == account.login
        message = session.scalars(sa.select(Message).order_by(Message.id.desc())).first()
        assert message is not None
        assert (message.channel, message.user_id) == (channel, account.user.id)
        answer = asked.form("/account/reset/code").send(code=codes_sent(session)[-1], new=NEW)
        assert answer.path == "/account"
        assert there.get("/account").path == "/account/sign-in", "every old session ends"
        again = redeem(browser(), account.login, codes_sent(session)[-1], "noch ein anderes")
        assert again.status == 422, "a code serves once"


def test_asking_for_a_code_tells_nobody_who_exists(session: Session, browser: Open) -> None:
    login = make.make_account(session).login
    texts = {
        browser().get("/account/reset").form("/account/reset").send(login=name).text
        for name in (login, "nobody@vidu.test", "nonsense")
    }
    assert len(texts) == 1
    assert len(codes_sent(session)) == 1


def test_no_more_than_three_codes_are_under_way(session: Session, browser: Open) -> None:
    login = make.make_account(session).login
    here = browser()
    for _ in range(6):
        assert here.get("/account/reset").form("/account/reset").send(login=login).status == 200
    assert len(codes_sent(session)) == 3


def test_a_code_ends_after_a_quarter_of_an_hour(session: Session, browser: Open) -> None:
    login = make.make_account(session).login
    with clock.at(datetime(2026, 3, 2, 3, 0, tzinfo=UTC)):
        browser().get("/account/reset").form("/account/reset").send(login=login)
    with clock.at(datetime(2026, 3, 2, 3, 16, tzinfo=UTC)):
        assert redeem(browser(), login, codes_sent(session)[0]).status == 422


def test_five_wrong_codes_are_enough(session: Session, browser: Open) -> None:
    login = make.make_account(session).login
    here = browser()
    with clock.at(datetime(2026, 3, 2, 3, 0, tzinfo=UTC)):
        here.get("/account/reset").form("/account/reset").send(login=login)
        right = codes_sent(session)[0]
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        for _ in range(5):
            assert redeem(here, login, wrong).status == 422
        assert redeem(here, login, right).status == 429
    kept = session.scalars(sa.select(OneTimeCode)).one()
    assert kept.attempts == 5
    assert right not in kept.code_hash
    # Fifteen minutes on a new code is asked for and serves.
    with clock.at(datetime(2026, 3, 2, 3, 20, tzinfo=UTC)):
        here.get("/account/reset").form("/account/reset").send(login=login)
        assert redeem(here, login, codes_sent(session)[-1]).path == "/account"


def test_a_weak_new_password_does_not_use_the_code_up(session: Session, browser: Open) -> None:
    login = make.make_account(session).login
    here = browser()
    here.get("/account/reset").form("/account/reset").send(login=login)
    code = codes_sent(session)[0]
    answer = redeem(here, login, code, "kurz")
    assert answer.status == 422
    assert answer.form("/account/reset/code").error("new")
    assert redeem(here, login, code).path == "/account"


def test_who_must_change_the_password_gets_nowhere_else(session: Session, browser: Open) -> None:
    account = make.make_account(session, must_change_password=True)
    here = browser()
    assert here.sign_in(account.login, make.PASSWORD).path == "/account/password"
    for path in ("/account", "/account/notices", "/inquiries"):
        assert here.get(path).path == "/account/password"
    token = here.get("/account/password").form("/account/password").fields["csrf_token"]
    assert here.post("/account/language", {"csrf_token": token, "language": "en"}).status == 403
    assert change(here, make.PASSWORD, NEW).path == "/account"
    assert here.get("/account/notices").path == "/account/notices"


def test_an_officer_hands_a_code_to_one_of_the_partys_people(session: Session, browser: Open) -> None:
    unit, officer = make.make_unit(session), make.make_officer(session)
    desk, theirs = browser(), browser()
    desk.sign_in(officer.login, make.PASSWORD)
    theirs.sign_in(unit.login, make.PASSWORD)
    path = f"/department/parties/{unit.party.id}"
    answer = desk.get(path).form("/code").send()
    code = "".join(answer.css(".code-once")[0].text().split())
    assert len(code) == 8
    assert code not in desk.get(path).text, "it is shown once"
    assert theirs.get("/account").path == "/account/password", "the old password has to be replaced"
    assert redeem(browser(), unit.login, code).path == "/account"
    assert session.get_one(User, unit.user.id).must_change_password is False
    told = session.scalars(sa.select(Message).where(Message.user_id == unit.user.id)).all()
    assert told, "the person is told that a code was given out"
    assert code not in "".join(one.body for one in told)


def test_a_code_that_is_handed_over_ends_after_a_day(session: Session) -> None:
    account = make.make_account(session)
    with clock.at(datetime(2026, 3, 2, 3, tzinfo=UTC)):
        code = codes.hand_over(session, user_id=account.user.id)
        session.commit()
    with clock.at(datetime(2026, 3, 3, 3, tzinfo=UTC)), pytest.raises(Invalid):
        codes.redeem(session, login=account.login, code=code)
    with clock.at(datetime(2026, 3, 3, 2, 59, tzinfo=UTC)):
        assert codes.redeem(session, login=account.login, code=code).id == account.user.id


def test_an_officer_gives_no_code_for_people_of_others(session: Session, browser: Open) -> None:
    unit, other, officer = make.make_unit(session), make.make_unit(session), make.make_officer(session)
    desk = browser()
    desk.sign_in(officer.login, make.PASSWORD)
    form = desk.get(f"/department/parties/{unit.party.id}").form("/code")
    assert form.send(user_id=other.user.id).status == 404
    assert form.send(user_id=officer.user.id).status == 404
    assert form.send(user_id="abc").status == 422
    assert make.count_rows(session, OneTimeCode) == 0


def test_a_password_of_older_parameters_is_renewed_at_sign_in(session: Session, browser: Open) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(make.PASSWORD)
    account = make.make_account(session, password_hash=old)
    browser().sign_in(account.login, make.PASSWORD)
    session.refresh(account.user) if account.user in session else None
    kept = session.get_one(User, account.user.id).password_hash
    assert kept is not None
    assert kept != old
    assert not passwords.is_outdated(kept)
    assert make.count_rows(session, SignIn) == 1
