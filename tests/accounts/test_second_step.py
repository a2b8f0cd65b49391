"""The second step of signing in, through HTTP: set up, asked for at every way in, taken once, slowed down,
taken away by the administrator, required of all officers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock
from market.accounts import factors, second_step, sessions, totp
from market.accounts import service as accounts
from market.accounts.models import RecoveryCode, SecondFactor, SignIn
from market.db import Database
from market.errors import Invalid
from market.events import Actor, EventRow
from market.moderation import erasing
from market.notices.models import Notice
from tests import make
from tests.make import Account
from tests.pages import Browser, Page, signed_in

Open = Callable[[], Browser]
HOME = "/account/second-step"
FOR_EVERYBODY = "Số liệu giao dịch công bố theo tháng, quý, nửa năm và năm đã kết thúc."
START = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_the_clock() -> Iterator[None]:
    with clock.at(START):
        yield


def code_of(app: FastAPI, session: Session, user_id: int, *, after: float = 0) -> str:
    """What the person's app shows so many seconds from now."""
    session.expire_all()
    salt = session.get_one(SecondFactor, user_id).salt
    secret = totp.secret_of(app.state.settings.secret_key, user_id=user_id, salt=salt)
    return totp.code_at(secret, totp.step_at(clock.now() + timedelta(seconds=after)))


def set_up(app: FastAPI, session: Session, here: Browser, of: Account) -> list[str]:
    """Switch it on; gives the recovery codes."""
    here.get(HOME).form("/start").send()
    done = here.get(HOME).form("/confirm").send(code=code_of(app, session, of.user.id), present=make.PASSWORD)
    assert done.status == 200, done.text
    return [node.text() for node in done.css(".codes li")]


def first_step(here: Browser, login: str, **fields: str) -> Page:
    form = here.get("/account/sign-in", **fields).form("/account/sign-in")
    return form.send(login=login, password=make.PASSWORD)


# RFC 6238, appendix B (SHA-1, eight digits); RFC 4226, appendix D for the rest of the way.
@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")],
)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert totp.code_at(b"12345678901234567890", second // 30, digits=8) == code


def test_it_is_set_up_and_then_asked_for(app: FastAPI, session: Session, browser: Open) -> None:
    officer = make.make_officer(session)
    here, other, there = signed_in(browser, officer), signed_in(browser, officer), browser()
    started = here.get("/department").follow("Thiết lập xác thực hai bước").form("/start").send()
    assert started.response.headers["cache-control"] == "no-store"
    assert started.css("svg.qr")
    assert started.css("input[name=present]")[0].attributes["autocomplete"] == "current-password"
    assert started.css("input[name=code]")[0].attributes["autocomplete"] == "one-time-code"
    shown = re.sub(r"\s", "", started.css(".key")[0].text())
    assert f"secret={shown}&" in started.css("a[href^=otpauth]")[0].attributes["href"]
    wrong = started.form("/confirm").send(code="000000", present=make.PASSWORD)
    assert wrong.form("/confirm").error("code")
    code = code_of(app, session, officer.user.id)
    assert started.form("/confirm").send(code=code, present="wrong one").form("/confirm").error("present")
    done = started.form("/confirm").send(code=code, present=make.PASSWORD)
    codes = [node.text() for node in done.css(".codes li")]
    assert len(set(codes)) == factors.RECOVERY_CODES
    kept = session.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert not set(codes) & set(kept)
    assert codes[0] not in here.get(HOME).text, "they are shown once"
    assert shown not in here.get(HOME).text
    assert here.get("/account").path == "/account"
    assert other.get("/account").path == "/account/sign-in", "what began without it ends"

    half = first_step(there, officer.login, next="/department/status")
    assert half.path == "/account/sign-in/code"
    assert there.get("/account").path == "/account/sign-in", "the password alone opens nothing"
    with clock.at(START + timedelta(seconds=30)):
        answer = there.get("/account/sign-in/code").form("/code")
        assert answer.send(code="123").status == 422
        assert answer.send(code=code_of(app, session, officer.user.id)).path == "/department/status"


def test_on_a_device_that_others_use_it_ends_after_two_hours(
    app: FastAPI, session: Session, browser: Open
) -> None:
    officer = make.make_officer(session)
    here, there = signed_in(browser, officer), browser()
    started = here.get(HOME).form("/start").send()
    code = code_of(app, session, officer.user.id)
    started.form("/confirm").send(code=code, present=make.PASSWORD)
    with clock.at(START + timedelta(minutes=1)):
        form = there.get("/account/sign-in").form("/account/sign-in")
        asked = form.send(login=officer.login, password=make.PASSWORD, shared="1")
        wrong = asked.form("/code").send(code="000000")
        wrong.form("/code").send(code=code_of(app, session, officer.user.id))
        assert there.get("/account").path == "/account"
    with clock.at(START + timedelta(hours=2, minutes=2)):
        assert there.get("/account").path == "/account/sign-in"
        assert here.get("/account").path == "/account"


def test_a_secret_that_was_begun_with_serves_only_for_a_while(
    app: FastAPI, session: Session, browser: Open
) -> None:
    officer = make.make_officer(session)
    here = signed_in(browser, officer)
    started = here.get(HOME).form("/start").send()
    shown = started.css(".key")[0].text()
    assert here.get(HOME).css(".key")[0].text() == shown
    with clock.at(START + factors.BEGUN_LIFE):
        code = code_of(app, session, officer.user.id)
        assert started.form("/confirm").send(code=code, present=make.PASSWORD).status == 409
        again = here.get(HOME).form("/start").send()
        assert again.css(".key")[0].text() != shown
        assert again.form("/confirm").send(code=code, present=make.PASSWORD).status == 422
        code = code_of(app, session, officer.user.id)
        assert again.form("/confirm").send(code=code, present=make.PASSWORD).status == 200


def test_a_code_counts_once_and_guessing_is_slowed_down(
    app: FastAPI, session: Session, browser: Open
) -> None:
    officer = make.make_officer(session)
    set_up(app, session, signed_in(browser, officer), officer)
    here = browser()
    first_step(here, officer.login)
    form = here.get("/account/sign-in/code").form("/code")
    assert form.send(code=code_of(app, session, officer.user.id)).status == 422, "it has set it up"
    for _ in range(factors.MOST_TRIES - 1):
        assert form.send(code="000 000").status == 422
    right = code_of(app, session, officer.user.id, after=30)
    assert form.send(code=right).status == 429
    later = START + factors.TRIES_WITHIN + timedelta(minutes=1)
    with clock.at(later):
        assert "đăng nhập lại" in form.send(code=right).text, "the first step is too long ago"
        first_step(here, officer.login)
        code = code_of(app, session, officer.user.id)
        assert form.send(code=code).path == "/department"
        twice = browser()
        first_step(twice, officer.login)
        assert twice.get("/account/sign-in/code").form("/code").send(code=code).status == 422


def test_of_many_at_once_a_code_lets_one_in(own_database: Database) -> None:
    key = "k" * 32
    with own_database.session(write=True) as session:
        account = make.make_account(session)
        factors.start(session, user_id=account.user.id)
        secret = factors.read(session, user_id=account.user.id, secret_key=key).secret
        assert secret
        first, code = (totp.code_at(secret, totp.step_at(START) + step) for step in (0, 1))
        [recovery, *_] = factors.confirm(
            session,
            user_id=account.user.id,
            sign_in_id=None,
            present=make.PASSWORD,
            code=first,
            secret_key=key,
        )
        halves = [
            sessions.sign_in(session, login=account.login, password=make.PASSWORD, device="").token
            for _ in range(8)
        ]
        session.commit()
    ready = Barrier(4)

    def come_in(half: str, typed: str) -> bool:
        ready.wait(10)
        try:
            with own_database.writing() as own:
                second_step.finish(own, half=half, code=typed, device="", secret_key=key)
        except Invalid:
            return False
        return True

    for typed, mine in ((code, halves[:4]), (recovery, halves[4:])):
        with ThreadPoolExecutor(4) as together:
            tries = [together.submit(come_in, half, typed) for half in mine]
            assert sum(one.result() for one in tries) == 1


def test_a_recovery_code_serves_once_and_is_told(app: FastAPI, session: Session, browser: Open) -> None:
    officer = make.make_officer(session)
    codes = set_up(app, session, signed_in(browser, officer), officer)
    for status in (200, 422):
        here = browser()
        first_step(here, officer.login)
        answer = here.get("/account/sign-in/code").form("/code").send(code=codes[0].upper().replace("-", " "))
        assert answer.status == status
    told = session.scalars(sa.select(Notice.text).where(Notice.user_id == officer.user.id)).all()
    assert len(told) == 2
    changed = signed_in(browser, officer).get(HOME).form("/codes")
    assert changed.send(present="wrong one").form("/codes").error("present")
    renewed = changed.send(present=make.PASSWORD)
    assert not {node.text() for node in renewed.css(".codes li")} & set(codes)


def test_no_other_way_in_goes_round_it(app: FastAPI, session: Session, browser: Open) -> None:
    officer = make.make_officer(session)
    set_up(app, session, signed_in(browser, officer), officer)
    code = accounts.codes.hand_over(session, user_id=officer.user.id)
    link = accounts.codes.make_link(session, user_id=officer.user.id, path="/department/status")
    session.commit()
    here = browser()
    reset = here.get("/account/reset/code").form()
    assert reset.send(login=officer.login, code=code, new="một mật khẩu mới").path == "/account/sign-in/code"
    there = browser()
    assert there.get(f"/account/open/{link}").form().send().path == "/account/sign-in/code"
    with clock.at(START + timedelta(seconds=30)):
        form = there.get("/account/sign-in/code").form("/code")
        assert form.send(code=code_of(app, session, officer.user.id)).path == "/department/status"
    ends = session.scalars(sa.select(SignIn.expires_at).where(SignIn.by_link)).all()
    assert ends == [START + timedelta(seconds=30) + sessions.SHORT_LIFE]


def test_a_first_step_by_an_older_password_leads_no_further(
    app: FastAPI, session: Session, browser: Open
) -> None:
    officer, here, there = make.make_officer(session), browser(), browser()
    here.sign_in(officer.login, make.PASSWORD)
    set_up(app, session, here, officer)
    assert first_step(there, officer.login).path == "/account/sign-in/code"
    form = there.get("/account/sign-in/code").form("/code")
    changed = here.get("/account/password").form("/account/password")
    assert changed.send(present=make.PASSWORD, new="một mật khẩu mới").path == "/account"
    with clock.at(START + timedelta(seconds=30)):
        assert form.send(code=code_of(app, session, officer.user.id)).status == 422
        assert there.get("/account").path == "/account/sign-in"
        assert here.get("/account").path == "/account"


def test_the_administrator_takes_it_away_from_another(app: FastAPI, session: Session, browser: Open) -> None:
    officer, boss = make.make_officer(session), make.make_admin(session)
    theirs = signed_in(browser, officer)
    set_up(app, session, theirs, officer)
    admin = signed_in(browser, boss)
    set_up(app, session, admin, boss)
    assert not admin.get(f"/department/officers/{boss.user.id}").css("form[action$=second-step]")
    path = f"/department/officers/{officer.user.id}"
    assert "Đã gỡ" in admin.get(path).form("/second-step").send().text
    assert theirs.get("/account").path == "/account/sign-in"
    assert first_step(theirs, officer.login).path == "/department"
    assert make.count_rows(session, EventRow, EventRow.name == "officer.factor_reset") == 1
    assert "gỡ xác thực hai bước" in theirs.get("/account/notices").text
    set_up(app, session, theirs, officer)
    factors.reset(
        session, actor=Actor(channel="shell"), user_id=officer.user.id
    )  # by the shell, for the last
    session.commit()
    assert theirs.get("/account").path == "/account/sign-in"


def test_required_of_all_an_officer_without_can_only_set_it_up(
    app: FastAPI, session: Session, browser: Open
) -> None:
    officer, unit = make.make_officer(session), make.make_unit(session)
    token = accounts.add_token(session, user_id=unit.user.id, name="t")
    session.commit()
    admin, theirs = signed_in(browser, make.make_admin(session)), signed_in(browser, officer)
    tomorrow = clock.today() + timedelta(days=1)
    rule = admin.get("/department/officers").form("/second-step")
    assert rule.send(required_from="2020-01-01").form("/second-step").error("required_from")
    rule.send(required_from=tomorrow.isoformat())
    assert "Từ ngày" in theirs.get("/account/notices").text
    assert theirs.get("/department").path == "/department"
    assert FOR_EVERYBODY not in theirs.get("/statistics?period=2026-03").text
    with clock.at(START + timedelta(days=1)):
        theirs, others = signed_in(browser, officer), signed_in(browser, unit)
        assert theirs.get("/department").path == HOME
        assert FOR_EVERYBODY in theirs.get("/statistics?period=2026-03").text, (
            "nor sees more where everybody may look"
        )
        assert theirs.post("/account/language", theirs.get(HOME).form("/start").fields).status == 403
        assert others.get("/inquiries").path == "/inquiries"
        assert others.get("/api/v1/inquiries", headers={"Authorization": f"Bearer {token}"}).status == 200
        set_up(app, session, theirs, officer)
        assert theirs.get("/department").path == "/department"


def test_who_is_erased_leaves_none(app: FastAPI, session: Session, browser: Open) -> None:
    officer = make.make_officer(session)
    set_up(app, session, signed_in(browser, officer), officer)
    erasing.erase_person(session, actor=officer.actor, user_id=officer.user.id)
    assert make.count_rows(session, SecondFactor) == make.count_rows(session, RecoveryCode) == 0


def test_nothing_of_the_secret_stands_in_the_database(session: Session) -> None:
    user = make.make_officer(session).user
    factors.start(session, user_id=user.id)
    one = factors.read(session, user_id=user.id, secret_key="a" * 32).secret
    assert one != factors.read(session, user_id=user.id, secret_key="b" * 32).secret
    with pytest.raises(Invalid):
        sessions.check_present(session, user, "wrong one")
