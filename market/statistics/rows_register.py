"""The rows of the register: collective units as they stood on a day, and cooperatives with the links that
were in force within the window. Their definitions are in indicators.py.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from market.events import EventRow
from market.links.models import IN_FORCE, Link, LinkState, LinkTerms
from market.parties.models import UNIT_KINDS, Party, PartyKind, PartyMembers, PartyPlace, PartyStatus
from market.statistics.history import Ask, held_within, latest, met, spans


def units(ask: Ask) -> sa.Select[Any]:
    """One row a collective unit that stood on the day: founded, not dissolved, and confirmed by an officer.

    Kind, status, place and members are those of the history. The standing has no history of its own: a unit
    counts from the moment of its ``party.confirmed`` event; one without such an event (an import brings units
    in confirmed) from the moment its status was recorded. A unit without any known place is in no figure.
    """
    kind = latest(PartyKind.party_id, PartyKind.kind, ask=ask)
    status = latest(PartyStatus.party_id, PartyStatus.status, ask=ask)
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
            status.c.status != "dissolved",
            Party.standing == "confirmed",
            sa.or_(confirmed.c.at.is_(None), confirmed.c.at < ask.moment),
        )
    )


def traders(ask: Ask) -> sa.Select[Any]:
    """One row a cooperative of ``units`` and a link by which it sells that was in force within the window.

    In force: from the day the link became active to the day it ended, whatever its schedule. ``linked``: on
    one of those days its terms had a form of Decree 98/2018/NĐ-CP and a contract. The cooperative's place is
    that of the register, so that a share has one geography above and below.
    """
    unit = units(ask).subquery()
    state = spans(LinkState.link_id, LinkState.state, ask=ask)
    terms = spans(LinkTerms.link_id, LinkTerms.form, LinkTerms.contract, ask=ask)
    linked = sa.case(
        (sa.and_(terms.c.form.is_not(None), terms.c.contract != "none"), 1),
        else_=0,
    )
    force = (
        sa.select(state.c.link_id, sa.func.max(linked).label("linked"))
        .select_from(state)
        .outerjoin(
            terms,
            sa.and_(terms.c.link_id == state.c.link_id, held_within(terms, ask), met(state, terms)),
        )
        .where(state.c.state.in_(IN_FORCE), held_within(state, ask), sa.literal(ask.start <= ask.day))
        .group_by(state.c.link_id)
        .subquery()
    )
    return (
        sa.select(
            unit.c.key,
            unit.c.party_id,
            unit.c.place_id,
            unit.c.former_place_id,
            Link.buyer_id,
            Link.id.label("link_id"),
            Link.sector_code.label("sector"),
            Link.product_id,
            Link.buyer_kind,
            Link.destination,
            Link.origin.label("evidence"),
            force.c.linked,
        )
        .select_from(unit)
        .join(Link, Link.seller_id == unit.c.party_id)
        .join(force, force.c.link_id == Link.id)
        .where(unit.c.kind == "cooperative")
    )
