"""Whose rows a person may take in and take out: a unit's manager those of the own unit, an officer those of
the places of the duty, the administrator at the shell all.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.parties import desk
from market.parties.models import UNIT_KINDS, Party
from market.places.models import PlaceCover

#: The duty that each kind of file needs of an officer.
DUTIES = {
    "cooperatives": "register",
    "listings": "register",
    "links": "trade_data",
    "season-plans": "figures",
    "denominators": "figures",
    "official-figures": "figures",
}
#: What a unit takes in of its own.
OWN = ("listings", "season-plans")


@dataclass(frozen=True, slots=True)
class Scope:
    """Ids of the units whose rows may be touched, and of the places they may lie in."""

    units: frozenset[int]
    places: frozenset[int]


def of(session: Session, *, kind: str, user_id: int, party_id: int | None) -> Scope | None:
    """What the person may touch now, for the party acted for or as an officer; None: everything."""
    if party_id is not None:
        may = kind in OWN and accounts.may_trade(session, user_id=user_id, party_id=party_id)
        return Scope(frozenset({party_id} if may else ()), frozenset())
    places = accounts.duty_places(session, user_id=user_id, duty=DUTIES[kind])
    if places is None:
        return None
    inside = sa.select(PlaceCover.place_id).where(PlaceCover.ancestor_id.in_(places))
    units = sa.select(Party.id).where(Party.kind.in_(UNIT_KINDS), desk.within(places))
    return Scope(frozenset(session.scalars(units)), frozenset(session.scalars(inside)))
