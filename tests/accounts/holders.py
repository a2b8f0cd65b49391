"""Somebody with a second step who may have security keys, for the tests of those."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market.accounts.models import SecurityKey
from market.events import EventRow
from tests import make
from tests.accounts.test_second_step import HOME, first_step, set_up
from tests.authenticator import Authenticator, asked_of
from tests.make import Account
from tests.pages import Browser, Page, signed_in

Open = Callable[[], Browser]
CODE = "/account/sign-in/code"


@dataclass(slots=True)
class Holder:
    """Somebody with a second step, signed in here."""

    account: Account
    here: Browser
    codes: list[str]

    def begin(self, *, name: str = "khóa xanh", present: str = make.PASSWORD) -> Page:
        return self.here.get(HOME).form("/keys").send(name=name, present=present)

    def add(self, key: Authenticator, *, name: str = "khóa xanh") -> Page:
        begun = self.begin(name=name)
        return begun.form("/keys/add").send(key=key.introduce(asked_of(begun)))


def make_holder(app: FastAPI, session: Session, browser: Open) -> Holder:
    officer = make.make_officer(session)
    here = signed_in(browser, officer)
    return Holder(officer, here, set_up(app, session, here, officer))


def half_way(browser: Open, holder: Holder, **fields: str) -> tuple[Page, dict[str, Any]]:
    """Between the steps in a browser of one's own, with what is asked of a key there."""
    page = first_step(browser(), holder.account.login, **fields)
    assert page.path == CODE
    return page, asked_of(page)


def names(session: Session) -> list[str]:
    """What happened to keys."""
    kept = sa.select(EventRow.name).where(EventRow.name.startswith("account.key")).order_by(EventRow.id)
    return list(session.scalars(kept))


def kept_keys(session: Session) -> int:
    return make.count_rows(session, SecurityKey)
