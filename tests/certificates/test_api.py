"""A unit's certificates through the API: entered, put right and accepted by its program, never verified."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market.certificates import service as certificates
from market.certificates.models import Certificate
from market.events import EventRow
from tests import make
from tests.certificates.steps import verify
from tests.machines import Trader
from tests.make import TODAY, Account, Side
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
PAPER: dict[str, Any] = {
    "standard": "VIETGAP-TT",
    "number": "VG-1",
    "issuer": "Chi cục Trồng trọt",
    "valid_from": "2026-01-15",
    "valid_to": "2028-01-15",
    "products": ["lua-st25"],
    "area": 12.5,
    "sites": "Ấp 1",
}


@pytest.fixture
def coop(browser: Open, session: Session, unit: Side) -> Trader:
    return Trader(browser(), session, unit.user)


def test_a_certificate_is_entered_and_put_right(session: Session, coop: Trader, unit: Side) -> None:
    other = make.make_unit(session)
    body = {**PAPER, "units": [other.party.code.lower()]}
    made = coop.does("POST", "/certificates", body, key="paper")
    assert coop.does("POST", "/certificates", body, key="paper") == made
    assert make.count_rows(session, Certificate) == 1
    assert {name: made[name] for name in PAPER} == PAPER
    assert (made["state"], made["own"], made["unit"], made["holder"], made["units"]) == (
        "claimed",
        True,
        unit.party.code,
        unit.party.code,
        [other.party.code],
    )
    path = f"/certificates/{made['id']}"
    changed = coop.does("PUT", path, {**PAPER, "area": 0.0125, "products": [], "version": made["version"]})
    assert (changed["area"], changed["products"], changed["units"]) == (0.0125, [], [])
    assert coop.wrong("PUT", path, 409, {**PAPER, "version": made["version"]}) == {}
    assert coop.look(path)["version"] == changed["version"]
    assert [one["id"] for one in coop.look("/certificates")["certificates"]] == [made["id"]]
    event = session.query(EventRow).filter_by(name="certificate.claimed").one()
    assert event.channel == "api"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"standard": "NONE"}, "standard"),
        ({"number": " "}, "number"),
        ({"issuer": None}, "issuer"),
        ({"valid_to": "2026-01-15"}, "valid_to"),
        ({"valid_from": "2024-01-01", "valid_to": "2025-01-01"}, "valid_to"),
        ({"holder": "nobody"}, "holder"),
        ({"units": ["nobody"]}, "units.0"),
        ({"products": ["lua-st25", "none"]}, "products.1"),
        ({"products": ["tom-su"]}, "products"),
        ({"area": 0}, "area"),
        ({"area": 0.00001}, "area"),
        ({"state": "verified"}, "state"),
    ],
)
def test_what_is_wrong_is_named(session: Session, coop: Trader, changes: dict[str, Any], field: str) -> None:
    assert field in coop.wrong("POST", "/certificates", 422, {**PAPER, **changes})
    assert not make.count_rows(session, Certificate)


def test_what_an_officer_entered_is_accepted_once(
    session: Session, coop: Trader, unit: Side, officer: Account
) -> None:
    one = certificates.enter(
        session, actor=officer.actor, places=None, unit_id=unit.party.id, said=make.paper()
    )
    session.commit()
    path = f"/certificates/{one.id}"
    assert coop.look(path)["to_accept"] is True
    assert coop.does("POST", f"{path}/accept")["to_accept"] is False
    assert coop.wrong("POST", f"{path}/accept", 409) == {}


def test_what_was_decided_is_read_with_its_reason_and_not_changed(
    session: Session, coop: Trader, unit: Side, officer: Account
) -> None:
    one = make.make_claim(session, unit)
    verify(session, officer, one)
    certificates.stop(
        session,
        actor=officer.actor,
        places=None,
        certificate_id=one.id,
        state="suspended",
        reason="Nơi cấp báo",
    )
    session.commit()
    told = coop.look(f"/certificates/{one.id}")
    assert [(step["state"], step["ground"], step["reason"]) for step in told["verdicts"]] == [
        ("suspended", None, "Nơi cấp báo"),
        ("verified", "original", None),
        ("claimed", None, None),
    ]
    assert coop.wrong("PUT", f"/certificates/{one.id}", 409, PAPER) == {}


def test_certificates_of_others_are_read_where_they_cover_the_unit_alone(
    session: Session, browser: Open, coop: Trader, unit: Side
) -> None:
    other = make.make_unit(session)
    one = make.make_claim(session, other, unit_ids=(unit.party.id,), valid_to=TODAY + timedelta(days=9))
    assert coop.look("/certificates")["certificates"] == []
    verify(session, make.make_officer(session), one)
    session.commit()
    [seen] = coop.look("/certificates")["certificates"]
    assert (seen["own"], seen["state"], seen["unit"]) == (False, "verified", other.party.code)
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "", PAPER),
        ("POST", "/accept", {}),
    ):
        assert coop.send(method, f"/certificates/{one.id}{path}", body).status_code == 404
    buyer = Trader(browser(), session, make.make_buyer(session).user)
    assert buyer.send("GET", "/certificates").status_code == 403
    assert buyer.wrong("POST", "/certificates", 403, PAPER) == {}
