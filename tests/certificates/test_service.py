"""A certificate's life: every arrow of the glossary and no other, whoever entered it never vouches for it, an
officer decides in her places alone, and the listings follow on the day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market import clock, worker
from market.catalogue import queries as catalogue
from market.certificates import queries
from market.certificates import service as certificates
from market.certificates.models import (
    ARROWS,
    STATES,
    Certificate,
    CertificateVerdict,
    CertificateWarning,
)
from market.changes import Change
from market.errors import Conflict, Invalid, MarketError, NotAllowed, NotFound
from market.events import EventRow
from market.listings import indexing
from market.notices.models import Notice
from market.runtime import Runtime
from search.query import Query
from tests import make
from tests.listings.goods import make_listing
from tests.make import TODAY, Account, Side

pytestmark = pytest.mark.usefixtures("on_a_day")

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def officer(session: Session) -> Account:
    return make.make_officer(session)


@pytest.fixture
def runtime(app: FastAPI) -> Runtime:
    found: Runtime = app.state.runtime
    return found


def verify(session: Session, officer: Account, one: Certificate, **changes: Any) -> Certificate:
    values = {"places": None, "version": one.version, "ground": "original", **changes}
    return certificates.verify(session, actor=officer.actor, certificate_id=one.id, **values)


def refuse(session: Session, officer: Account, one: Certificate) -> Certificate:
    return certificates.refuse(
        session, actor=officer.actor, places=None, certificate_id=one.id, reason="Giấy mờ, không đọc được."
    )


def stop(session: Session, officer: Account, one: Certificate, state: str) -> Certificate:
    return certificates.stop(
        session, actor=officer.actor, places=None, certificate_id=one.id, state=state, reason="Nơi cấp báo."
    )


def step(session: Session, officer: Account, one: Certificate, to: str) -> Certificate:
    """Whatever step leads to a state."""
    if to == "verified":
        return verify(session, officer, one)
    return refuse(session, officer, one) if to == "refused" else stop(session, officer, one, to)


def brought_to(session: Session, unit: Side, officer: Account, state: str) -> Certificate:
    one = make.make_claim(session, unit)
    if state in ARROWS["verified"]:
        verify(session, officer, one)
    if state != "claimed":
        step(session, officer, one, state)
    session.commit()
    return one


def verdicts(session: Session, one: Certificate) -> list[str]:
    kept = sa.select(CertificateVerdict.state).where(CertificateVerdict.certificate_id == one.id)
    return list(session.scalars(kept.order_by(CertificateVerdict.id)))


def happened(session: Session, one: Certificate) -> list[str]:
    kept = sa.select(EventRow.name).where(
        EventRow.name.startswith("certificate."), EventRow.subject_id == one.id
    )
    return list(session.scalars(kept.order_by(EventRow.id)))


def told(session: Session, side: Side) -> list[str]:
    mine = sa.select(Notice.kind).where(Notice.user_id == side.user.id, Notice.kind.startswith("certificate"))
    return list(session.scalars(mine.order_by(Notice.id)))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("to", ["verified", "refused", "ended", "suspended", "revoked"])
def test_states_move_along_the_arrows_alone(
    session: Session, unit: Side, officer: Account, state: str, to: str
) -> None:
    one = brought_to(session, unit, officer, state)
    seen, events = verdicts(session, one), happened(session, one)
    if to in ARROWS.get(state, ()):
        step(session, officer, one, to)
        assert one.state == to
        assert verdicts(session, one) == [*seen, to]
        assert happened(session, one) == [*events, f"certificate.{to}"]
        assert told(session, unit)[-1] == f"certificate.{to}"
    else:
        with pytest.raises(Conflict):
            step(session, officer, one, to)
        session.rollback()
        assert one.state == state
        assert verdicts(session, one) == seen
        assert happened(session, one) == events


@pytest.mark.parametrize("state", [state for state in STATES if state != "claimed"])
def test_what_is_decided_is_not_changed_any_more(
    session: Session, unit: Side, officer: Account, state: str
) -> None:
    one = brought_to(session, unit, officer, state)
    with pytest.raises(Conflict):
        certificates.edit(
            session, actor=unit.actor, certificate_id=one.id, said=make.paper(), version=one.version
        )


def test_a_verdict_keeps_who_when_and_on_what_ground(session: Session, unit: Side, officer: Account) -> None:
    one = make.make_claim(session, unit)
    verify(session, officer, one, ground="decision", reference=" 57/QĐ-UBND ")
    kept = session.scalars(sa.select(CertificateVerdict).where(CertificateVerdict.state == "verified")).one()
    assert (kept.ground, kept.reference, kept.recorded_by) == ("decision", "57/QĐ-UBND", officer.user.id)
    assert kept.on_date == TODAY


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"ground": "hearsay"}, "ground"), ({"ground": ""}, "ground"), ({"ground": "decision"}, "reference")],
)
def test_a_ground_is_one_of_the_list_and_a_decision_has_a_number(
    session: Session, unit: Side, officer: Account, changes: dict[str, str], field: str
) -> None:
    one = make.make_claim(session, unit)
    with pytest.raises(Invalid) as wrong:
        verify(session, officer, one, **changes)
    assert wrong.value.field == field


def test_refusing_and_stopping_need_a_reason(session: Session, unit: Side, officer: Account) -> None:
    one = make.make_claim(session, unit)
    with pytest.raises(Invalid, match="say why"):
        certificates.refuse(session, actor=officer.actor, places=None, certificate_id=one.id, reason=" \n")
    verify(session, officer, one)
    for state, reason in (("ended", ""), ("claimed", "Vì thế"), ("refused", "Vì thế")):
        with pytest.raises(Invalid):
            certificates.stop(
                session, actor=officer.actor, places=None, certificate_id=one.id, state=state, reason=reason
            )


# --- who ---


def test_nobody_vouches_for_what_they_entered(session: Session, unit: Side, officer: Account) -> None:
    one = certificates.enter(
        session, actor=officer.actor, places=None, unit_id=unit.party.id, said=make.paper()
    )
    with pytest.raises(NotAllowed, match="colleague"):
        verify(session, officer, one)
    verify(session, make.make_officer(session), one)
    assert one.state == "verified"


def test_whoever_puts_it_right_has_entered_it_too(session: Session, unit: Side, officer: Account) -> None:
    one = make.make_claim(session, unit)
    admin = make.make_admin(session)
    for editor in (officer, admin):
        certificates.edit(
            session, actor=editor.actor, certificate_id=one.id, said=make.paper(), version=one.version
        )
    for editor in (officer, admin):
        with pytest.raises(NotAllowed):
            verify(session, editor, one)
    with pytest.raises(NotAllowed):
        certificates.verify(
            session,
            actor=make.SHELL,
            places=None,
            certificate_id=one.id,
            version=one.version,
            ground="original",
        )
    verify(session, make.make_officer(session), one)


def test_a_unit_that_is_also_an_officer_does_not_verify_its_own(session: Session, unit: Side) -> None:
    one = make.make_claim(session, unit)
    with pytest.raises(NotAllowed):
        verify(session, Account(unit.user, unit.login), one)


def test_an_officer_decides_in_her_places_alone(session: Session) -> None:
    here, there = make.some_commune(session), make.some_commune(session, index=5)
    unit, other = make.make_unit(session, place_id=here.id), make.make_unit(session, place_id=there.id)
    officer = make.make_officer(session)
    one = make.make_claim(session, unit)
    with pytest.raises(NotFound):
        verify(session, officer, one, places=(there.id,))
    with pytest.raises(NotFound):
        certificates.refuse(
            session, actor=officer.actor, places=(there.id,), certificate_id=one.id, reason="Không rõ"
        )
    with pytest.raises(NotFound):
        verify(session, officer, one, places=())
    with pytest.raises(Invalid):
        certificates.enter(
            session, actor=officer.actor, places=(here.id,), unit_id=other.party.id, said=make.paper()
        )
    verify(session, officer, one, places=(here.id,))
    both = make.make_claim(session, unit, unit_ids=(other.party.id,))
    with pytest.raises(NotAllowed, match="outside your places"):
        verify(session, officer, both, places=(here.id,))
    verify(session, officer, both, places=(here.id, there.id))
    with pytest.raises(NotAllowed, match="outside your places"):
        certificates.stop(
            session,
            actor=officer.actor,
            places=(here.id,),
            certificate_id=both.id,
            state="revoked",
            reason="Nơi cấp báo.",
        )


def test_what_changed_after_it_was_read_is_not_vouched_for(
    session: Session, unit: Side, officer: Account
) -> None:
    one = make.make_claim(session, unit)
    seen = one.version
    certificates.edit(
        session, actor=unit.actor, certificate_id=one.id, said=make.paper(area_m2=90_000_000), version=seen
    )
    with pytest.raises(Conflict):
        verify(session, officer, one, version=seen)
    with pytest.raises(Conflict):
        certificates.edit(session, actor=unit.actor, certificate_id=one.id, said=make.paper(), version=seen)
    verify(session, officer, one)


def test_an_officers_entry_is_marked_until_the_unit_says_it_is_right(
    session: Session, unit: Side, officer: Account
) -> None:
    one = certificates.enter(
        session, actor=officer.actor, places=None, unit_id=unit.party.id, said=make.paper()
    )
    assert one.by_officer
    assert told(session, unit) == ["certificate.claimed"]
    with pytest.raises(NotFound):
        certificates.accept(
            session, actor=unit.actor, unit_id=make.make_unit(session).party.id, certificate_id=one.id
        )
    certificates.accept(session, actor=unit.actor, unit_id=unit.party.id, certificate_id=one.id)
    assert one.accepted_at == clock.now()
    for other in (one, make.make_claim(session, unit)):
        with pytest.raises(Conflict):
            certificates.accept(session, actor=unit.actor, unit_id=unit.party.id, certificate_id=other.id)


# --- what a paper may say ---


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"standard": "NONE"}, "standard"),
        ({"number": "  "}, "number"),
        ({"issuer": ""}, "issuer"),
        ({"valid_to": TODAY}, "valid_to"),
        ({"valid_to": TODAY - 9 * DAY}, "valid_to"),
        ({"valid_from": TODAY + 9 * DAY, "valid_to": TODAY + 9 * DAY}, "valid_to"),
        ({"area_m2": 0}, "area"),
        ({"area_m2": 10**12 + 1}, "area"),
        ({"holder_id": 10**9}, "holder"),
        ({"unit_ids": (10**9,)}, "units"),
        ({"product_ids": (10**9,)}, "products"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    session: Session, unit: Side, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        make.make_claim(session, unit, **changes)
    assert wrong.value.field == field
    assert make.count_rows(session, Certificate) == 0


def test_a_paper_covers_units_and_goods_of_its_standard(session: Session, unit: Side, buyer: Side) -> None:
    shrimp = catalogue.list_products(session, sector="shrimp")[0]
    with pytest.raises(Invalid, match="not for all"):
        make.make_claim(session, unit, product_ids=(shrimp.id,))
    with pytest.raises(Invalid, match="no such cooperative"):
        make.make_claim(session, unit, unit_ids=(buyer.party.id,))
    one = make.make_claim(session, unit, standard="ASC", product_ids=(shrimp.id,), holder_id=buyer.party.id)
    assert queries.unit_ids(session, one.id) == [unit.party.id]
    assert one.holder_id == buyer.party.id
    with pytest.raises(Invalid):
        certificates.claim(session, actor=buyer.actor, unit_id=buyer.party.id, said=make.paper())


def test_a_number_stands_once_while_it_counts(session: Session, unit: Side, officer: Account) -> None:
    one = make.make_claim(session, unit, number="VG 12/Đ")
    for number in ("VG 12/Đ", " vg  12/đ "):
        with pytest.raises(Conflict) as twice:
            make.make_claim(session, unit, number=number)
        assert twice.value.field == "number"
    make.make_claim(session, unit, number="VG 12/Đ", standard="SRP")
    make.make_claim(session, make.make_unit(session), number="VG 12/Đ")
    refuse(session, officer, one)
    make.make_claim(session, unit, number="VG 12/Đ")


def test_the_database_itself_holds_a_number_once(session: Session, unit: Side) -> None:
    make.make_claim(session, unit, number="VG 12")
    with pytest.raises(IntegrityError):
        session.execute(
            sa.insert(Certificate).values(
                unit_id=unit.party.id,
                standard_code="VIETGAP-TT",
                number="VG 12",
                holder_id=unit.party.id,
                state="claimed",
                by_officer=False,
                created_at=clock.now(),
                version=1,
            )
        )


# --- what is seen of it ---


def test_what_is_only_claimed_shows_of_whoever_claims_it(
    session: Session, unit: Side, officer: Account
) -> None:
    other = make.make_unit(session)
    one = make.make_claim(session, unit, unit_ids=(other.party.id,))

    def held(side: Side) -> list[bool]:
        return [found.verified for found in queries.list_held(session, party_id=side.party.id, on=TODAY)]

    assert (held(unit), held(other)) == ([False], [])
    verify(session, officer, one)
    assert (held(unit), held(other)) == ([True], [True])
    stop(session, officer, one, "suspended")
    assert (held(unit), held(other)) == ([], [])
    assert told(session, other) == ["certificate.verified", "certificate.suspended"]


def found_by(runtime: Runtime, standard: str) -> list[int]:
    return list(runtime.the_index().search(Query(standards=(standard,))).ids)


def test_the_index_follows_from_the_verification_to_the_day_of_the_end(
    session: Session, runtime: Runtime, unit: Side, officer: Account
) -> None:
    rice = make_listing(session, unit, to_date=TODAY + 90 * DAY)
    other = make.make_unit(session)
    theirs = make_listing(session, other, product="lua-st25", to_date=TODAY + 90 * DAY)
    seed = catalogue.get_product(session, "gao-st25")
    one = make.make_claim(session, unit, valid_to=TODAY + 20 * DAY, unit_ids=(other.party.id,))
    make.make_claim(
        session, unit, standard="SRP", product_ids=(seed.id,), unit_ids=(other.party.id,), verified=True
    )
    worker.run_due(runtime)
    assert found_by(runtime, "VIETGAP-TT") == [], "what is claimed of a unit is not claimed of its goods"
    assert found_by(runtime, "SRP") == [rice.id], "a named product alone"
    verify(session, officer, one)
    session.commit()
    assert set(session.scalars(sa.select(Change.subject_id))) == {rice.id, theirs.id}
    worker.run_due(runtime)
    assert sorted(found_by(runtime, "VIETGAP-TT")) == [rice.id, theirs.id]
    with clock.at(TODAY + 19 * DAY):
        worker.run_due(runtime)
        assert sorted(found_by(runtime, "VIETGAP-TT")) == [rice.id, theirs.id]
    with clock.at(TODAY + 20 * DAY):
        worker.run_due(runtime)
        assert found_by(runtime, "VIETGAP-TT") == []
        assert indexing.verify(runtime.database, runtime.the_index()).none
    session.expire_all()
    assert session.get_one(Certificate, one.id).state == "ended"


@pytest.mark.parametrize("state", ["ended", "suspended", "revoked"])
def test_what_is_stopped_leaves_the_filters_at_once(
    session: Session, runtime: Runtime, unit: Side, officer: Account, state: str
) -> None:
    listing = make_listing(session, unit)
    one = make.make_claim(session, unit, verified=True)
    worker.run_due(runtime)
    assert found_by(runtime, "VIETGAP-TT") == [listing.id]
    stop(session, officer, one, state)
    session.commit()
    worker.run_due(runtime)
    assert found_by(runtime, "VIETGAP-TT") == []


# --- by the clock ---


def warned(session: Session) -> list[int]:
    session.expire_all()
    return sorted(session.scalars(sa.select(CertificateWarning.days)))


def test_the_end_is_said_sixty_and_fourteen_days_before_once_each(
    session: Session, runtime: Runtime, unit: Side
) -> None:
    one = make.make_claim(session, unit, valid_to=TODAY + 100 * DAY, verified=True)
    make.make_claim(session, unit, valid_to=TODAY + 100 * DAY)  # what waits is not warned of
    for day, said in [(39, []), (40, [60]), (41, [60]), (85, [60]), (86, [14, 60]), (99, [14, 60])]:
        with clock.at(TODAY + day * DAY):
            worker.run_due(runtime)
            worker.run_due(runtime)
        assert warned(session) == said, day
    assert told(session, unit).count("certificate.warned") == 2
    with clock.at(TODAY + 100 * DAY):
        worker.run_due(runtime)
        worker.run_due(runtime)
    assert told(session, unit).count("certificate.ended") == 1
    last = session.scalars(sa.select(CertificateVerdict).where(CertificateVerdict.state == "ended")).one()
    assert (last.certificate_id, last.on_date, last.recorded_by) == (one.id, TODAY + 100 * DAY, None)


def test_who_is_verified_late_gets_the_last_warning_alone(
    session: Session, runtime: Runtime, unit: Side
) -> None:
    make.make_claim(session, unit, valid_to=TODAY + 10 * DAY, verified=True)
    worker.run_due(runtime)
    assert warned(session) == [14]


def test_an_end_that_was_slept_through_holds_from_its_day(
    session: Session, runtime: Runtime, unit: Side
) -> None:
    make.make_claim(session, unit, valid_to=TODAY + 5 * DAY, verified=True)
    with clock.at(TODAY + 30 * DAY):
        worker.run_due(runtime)
    last = session.scalars(sa.select(CertificateVerdict).where(CertificateVerdict.state == "ended")).one()
    assert last.on_date == TODAY + 5 * DAY
    assert clock.day_of(last.recorded_at) == TODAY + 30 * DAY


def test_a_paper_that_ends_while_it_waits_is_only_refused(
    session: Session, runtime: Runtime, unit: Side, officer: Account
) -> None:
    one = make.make_claim(session, unit, valid_to=TODAY + 5 * DAY)
    with clock.at(TODAY + 5 * DAY):
        worker.run_due(runtime)
        with pytest.raises(Conflict):
            verify(session, officer, one)
        refuse(session, officer, one)
    assert verdicts(session, one) == ["claimed", "refused"]


DAYS = st.integers(min_value=-30, max_value=120)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.none() | DAYS, end=st.none() | DAYS, looked=st.integers(min_value=0, max_value=130))
def test_whatever_the_days_a_certificate_counts_from_its_first_until_the_day_it_ends(
    session: Session, unit: Side, officer: Account, start: int | None, end: int | None, looked: int
) -> None:
    def on(days: int | None) -> date | None:
        return None if days is None else TODAY + days * DAY

    said = make.paper(valid_from=on(start), valid_to=on(end))
    with session.begin_nested() as savepoint:
        may = end is None or end > max(0, start if start is not None else end - 1)
        try:
            one = certificates.claim(session, actor=unit.actor, unit_id=unit.party.id, said=said)
        except MarketError:
            assert not may
        else:
            assert may
            verify(session, officer, one)
            with clock.at(TODAY + looked * DAY):
                for due in certificates.list_over(session):
                    certificates.end(session, due)
                session.flush()
                counts = [
                    held.verified
                    for held in queries.list_held(session, party_id=unit.party.id, on=clock.today())
                ]
            begun = start is None or start <= looked
            over = end is not None and end <= looked
            assert counts == ([True] if begun and not over else [])
            assert one.state == ("ended" if over else "verified")
        savepoint.rollback()


def test_of_two_officers_the_first_decides(session: Session, unit: Side, officer: Account) -> None:
    one = make.make_claim(session, unit)
    seen = one.version
    refuse(session, make.make_officer(session), one)
    with pytest.raises(Conflict):
        verify(session, officer, one, version=seen)
    assert verdicts(session, one) == ["claimed", "refused"]
