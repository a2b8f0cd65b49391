"""The index follows the database: what a document says, that nothing is lost on the way, that both agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.changes import Change, touch
from market.db import Database
from market.engine import make_engine
from market.listings import indexing, jobs
from market.listings import service as listings
from market.listings.models import Listing, Lot
from market.parties import service as parties
from market.runtime import Runtime
from search.documents import ListingDocument
from search.errors import SearchUnavailable
from search.index import Index
from search.query import Query
from tests import make
from tests.listings.goods import make_certificate, make_listing
from tests.profiles import Profile

TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _on_a_day() -> object:
    with clock.at(TODAY):
        yield


@pytest.fixture
def runtime(app: FastAPI) -> Runtime:
    found: Runtime = app.state.runtime
    return found


@pytest.fixture
def own(profile: Profile, tmp_path: Path) -> Iterator[Runtime]:
    """A database and an index of their own, where every commit is one."""
    settings = profile.own(tmp_path)
    worker.subscribe_all()
    found = Runtime.open(settings, Database(make_engine(settings.database)))
    yield found
    found.close()


def agrees(runtime: Runtime) -> bool:
    return indexing.verify(runtime.database, runtime.the_index()).none


def test_a_document_says_all_that_is_searched(session: Session) -> None:
    unit = make.make_unit(session)
    make_certificate(session, unit, "OCOP4")
    listing = make_listing(
        session, unit, standards=["OCOP5", "HACCP"], to_date=date(2026, 5, 2), volume=3_000_000
    )
    [document] = indexing.documents(session, [listing.id])
    assert document.product == "gao-st25"
    assert (document.available, document.unit, document.price_from) == (3_000_000, "gram", 18_500)
    assert document.months == ("2026-03", "2026-04", "2026-05")
    assert document.ends_on == date(2026, 5, 2).toordinal()
    assert set(document.standards) == {"OCOP4", "OCOP5", "HACCP"}
    assert (document.ocop, document.verified) == (5, True)
    assert "ST 25" in document.words
    # The commune of today, the province of today and, by what they took over, nothing of the old below them.
    assert "96" in document.places


def test_an_old_place_is_found_under_the_old_names_and_the_new(session: Session) -> None:
    with clock.at(date(2022, 3, 1)):
        unit = make.make_unit(session)
        listing = make_listing(session, unit)
        [then] = indexing.documents(session, [listing.id])
    assert {"95", "960"} <= set(then.places)
    listings.open_lot(
        session,
        actor=unit.actor,
        listing_id=listing.id,
        from_date=TODAY,
        to_date=TODAY + timedelta(days=9),
        volume=5,
    )
    [now] = indexing.documents(session, [listing.id])
    assert {"96", "95@2025-06-30", "960@2025-06-30"} <= set(now.places)


def test_only_what_buyers_see_has_a_document(session: Session) -> None:
    unit = make.make_unit(session)
    draft = make_listing(session, unit, publish=False)
    gone = make_listing(session, unit)
    listings.withdraw(session, actor=unit.actor, listing_id=gone.id)
    kept = make_listing(session, unit)
    assert [d.id for d in indexing.documents(session, [draft.id, gone.id, kept.id, 10**12])] == [kept.id]
    parties.change_status(
        session, actor=make.SHELL, party_id=unit.party.id, status="dissolved", on_date=TODAY
    )
    session.flush()
    assert indexing.documents(session, [kept.id]) == []


def test_every_step_reaches_the_index(session: Session, runtime: Runtime) -> None:
    unit = make.make_unit(session)
    listing = make_listing(session, unit)
    assert worker.run_due(runtime, long=False)["listings:index"] >= 1
    assert runtime.the_index().search(Query("gao thom")).ids == (listing.id,)
    assert agrees(runtime)
    parties.rename_party(
        session, actor=make.SHELL, party_id=unit.party.id, name="HTX Muối Long Điền", on_date=TODAY
    )
    session.commit()
    worker.run_due(runtime, long=False)
    assert runtime.the_index().search(Query("long dien")).ids == (listing.id,)
    listings.pause(session, actor=unit.actor, listing_id=listing.id)
    session.commit()
    worker.run_due(runtime, long=False)
    assert runtime.the_index().search(Query("gao thom")).total == 0
    assert agrees(runtime)
    assert make.count_rows(session, Change) == 0


class Away:
    """An index that stands in for one that does not answer; afterwards the real one goes on."""

    def __init__(self, real: Index, *, keeps: bool) -> None:
        self.real, self.keeps = real, keeps

    def apply(self, put: Sequence[ListingDocument], delete: Sequence[int]) -> None:
        if self.keeps:
            self.real.apply(put, delete)
        raise SearchUnavailable("not now")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


@pytest.mark.parametrize("keeps", [False, True], ids=["refused", "killed after keeping"])
def test_changes_wait_until_the_index_says_that_it_holds_them(
    session: Session, runtime: Runtime, keeps: bool
) -> None:
    unit = make.make_unit(session)
    make_listing(session, unit)
    waiting = make.count_rows(session, Change)
    real = runtime.the_index()
    with pytest.raises(SearchUnavailable):
        indexing.drain(runtime.database, Away(real, keeps=keeps))
    assert make.count_rows(session, Change) == waiting > 0
    assert indexing.sync(runtime.database, real) == waiting
    assert agrees(runtime)


def test_a_change_that_comes_while_the_index_is_written_stays_queued(
    session: Session, runtime: Runtime
) -> None:
    unit = make.make_unit(session)
    listing = make_listing(session, unit)

    class Busy(Away):
        def apply(self, put: Sequence[ListingDocument], delete: Sequence[int]) -> None:
            touch(session, "listing", [listing.id])
            session.commit()
            self.real.apply(put, delete)

    indexing.drain(runtime.database, Busy(runtime.the_index(), keeps=True))
    assert make.count_rows(session, Change) == 1


def test_a_rebuild_follows_what_changes_while_it_fills(own: Runtime) -> None:
    with own.database.session(write=True) as session:
        unit = make.make_unit(session)
        gone, changed = make_listing(session, unit), make_listing(session, unit)

    class Slow(Away):
        def rebuild(self, documents: Any, meanwhile: Any) -> int:
            """Everything is read; then, before the swap, the market goes on."""
            held = list(documents)
            with own.database.writing() as session:
                listings.withdraw(session, actor=unit.actor, listing_id=gone.id)
                session.get_one(Listing, changed.id).title = "Tên lúc đang dựng"
                touch(session, "listing", [changed.id])
                more.append(make_listing(session, unit, title="Tin lúc đang dựng").id)
            count = self.real.rebuild(held, meanwhile)
            with own.database.writing() as session:
                touch(session, "listing", [changed.id])
            return count

    more: list[int] = []
    assert indexing.rebuild(own.database, Slow(own.the_index(), keeps=True)) == 2
    assert set(own.the_index().search(Query()).ids) == {changed.id, *more}
    assert own.the_index().search(Query("dang dung")).total == 2
    with own.database.reading() as session:
        assert make.count_rows(session, Change) == 1, "what came after the swap is still to be followed"
    assert agrees(own)


def test_the_check_names_what_differs_both_ways(session: Session, runtime: Runtime) -> None:
    unit = make.make_unit(session)
    listing, other = make_listing(session, unit), make_listing(session, unit)
    index = runtime.the_index()
    indexing.sync(runtime.database, index)
    [stale] = indexing.documents(session, [listing.id])
    index.apply([ListingDocument(**{**_fields(stale), "title": "Khác"})], [other.id])
    index.apply([ListingDocument(**{**_fields(stale), "id": 999_999})], [])
    found = indexing.verify(runtime.database, index)
    assert (found.stale, found.missing, found.beyond) == ((listing.id,), (other.id,), (999_999,))


def _fields(document: ListingDocument) -> dict[str, Any]:
    return {name: getattr(document, name) for name in ListingDocument.__dataclass_fields__}


def test_a_broken_index_is_made_whole_by_itself(session: Session, runtime: Runtime, profile: Profile) -> None:
    make_listing(session, make.make_unit(session))
    worker.run_due(runtime, long=False)
    profile.lose_index(runtime.settings)
    with pytest.raises(SearchUnavailable):
        runtime.the_index().search(Query())
    worker.run_due(runtime, long=False)
    assert runtime.the_index().search(Query()).total == 1
    assert agrees(runtime)


def test_what_falls_due_by_the_calendar_is_queued(session: Session, runtime: Runtime) -> None:
    unit, other = make.make_unit(session), make.make_unit(session)
    ends = make_listing(session, unit, to_date=TODAY + timedelta(days=3))
    lasts = make_listing(session, unit, to_date=TODAY + timedelta(days=12))
    certified = make_listing(session, other, to_date=TODAY + timedelta(days=90))
    make_certificate(session, other, "OCOP4", valid_to=TODAY + timedelta(days=5))
    worker.run_due(runtime, long=False)
    assert agrees(runtime)
    for day, due in [(4, {ends.id}), (5, {certified.id}), (6, set())]:
        with clock.at(TODAY + timedelta(days=day)):
            jobs.calendar(runtime)
            assert set(session.scalars(sa.select(Change.subject_id))) == due
            worker.run_due(runtime, long=False)
            assert agrees(runtime)
    # A month begins: March is no month of these lots any more.
    with clock.at(date(2026, 4, 1)):
        jobs.calendar(runtime)
        assert set(session.scalars(sa.select(Change.subject_id))) == {lasts.id, certified.id}
        worker.run_due(runtime, long=False)
        assert agrees(runtime)


def test_requests_of_commands_are_answered(session: Session, runtime: Runtime) -> None:
    make_listing(session, make.make_unit(session))
    for what, said in [("rebuild", '"listings": 1'), ("verify", '"missing": []'), ("nonsense", "error")]:
        jobs.ask(session, name=what, what=what)
        session.commit()
        assert jobs.answer_requests(runtime, runtime.the_index()) == 1
        session.expire_all()
        state = session.get(jobs.IndexState, jobs.REQUEST + what)
        assert state is not None
        assert said in (state.answer or "")


def test_a_lot_taken_whole_makes_the_listing_sold_out(session: Session, runtime: Runtime) -> None:
    listing = make_listing(session, make.make_unit(session))
    lot = session.scalars(sa.select(Lot).where(Lot.listing_id == listing.id)).one()
    listings.take_volume(session, lot_ids_and_amounts=[(lot.id, lot.volume)])
    [document] = indexing.documents(session, [listing.id])
    assert (document.available, document.months, document.ends_on) == (0, (), 0)
