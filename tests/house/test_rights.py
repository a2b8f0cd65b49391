"""Every route × every role and power answers as the rights table says; what is refused changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.routing import Match
from starlette.testclient import TestClient

from market.changes import Change
from market.db import Database
from market.events import EventRow
from market.web import csrf
from tests.house import world
from tests.house.askers import BUYER, EVERYBODY, OFFICIALS, OTHERS, SELLER, SOME, Right
from tests.house.hostile import every_route
from tests.house.rights import TABLE
from tests.house.world import World

REFUSED = (401, 403, 404)
_TRACES = sa.select(
    *(sa.select(sa.func.count()).select_from(one.__table__).scalar_subquery() for one in (EventRow, Change))
)


def _outcome(client: TestClient, app: FastAPI, there: World, right: Right, asker: str) -> int:
    """The status, with "go and sign in" read as 401."""
    client.cookies.clear()
    for name, value in there.cookies[asker].items():
        client.cookies.set(name, value)
    path = there.filled(right.path, asker)
    if path.startswith("/api/v1/"):
        return _outcome_for_program(client, there, right, asker)
    if right.method == "GET":
        answer = client.get(path)
    else:
        fields = {name: there.filled(str(value), asker) for name, value in right.fields.items()}
        token = csrf._sign(app.state.settings.secret_key, world.SECRET)
        answer = client.post(path, data={**fields, csrf.FIELD: token}, files=right.files or None)
    if (
        right.method == "GET"
        and answer.status_code == 303
        and answer.headers["location"].startswith("/account/sign-in")
    ):
        return 401
    return answer.status_code


def _outcome_for_program(client: TestClient, there: World, right: Right, asker: str) -> int:
    """The same through the API: cookies, which stand there too, let nobody in."""
    headers = {"Authorization": f"Bearer {there.tokens[asker]}"} if asker in there.tokens else {}

    def filled(value: Any) -> Any:
        text = there.filled(value, asker) if isinstance(value, str) else value
        return int(text) if isinstance(value, str) and value.startswith("{") and text.isdigit() else text

    body = {name: filled(value) for name, value in right.fields.items()}
    content = None if right.method == "GET" else json.dumps(body)
    path = there.filled(right.path, asker)
    if right.files:
        return int(client.request(right.method, path, files=right.files, headers=headers).status_code)
    return int(client.request(right.method, path, content=content, headers=headers).status_code)


@contextmanager
def _taken_back(database: Database, session: Session) -> Iterator[None]:
    """Whatever happens inside has not happened."""
    session.rollback()
    nested = database.connection.begin_nested()
    try:
        yield
    finally:
        session.rollback()
        nested.rollback()


def _traces(session: Session) -> tuple[int, int]:
    events, changes = session.execute(_TRACES).one()
    return events, changes


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as opened:
        yield opened


def test_every_route_stands_in_the_table(app: FastAPI) -> None:
    routes = {(route.name, next(iter(route.methods))) for route in every_route(app)}
    assert routes == {(name, right.method) for name, right in TABLE.items()}
    for route in every_route(app):
        shape = route.path.split("/")
        told = TABLE[route.name].path.split("?")[0].split("/")
        assert len(shape) == len(told), route.name
        assert all(a == b or a.startswith("{") for a, b in zip(shape, told, strict=True)), route.name


def test_no_route_hides_another(app: FastAPI) -> None:
    routes = every_route(app)
    for route in routes:
        scope = {
            "type": "http",
            "method": next(iter(route.methods)),
            "path": re.sub(r"{[^}]+}", "7", route.path),
            "headers": [],
            "root_path": "",
        }
        first = next(one for one in routes if one.matches(dict(scope))[0] == Match.FULL)
        assert first is route, f"{route.path} is taken for {first.path}"


@pytest.mark.parametrize(
    "askers",
    [SELLER, (*BUYER, *OTHERS), ("nobody", "newcomer", *OFFICIALS)],
    ids=["sellers", "buyers", "others"],
)
@pytest.mark.long
def test_every_asker_gets_what_the_table_says(
    app: FastAPI, client: TestClient, database: Database, session: Session, askers: tuple[str, ...]
) -> None:
    there = world.build(session, files=app.state.settings.files)
    before, wrong = _traces(session), []
    for name, right in TABLE.items():
        for asker in askers:
            if right.who == EVERYBODY and asker not in SOME:
                continue
            with _taken_back(database, session):
                allowed = asker in right.who
                status = _outcome(client, app, there, right, asker)
                if allowed:
                    # 422 and 409 are said to people who may, about what they sent.
                    fine = status < 500 and status not in REFUSED
                else:
                    fine = status in REFUSED and _traces(session) == before
                if asker == "nobody" and asker not in right.who:
                    fine = fine and status == 401
                if not fine:
                    wrong.append(f"{name} as {asker}: {status}, may: {asker in right.who}")
    assert not wrong, "\n".join(wrong)


def test_whoever_may_do_it_really_can(
    app: FastAPI, client: TestClient, database: Database, session: Session
) -> None:
    # The table's forms are complete: a right that only ever met 422 would prove nothing.
    there = world.build(session, files=app.state.settings.files)
    unfinished = {
        "accounts:sign_in",
        "accounts:redeem",
        "accounts:change_password",
        "accounts:second_step",
        "accounts:confirm_factor",
        "accounts:renew_codes",
        "accounts:remove_factor",
        "accounts:second_step_by_key",
        "accounts:begin_key",
        "accounts:add_key",
        "accounts:remove_key",
        "accounts:reset_factor",
        "parties:register_unit",
        "parties:register_buyer",
    }
    for name, right in TABLE.items():
        if right.method != "GET" and name not in unfinished:
            asker = next(one for one in right.who if one != "nobody")
            with _taken_back(database, session):
                assert _outcome(client, app, there, right, asker) in (200, 201, 303), f"{name} as {asker}"
