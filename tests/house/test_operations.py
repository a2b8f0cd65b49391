"""Every operation of the API, by what the OpenAPI document says of it: bodies made of its schemas, whole and
spoilt, by everybody who may ask. No answer is a fault, none has a status or a schema that is not declared,
and what is refused leaves no trace.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from market import clock
from market.events import EventRow
from market.once import Once
from tests.conftest import Savepoints
from tests.house import operations, world
from tests.house.askers import Right
from tests.house.rights import TABLE
from tests.house.world import World
from tests.machines import API, check_declared
from tests.pages import Browser

DAY = date(2026, 3, 10)
ASKERS = ("seller:all", "buyer:all", "rival:all", "officer:register")


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture
def there(app: FastAPI, session: Session) -> World:
    app.state.write_limit.most = 10**9
    return world.build(session)


def _traces(session: Session) -> tuple[int, ...]:
    counts = [sa.select(sa.func.count()).select_from(table) for table in (EventRow, Once)]
    return tuple(session.scalar(one) or 0 for one in counts)


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.long
def test_no_operation_answers_what_is_not_declared(
    app: FastAPI,
    database: Savepoints,
    session: Session,
    browser: Callable[[], Browser],
    there: World,
    half: int,
) -> None:
    here = browser()
    document = app.state.api_document()
    known = [(name, method, TABLE[name].path, told) for name, method, _, told in operations.named(document)]
    seen: set[tuple[str, int]] = set()

    def ask(data: st.DataObject, name: str, method: str, path: str, told: dict[str, Any]) -> None:
        asker = data.draw(st.sampled_from(ASKERS))
        content, more = None, {}
        kinds = told.get("requestBody", {}).get("content", {})
        if kinds and "application/json" not in kinds:
            content, more = (
                data.draw(st.binary(max_size=99)),
                {"Content-Type": data.draw(st.sampled_from([*kinds]))},
            )
        elif kinds:
            body = operations.fitting(document, kinds["application/json"]["schema"])
            if data.draw(st.booleans()):
                body = operations.spoilt(body)
            sent = data.draw(body)
            right = TABLE[name]
            if data.draw(st.booleans()) and isinstance(sent, dict):
                # What would be done with good fields beside: most of what is drawn fails at the first.
                sent = {**_good(there, right, asker), **dict(list(sent.items())[:1])}
            content = json.dumps(sent).encode()
        address = there.filled(path, asker)
        headers = {"Authorization": f"Bearer {there.tokens[asker]}", "Idempotency-Key": "k", **more}
        session.rollback()
        nested = database.connection.begin_nested()
        try:
            before = _traces(session)
            response = here.client.request(method, address, content=content, headers=headers)
            seen.add((name, response.status_code))
            assert response.status_code < 500, (method, address, content)
            check_declared(document, method, address.removeprefix(API), response)
            if response.status_code >= 400:
                assert _traces(session) == before, (method, address, content)
        finally:
            session.rollback()
            nested.rollback()

    def try_it(name: str, method: str, path: str, told: dict[str, Any]) -> None:
        @settings(
            max_examples=6 if method != "GET" else 3,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(st.data())
        def once(data: st.DataObject) -> None:
            ask(data, name, method, path, told)

        once()

    for one in known[half::2]:
        try_it(*one)
    # It went beyond the first look: that each operation can be done is test_rights.py's.
    assert {200, 201, 403, 404, 422} <= {status for _, status in seen}


def _good(there: World, right: Right, asker: str) -> dict[str, Any]:
    """The fields of the rights table, as numbers where they are."""
    found = {}
    for name, value in right.fields.items():
        text = there.filled(value, asker) if isinstance(value, str) else value
        is_number = isinstance(value, str) and value.startswith("{") and text.isdigit()
        found[name] = int(text) if is_number else text
    return found
