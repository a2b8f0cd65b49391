"""Programs report what is not as it should be and read what is held about their own person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.moderation.models import Report, ReportWords
from tests import make, trade
from tests.make import count_rows
from tests.pages import Browser

Open = Callable[[], Browser]
Ask = Callable[..., Any]


@pytest.fixture
def side(session: Session) -> make.Side:
    return make.make_buyer(session)


@pytest.fixture
def ask(session: Session, browser: Open, side: make.Side) -> Ask:
    token = accounts.add_token(session, user_id=side.user.id, name="sổ")
    session.commit()
    client = browser().client

    def send(method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        return client.request(method, f"/api/v1{path}", headers=headers, **more)

    return send


def test_a_report_is_taken_once(session: Session, ask: Ask, side: make.Side) -> None:
    listing, _ = trade.make_listing(session, make.make_unit(session))
    body = {"listing_id": listing.id, "reason": "untrue", "words": "Không có hàng"}
    answers = [ask("POST", "/reports", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    made = session.scalars(sa.select(Report)).one()
    assert (made.user_id, made.listing_id, made.reason) == (side.user.id, listing.id, "untrue")
    assert session.get_one(ReportWords, made.id).words == "Không có hàng"


def test_what_is_wrong_is_said_of_each_field_and_nothing_is_taken(session: Session, ask: Ask) -> None:
    unit = make.make_unit(session)
    draft, _ = trade.make_listing(session, unit, publish=False)
    said = {"reason": "untrue", "words": "x"}
    for field, body in (
        ("listing_id", said),
        ("listing_id", {**said, "listing_id": draft.id}),
        ("listing_id", {**said, "listing_id": draft.id, "code": unit.party.code}),
        ("code", {**said, "code": "KHONG-CO"}),
        ("reason", {**said, "code": unit.party.code, "reason": "because"}),
        ("words", {**said, "code": unit.party.code, "words": " "}),
    ):
        answer = ask("POST", "/reports", json=body)
        assert answer.status_code == 422, body
        assert [one["field"] for one in answer.json()["errors"]] == [field], body
    assert count_rows(session, Report) == 0


def test_a_person_gets_all_that_is_held(ask: Ask, side: make.Side) -> None:
    held = ask("GET", "/me/data")
    assert held.status_code == 200
    assert held.headers["cache-control"].startswith("private")
    assert held.json()["person"]["email"] == side.login
    assert held.json()["tokens"][0]["name"] == "sổ"
    assert [one["code"] for one in held.json()["roles"]] == [side.party.code]
