"""Security keys as they are kept, through HTTP: added by the password and for this market alone, removed, and
gone with the second step that they are part of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock
from market.accounts import factors, security_keys, sessions, webauthn
from market.accounts.models import SecondFactor
from market.events import Actor
from market.moderation import erasing, own_data
from market.settings import Settings
from tests import make
from tests.accounts.holders import Holder, Open, half_way, kept_keys, make_holder, names
from tests.accounts.test_second_step import HOME, first_step, set_up
from tests.authenticator import Authenticator, asked_of, make_key
from tests.pages import signed_in

SECTION = "Khóa bảo mật"
START = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_the_clock() -> Iterator[None]:
    with clock.at(START):
        yield


def test_without_the_password_there_is_no_key(session: Session, holder: Holder) -> None:
    refused = holder.begin(present="wrong one")
    assert refused.form("/keys").error("present")
    assert refused.form("/keys").fields["name"] == "khóa xanh"
    assert holder.begin(name=" ").form("/keys").error("name")
    fields = {**refused.form("/keys").fields, "name": "khóa", "key": "{}"}
    assert holder.here.post(HOME + "/keys/add", fields).status == 409
    for _ in range(sessions.MOST_TRIES - 1):
        holder.begin(present="wrong one")
    assert holder.begin().status == 429
    assert kept_keys(session) == 0


def test_the_way_for_a_new_key_serves_once_its_person_and_ends(
    app: FastAPI, session: Session, browser: Open, holder: Holder
) -> None:
    other = make_holder(app, session, browser)
    begun, theirs = holder.begin(), other.begin()
    asked, form = asked_of(begun), begun.form("/keys/add")
    assert asked["challenge"] != asked_of(theirs)["challenge"]
    assert asked["user"]["id"] != asked_of(theirs)["user"]["id"]
    answer = Authenticator().introduce(asked)
    assert theirs.form("/keys/add").send(key=answer).status == 422
    assert form.send(key=answer).path == HOME
    assert form.send(key=Authenticator().introduce(asked)).status == 409
    begun = holder.begin()
    with clock.at(START + security_keys.BEGUN_LIFE):
        late = begun.form("/keys/add").send(key=Authenticator().introduce(asked_of(begun)))
        assert late.status == 409
        assert not late.css("form[data-asked]")
    assert kept_keys(session) == 1


@pytest.mark.parametrize(
    "wrong", [{"origin": "https://gia-mao.test"}, {"host": "gia-mao.test"}, {"algorithm": -65535}], ids=str
)
def test_a_key_that_is_made_for_something_else_is_not_taken(
    session: Session, holder: Holder, wrong: dict[str, Any]
) -> None:
    begun = holder.begin()
    asked, form = asked_of(begun), begun.form("/keys/add")
    refused = form.send(key=Authenticator().introduce(asked, **wrong))
    assert refused.form("/keys/add").error("key")
    assert kept_keys(session) == 0
    assert refused.form("/keys/add").send(key=Authenticator().introduce(asked)).path == HOME


def test_a_key_stands_with_one_person_once_and_five_are_enough(
    app: FastAPI, session: Session, browser: Open, holder: Holder
) -> None:
    key = Authenticator()
    holder.add(key)
    assert holder.add(key).status == 409
    assert make_holder(app, session, browser).add(key).status == 409
    begun = holder.begin()
    for _ in range(security_keys.MOST_KEYS - 1):
        make_key(session, user_id=holder.account.user.id)
    session.commit()
    full = begun.form("/keys/add").send(key=Authenticator().introduce(asked_of(begun)))
    assert full.status == 409
    fields = {**full.form("/keys/add").fields, "present": make.PASSWORD}
    assert holder.here.post(HOME + "/keys", fields).status == 409
    assert kept_keys(session) == security_keys.MOST_KEYS
    shown = holder.here.get(HOME)
    assert not shown.css("form[action$='/keys']")
    assert len(shown.css(".lines form")) == security_keys.MOST_KEYS


def test_a_removed_key_opens_nothing(app: FastAPI, session: Session, browser: Open, holder: Holder) -> None:
    key, stays, another = Authenticator(), Authenticator(), make_holder(app, session, browser)
    holder.add(key)
    holder.add(stays, name="khóa hai")
    there, asked = half_way(browser, holder)
    other = signed_in(browser, holder.account)
    form = holder.here.get(HOME).form("/remove", near=".lines")
    fields = {**another.here.get(HOME).form("/codes").fields, "present": make.PASSWORD}
    assert another.here.post(form.action, fields).status == 404
    assert form.send(present="wrong one").form("/remove", near=".lines").error("present")
    assert kept_keys(session) == 2
    assert form.send(present=make.PASSWORD).path == HOME
    assert "khóa xanh" not in holder.here.get(HOME).css(".lines")[0].text()
    assert other.get("/account").path == "/account/sign-in"
    assert holder.here.get("/account").path == "/account"
    assert names(session)[-1] == "account.key_removed"
    assert there.form("/key").send(key=key.sign(asked)).status == 422
    assert there.form("/key").send(key=stays.sign(asked)).path == "/department"
    holder.here.get(HOME).form("/remove", near=".lines").send(present=make.PASSWORD)
    page = first_step(browser(), holder.account.login)
    assert not page.css("form[data-asked]")


def test_keys_go_with_the_second_step_and_with_the_person(
    app: FastAPI, session: Session, browser: Open, holder: Holder
) -> None:
    user_id = holder.account.user.id
    holder.add(Authenticator())
    [held] = own_data.gather(session, user_id=user_id).security_keys
    assert (held.name, held.at, held.last_used_at) == ("khóa xanh", START, None)
    holder.here.get(HOME).form("/second-step/remove").send(present=make.PASSWORD)
    assert kept_keys(session) == 0
    assert "/code" not in first_step(browser(), holder.account.login).path

    for end in (factors.reset, erasing.erase_person):
        with clock.at(START + timedelta(hours=1)):
            holder.here = signed_in(browser, holder.account)
            set_up(app, session, holder.here, holder.account)
            holder.add(Authenticator())
            assert kept_keys(session) == 1
            end(session, actor=Actor(channel="shell"), user_id=user_id)
            session.commit()
        assert kept_keys(session) == 0
        assert make.count_rows(session, SecondFactor) == 0


@pytest.mark.parametrize(
    ("base_url", "host", "origin"),
    [
        ("https://cho.vidu.vn", "cho.vidu.vn", "https://cho.vidu.vn"),
        ("https://cho.vidu.vn:443/", "cho.vidu.vn", "https://cho.vidu.vn"),
        ("https://Cho.vidu.vn:8443", "cho.vidu.vn", "https://cho.vidu.vn:8443"),
        ("https://chợ.vn", "xn--ch-3bt.vn", "https://xn--ch-3bt.vn"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("http://cho.vidu.vn", "", ""),
        ("http://127.0.0.1:8000", "", ""),
        ("https://192.0.2.7", "", ""),
        ("https://[2001:db8::1]", "", ""),
        ("https://cho..vn", "", ""),
        ("cho.vidu.vn", "", ""),
    ],
)
def test_which_sites_keys_can_be_for(base_url: str, host: str, origin: str) -> None:
    site = webauthn.site_of(base_url)
    assert site == (webauthn.Site(host, origin) if host else None)


def test_where_no_browser_would_use_a_key_none_is_offered(
    session: Session, settings: Settings, browser: Open, holder: Holder
) -> None:
    assert SECTION in holder.here.get(HOME).text
    fields = holder.here.get(HOME).form("/keys").fields
    settings.base_url = "http://127.0.0.1:8000"
    assert SECTION not in holder.here.get(HOME).text
    refused = holder.here.post(HOME + "/keys", {**fields, "name": "khóa", "present": make.PASSWORD})
    assert refused.status == 409
    assert "tên miền" in refused.text
