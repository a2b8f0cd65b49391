"""What officers with the duty moderation read, in their places (``places``: ids, None for everywhere), what
waits for them, and what an owner reads of what was hidden. Writing is in service.py, hiding.py and
takedowns.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market import clock
from market.accounts import queries as accounts
from market.errors import NotFound
from market.listings.cards import shown
from market.listings.models import Listing
from market.moderation.models import Appeal, AppealWords, Hiding, Report, ReportWords, Takedown
from market.parties import units
from market.parties.desk import Places, within
from market.parties.models import Party

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Subject:
    """What something is about: a listing, or (``listing_id`` None) a unit."""

    party_id: int
    party: str
    party_code: str
    listing_id: int | None
    title: str | None

    @property
    def path(self) -> str:
        """Its page."""
        return f"/listings/{self.listing_id}" if self.listing_id else f"/cooperatives/{self.party_code}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of each kind waits for an officer. ``overdue``: takedowns past their moment."""

    reports: int
    appeals: int
    takedowns: int
    overdue: int


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report in the queue; ``again``: how many open reports are about the same."""

    id: int
    about: Subject
    reason: str
    made_at: datetime
    again: int


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report with all that the officer may know. ``by``: the name of who reported, if known still."""

    id: int
    about: Subject
    reason: str
    state: str
    made_at: datetime
    words: str | None
    contact: str | None
    by: str | None
    with_account: bool
    decided_at: datetime | None
    decided_by: str | None
    answer: str | None
    hiding_id: int | None


@dataclass(frozen=True, slots=True)
class HidingPage:
    """A decision to hide, with the objection to it and what became of that."""

    id: int
    about: Subject
    reason: str
    ground: str
    words: str
    hidden_at: datetime
    hidden_by_id: int | None
    lifted_at: datetime | None
    lift_note: str | None
    appealed_at: datetime | None
    appeal: str | None
    decided_at: datetime | None
    outcome: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class TakedownPage:
    """An authority's request; ``late``: its moment has passed and it is not done."""

    id: int
    about: Subject
    authority: str
    number: str
    words: str
    received_at: datetime
    due_at: datetime
    done_at: datetime | None
    done_by: str | None
    hiding_id: int | None
    late: bool


def count_waiting(session: Session, *, places: Places) -> Waiting:
    """What waits for an officer of these places."""
    theirs = sa.select(Party.id).where(within(places))

    def count(column: Any, *where: sa.ColumnElement[bool]) -> Any:
        return sa.select(sa.func.count(column)).where(*where).scalar_subquery()

    hidings = sa.select(Hiding.id).where(Hiding.party_id.in_(theirs))
    open_ones = (Takedown.party_id.in_(theirs), Takedown.done_at.is_(None))
    row = session.execute(
        sa.select(
            count(Report.id, Report.party_id.in_(theirs), Report.state == "open"),
            count(Appeal.hiding_id, Appeal.hiding_id.in_(hidings), Appeal.decided_at.is_(None)),
            count(Takedown.id, *open_ones),
            count(Takedown.id, *open_ones, Takedown.due_at < clock.now()),
        )
    ).one()
    return Waiting(*row)


def list_reports(
    session: Session, *, places: Places, state: str = "open", page: int = 1
) -> tuple[list[ReportLine], int]:
    """A page of the reports of one state (open ones the oldest first), and how many there are."""
    conditions = (within(places), Report.state == state)
    counted = sa.select(sa.func.count()).select_from(Report).join(Party, Party.id == Report.party_id)
    total = session.scalar(counted.where(*conditions)) or 0
    other = aliased(Report)
    again = (
        sa.select(sa.func.count())
        .where(
            other.party_id == Report.party_id,
            other.listing_id.is_not_distinct_from(Report.listing_id),
            other.state == "open",
        )
        .scalar_subquery()
    )
    order = Report.id if state == "open" else Report.id.desc()
    rows = session.execute(
        _about(Report, Report, again.label("again"))
        .where(*conditions)
        .order_by(order)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    lines = [
        ReportLine(one.Report.id, _subject(one), one.Report.reason, one.Report.made_at, one.again)
        for one in rows
    ]
    return lines, total


def get_report(session: Session, *, places: Places, report_id: int) -> ReportPage:
    """A report of the officer's places; refuses NotFound for others."""
    row = session.execute(
        _about(Report, Report, ReportWords.words, ReportWords.contact)
        .outerjoin(ReportWords, ReportWords.report_id == Report.id)
        .where(within(places), Report.id == report_id)
    ).first()
    if row is None:
        raise NotFound
    one = row.Report
    names = accounts.names_of(session, [one.user_id, one.decided_by])
    return ReportPage(
        id=one.id,
        about=_subject(row),
        reason=one.reason,
        state=one.state,
        made_at=one.made_at,
        words=row.words,
        contact=row.contact,
        by=names.get(one.user_id),
        with_account=one.user_id is not None,
        decided_at=one.decided_at,
        decided_by=names.get(one.decided_by),
        answer=one.answer,
        hiding_id=one.hiding_id,
    )


def list_hidings(session: Session, *, places: Places) -> list[HidingPage]:
    """What is hidden now, objections that wait for a decision first."""
    waits = sa.and_(Appeal.made_at.is_not(None), Appeal.decided_at.is_(None))
    rows = session.execute(
        _hidings()
        .where(within(places), sa.or_(Hiding.lifted_at.is_(None), waits))
        .order_by(sa.case((waits, 0), else_=1), Hiding.id.desc())
        .limit(200)
    )
    return [_hiding(row) for row in rows]


def get_hiding(session: Session, *, places: Places, hiding_id: int) -> HidingPage:
    """One of the officer's places; refuses NotFound for others."""
    row = session.execute(_hidings().where(within(places), Hiding.id == hiding_id)).first()
    if row is None:
        raise NotFound
    return _hiding(row)


def list_own(session: Session, *, party_id: int) -> list[HidingPage]:
    """What was hidden of a unit's, the newest first."""
    own = _hidings().where(Hiding.party_id == party_id).order_by(Hiding.id.desc()).limit(200)
    return [_hiding(row) for row in session.execute(own)]


def hiding_for(session: Session, *, party_id: int, hiding_id: int) -> HidingPage:
    """A decision about the unit; refuses NotFound for anybody else's."""
    row = session.execute(_hidings().where(Hiding.party_id == party_id, Hiding.id == hiding_id)).first()
    if row is None:
        raise NotFound
    return _hiding(row)


def list_takedowns(session: Session, *, places: Places) -> list[TakedownPage]:
    """The requests of authorities: those that wait by their moment, then the latest that were carried out."""
    rows = session.execute(
        _about(Takedown, Takedown)
        .where(within(places))
        .order_by(
            Takedown.done_at.is_not(None),
            sa.case((Takedown.done_at.is_(None), Takedown.due_at)),
            Takedown.done_at.desc(),
            Takedown.id,
        )
        .limit(200)
    ).all()
    names = accounts.names_of(session, [row.Takedown.done_by for row in rows])
    return [_takedown(row, names) for row in rows]


def get_takedown(session: Session, *, places: Places, takedown_id: int) -> TakedownPage:
    """One of the officer's places; refuses NotFound for others."""
    row = session.execute(
        _about(Takedown, Takedown).where(within(places), Takedown.id == takedown_id)
    ).first()
    if row is None:
        raise NotFound
    return _takedown(row, accounts.names_of(session, [row.Takedown.done_by]))


def subject_of(
    session: Session, *, listing_id: int | None = None, code: str | None = None, places: Places = None
) -> Subject:
    """The listing (whatever its state) or the unit with this code; refuses NotFound for one that there is
    not in these places.
    """
    chosen = sa.select(
        Party.id.label("party_id"), Party.name.label("party"), Party.code.label("party_code"),
        Listing.id.label("listing_id"), Listing.title,
    ).select_from(Party)  # fmt: skip
    on = Listing.party_id == Party.id if listing_id is not None else sa.false()
    joined = chosen.outerjoin(Listing, on)
    which = Listing.id == listing_id if listing_id is not None else Party.code == code
    row = session.execute(joined.where(which, within(places))).first()
    if row is None:
        raise NotFound
    return Subject(row.party_id, row.party, row.party_code, row.listing_id, row.title)


def shown_subject(session: Session, *, listing_id: int | None = None, code: str | None = None) -> Subject:
    """The same, of what everybody sees; refuses NotFound for the rest."""
    about = subject_of(session, listing_id=listing_id, code=code)
    seen = (
        sa.select(Listing.id)
        .join(Party, Party.id == Listing.party_id)
        .where(Listing.id == listing_id, shown())
        if listing_id is not None
        else sa.select(Party.id).where(Party.id == about.party_id, units.public_units())
    )
    if session.scalar(seen) is None:
        raise NotFound
    return about


def _about(table: Any, *columns: Any) -> sa.Select[Any]:
    """Rows that are about a listing or a unit, with its names."""
    return (
        sa.select(
            *columns,
            Party.id.label("party_id"),
            Party.name.label("party"),
            Party.code.label("party_code"),
            Listing.id.label("listing_id"),
            Listing.title.label("title"),
        )
        .select_from(table)
        .join(Party, Party.id == table.party_id)
        .outerjoin(Listing, Listing.id == table.listing_id)
    )


def _subject(row: Any) -> Subject:
    return Subject(row.party_id, row.party, row.party_code, row.listing_id, row.title)


def _hidings() -> sa.Select[Any]:
    return (
        _about(Hiding, Hiding, Appeal, AppealWords.words.label("appeal"))
        .outerjoin(Appeal, Appeal.hiding_id == Hiding.id)
        .outerjoin(AppealWords, AppealWords.hiding_id == Hiding.id)
    )


def _hiding(row: Any) -> HidingPage:
    one, appeal = row.Hiding, row.Appeal
    return HidingPage(
        id=one.id,
        about=_subject(row),
        reason=one.reason,
        ground=one.ground,
        words=one.words,
        hidden_at=one.hidden_at,
        hidden_by_id=one.hidden_by,
        lifted_at=one.lifted_at,
        lift_note=one.lift_note,
        appealed_at=appeal.made_at if appeal else None,
        appeal=row.appeal,
        decided_at=appeal.decided_at if appeal else None,
        outcome=appeal.outcome if appeal else None,
        answer=appeal.answer if appeal else None,
    )


def _takedown(row: Any, names: dict[int | None, str]) -> TakedownPage:
    one = row.Takedown
    return TakedownPage(
        id=one.id,
        about=_subject(row),
        authority=one.authority,
        number=one.number,
        words=one.words,
        received_at=one.received_at,
        due_at=one.due_at,
        done_at=one.done_at,
        done_by=names.get(one.done_by),
        hiding_id=one.hiding_id,
        late=one.done_at is None and one.due_at < clock.now(),
    )
