"""The register by date: every write adds a row that says when it holds and when we learned it, and never
changes one; the party's own columns repeat the last that holds. Joining the register and standing in it are
in service.py, which hands these functions on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock, not_before
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.parties.models import (
    FIELDS,
    KINDS,
    RATINGS,
    STATUSES,
    Fact,
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
from market.places.models import Place
from market.words import t
from search import vietnamese

MOST_MEMBERS = 10**7


def of_fact(actor: Actor, on_date: date, source: str | None) -> dict[str, Any]:
    """What every dated row carries."""
    return {
        "on_date": on_date,
        "recorded_at": clock.now(),
        "recorded_by": actor.user_id,
        "source": source,
    }


def of_next(table: type[Fact], party_id: int, actor: Actor, on: date, source: str | None) -> dict[str, Any]:
    """The same of a row that comes after others of the party in its table."""
    owner: Any = table
    known = not_before(owner.recorded_at, clock.now(), owner.party_id == party_id)
    return {**of_fact(actor, on, source), "recorded_at": known}


def get(session: Session, party_id: int) -> Party:
    """The party, to be written to; refuses NotFound."""
    party = session.get(Party, party_id)
    if party is None:
        raise NotFound
    lock(session, party)
    return party


def get_unit(session: Session, party_id: int) -> Party:
    """The collective unit, to be written to; refuses NotFound, and what is no unit."""
    party = get(session, party_id)
    if not party.is_unit:
        raise NotFound
    return party


def past_day(on_date: date | None, *, field: str = "on_date") -> date:
    """The day from which something holds: today unless said otherwise; refuses the future."""
    today = clock.today()
    if on_date is not None and on_date > today:
        raise Invalid(t("This day is still to come."), field=field)
    return on_date or today


def check_count(value: int | None, field: str) -> None:
    """Refuse a number of people that cannot be."""
    if value is not None and value < 0:
        raise Invalid(t("Please give at least {n}.", n=0), field=field)
    if value is not None and value > MOST_MEMBERS:
        raise Invalid(t("Please give at most {n}.", n=MOST_MEMBERS), field=field)


def check_people(members: int | None, associate: int, households: int | None) -> None:
    """Refuse numbers that cannot be, each by itself or all members together."""
    for value, field in ((members, "members"), (associate, "associate"), (households, "households")):
        check_count(value, field)
    check_count((members or 0) + associate, "members")


def check_choice(value: str | None, known: Iterable[str], field: str) -> None:
    """Refuse a code that is not one of the known ones; None passes."""
    if value is not None and value not in known:
        raise Invalid(t("Please choose one of the values in the list."), field=field)


def is_newest(session: Session, table: type[Fact], party_id: int, on_date: date) -> bool:
    """Whether a fact of this day is the one that holds now: no row of a later day is known."""
    owner: Any = table
    last = session.scalar(sa.select(sa.func.max(owner.on_date)).where(owner.party_id == party_id))
    return last is None or on_date >= last


def moved(session: Session, party: Party, actor: Actor, verb: str, on: date, **data: Any) -> None:
    """Note that a dated fact was added to a party: its version, and the event ``party.<verb>``."""
    party.version += 1
    events.record(session, Event(f"party.{verb}", party.id, actor, {"on": on.isoformat(), **data}))


def report_members(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    on_date: date | None = None,
    official: int,
    associate: int = 0,
    households: int | None = None,
    source: str | None = None,
) -> Party:
    """Members (official, associate) and households of the unit on a day; ``Party.members`` is their sum."""
    party = get(session, party_id)
    on = past_day(on_date)
    check_people(official, associate, households)
    if not party.is_unit:
        raise Invalid(t("Only cooperatives, unions and cooperative groups have members."), field="members")
    newest = is_newest(session, PartyMembers, party_id, on)
    session.add(
        PartyMembers(
            party_id=party_id,
            official=official,
            associate=associate,
            households=households,
            **of_next(PartyMembers, party_id, actor, on, source),
        )
    )
    if newest:
        party.members, party.households = official + associate, households
    moved(session, party, actor, "members_reported", on, official=official, associate=associate)
    return party


def change_status(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    status: str,
    on_date: date | None = None,
    source: str | None = None,
) -> Party:
    """The operating status from a day on. A dissolved unit stays so (Conflict)."""
    party = get(session, party_id)
    on = past_day(on_date)
    check_choice(status, STATUSES, "status")
    if party.status == "dissolved":
        raise Conflict(t("This unit has been dissolved."), field="status")
    if party.status == status:
        raise Conflict(t("This is its status already."), field="status")
    newest = is_newest(session, PartyStatus, party_id, on)
    session.add(
        PartyStatus(party_id=party_id, status=status, **of_next(PartyStatus, party_id, actor, on, source))
    )
    if newest:
        party.status = status
        party.dissolved_on = on if status == "dissolved" else None
    moved(session, party, actor, "status_changed", on, status=status)
    return party


def move_party(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    place_id: int,
    former_place_id: int | None = None,
    on_date: date | None = None,
    source: str | None = None,
) -> Party:
    """The place from a day on; ``former_place_id`` says the old commune of a unit placed in a new one."""
    party = get(session, party_id)
    on = past_day(on_date)
    check_place(session, place_id, "place_id")
    check_place(session, former_place_id, "former_place_id")
    newest = is_newest(session, PartyPlace, party_id, on)
    session.add(
        PartyPlace(
            party_id=party_id,
            place_id=place_id,
            former_place_id=former_place_id,
            **of_next(PartyPlace, party_id, actor, on, source),
        )
    )
    if newest:
        party.place_id, party.former_place_id = place_id, former_place_id
    moved(session, party, actor, "moved", on, place=place_id, former_place=former_place_id)
    return party


def check_place(session: Session, place_id: int | None, field: str) -> None:
    """Refuse a place that is not there; None passes."""
    if place_id is not None and session.get(Place, place_id) is None:
        raise Invalid(t("Please choose one of the values in the list."), field=field)


def check_name(name: str) -> str:
    """The name without blanks around it; refuses an empty or endless one."""
    name = vietnamese.nfc(name).strip()
    if not name:
        raise Invalid(t("Please fill this in."), field="name")
    if len(name) > 200:
        raise Invalid(t("Please use at most {n} signs.", n=200), field="name")
    return name


def rename_party(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    name: str,
    on_date: date | None = None,
    source: str | None = None,
) -> Party:
    """The name from a day on."""
    party = get(session, party_id)
    on = past_day(on_date)
    name = check_name(name)
    newest = is_newest(session, PartyName, party_id, on)
    session.add(PartyName(party_id=party_id, name=name, **of_next(PartyName, party_id, actor, on, source)))
    if newest:
        party.name = name
        party.folded, party.sort_key = vietnamese.fold(name), vietnamese.sort_key(name)
    moved(session, party, actor, "renamed", on)
    return party


def change_kind(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    kind: str,
    on_date: date | None = None,
    source: str | None = None,
) -> Party:
    """The kind from a day on: a group may become a cooperative. It keeps its code."""
    party = get(session, party_id)
    on = past_day(on_date)
    check_choice(kind, KINDS, "kind")
    newest = is_newest(session, PartyKind, party_id, on)
    session.add(PartyKind(party_id=party_id, kind=kind, **of_next(PartyKind, party_id, actor, on, source)))
    if newest:
        party.kind = kind
    moved(session, party, actor, "kind_changed", on, kind=kind)
    return party


def set_fields(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    fields: Iterable[str],
    on_date: date | None = None,
    source: str | None = None,
) -> Party:
    """The fields in which the unit works from a day on: a row for each that comes, and for each that goes."""
    party = get(session, party_id)
    on = past_day(on_date)
    wanted = list(dict.fromkeys(fields))
    for one in wanted:
        check_choice(one, FIELDS, "fields")
    works: dict[str, bool] = {}
    for row in session.execute(
        sa.select(UnitField.field, UnitField.works)
        .where(UnitField.party_id == party_id, UnitField.on_date <= on)
        .order_by(UnitField.on_date, UnitField.recorded_at, UnitField.id)
    ):
        works[row.field] = row.works
    changed = [(one, True) for one in wanted if not works.get(one)]
    changed += [(one, False) for one, holds in works.items() if holds and one not in wanted]
    for one, holds in changed:
        session.add(
            UnitField(
                party_id=party_id, field=one, works=holds, **of_next(UnitField, party_id, actor, on, source)
            )
        )
    moved(session, party, actor, "fields_set", on, fields=wanted)
    return party


def rate_party(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    year: int,
    rating: str,
    score: int | None = None,
    on_date: date | None = None,
    source: str | None = None,
) -> PartyRating:
    """The rating of a year (Circular 01/2020/TT-BKHĐT), score 0 to 100; a later row corrects it."""
    party = get(session, party_id)
    on = past_day(on_date)
    check_choice(rating, RATINGS, "rating")
    if not 1990 <= year <= clock.today().year:
        raise Invalid(t("This year cannot be meant."), field="year")
    if score is not None and not 0 <= score <= 100:
        raise Invalid(t("Please give at most {n}.", n=100), field="score")
    row = PartyRating(
        party_id=party_id,
        year=year,
        rating=rating,
        score=score,
        **of_next(PartyRating, party_id, actor, on, source),
    )
    session.add(row)
    moved(session, party, actor, "rated", on, year=year, rating=rating)
    return row


def designate_pilot(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    field: str,
    holds: bool = True,
    on_date: date | None = None,
    source: str | None = None,
) -> PilotDesignation:
    """Make the unit a model for a field from a day on, or (``holds`` false) no longer."""
    party = get(session, party_id)
    on = past_day(on_date)
    check_choice(field, FIELDS, "field")
    row = PilotDesignation(
        party_id=party_id, field=field, holds=holds, **of_next(PilotDesignation, party_id, actor, on, source)
    )
    session.add(row)
    moved(session, party, actor, "pilot_designated", on, field=field, holds=holds)
    return row
