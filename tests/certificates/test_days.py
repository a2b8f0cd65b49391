"""What is seen of a certificate, and when: listings, filters and the index follow from the verification to
the day of the end, which is said before.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from market import clock, worker
from market.catalogue import queries as catalogue
from market.certificates import queries
from market.certificates import service as certificates
from market.certificates.models import (
    Certificate,
    CertificateVerdict,
    CertificateWarning,
)
from market.changes import Change
from market.errors import Conflict, MarketError
from market.listings import indexing
from market.runtime import Runtime
from search.query import Query
from tests import make
from tests.certificates.steps import refuse, stop, told, verdicts, verify
from tests.listings.goods import make_listing
from tests.make import TODAY, Account, Side

pytestmark = pytest.mark.usefixtures("on_a_day")

DAY = timedelta(days=1)


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
    worker.run_due(runtime, long=False)
    assert found_by(runtime, "VIETGAP-TT") == [], "what is claimed of a unit is not claimed of its goods"
    assert found_by(runtime, "SRP") == [rice.id], "a named product alone"
    verify(session, officer, one)
    session.commit()
    assert set(session.scalars(sa.select(Change.subject_id))) == {rice.id, theirs.id}
    worker.run_due(runtime, long=False)
    assert sorted(found_by(runtime, "VIETGAP-TT")) == [rice.id, theirs.id]
    with clock.at(TODAY + 19 * DAY):
        worker.run_due(runtime, long=False)
        assert sorted(found_by(runtime, "VIETGAP-TT")) == [rice.id, theirs.id]
    with clock.at(TODAY + 20 * DAY):
        worker.run_due(runtime, long=False)
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
    worker.run_due(runtime, long=False)
    assert found_by(runtime, "VIETGAP-TT") == [listing.id]
    stop(session, officer, one, state)
    session.commit()
    worker.run_due(runtime, long=False)
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
            worker.run_due(runtime, long=False)
            worker.run_due(runtime, long=False)
        assert warned(session) == said, day
    assert told(session, unit).count("certificate.warned") == 2
    with clock.at(TODAY + 100 * DAY):
        worker.run_due(runtime, long=False)
        worker.run_due(runtime, long=False)
    assert told(session, unit).count("certificate.ended") == 1
    last = session.scalars(sa.select(CertificateVerdict).where(CertificateVerdict.state == "ended")).one()
    assert (last.certificate_id, last.on_date, last.recorded_by) == (one.id, TODAY + 100 * DAY, None)


def test_who_is_verified_late_gets_the_last_warning_alone(
    session: Session, runtime: Runtime, unit: Side
) -> None:
    make.make_claim(session, unit, valid_to=TODAY + 10 * DAY, verified=True)
    worker.run_due(runtime, long=False)
    assert warned(session) == [14]


def test_an_end_that_was_slept_through_holds_from_its_day(
    session: Session, runtime: Runtime, unit: Side
) -> None:
    make.make_claim(session, unit, valid_to=TODAY + 5 * DAY, verified=True)
    with clock.at(TODAY + 30 * DAY):
        worker.run_due(runtime, long=False)
    last = session.scalars(sa.select(CertificateVerdict).where(CertificateVerdict.state == "ended")).one()
    assert last.on_date == TODAY + 5 * DAY
    assert clock.day_of(last.recorded_at) == TODAY + 30 * DAY


def test_a_paper_that_ends_while_it_waits_is_only_refused(
    session: Session, runtime: Runtime, unit: Side, officer: Account
) -> None:
    one = make.make_claim(session, unit, valid_to=TODAY + 5 * DAY)
    with clock.at(TODAY + 5 * DAY):
        worker.run_due(runtime, long=False)
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
