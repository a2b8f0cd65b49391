"""Registering a unit and a buyer through HTTP: what is asked, what is kept, what is said when it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import service as accounts
from market.accounts.models import POWERS, Consent, Membership, Person, User
from market.parties.models import Party, PartyContact, Representative, RepresentativePerson
from tests import make
from tests.pages import Browser, Page

Open = Callable[[], Browser]
UNIT = "/account/register/unit"
BUYER = "/account/register/buyer"
PERSON: dict[str, Any] = {
    "person": "Trần Thị Thử",
    "phone": "0912 345 678",
    "email": "Thu@VIDU.test",
    "password": make.PASSWORD,
    "terms": "1",
    "privacy": "1",
}
OF_UNIT: dict[str, Any] = {
    **PERSON,
    "kind": "group",
    "name": "THT Nuôi tôm Thử Nghiệm",
    "fields": ["shrimp", "rice"],
    "members": "1.200",
    "households": "96",
    "tax_code": "1900000001",
    "address": "Ấp 1",
    "position": "Tổ trưởng",
    "ground": "authority",
    "authority_number": "01/GUQ",
    "authority_date": "25/3/2025",
}
OF_BUYER: dict[str, Any] = {
    **PERSON,
    "kind": "company",
    "name": "Công ty Thử Nghiệm",
    "buyer_kind": "processor",
    "destination": "export",
}


def send(here: Browser, path: str, values: dict[str, Any], **changes: Any) -> Page:
    return here.get(path).form(path).send(**{**values, **changes})


def nothing_was_written(session: Session) -> bool:
    session.expire_all()
    return not any(make.count_rows(session, table) for table in (User, Person, Party, PartyContact, Consent))


def test_what_a_unit_need_not_say_it_need_not_say(session: Session, browser: Open) -> None:
    place = make.some_commune(session).id
    done = send(browser(), UNIT, OF_UNIT, place_id=place, members="", households="", tax_code="", address="")
    assert (done.status, done.path) == (200, "/account")
    [party] = session.scalars(sa.select(Party)).all()
    assert (party.members, party.households, party.tax_code) == (None, None, None)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_unit_registers_with_its_person_and_waits(session: Session, browser: Open, language: str) -> None:
    commune, here = make.some_commune(session), browser()
    here.get(f"/language/{language}")
    done = send(here, UNIT, OF_UNIT, place_id=commune.id)
    assert (done.status, done.path) == (200, "/account")
    assert ("Welcome" in done.text) == (language == "en")

    [party] = session.scalars(sa.select(Party)).all()
    assert (party.kind, party.name, party.standing) == ("group", "THT Nuôi tôm Thử Nghiệm", "pending")
    assert (party.members, party.households, party.tax_code) == (1200, 96, "1900000001")
    assert party.place_id == commune.id
    contact = session.get_one(PartyContact, party.id)
    assert (contact.phone, contact.email, contact.address) == ("+84912345678", "thu@vidu.test", "Ấp 1")
    [person] = session.scalars(sa.select(Person)).all()
    assert (person.name, person.phone, person.email) == ("Trần Thị Thử", "+84912345678", "thu@vidu.test")
    assert session.get_one(User, person.user_id).language == language
    [membership] = session.scalars(sa.select(Membership)).all()
    assert all(getattr(membership, f"can_{power}") for power in POWERS)
    [head] = session.scalars(sa.select(Representative)).all()
    assert (head.user_id, head.position, head.ground) == (person.user_id, "Tổ trưởng", "authority")
    assert (head.authority_number, str(head.authority_date)) == ("01/GUQ", "2025-03-25")
    assert session.get_one(RepresentativePerson, head.id).name == "Trần Thị Thử"
    assert here.get("/inquiries").status == 200, "signed in, for the new party"
    assert party.name in here.get("/account").css("a.me")[0].text()
    assert browser().get(f"/cooperatives/{party.code}").status == 404, "nobody else sees it yet"
    assert here.get(f"/cooperatives/{party.code}").status == 200


def test_a_buyer_registers_from_outside_the_province_with_a_phone_alone(
    session: Session, browser: Open
) -> None:
    here = browser()
    done = send(here, BUYER, OF_BUYER, email="", place_id="")
    assert (done.status, done.path) == (200, "/account")
    [party] = session.scalars(sa.select(Party)).all()
    assert (party.kind, party.buyer_kind, party.destination) == ("company", "processor", "export")
    assert (party.place_id, party.standing) == (None, "pending")
    other = browser()
    other.sign_in("0912345678")
    assert other.get("/account").status == 200


@pytest.mark.parametrize("path", [UNIT, BUYER])
def test_nothing_is_agreed_to_beforehand(browser: Open, path: str) -> None:
    page = browser().get(path)
    ticks = page.css("input[type=checkbox]")
    assert {"terms", "privacy"} <= {node.attributes.get("name") for node in ticks}
    assert not page.css("input[type=checkbox][checked]")
    assert not page.css("input[type=radio][checked]")


@pytest.mark.parametrize("path", [UNIT, BUYER])
def test_both_consents_are_needed_and_each_is_kept_with_its_text(
    session: Session, browser: Open, path: str
) -> None:
    values = {**(OF_UNIT if path == UNIT else OF_BUYER), "place_id": make.some_commune(session).id}
    here = browser()
    for missing in ("terms", "privacy"):
        refused = send(here, path, values, **{missing: None})
        assert refused.status == 422
        assert refused.form(path).error(missing)
        assert nothing_was_written(session)
    before = clock.now()
    assert send(here, path, values).path == "/account"
    kept = session.scalars(sa.select(Consent).order_by(Consent.id)).all()
    assert [(row.purpose, row.text_version) for row in kept] == [
        ("terms", accounts.TERMS_VERSION),
        ("privacy", accounts.PRIVACY_VERSION),
    ]
    assert all(before <= row.given_at <= clock.now() for row in kept)
    assert {row.withdrawn_at for row in kept} == {None}
    about = here.get("/about").text
    assert accounts.TERMS_VERSION in about, "the text that was agreed to can be read"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    session: Session, browser: Open, language: str
) -> None:
    here = browser()
    here.get(f"/language/{language}")
    wrong = {
        "kind": None,
        "name": "",
        "place_id": "",
        "fields": None,
        "members": "nhiều",
        "households": "99999999999",
        "position": "",
        "ground": "force",
        "authority_date": "31/2/2025",
        "person": "\x07",
        "password": "",
        "tax_code": "9" * 21,
    }
    page = send(here, UNIT, OF_UNIT, **wrong)
    assert page.status == 422
    form = page.form(UNIT)
    for name in wrong:
        assert form.error(name) or page.css(f"#e-{name}"), name
    summary = page.css(".problems li a")
    assert {node.attributes["href"] for node in summary} == {f"#f-{name}" for name in wrong}
    for node in summary:
        assert page.css(node.attributes["href"] or "-"), "the summary leads to the field"
    for name in ("email", "phone", "address", "authority_number", "members", "authority_date"):
        assert form.fields[name] == {**OF_UNIT, **wrong}[name]
    assert form.fields["terms"] == "1", "what was ticked stays ticked"
    assert make.PASSWORD not in page.response.text
    assert ("Please" in page.text) == (language == "en")
    assert nothing_was_written(session)


def test_what_the_services_refuse_stands_beside_its_field_too(session: Session, browser: Open) -> None:
    taken = make.make_unit(session, tax_code="1900000009")
    commune, here = make.some_commune(session), browser()
    counts = [make.count_rows(session, table) for table in (User, Party)]
    for field, changes in (
        ("password", {"password": "ngắn"}),
        ("phone", {"phone": "12", "email": ""}),
        ("phone", {"phone": "", "email": ""}),
        ("email", {"email": "không phải thư"}),
        ("tax_code", {"tax_code": "1900000009"}),
        ("place_id", {"place_id": 10**9}),
        ("authority_number", {"authority_number": ""}),
        ("authority_date", {"authority_date": "1/1/2199"}),
        ("members", {"members": "10000001"}),
    ):
        page = send(here, UNIT, OF_UNIT, **{"place_id": commune.id, **changes})
        assert page.status == 422, field
        form = page.form(UNIT)
        assert form.error(field), (field, page.text)
        assert form.fields["name"] == OF_UNIT["name"]
        assert taken.party.name not in page.text
        session.expire_all()
        assert [make.count_rows(session, table) for table in (User, Party)] == counts
        assert "session" not in here.client.cookies


def test_fields_that_were_chosen_stay_chosen(session: Session, browser: Open) -> None:
    page = send(browser(), UNIT, OF_UNIT, place_id="")
    assert page.status == 422
    assert sorted(page.form(UNIT).fields["fields"]) == ["rice", "shrimp"]
    one = send(browser(), UNIT, OF_UNIT, place_id="", fields="handicraft")
    assert one.form(UNIT).fields["fields"] == "handicraft"


@pytest.mark.parametrize("path", [UNIT, BUYER])
def test_an_address_that_is_taken_does_not_say_by_whom(session: Session, browser: Open, path: str) -> None:
    owner = make.make_unit(
        session, user={"email": "thu@vidu.test", "phone": "0987654321", "name": "Người Giữ Kín"}
    )
    values = {**(OF_UNIT if path == UNIT else OF_BUYER), "place_id": make.some_commune(session).id}
    counts = [make.count_rows(session, table) for table in (User, Party, Consent)]
    here = browser()
    said = []
    for field, changes in (("email", {}), ("phone", {"email": "", "phone": "+84 987 654 321"})):
        page = send(here, path, values, **changes)
        assert page.status == 422
        said.append(page.form(path).error(field))
        for secret in ("Người Giữ Kín", owner.party.name, owner.party.code, "0987654321"):
            assert secret not in page.text
    assert len(set(said)) == 1, "in the same words, whichever it is"
    session.expire_all()
    assert [make.count_rows(session, table) for table in (User, Party, Consent)] == counts
    assert "session" not in here.client.cookies
    browser().sign_in(owner.login)


def test_sending_the_form_twice_registers_once(session: Session, browser: Open) -> None:
    here = browser()
    form = here.get(UNIT).form(UNIT)
    values = {**OF_UNIT, "place_id": make.some_commune(session).id}
    assert form.send(**values).path == "/account"
    assert form.send(**values).path == "/account"
    assert (make.count_rows(session, Party), make.count_rows(session, User)) == (1, 1)
    assert form.send(**{**values, "name": "Một tên khác"}).status == 409


def test_a_name_of_marks_stays_text(session: Session, browser: Open) -> None:
    here, name = browser(), '<script>alert(1)</script>" onload=x {0} %s'
    page = send(here, UNIT, OF_UNIT, name=name, place_id="")
    assert page.form(UNIT).fields["name"] == name
    assert send(here, UNIT, OF_UNIT, name=name, place_id=make.some_commune(session).id).path == "/account"
    [party] = session.scalars(sa.select(Party)).all()
    shown = here.get(f"/cooperatives/{party.code}")
    assert shown.heading == " ".join(name.split())
    assert not shown.css("main script")
