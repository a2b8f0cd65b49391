"""The rows of the register: collective units as they stood on a day, those founded and dissolved, their
ratings and pilots, and cooperatives with the links that were in force within the window. Their definitions
are in indicators_*.py.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from market.events import EventRow
from market.parties.models import (
    UNIT_KINDS,
    Party,
    PartyKind,
    PartyMembers,
    PartyPlace,
    PartyRating,
    PartyStatus,
    PilotDesignation,
)
from market.parties.register_models import PartyMerger
from market.statistics import rows_force
from market.statistics.history import Ask, known, latest, shared

#: What every row of a unit begins with: which unit, and where it stands.
OF_UNIT = ("key", "party_id", "place_id", "former_place_id")


def units(ask: Ask) -> sa.Select[Any]:
    """One row a collective unit that stood on the day: founded, not dissolved, and confirmed by an officer.

    Kind, status, place and members are those of the history. A unit without any known place is in no figure.
    """
    return sa.select(_standing(ask))


@shared
def _standing(ask: Ask) -> sa.CTE:
    unit = _confirmed(ask).subquery()
    return sa.select(unit).where(unit.c.state != "dissolved").cte()


def _confirmed(ask: Ask) -> sa.Select[Any]:
    """One row a collective unit that an officer had confirmed by then, dissolved or not.

    The standing has no history of its own: a unit counts from the moment of its ``party.confirmed`` event;
    one without such an event (an import brings units in confirmed) from when its status was recorded.
    """
    kind = latest(PartyKind.party_id, PartyKind.kind, ask=ask)
    status = latest(PartyStatus.party_id, PartyStatus.status, PartyStatus.on_date, ask=ask)
    place = latest(PartyPlace.party_id, PartyPlace.place_id, PartyPlace.former_place_id, ask=ask)
    members = latest(PartyMembers.party_id, PartyMembers.official, PartyMembers.associate, ask=ask)
    confirmed = (
        sa.select(EventRow.subject_id, sa.func.min(EventRow.at).label("at"))
        .where(EventRow.name == "party.confirmed")
        .group_by(EventRow.subject_id)
        .subquery()
    )
    return (
        sa.select(
            Party.id.label("key"),
            Party.id.label("party_id"),
            place.c.place_id,
            place.c.former_place_id,
            kind.c.kind,
            status.c.status.label("state"),
            status.c.on_date.label("since"),
            sa.func.coalesce(members.c.official + members.c.associate, 0).label("members"),
        )
        .select_from(Party)
        .join(kind, kind.c.party_id == Party.id)
        .join(status, status.c.party_id == Party.id)
        .outerjoin(place, place.c.party_id == Party.id)
        .outerjoin(members, members.c.party_id == Party.id)
        .outerjoin(confirmed, confirmed.c.subject_id == Party.id)
        .where(
            kind.c.kind.in_(UNIT_KINDS),
            Party.standing == "confirmed",
            sa.or_(confirmed.c.at.is_(None), confirmed.c.at < ask.moment),
        )
    )


def traders(ask: Ask) -> sa.Select[Any]:
    """One row a cooperative of ``units`` and a link by which it sells that was in force within the window.

    ``linked`` as in rows_force.py. The cooperative's place is that of the register, so that a share has one
    geography above and below.
    """
    unit, held = units(ask).subquery(), rows_force.in_force(ask)
    return (
        sa.select(
            *unit.c[OF_UNIT],
            *held.c["buyer_id", "link_id", "sector", "product_id", "buyer_kind", "destination"],
            held.c.evidence,
            held.c.linked,
        )
        .select_from(unit)
        .join(held, held.c.party_id == unit.c.party_id)
        .where(unit.c.kind == "cooperative")
    )


def turns(ask: Ask) -> sa.Select[Any]:
    """One row a collective unit that was founded or dissolved within the window.

    Flags (1 or 0): ``founded`` (where the register knows the day, and has not merely entered it then),
    ``dissolved`` (merged into another it was not). Place and kind are those of the day.
    """
    unit = _confirmed(ask).subquery()
    first = (
        sa.select(PartyStatus.party_id, sa.func.min(PartyStatus.on_date).label("on_date"))
        .where(PartyStatus.founding.is_(True), known(PartyStatus, ask))
        .group_by(PartyStatus.party_id)
        .subquery()
    )
    founded = sa.and_(first.c.on_date.is_not(None), ask.within(first.c.on_date))
    merged = latest(PartyMerger.party_id, PartyMerger.into_id, ask=ask)
    dissolved = sa.and_(unit.c.state == "dissolved", ask.within(unit.c.since), merged.c.into_id.is_(None))
    return (
        sa.select(
            *unit.c[OF_UNIT],
            unit.c.kind,
            sa.case((founded, 1), else_=0).label("founded"),
            sa.case((dissolved, 1), else_=0).label("dissolved"),
        )
        .select_from(unit)
        .outerjoin(first, first.c.party_id == unit.c.party_id)
        .outerjoin(merged, merged.c.party_id == unit.c.party_id)
        .where(sa.or_(founded, dissolved))
    )


def ratings(ask: Ask) -> sa.Select[Any]:
    """One row a cooperative of ``units`` that has a rating of the latest year in which any was rated
    (Circular 01/2020/TT-BKHĐT). ``is_rated`` (1 or 0): in one of the four classes; ``is_good``: tốt or khá.
    """
    unit = units(ask).subquery()
    rating = latest(PartyRating.party_id, PartyRating.rating, ask=ask, each=(PartyRating.year,))
    newest = sa.select(sa.func.max(PartyRating.year)).where(known(PartyRating, ask)).scalar_subquery()
    return (
        sa.select(
            *unit.c[OF_UNIT],
            rating.c.rating,
            rating.c.year,
            sa.case((rating.c.rating != "unrated", 1), else_=0).label("is_rated"),
            sa.case((rating.c.rating.in_(("good", "fair")), 1), else_=0).label("is_good"),
        )
        .select_from(unit)
        .join(rating, sa.and_(rating.c.party_id == unit.c.party_id, rating.c.year == newest))
        .where(unit.c.kind == "cooperative")
    )


def pilots(ask: Ask) -> sa.Select[Any]:
    """One row a unit of ``units`` and a field for which it was a model on the day; the key is that of the
    designation.
    """
    unit = units(ask).subquery()
    pilot = latest(
        PilotDesignation.party_id,
        PilotDesignation.id,
        PilotDesignation.holds,
        PilotDesignation.on_date,
        ask=ask,
        each=(PilotDesignation.field,),
    )
    return (
        sa.select(
            pilot.c.id.label("key"),
            unit.c.party_id,
            unit.c.place_id,
            unit.c.former_place_id,
            unit.c.kind,
            pilot.c.field,
            pilot.c.on_date,
        )
        .select_from(unit)
        .join(pilot, pilot.c.party_id == unit.c.party_id)
        .where(pilot.c.holds.is_(True))
    )
