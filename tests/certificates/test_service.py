"""A certificate's life: every arrow of the glossary and no other, whoever entered it never vouches for it,
and an officer decides in her places alone.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.certificates import service as certificates
from market.certificates.models import (
    ARROWS,
    STATES,
    CertificateVerdict,
)
from market.errors import Conflict, Invalid, NotAllowed, NotFound
from market.notices.models import Notice
from tests import make
from tests.certificates.steps import brought_to, happened, refuse, step, told, verdicts, verify
from tests.make import TODAY, Account, Side

pytestmark = pytest.mark.usefixtures("on_a_day")

DAY = timedelta(days=1)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("to", ["verified", "refused", "ended", "suspended", "revoked"])
def test_states_move_along_the_arrows_alone(
    session: Session, unit: Side, officer: Account, state: str, to: str
) -> None:
    one = brought_to(session, unit, officer, state)
    seen, events = verdicts(session, one), happened(session, one)
    if to in ARROWS.get(state, ()):
        with clock.at(clock.now() + DAY):
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


def test_what_is_suspended_is_taken_up_again_on_a_ground(
    session: Session, unit: Side, officer: Account
) -> None:
    one = brought_to(session, unit, officer, "suspended")
    with pytest.raises(Invalid):
        verify(session, officer, one, ground="decision")
    with clock.at(clock.now() + DAY):
        verify(session, make.make_officer(session), one, ground="decision", reference="12/QĐ")
    assert verdicts(session, one) == ["claimed", "verified", "suspended", "verified"]
    [last] = session.scalars(
        sa.select(CertificateVerdict).where(
            CertificateVerdict.state == "verified", CertificateVerdict.reference == "12/QĐ"
        )
    )
    assert last.on_date == TODAY + DAY
    words = session.scalars(sa.select(Notice.text).where(Notice.user_id == unit.user.id)).all()
    assert any("no longer suspended" in text for text in words)


def test_nobody_takes_up_again_what_they_entered_or_what_has_ended(session: Session, unit: Side) -> None:
    officer, other = make.make_officer(session), make.make_officer(session)
    one = certificates.enter(
        session,
        actor=officer.actor,
        places=None,
        unit_id=unit.party.id,
        said=make.paper(valid_to=TODAY + 3 * DAY),
    )
    verify(session, other, one)
    certificates.stop(
        session, actor=other.actor, places=None, certificate_id=one.id, state="suspended", reason="Vì thế"
    )
    with pytest.raises(NotAllowed, match="colleague"):
        verify(session, officer, one)
    with clock.at(clock.now() + 3 * DAY), pytest.raises(Conflict, match="ended"):
        verify(session, other, one)
    assert one.state == "suspended"


def test_a_paper_entered_anew_stands_in_the_place_of_the_suspended_one(
    session: Session, unit: Side, officer: Account
) -> None:
    one = brought_to(session, unit, officer, "suspended")
    again = make.make_claim(session, unit, number=one.number)
    with clock.at(clock.now() + DAY), pytest.raises(Conflict, match="anew"):
        verify(session, officer, one)
    session.rollback()
    verify(session, officer, again)
    assert (one.state, again.state) == ("suspended", "verified")


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


def test_of_two_officers_the_first_decides(session: Session, unit: Side, officer: Account) -> None:
    one = make.make_claim(session, unit)
    seen = one.version
    refuse(session, make.make_officer(session), one)
    with pytest.raises(Conflict):
        verify(session, officer, one, version=seen)
    assert verdicts(session, one) == ["claimed", "refused"]
