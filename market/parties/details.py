"""What an officer adds to a registered party or puts right: its tax code, how to reach it, the day of its
founding, and the sectors of a unit's products. What is counted by date stands in history.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import events
from market.catalogue.models import Sector
from market.db import refused_by_database
from market.errors import Invalid
from market.events import Actor, Event
from market.parties import history
from market.parties.models import (
    Fact,
    Party,
    PartyContact,
    PartyKind,
    PartyName,
    PartyPlace,
    PartyStatus,
    UnitSector,
)
from market.words import t


def correct_details(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    tax_code: str | None = None,
    phone: str | None = None,
    email: str | None = None,
) -> Party:
    """Put right what is given (None: left as it is). Refuses (Invalid) a tax code that another has."""
    party = history.get(session, party_id)
    given = {"tax_code": tax_code, "phone": phone, "email": email}
    if tax_code is not None:
        party.tax_code = tax_code
        with refused_by_database(
            Invalid(
                t(
                    "Another party is registered with {value} already. Please ask the department.",
                    value=tax_code,
                ),
                field="tax_code",
            )
        ):
            session.flush()  # UNIQUE(tax_code) speaks here
    if phone is not None or email is not None:
        contact = session.get(PartyContact, party_id)
        if contact is None:
            contact = PartyContact(party_id=party_id, phone=None, email=None, address=None)
            session.add(contact)
        contact.phone = contact.phone if phone is None else phone
        contact.email = contact.email if email is None else email
    party.version += 1
    what = sorted(name for name, value in given.items() if value is not None)
    events.record(session, Event("party.corrected", party_id, actor, {"what": what}))
    return party


def learn_founding(
    session: Session, *, actor: Actor, party_id: int, founded_on: date, source: str | None = None
) -> Party:
    """Note when a unit was founded that the register knew from a later day on: what it knew first held from
    its founding. Refuses a day that is still to come, and one after which it was known already.
    """
    party = history.get(session, party_id)
    history.past_day(founded_on, field="founded_on")
    first = session.scalar(
        sa.select(sa.func.min(PartyStatus.on_date)).where(PartyStatus.party_id == party_id)
    )
    if first is not None and founded_on > first:
        raise known_before(first)
    fact = history.of_fact(actor, founded_on, source)
    if first is not None and founded_on < first:
        name, place, kind = (_first(session, table, party_id) for table in (PartyName, PartyPlace, PartyKind))
        session.add_all(
            [
                PartyName(party_id=party_id, name=name.name, **fact),
                PartyPlace(
                    party_id=party_id, place_id=place.place_id, former_place_id=place.former_place_id, **fact
                ),
                PartyKind(party_id=party_id, kind=kind.kind, **fact),
                PartyStatus(party_id=party_id, status="active", founding=True, **fact),
            ]
        )
    elif party.founded_on is None and _stood_on(session, party_id, founded_on) == {"active"}:
        session.add(PartyStatus(party_id=party_id, status="active", founding=True, **fact))
    party.founded_on = founded_on
    party.version += 1
    events.record(session, Event("party.founding_learnt", party_id, actor, {"on": founded_on.isoformat()}))
    return party


def _stood_on(session: Session, party_id: int, day: date) -> set[str]:
    """The statuses that were noted for a day."""
    noted = sa.select(PartyStatus.status).where(PartyStatus.party_id == party_id, PartyStatus.on_date == day)
    return set(session.scalars(noted))


def known_before(first: date) -> Invalid:
    """The refusal of a founding after the day from which the register knows the unit."""
    return Invalid(t("The register knows this unit since {day} already.", day=first), field="founded_on")


def _first(session: Session, table: type[Fact], party_id: int) -> Any:
    owner: Any = table
    return session.scalars(
        sa.select(table)
        .where(owner.party_id == party_id)
        .order_by(owner.on_date, owner.recorded_at, owner.id)
        .limit(1)
    ).one()


def set_sectors(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    sectors: Iterable[str],
    on_date: date | None = None,
    source: str | None = None,
) -> Party:
    """The sectors of the unit's products from a day on: a row for each that comes, and for each that goes."""
    party = history.get(session, party_id)
    on = history.past_day(on_date)
    wanted = list(dict.fromkeys(sectors))
    known = set(session.scalars(sa.select(Sector.code)))
    for one in wanted:
        history.check_choice(one, known, "sectors")
    holds: dict[str, bool] = {}
    for row in session.execute(
        sa.select(UnitSector.sector_code, UnitSector.holds)
        .where(UnitSector.party_id == party_id, UnitSector.on_date <= on)
        .order_by(UnitSector.on_date, UnitSector.recorded_at, UnitSector.id)
    ):
        holds[row.sector_code] = row.holds
    changed = [(one, True) for one in wanted if not holds.get(one)]
    changed += [(one, False) for one, held in holds.items() if held and one not in wanted]
    fact = history.of_fact(actor, on, source)
    session.add_all(
        UnitSector(party_id=party_id, sector_code=one, holds=held, **fact) for one, held in changed
    )
    party.version += 1
    events.record(session, Event("party.sectors_set", party_id, actor, {"sectors": wanted}))
    return party
