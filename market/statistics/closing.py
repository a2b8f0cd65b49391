"""Closing a reporting period: its days are set, communes submit, the department takes or returns what they
say, one officer prepares and another closes. What is closed is frozen (frozen.py); what is learned later
changes nothing until an officer records a revision with the reason; reopening is a step like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock, refused_by_database
from market.errors import Conflict, Invalid, NotAllowed, NotFound
from market.events import Actor, Event
from market.places import queries as places
from market.places.models import Place
from market.statistics import calendar, frozen, periods
from market.statistics.models import PeriodStep, ReportedPeriod, Submission
from market.statistics.periods import Period
from market.words import t

#: The places that an officer's duty covers; None: everywhere.
Places = tuple[int, ...] | None

MOVED_ON = t("Somebody has done something about this period meanwhile. Please look again.")


def schedule(
    session: Session,
    *,
    actor: Actor,
    over: Places,
    code: str,
    first_day: date,
    last_day: date,
    source: str,
) -> ReportedPeriod:
    """Give a named period other days than the calendar's, with the rule that says so.

    Refuses days that turn round or lie far from the name's own, a period that was begun to be closed, and
    days that cut across those of a closed one.
    """
    named = periods.parse(code)
    row = _row(session, over, named)
    if named.kind not in (*periods.WHOLE, "nine_months"):
        raise Invalid(
            t("Only years, halves, nine months, quarters and months have other days."), field="code"
        )
    if first_day > last_day:
        raise Invalid(t("The last day is before the first."), field="last_day")
    if max(abs((first_day - named.start).days), abs((last_day - named.end).days)) > 45:
        raise Invalid(
            t("These days are too far from those of the calendar: {start} to {end}.", **_edges(named)),
            field="first_day",
        )
    if not source.strip():
        raise Invalid(t("Please say which rule sets these days."), field="source")
    if row.state != "open":
        raise Conflict(t("This period is being closed: its days stand."), field="code")
    row.first_day, row.last_day, row.source = first_day, last_day, source.strip()
    _check_overlap(session, row)
    row.version += 1
    _step(session, row, actor, "scheduled", reason=row.source)
    return row


def _edges(period: Period) -> dict[str, date]:
    return {"start": period.start, "end": period.end}


def submit(session: Session, *, actor: Actor, over: Places, code: str, place_id: int) -> Submission:
    """A commune's officer says that what the register and the market hold of it is right for the period."""
    row = _row(session, None, periods.parse(code))
    _check_ended(row)
    _check_place(session, over, place_id)
    if place_id not in {one.place_id for one in communes(session, row)}:
        raise NotFound
    if row.state != "open":
        raise Conflict(t("The department has gone on with this period: nothing is submitted any more."))
    last = last_word(session, period_id=row.id, place_id=place_id)
    if last is not None and last.step != "returned":
        raise Conflict(t("This has been submitted already."))
    return _word(session, row, actor, place_id, "submitted")


def answer(
    session: Session,
    *,
    actor: Actor,
    over: Places,
    code: str,
    place_id: int,
    take: bool,
    reason: str = "",
) -> Submission:
    """The department takes a commune's word, or returns it with the reason."""
    row = _row(session, over, periods.parse(code))
    last = last_word(session, period_id=row.id, place_id=place_id)
    if last is None or last.step != "submitted":
        raise Conflict(t("There is nothing to take: the commune has not submitted, or was answered."))
    if row.state != "open":
        raise Conflict(MOVED_ON)
    if not take and not reason.strip():
        raise Invalid(t("Please say why."), field="reason")
    return _word(session, row, actor, place_id, "taken" if take else "returned", reason.strip() or None)


def prepare(
    session: Session, *, actor: Actor, over: Places, code: str, reason: str = "", version: int | None = None
) -> ReportedPeriod:
    """Put an ended period before a second officer. What is known now is what will be frozen. Where communes
    have not been taken, a reason is wanted.
    """
    row = _row(session, over, periods.parse(code))
    _check_version(row, version)
    _check_ended(row)
    if row.state != "open":
        raise Conflict(MOVED_ON)
    _check_overlap(session, row)
    waiting = [one for one in communes(session, row) if one.step != "taken"]
    if waiting and not reason.strip() and actor.channel != "shell":
        raise Invalid(
            t("{n} communes have not been taken: please say why you go on.", n=len(waiting)), field="reason"
        )
    row.state, row.known_before, row.prepared_by = "prepared", clock.now(), actor.user_id
    row.version += 1
    _step(session, row, actor, "prepared", reason=reason.strip() or None)
    return row


def give_back(
    session: Session, *, actor: Actor, over: Places, code: str, reason: str, version: int | None = None
) -> ReportedPeriod:
    """A prepared period goes back to be prepared anew."""
    row = _row(session, over, periods.parse(code))
    _check_version(row, version)
    if row.state != "prepared":
        raise Conflict(MOVED_ON)
    if not reason.strip():
        raise Invalid(t("Please say why."), field="reason")
    row.state, row.known_before, row.prepared_by = "open", None, None
    row.version += 1
    _step(session, row, actor, "returned", reason=reason.strip())
    return row


def close(
    session: Session, *, actor: Actor, over: Places, code: str, version: int | None = None
) -> ReportedPeriod:
    """Another officer than the one who prepared it closes a period: its figures and rows are frozen as known
    when it was prepared.
    """
    row = _row(session, over, periods.parse(code))
    _check_version(row, version)
    if row.state != "prepared":
        raise Conflict(t("This period has not been prepared, or is closed already."))
    if actor.channel != "shell" and actor.user_id == row.prepared_by:
        raise NotAllowed(t("Whoever prepared a period does not close it. A colleague has to look at it."))
    row.state = "closed"
    row.revision = 0 if row.revision is None else row.revision + 1
    row.version += 1
    _freeze(session, row)
    _step(session, row, actor, "closed")
    return row


def revise(
    session: Session, *, actor: Actor, over: Places, code: str, reason: str, version: int | None = None
) -> ReportedPeriod:
    """Take into a closed period what was learned since, as a dated revision with its reason. Refuses where
    nothing would change.
    """
    row = _row(session, over, periods.parse(code))
    _check_version(row, version)
    if row.state != "closed" or row.revision is None:
        raise Conflict(t("This period is not closed."))
    if not reason.strip():
        raise Invalid(t("Please say why."), field="reason")
    now = clock.now()
    found = _count(session, row, now)
    if not frozen.changes(session, row, found):
        raise Conflict(t("Nothing that was learned since changes a figure of this period."))
    row.known_before, row.revision = now, row.revision + 1
    row.version += 1
    _freeze(session, row, found)
    _step(session, row, actor, "revised", reason=reason.strip())
    return row


def reopen(
    session: Session, *, actor: Actor, over: Places, code: str, reason: str, version: int | None = None
) -> ReportedPeriod:
    """Open a closed period again. What was frozen stays to be read; closing it anew is a further revision."""
    row = _row(session, over, periods.parse(code))
    _check_version(row, version)
    if row.state != "closed":
        raise Conflict(t("This period is not closed."))
    if not reason.strip():
        raise Invalid(t("Please say why."), field="reason")
    row.state, row.known_before, row.prepared_by = "open", None, None
    row.version += 1
    _step(session, row, actor, "reopened", reason=reason.strip())
    return row


# --- what there is ---


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, with its district where another has its name, and where its word on a period stands
    (``step`` "" where it has said nothing).
    """

    place_id: int
    name: str
    step: str
    reason: str | None


def communes(session: Session, row: ReportedPeriod) -> list[Commune]:
    """The communes of the period's province on its last day, with what they said last."""
    below = places.list_communes(session, on=row.last_day)
    inside = set(session.scalars(places.covered_by(row.place_id)))
    newest = sa.select(sa.func.max(Submission.id)).where(Submission.period_id == row.id)
    last = {
        one.place_id: one
        for one in session.scalars(
            sa.select(Submission).where(Submission.id.in_(newest.group_by(Submission.place_id)))
        )
    }
    asked = [place for place in below if place.id in inside]
    named = Counter(place.name for place in asked)
    namesakes = {place.id for place in asked if named[place.name] > 1}
    whole = places.names_of(session, namesakes, on=row.last_day)
    found = []
    for place in asked:
        said = last.get(place.id)
        step, reason = (said.step, said.reason) if said else ("", None)
        name = f"{place.name}, {whole[place.id].parent_name}" if place.id in namesakes else place.name
        found.append(Commune(place.id, name, step, reason))
    return found


def last_word(session: Session, *, period_id: int, place_id: int) -> Submission | None:
    """What was said last about a commune's figures of a period."""
    return session.scalars(
        sa.select(Submission)
        .where(Submission.period_id == period_id, Submission.place_id == place_id)
        .order_by(Submission.id.desc())
        .limit(1)
    ).one_or_none()


def steps(session: Session, period_id: int) -> Sequence[PeriodStep]:
    """All that happened to a period, oldest first."""
    return session.scalars(
        sa.select(PeriodStep).where(PeriodStep.period_id == period_id).order_by(PeriodStep.id)
    ).all()


def list_periods(session: Session) -> Sequence[ReportedPeriod]:
    """The periods that have days of their own or were begun to be closed, the latest first."""
    return session.scalars(
        sa.select(ReportedPeriod).order_by(ReportedPeriod.last_day.desc(), ReportedPeriod.id.desc())
    ).all()


def _count(session: Session, row: ReportedPeriod, before: datetime) -> Mapping[frozen.Name, frozen.Value]:
    province = session.get_one(Place, row.place_id)
    return frozen.count(session, frozen.period_of(row), province, known_before=before)


def _freeze(
    session: Session, row: ReportedPeriod, found: Mapping[frozen.Name, frozen.Value] | None = None
) -> None:
    """Freeze a period by what was known before its moment, counted here unless it was already."""
    assert row.known_before is not None
    found = _count(session, row, row.known_before) if found is None else found
    session.flush()  # what is frozen points to it
    frozen.keep(session, row, session.get_one(Place, row.place_id), frozen.period_of(row), found)


# --- rules that several steps share ---


def _row(session: Session, over: Places, named: Period) -> ReportedPeriod:
    """The period's row, taken to be written to and made where there is none. ``over`` are the places of the
    duty: they have to hold the whole province.
    """
    if named.kind == "day":
        raise Invalid(t("A single day is no reporting period."), field="code")
    province = places.province_on(session, day=named.end)
    _check_place(session, over, province.id)
    found = calendar.known(session, named, province=province).row
    if found is None:
        found = ReportedPeriod(
            place_id=province.id, code=named.code, first_day=named.start, last_day=named.end, state="open"
        )
        session.add(found)
        with refused_by_database(Conflict(MOVED_ON)):
            session.flush()  # UNIQUE(place, code) speaks here, and steps need its id
    lock(session, found)
    return found


def _check_place(session: Session, over: Places, place_id: int) -> None:
    if not places.is_held(session, over, place_id):
        raise NotAllowed(t("This is outside the places of your duty."))
    if session.get(Place, place_id) is None:
        raise NotFound


def _check_ended(row: ReportedPeriod) -> None:
    if row.last_day >= clock.today():
        raise Conflict(t("This period has not ended yet: its last day is {day}.", day=row.last_day))


def _check_version(row: ReportedPeriod, version: int | None) -> None:
    if version is not None and row.version != version:
        raise Conflict(MOVED_ON)


def _check_overlap(session: Session, row: ReportedPeriod) -> None:
    """Refuse days that cut across those of a closed period: one may lie whole inside the other, or apart."""
    for other in session.scalars(
        sa.select(ReportedPeriod).where(
            ReportedPeriod.place_id == row.place_id,
            ReportedPeriod.id != row.id,
            ReportedPeriod.state == "closed",
            ReportedPeriod.first_day <= row.last_day,
            ReportedPeriod.last_day >= row.first_day,
        )
    ):
        inside = other.first_day <= row.first_day and row.last_day <= other.last_day
        around = row.first_day <= other.first_day and other.last_day <= row.last_day
        if not inside and not around:
            raise Conflict(
                t(
                    "These days cut across the closed period {code} ({start} to {end}).",
                    code=other.code,
                    start=other.first_day,
                    end=other.last_day,
                ),
                field="code",
            )


def _word(
    session: Session, row: ReportedPeriod, actor: Actor, place_id: int, step: str, reason: str | None = None
) -> Submission:
    said = Submission(
        period_id=row.id,
        place_id=place_id,
        step=step,
        reason=reason,
        at=clock.now(),
        by=actor.user_id,
        channel=actor.channel,
    )
    session.add(said)
    events.record(session, Event(f"period.{step}", row.id, actor, {"period": row.code, "place": place_id}))
    return said


def _step(
    session: Session, row: ReportedPeriod, actor: Actor, step: str, *, reason: str | None = None
) -> None:
    session.add(
        PeriodStep(
            period_id=row.id,
            step=step,
            reason=reason,
            revision=row.revision if step in ("closed", "revised") else None,
            at=clock.now(),
            by=actor.user_id,
            channel=actor.channel,
        )
    )
    data = {"period": row.code, "revision": row.revision}
    events.record(session, Event(f"period.{step}", row.id, actor, data))
