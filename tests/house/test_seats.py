"""A read-only seat sees what the register, certificates and figures hold of its place, nothing of who deals
with whom or of how people are reached, and no button that would change anything.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts import service as accounts
from market.accounts.models import Person
from market.parties.models import Party, PartyContact
from tests import make
from tests.house import world
from tests.house.askers import SEAT
from tests.house.rights import TABLE
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]
DEPARTMENT = "/department"
#: Whose pages a seat is beside: neither who deals with whom nor anybody's complaint is seen from it.
SEEN_BY = {"officer:register", "officer:certificates", "officer:figures"}
#: Of these: forms to change something, and a scan that shows more of a person than the register does.
NOT_SEEN = {
    "parties:change_form",
    "links:merge_form",
    "certificates:desk_new",
    "certificates:desk_edit",
    "certificates:desk_file",
}


def test_a_seat_reads_what_officers_without_trade_and_personal_data_read_and_sends_nothing() -> None:
    # That the table is kept is tested beside, asker by asker.
    for name, right in TABLE.items():
        if right.path.startswith(DEPARTMENT) or name.startswith("spreadsheets:"):
            reads = right.method == "GET" and bool(SEEN_BY & set(right.who)) and name not in NOT_SEEN
            assert (SEAT in right.who) == (reads and right.path.startswith(DEPARTMENT)), name
    assert not [name for name in NOT_SEEN if TABLE[name].method != "GET"]


def test_what_a_seat_reads_holds_no_contact_no_buyer_and_no_form_to_change(
    app: FastAPI, session: Session, browser: Open
) -> None:
    there = world.build(session, files=app.state.settings.files)
    here = browser()
    for name, value in there.cookies[SEAT].items():
        here.client.cookies.set(name, value)
    assert current.COOKIE in here.client.cookies
    names = there.names["seller"]
    unit, buyer = (session.get_one(Party, names[one]) for one in ("seller_party", "pending"))
    contact = session.get_one(PartyContact, unit.id)
    people = session.scalars(sa.select(Person.email).where(Person.email.is_not(None))).all()
    buying = session.scalars(sa.select(Party.name).where(Party.buyer_kind.is_not(None))).all()
    assert contact.phone
    assert len(people) > 5
    assert buying
    looked = 0
    paths = [right.path for right in TABLE.values() if right.method == "GET" and SEAT in right.who]
    paths += [
        f"/department/parties/{unit.id}",
        f"/department/parties/{buyer.id}",
        "/department/work/unreached",
    ]
    for path in paths:
        if not path.startswith(DEPARTMENT):
            continue
        page = here.get(there.filled(path, "seller:all"))
        assert page.status == 200, path
        looked += 1
        if page.html is None:
            continue
        changing = [form for form in page.css("main form") if form.attributes.get("method") == "post"]
        assert not changing, path
        # The register's list holds buyers too, as the officer's does; how to reach them it does not say.
        for said in (*people, "0912 000 111", "0912 000 222", *([] if "parties" in path else buying)):
            assert said not in page.text, (path, said)
    assert looked >= 18


def test_rows_of_the_register_open_from_a_seat_and_rows_of_trade_do_not(
    session: Session, browser: Open
) -> None:
    commune, other = make.some_commune(session, index=3), make.some_commune(session, index=9)
    unit = make.make_unit(session, place_id=commune.id)
    seat = signed_in(browser, make.make_officer(session, place_id=commune.id, duties=("view",)))
    rows, year = "#rows td a", str(clock.today().year)
    here = seat.get("/statistics/cooperatives", place=commune.code, period=year)
    assert [node.text() for node in here.css(rows)] == [unit.party.name]
    assert not seat.get("/statistics/cooperatives", place=other.code, period=year).css("#rows table")
    for code in ("linked_cooperatives", "links_new", "contracted_value"):
        assert not seat.get(f"/statistics/{code}", place=commune.code, period=year).css("#rows table"), code


def test_who_has_a_duty_in_one_place_and_sees_another_acts_in_the_first_alone(
    session: Session, browser: Open
) -> None:
    home, away = make.some_commune(session, index=3), make.some_commune(session, index=9)
    hers, seen = (
        make.make_unit(session, place_id=one.id, confirm=False, name=f"HTX {one.id}") for one in (home, away)
    )
    officer = make.make_officer(session, place_id=home.id, duties=("register",))
    accounts.grant_duties(session, user_id=officer.user.id, place_id=away.id, duties=("view",))
    session.commit()
    page = signed_in(browser, officer)
    assert page.get(f"/department/parties/{hers.party.id}").form("/confirm")
    shown = page.get(f"/department/parties/{seen.party.id}")
    assert shown.status == 200
    assert not shown.css("main form[method=post]")
    form = page.get(f"/department/parties/{hers.party.id}").form("/confirm")
    form.action = f"/department/parties/{seen.party.id}/confirm"
    assert form.send(identity_level="papers").status == 404
