"""Signing in by a security key, through HTTP, answered by one of software: it lets in once for each first
step, and is refused whenever something is not as it should be. How keys are added and removed is in
test_security_keys_kept.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock
from market.accounts import factors, second_step, security_keys, sessions, totp, webauthn
from market.accounts import service as accounts
from market.accounts.models import SecurityKey, SignIn
from market.db import Database
from market.errors import Invalid
from market.notices.models import Notice
from tests import make
from tests.accounts.holders import Holder, Open, half_way, kept_keys, make_holder, names
from tests.accounts.test_second_step import HOME
from tests.authenticator import BASE, Authenticator, asked_of
from tests.pages import signed_in

START = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_the_clock() -> Iterator[None]:
    with clock.at(START):
        yield


def test_a_key_is_added_and_signs_in(session: Session, browser: Open, holder: Holder) -> None:
    key, other = Authenticator(), signed_in(browser, holder.account)
    begun = holder.begin()
    assert begun.response.headers["cache-control"] == "no-store"
    asked = asked_of(begun)
    assert asked["rp"] == {"id": "cho.vidu.test", "name": "Chợ Liên Kết"}
    assert asked["attestation"] == "none"
    assert asked["authenticatorSelection"]["userVerification"] == "discouraged"
    assert not asked.get("excludeCredentials")
    added = begun.form("/keys/add").send(key=key.introduce(asked))
    assert added.path == HOME
    assert "khóa xanh" in added.css(".lines")[0].text()
    assert "chưa dùng" in added.css(".lines")[0].text()
    assert other.get("/account").path == "/account/sign-in", "what began without it ends"
    assert holder.here.get("/account").path == "/account"
    assert "khóa xanh" in holder.here.get("/account/notices").text
    assert names(session) == ["account.key_added"]
    again = asked_of(holder.begin(name="nữa"))
    assert [one["id"] for one in again["excludeCredentials"]] == [key.id]

    page, asked = half_way(browser, holder, next="/department/status")
    assert asked["rpId"] == "cho.vidu.test"
    assert [one["id"] for one in asked["allowCredentials"]] == [key.id]
    assert page.browser.get("/account").path == "/account/sign-in", "the password alone opens nothing"
    assert page.form("/key").send(key=key.sign(asked)).path == "/department/status"
    assert "dùng lần cuối" in page.browser.get(HOME).css(".lines")[0].text()
    assert session.scalars(sa.select(SecurityKey.counter)).one() == key.counter


def test_codes_go_on_to_serve_beside_it(session: Session, browser: Open, holder: Holder) -> None:
    holder.add(Authenticator())
    page, _ = half_way(browser, holder)
    assert page.form("/code").send(code=holder.codes[0]).path == "/department"


def test_what_the_first_step_opened_is_what_the_key_opens(
    session: Session, browser: Open, holder: Holder
) -> None:
    key = Authenticator()
    holder.add(key)
    form = browser().get("/account/sign-in").form("/account/sign-in")
    shared = form.send(login=holder.account.login, password=make.PASSWORD, shared="1")
    assert shared.form("/key").send(key=key.sign(asked_of(shared))).status == 200
    link = accounts.codes.make_link(session, user_id=holder.account.user.id, path="/department/status")
    session.commit()
    by_link = browser().get(f"/account/open/{link}").form().send()
    assert by_link.form("/key").send(key=key.sign(asked_of(by_link))).path == "/department/status"
    newest = sa.select(SignIn.by_link, SignIn.expires_at).order_by(SignIn.id.desc()).limit(2)
    assert session.execute(newest).all() == [
        (True, START + sessions.SHORT_LIFE),
        (False, START + sessions.SHORT_LIFE),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://gia-mao.test"},
        {"origin": "https://a.cho.vidu.test"},
        {"origin": "http://cho.vidu.test"},
        {"origin": "https://cho.vidu.test:8443"},
        {"host": "gia-mao.test"},
        {"type": "webauthn.create"},
        {"crossOrigin": True},
        {"touched": False},
        {"challenge": "A" * 43},
    ],
    ids=str,
)
def test_an_answer_to_something_else_is_refused(browser: Open, holder: Holder, wrong: dict[str, Any]) -> None:
    key = Authenticator()
    holder.add(key)
    page, asked = half_way(browser, holder)
    refused = page.form("/key").send(key=key.sign(asked, **wrong))
    assert refused.status == 422
    assert refused.form("/key").error("key")
    assert page.browser.get("/account").path == "/account/sign-in"
    assert refused.form("/key").send(key=key.sign(asked)).path == "/department"


@pytest.mark.parametrize(
    "answer", ["{}", "khóa", "[" * 5000, '{"id":"a","rawId":"a","type":"public-key","response":{}}', "null"]
)
def test_what_is_no_answer_is_refused(session: Session, browser: Open, holder: Holder, answer: str) -> None:
    holder.add(Authenticator())
    page, _ = half_way(browser, holder)
    assert page.form("/key").send(key=answer).status == 422
    assert holder.begin().form("/keys/add").send(key=answer).form("/keys/add").error("key")
    assert kept_keys(session) == 1


def test_another_key_and_another_persons_are_refused(
    app: FastAPI, session: Session, browser: Open, holder: Holder
) -> None:
    key, theirs = Authenticator(), Authenticator()
    holder.add(key)
    make_holder(app, session, browser).add(theirs)
    page, asked = half_way(browser, holder)
    assert page.form("/key").send(key=theirs.sign(asked)).status == 422
    assert page.form("/key").send(key=Authenticator(credential=key.credential).sign(asked)).status == 422
    assert page.form("/key").send(key=key.sign(asked)).path == "/department"


def test_an_answer_serves_once_and_for_its_own_half(browser: Open, holder: Holder) -> None:
    key = Authenticator(step=0)  # its counter would not tell
    holder.add(key)
    (page, asked), (there, other) = half_way(browser, holder), half_way(browser, holder)
    assert asked["challenge"] != other["challenge"]
    half = page.browser.client.cookies["half"]
    answer, late = key.sign(asked), key.sign(other)
    assert there.form("/key").send(key=answer).status == 422
    assert page.form("/key").send(key=answer).path == "/department"
    again = browser()
    again.client.cookies.set("half", half)
    fields = {**there.form("/key").fields, "key": answer}
    again.client.cookies.set("csrf", there.browser.client.cookies["csrf"])
    assert "đăng nhập lại" in again.post("/account/sign-in/key", fields).text
    assert again.get("/account").path == "/account/sign-in"
    with clock.at(START + sessions.HALF_LIFE):
        assert "đăng nhập lại" in there.form("/key").send(key=late).text


def test_a_counter_that_goes_back_is_refused_and_told(
    session: Session, browser: Open, holder: Holder
) -> None:
    key = Authenticator()
    holder.add(key)
    page, asked = half_way(browser, holder)
    for counter in (0, -1):  # the same as when it was added, and less
        key.counter = counter
        refused = page.form("/key").send(key=key.sign(asked))
        assert refused.status == 422
        assert "bản sao" in refused.text
    assert names(session) == ["account.key_added", "account.key_refused", "account.key_refused"]
    told = sa.select(Notice.text).where(Notice.user_id == holder.account.user.id).order_by(Notice.id.desc())
    assert "as a copy would" in str(session.scalars(told).first())
    key.counter = 7
    assert page.form("/key").send(key=key.sign(asked)).path == "/department"


def test_a_key_that_does_not_count_signs_in_again_and_again(browser: Open, holder: Holder) -> None:
    key = Authenticator(step=0)
    holder.add(key)
    for _ in range(2):
        page, asked = half_way(browser, holder)
        assert page.form("/key").send(key=key.sign(asked)).path == "/department"


def test_wrong_answers_and_wrong_codes_are_counted_together(browser: Open, holder: Holder) -> None:
    key = Authenticator()
    holder.add(key)
    page, asked = half_way(browser, holder)
    assert page.form("/code").send(code="000000").status == 422
    for _ in range(factors.MOST_TRIES - 1):
        assert page.form("/key").send(key=key.sign(asked, origin="https://gia-mao.test")).status == 422
    assert page.form("/key").send(key=key.sign(asked)).status == 429
    assert page.form("/code").send(code=holder.codes[0]).status == 429
    with clock.at(START + factors.TRIES_WITHIN + timedelta(minutes=1)):
        page, asked = half_way(browser, holder)
        assert page.form("/key").send(key=key.sign(asked)).path == "/department"


def test_of_one_answer_sent_several_times_at_once_one_lets_in(own_database: Database) -> None:
    secret, key = "k" * 32, Authenticator()
    site = webauthn.site_of(BASE)
    with own_database.session(write=True) as session:
        account = make.make_account(session)
        user_id = account.user.id
        factors.start(session, user_id=user_id)
        begun = factors.read(session, user_id=user_id, secret_key=secret).secret
        assert begun
        code = totp.code_at(begun, totp.step_at(START))
        mine = {"user_id": user_id, "sign_in_id": None}
        factors.confirm(session, **mine, present=make.PASSWORD, code=code, secret_key=secret)
        security_keys.begin(session, user_id=user_id, present=make.PASSWORD, site=site)
        asked = json.loads(security_keys.asked_new(session, user_id=user_id, secret_key=secret, site=site))
        security_keys.add(session, **mine, name="khóa", answer=key.introduce(asked), site=site)
        half = sessions.sign_in(session, login=account.login, password=make.PASSWORD, device="").token
        waiting = second_step.find(session, half=half)
        assert waiting
        asked = json.loads(
            second_step.asked(session, waiting=waiting, half=half, secret_key=secret, site=site)
        )
        session.commit()
    ready, answer = Barrier(4), key.sign(asked)

    def come_in() -> str:
        ready.wait(10)
        try:
            with own_database.writing() as own:
                second_step.finish_by_key(
                    own, half=half, answer=answer, device="", secret_key=secret, site=site
                )
        except Invalid as refused:
            return str(refused.words)
        return ""

    with ThreadPoolExecutor(4) as together:
        tries = [one.result() for one in [together.submit(come_in) for _ in range(4)]]
    # And nobody is told of a copy.
    assert sorted(tries) == ["", *[str(second_step.TOO_LATE)] * 3]
