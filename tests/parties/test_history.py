"""The register by date: every write adds a row with the day it holds from and the moment it was learned; no
row is ever changed, and the party's own values are those of the last.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import Conflict, Invalid
from market.events import EventRow
from market.parties import queries
from market.parties import service as parties
from market.parties.models import (
    Party,
    PartyKind,
    PartyMembers,
    PartyName,
    PartyPlace,
    PartyRating,
    PartyStatus,
    PilotDesignation,
    UnitField,
)
from search import vietnamese
from tests import make
from tests.make import TODAY

pytestmark = pytest.mark.usefixtures("on_a_day")

TABLES: tuple[type[Any], ...] = (
    PartyName, PartyPlace, PartyKind, PartyStatus, PartyMembers, UnitField, PartyRating, PilotDesignation,
)  # fmt: skip


def unit(session: Session, **changes: Any) -> Party:
    return make.make_unit(session, founded_on=date(2020, 5, 4), **changes).party


def rows(session: Session, table: type[Any]) -> list[tuple[Any, ...]]:
    """All rows of a history as they are kept, the oldest first."""
    session.flush()
    return [tuple(row) for row in session.execute(sa.select(*table.__table__.columns).order_by(table.id))]


def commune(session: Session, index: int) -> int:
    return make.some_commune(session, index=index).id


Write = Callable[[Session, int, date], object]
WRITES: list[tuple[type[Any], str, Write, Write]] = [
    (
        PartyName, "name",
        lambda s, i, on: parties.rename_party(s, actor=make.SHELL, party_id=i, name="Tên một", on_date=on),
        lambda s, i, on: parties.rename_party(s, actor=make.SHELL, party_id=i, name="Tên hai", on_date=on),
    ),
    (
        PartyPlace, "place_id",
        lambda s, i, on: parties.move_party(
            s, actor=make.SHELL, party_id=i, place_id=commune(s, 3), on_date=on),
        lambda s, i, on: parties.move_party(
            s, actor=make.SHELL, party_id=i, place_id=commune(s, 4), on_date=on),
    ),
    (
        PartyKind, "kind",
        lambda s, i, on: parties.change_kind(s, actor=make.SHELL, party_id=i, kind="union", on_date=on),
        lambda s, i, on: parties.change_kind(s, actor=make.SHELL, party_id=i, kind="group", on_date=on),
    ),
    (
        PartyStatus, "status",
        lambda s, i, on: parties.change_status(
            s, actor=make.SHELL, party_id=i, status="suspended", on_date=on),
        lambda s, i, on: parties.change_status(
            s, actor=make.SHELL, party_id=i, status="stopped", on_date=on),
    ),
    (
        PartyMembers, "members",
        lambda s, i, on: parties.report_members(s, actor=make.SHELL, party_id=i, official=50, on_date=on),
        lambda s, i, on: parties.report_members(
            s, actor=make.SHELL, party_id=i, official=60, associate=4, on_date=on),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "first", "second"), WRITES, ids=[w[1] for w in WRITES])
def test_a_fact_is_added_never_changed_and_the_latest_day_holds(
    session: Session, table: type[Any], column: str, first: Write, second: Write
) -> None:
    party = unit(session)
    begun = getattr(party, column)
    kept = rows(session, table)
    assert len(kept) == 1
    with clock.at(TODAY + timedelta(days=1)):
        first(session, party.id, TODAY)
    now = getattr(party, column)
    assert now != begun
    # What is learned later of an earlier day is kept, and changes nothing of what holds now.
    with clock.at(TODAY + timedelta(days=2)):
        second(session, party.id, date(2022, 1, 1))
    assert getattr(party, column) == now
    with clock.at(TODAY + timedelta(days=3)):
        second(session, party.id, TODAY)
    assert getattr(party, column) not in (begun, now), "of one day what was learned last counts"
    found = rows(session, table)
    assert found[:1] == kept, "no row is changed"
    added = session.scalars(sa.select(table).order_by(table.id)).all()[1:]
    assert [row.on_date for row in added] == [TODAY, date(2022, 1, 1), TODAY]
    assert [clock.day_of(row.recorded_at) for row in added] == [
        TODAY + timedelta(days=1),
        TODAY + timedelta(days=2),
        TODAY + timedelta(days=3),
    ]
    last = session.scalars(
        sa.select(table).order_by(table.on_date.desc(), table.recorded_at.desc(), table.id.desc())
    ).first()
    value = last.official + last.associate if column == "members" else getattr(last, column)
    assert value == getattr(party, column)


@pytest.mark.parametrize(("table", "column", "first", "second"), WRITES, ids=[w[1] for w in WRITES])
def test_the_future_is_refused(
    session: Session, table: type[Any], column: str, first: Write, second: Write
) -> None:
    party = unit(session)
    before, version = [rows(session, one) for one in TABLES], party.version
    with pytest.raises(Invalid) as refused:
        first(session, party.id, TODAY + timedelta(days=1))
    assert refused.value.field == "on_date"
    assert ([rows(session, one) for one in TABLES], party.version) == (before, version)


def test_registering_begins_every_history_on_the_day_of_founding(session: Session) -> None:
    party = unit(session, fields=("rice", "shrimp"), members=40, households=32)
    for table, count in (
        (PartyName, 1),
        (PartyPlace, 1),
        (PartyKind, 1),
        (PartyStatus, 1),
        (PartyMembers, 1),
    ):
        found = session.scalars(sa.select(table)).all()
        assert [row.on_date for row in found] == [date(2020, 5, 4)] * count
        assert {clock.day_of(row.recorded_at) for row in found} == {TODAY}
    assert {row.field for row in session.scalars(sa.select(UnitField))} == {"rice", "shrimp"}
    assert (party.members, party.households, party.status) == (40, 32, "active")


def test_fields_come_and_go_by_rows_of_their_own(session: Session) -> None:
    party = unit(session, fields=("rice", "shrimp"))

    def to(*fields: str, on: date = TODAY) -> list[str]:
        parties.set_fields(session, actor=make.SHELL, party_id=party.id, fields=fields, on_date=on)
        session.flush()
        return queries.fields_of(session, [party.id]).get(party.id, [])

    assert set(to("rice", "handicraft", on=TODAY - timedelta(days=10))) == {"rice", "handicraft"}
    before = rows(session, UnitField)
    assert set(to("handicraft", "rice", on=TODAY - timedelta(days=5))) == {"rice", "handicraft"}
    assert rows(session, UnitField) == before, "what stays needs no row"
    assert set(to("shrimp")) == {"shrimp"}
    assert to() == []
    assert rows(session, UnitField)[: len(before)] == before
    with pytest.raises(Invalid) as refused:
        to("rice", "gold")
    assert refused.value.field == "fields"


def test_a_new_name_is_found_without_diacritics(session: Session) -> None:
    party = unit(session)
    parties.rename_party(session, actor=make.SHELL, party_id=party.id, name="  HTX Đông Hải  ")
    assert party.name == "HTX Đông Hải"
    assert party.folded == vietnamese.fold("HTX Đông Hải")
    assert party.sort_key == vietnamese.sort_key("HTX Đông Hải")


def test_a_dissolved_unit_stays_so(session: Session) -> None:
    party = unit(session)
    parties.change_status(
        session, actor=make.SHELL, party_id=party.id, status="dissolved", on_date=date(2026, 2, 1)
    )
    assert (party.status, party.dissolved_on) == ("dissolved", date(2026, 2, 1))
    for status in ("active", "dissolved"):
        with pytest.raises(Conflict):
            parties.change_status(session, actor=make.SHELL, party_id=party.id, status=status)
    assert len(rows(session, PartyStatus)) == 2


def test_what_cannot_be_reported_is_refused_and_leaves_nothing(session: Session) -> None:
    party, company = unit(session), make.make_buyer(session).party
    before = [rows(session, table) for table in TABLES]
    shell: dict[str, Any] = {"actor": make.SHELL, "party_id": party.id}
    for field, write in (
        ("members", lambda: parties.report_members(session, **shell, official=-1)),
        ("members", lambda: parties.report_members(session, **shell, official=10**7, associate=1)),
        ("associate", lambda: parties.report_members(session, **shell, official=1, associate=10**7 + 1)),
        ("households", lambda: parties.report_members(session, **shell, official=1, households=-5)),
        ("members", lambda: parties.report_members(
            session, actor=make.SHELL, party_id=company.id, official=5)),
        ("status", lambda: parties.change_status(session, **shell, status="asleep")),
        ("status", lambda: parties.change_status(session, **shell, status="active")),
        ("kind", lambda: parties.change_kind(session, **shell, kind="kolkhoz")),
        ("name", lambda: parties.rename_party(session, **shell, name=" ")),
        ("place_id", lambda: parties.move_party(session, **shell, place_id=10**9)),
        ("rating", lambda: parties.rate_party(session, **shell, year=2025, rating="divine")),
        ("year", lambda: parties.rate_party(session, **shell, year=2027, rating="good")),
        ("year", lambda: parties.rate_party(session, **shell, year=1200, rating="good")),
        ("score", lambda: parties.rate_party(session, **shell, year=2025, rating="good", score=101)),
        ("field", lambda: parties.designate_pilot(session, **shell, field="gold")),
    ):  # fmt: skip
        with pytest.raises((Invalid, Conflict)) as refused:
            write()
        assert refused.value.field == field
    assert [rows(session, table) for table in TABLES] == before


def test_every_write_is_an_event_of_ids_and_numbers(session: Session) -> None:
    party, officer = unit(session), make.make_officer(session)
    acts: dict[str, Any] = {"actor": officer.actor, "party_id": party.id}
    parties.rename_party(session, **acts, name="HTX Tên Riêng")
    parties.move_party(session, **acts, place_id=commune(session, 3))
    parties.report_members(session, **acts, official=9)
    parties.rate_party(session, **acts, year=2025, rating="good", score=88)
    parties.designate_pilot(session, **acts, field="rice")
    session.flush()
    found = session.scalars(
        sa.select(EventRow).where(EventRow.user_id == officer.user.id).order_by(EventRow.id)
    ).all()
    assert [row.name for row in found] == [
        "party.renamed", "party.moved", "party.members_reported", "party.rated", "party.pilot_designated",
    ]  # fmt: skip
    assert {row.subject_id for row in found} == {party.id}
    assert "Riêng" not in str([row.data for row in found])
