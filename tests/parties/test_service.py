"""Joining the register and standing in it, by the services: what is refused beside which field, who decides,
who represents.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import sessions
from market.accounts.models import OneTimeCode, User
from market.db import Database
from market.engine import make_engine
from market.errors import Conflict, Invalid, NotFound
from market.events import EventRow
from market.notices.models import Notice
from market.parties import queries
from market.parties import service as parties
from market.parties.models import Identity, Party, PartyContact, Representative
from tests import make
from tests.profiles import Profile

FINE: dict[str, Any] = {"kind": "cooperative", "name": "HTX Muối Thử", "fields": ("other",), "members": 7}
MOST = 10**7


def register(session: Session, **changes: Any) -> Party:
    values = {**FINE, "place_id": make.some_commune(session).id, **changes}
    return parties.register_party(session, actor=make.SHELL, **values)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": "kolkhoz"}),
        ("name", {"name": ""}),
        ("name", {"name": " \n "}),
        ("name", {"name": "x" * 201}),
        ("fields", {"fields": ("rice", "gold")}),
        ("members", {"members": -1}),
        ("members", {"members": MOST + 1}),
        ("members", {"members": MOST, "associate": 1}),
        ("associate", {"associate": -1}),
        ("households", {"households": MOST + 1}),
        ("place_id", {"place_id": None}),
        ("place_id", {"place_id": 10**9}),
        ("former_place_id", {"former_place_id": 10**9}),
        ("buyer_kind", {"buyer_kind": "king"}),
        ("destination", {"destination": "moon"}),
        ("standing", {"standing": "royal"}),
        ("founded_on", {"founded_on": clock.today() + timedelta(days=2)}),
    ],
)
def test_a_wrong_value_is_refused_beside_its_field_and_writes_nothing(
    session: Session, field: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        register(session, **changes)
    assert refused.value.field == field
    assert not session.new
    for table in (Party, PartyContact, EventRow):
        assert make.count_rows(session, table) == 0


def test_too_few_and_too_many_are_told_apart(session: Session) -> None:
    with pytest.raises(Invalid, match="at least 0"):
        register(session, members=-1)
    with pytest.raises(Invalid, match="at most 10000000"):
        register(session, members=MOST + 1)
    assert register(session, members=MOST - 1, associate=1).members == MOST
    assert register(session, members=0).members == 0


def test_a_code_and_a_tax_code_belong_to_one_party(session: Session) -> None:
    register(session, code="HTX-A", tax_code="1900000001")
    for field, changes in (("code", {"code": "HTX-A"}), ("tax_code", {"tax_code": "1900000001"})):
        with pytest.raises(Invalid) as refused:
            register(session, **changes)
        assert refused.value.field == field
        assert "Muối Thử" not in str(refused.value), "it is not said whose it is"
    assert {register(session, tax_code="").tax_code, register(session).tax_code} == {None}


def test_each_kind_has_its_own_code(session: Session) -> None:
    made = {kind: register(session, kind=kind) for kind in ("cooperative", "group", "union", "company")}
    for kind, prefix in (("cooperative", "HTX"), ("group", "THT"), ("union", "LH"), ("company", "DN")):
        assert made[kind].code == f"{prefix}-{made[kind].id:06d}"


def test_a_buyer_needs_no_commune(session: Session) -> None:
    party = register(session, kind="company", place_id=None, fields=(), buyer_kind="exporter", members=None)
    assert (party.place_id, party.members, party.standing) == (None, None, "pending")


def test_confirming_is_told_kept_and_done_once(session: Session) -> None:
    unit, officer = make.make_unit(session, confirm=False), make.make_officer(session)
    parties.confirm_party(
        session, actor=officer.actor, party_id=unit.party.id, identity_level="vneid", reference="GCN 7"
    )
    session.commit()
    assert (unit.party.standing, unit.party.identity_level) == ("confirmed", "vneid")
    [seen] = session.scalars(sa.select(Identity)).all()
    assert (seen.level, seen.reference, seen.recorded_by) == ("vneid", "GCN 7", officer.user.id)
    [told] = session.scalars(sa.select(Notice)).all()
    assert (told.user_id, told.kind) == (unit.user.id, "party.confirmed")
    with pytest.raises(Conflict):
        parties.confirm_party(session, actor=officer.actor, party_id=unit.party.id)
    with pytest.raises(Conflict):
        parties.refuse_party(session, actor=officer.actor, party_id=unit.party.id, reason="Thiếu giấy tờ")
    assert make.count_rows(session, Identity) == 1


@pytest.mark.parametrize("level", ["none", "phone", "passport", ""])
def test_a_unit_is_confirmed_by_its_papers_alone(session: Session, level: str) -> None:
    unit = make.make_unit(session, confirm=False)
    with pytest.raises(Invalid) as refused:
        parties.confirm_party(session, actor=make.SHELL, party_id=unit.party.id, identity_level=level)
    assert refused.value.field == "identity_level"
    assert unit.party.standing == "pending"


def test_a_buyer_may_be_confirmed_by_phone_but_not_unseen(session: Session) -> None:
    buyer = make.make_buyer(session, confirm=False)
    with pytest.raises(Invalid):
        parties.confirm_party(session, actor=make.SHELL, party_id=buyer.party.id, identity_level="none")
    parties.confirm_party(session, actor=make.SHELL, party_id=buyer.party.id, identity_level="phone")
    assert buyer.party.standing == "confirmed"


def test_a_refusal_says_why_and_may_be_made_good(session: Session) -> None:
    unit = make.make_unit(session, confirm=False)
    with pytest.raises(Invalid) as refused:
        parties.refuse_party(session, actor=make.SHELL, party_id=unit.party.id, reason=" \n")
    assert refused.value.field == "reason"
    parties.refuse_party(session, actor=make.SHELL, party_id=unit.party.id, reason="Thiếu điều lệ.")
    assert (unit.party.standing, unit.party.refusal) == ("refused", "Thiếu điều lệ.")
    session.flush()
    [told] = session.scalars(sa.select(Notice)).all()
    assert told.values["reason"] == "Thiếu điều lệ."
    with pytest.raises(Conflict):
        parties.refuse_party(session, actor=make.SHELL, party_id=unit.party.id, reason="Lần nữa.")
    parties.confirm_party(session, actor=make.SHELL, party_id=unit.party.id)
    assert (unit.party.standing, unit.party.refusal) == ("confirmed", None)


def test_a_party_outside_the_platform_is_not_decided_on(session: Session) -> None:
    party = register(session, standing="none")
    for decide in (
        lambda: parties.confirm_party(session, actor=make.SHELL, party_id=party.id),
        lambda: parties.refuse_party(session, actor=make.SHELL, party_id=party.id, reason="Không rõ."),
    ):
        with pytest.raises(Conflict):
            decide()
    with pytest.raises(NotFound):
        parties.confirm_party(session, actor=make.SHELL, party_id=10**9)


def test_of_officers_who_decide_at_once_one_decides(tmp_path: Path, profile: Profile) -> None:
    database = Database(make_engine(profile.own(tmp_path).database))
    with database.session(write=True) as session:
        party_id = make.make_unit(session, confirm=False).party.id
    begin, done = threading.Barrier(6), []

    def decide(confirms: bool) -> None:
        begin.wait()
        try:
            with database.writing() as session:
                if confirms:
                    parties.confirm_party(session, actor=make.SHELL, party_id=party_id)
                else:
                    parties.refuse_party(session, actor=make.SHELL, party_id=party_id, reason="Không rõ.")
        except Conflict:
            return
        done.append(confirms)

    threads = [threading.Thread(target=decide, args=(bool(n % 2),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    # A refused party may be confirmed after all; never the other way, and neither twice.
    assert done in ([True], [False, True])
    with database.reading() as session:
        names = session.scalars(sa.select(EventRow.name).order_by(EventRow.id)).all()
        expected = ["party.confirmed" if one else "party.refused" for one in done]
        assert [name for name in names if name != "party.registered"] == expected
        assert make.count_rows(session, Notice) == len(done)
    database.close()


def test_a_group_binds_itself_only_by_its_members_authority(session: Session) -> None:
    group = make.make_unit(session, kind="group").party
    today = clock.today()
    assert not queries.may_bind_fully(session, party_id=group.id, on=today)
    with pytest.raises(Invalid) as refused:
        parties.add_representative(session, party_id=group.id, name="Lê Thị Thử", ground="authority")
    assert refused.value.field == "authority_number"
    for ground in ("law", "charter"):
        parties.add_representative(session, party_id=group.id, name="Lê Thị Thử", ground=ground)
        assert not queries.may_bind_fully(session, party_id=group.id, on=today), ground
    parties.add_representative(
        session,
        party_id=group.id,
        name="Lê Thị Thử",
        ground="authority",
        authority_number="01/GUQ",
        authority_date=today,
        valid_to=today + timedelta(days=30),
    )
    assert queries.may_bind_fully(session, party_id=group.id, on=today)
    assert not queries.may_bind_fully(session, party_id=group.id, on=today - timedelta(days=1))
    assert not queries.may_bind_fully(session, party_id=group.id, on=today + timedelta(days=30))


def test_a_cooperative_may_sign_for_a_group_and_binds_itself(session: Session) -> None:
    group, cooperative = make.make_unit(session, kind="group").party, make.make_unit(session).party
    today = clock.today()
    assert queries.may_bind_fully(session, party_id=cooperative.id, on=today)
    parties.add_representative(
        session, party_id=group.id, name="Lê Thị Thử", signed_through_id=cooperative.id
    )
    assert queries.may_bind_fully(session, party_id=group.id, on=today)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("representative", {"name": "  "}),
        ("ground", {"ground": "force"}),
        ("authority_date", {"authority_date": clock.today() + timedelta(days=2)}),
        ("valid_to", {"valid_to": clock.today()}),
        ("valid_to", {"valid_to": clock.today() - timedelta(days=9)}),
    ],
)
def test_a_representative_that_cannot_be_is_refused(
    session: Session, field: str, changes: dict[str, Any]
) -> None:
    unit = make.make_unit(session)
    with pytest.raises(Invalid) as refused:
        parties.add_representative(session, party_id=unit.party.id, **{"name": "Lê Thị Thử", **changes})
    assert refused.value.field == field
    assert make.count_rows(session, Representative) == 0


def test_the_representative_named_last_stands(session: Session) -> None:
    unit, today = make.make_unit(session), clock.today()
    for name, start, end in (
        ("Người cũ", today - timedelta(days=900), today - timedelta(days=300)),
        ("Người nay", today - timedelta(days=300), None),
        ("Người mai", today + timedelta(days=30), None),
    ):
        parties.add_representative(
            session, party_id=unit.party.id, name=name, valid_from=start, valid_to=end, position="Giám đốc"
        )
    head = queries.current_representative(session, party_id=unit.party.id)
    assert head is not None
    assert (head.name, head.position) == ("Người nay", "Giám đốc")


def test_a_code_is_handed_to_the_partys_own_people(session: Session) -> None:
    unit, other = make.make_unit(session), make.make_unit(session)
    first = parties.hand_over_code(session, actor=make.SHELL, party_id=unit.party.id, user_id=unit.user.id)
    code = parties.hand_over_code(session, actor=make.SHELL, party_id=unit.party.id, user_id=unit.user.id)
    assert len(code) == 8
    assert code.isdigit()
    assert session.get_one(User, unit.user.id).must_change_password
    for kept in session.scalars(sa.select(OneTimeCode)):
        assert code not in kept.code_hash
    with pytest.raises(Invalid):
        sessions.reset_password(session, login=unit.login, code=first, new="một mật khẩu khác", device="")
    opened = sessions.reset_password(
        session, login=unit.login, code=code, new="một mật khẩu khác", device="a test"
    )
    assert opened.user_id == unit.user.id
    for party_id, user_id in ((unit.party.id, other.user.id), (other.party.id, unit.user.id), (10**9, 1)):
        with pytest.raises(NotFound):
            parties.hand_over_code(session, actor=make.SHELL, party_id=party_id, user_id=user_id)
