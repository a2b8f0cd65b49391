"""Joining the register and standing in it: a party is registered, confirmed or refused by an officer, and
represented. What is counted of it by date is written by history.py, whose functions are handed on here;
registering together with an account is in enrolment.py.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import codes
from market.accounts import queries as accounts_queries
from market.accounts import service as accounts
from market.db import lock, refused_by_database
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.parties import history
from market.parties.history import (
    change_kind,
    change_status,
    designate_pilot,
    move_party,
    rate_party,
    rename_party,
    report_members,
    set_fields,
)
from market.parties.models import (
    BUYER_KINDS,
    DESTINATIONS,
    FIELDS,
    GROUNDS,
    IDENTITY_LEVELS,
    KINDS,
    STANDINGS,
    UNIT_KINDS,
    Identity,
    Party,
    PartyContact,
    PartyKind,
    PartyMembers,
    PartyName,
    PartyPlace,
    PartyStatus,
    Representative,
    RepresentativePerson,
    UnitField,
)
from market.words import t
from search import vietnamese

__all__ = [
    "add_representative",
    "change_kind",
    "change_status",
    "confirm_party",
    "designate_pilot",
    "hand_over_code",
    "move_party",
    "rate_party",
    "refuse_party",
    "register_party",
    "rename_party",
    "report_members",
    "set_fields",
]

PREFIXES = {"cooperative": "HTX", "group": "THT", "union": "LH"}


def register_party(
    session: Session,
    *,
    actor: Actor,
    kind: str,
    name: str,
    place_id: int | None,
    code: str | None = None,
    fields: Iterable[str] = (),
    members: int | None = None,
    associate: int = 0,
    households: int | None = None,
    tax_code: str | None = None,
    registration_number: str | None = None,
    buyer_kind: str | None = None,
    destination: str | None = None,
    founded_on: date | None = None,
    former_place_id: int | None = None,
    phone: str | None = None,
    email: str | None = None,
    address: str | None = None,
    source: str | None = None,
    is_demo: bool = False,
    standing: str = "pending",
) -> Party:
    """A party with its current values and the first row of each history, dated from its founding (or today).

    ``members`` are the official ones. Without a code it gets HTX-, THT-, LH- or DN- and its number. Refuses
    (Invalid) wrong values and a taken code or tax code.
    """
    on = history.past_day(founded_on, field="founded_on")
    name = history.check_name(name)
    wanted = list(dict.fromkeys(fields))
    tax_code = tax_code or None
    _check_codes(kind, buyer_kind, destination, standing, wanted)
    history.check_people(members, associate, households)
    if kind in UNIT_KINDS and place_id is None:
        raise Invalid(t("Please choose the commune."), field="place_id")
    history.check_place(session, place_id, "place_id")
    history.check_place(session, former_place_id, "former_place_id")
    _check_free(session, Party.code, code, "code")
    _check_free(session, Party.tax_code, tax_code, "tax_code")

    party = Party(
        code=code or f"new-{secrets.token_hex(8)}",
        kind=kind,
        name=name,
        folded=vietnamese.fold(name),
        sort_key=vietnamese.sort_key(name),
        tax_code=tax_code,
        registration_number=registration_number,
        place_id=place_id,
        former_place_id=former_place_id,
        buyer_kind=buyer_kind,
        destination=destination,
        standing=standing,
        status="active",
        members=None if members is None else members + associate,
        households=households,
        founded_on=founded_on,
        is_demo=is_demo,
        created_at=clock.now(),
    )
    session.add(party)
    with refused_by_database(_taken(tax_code or code or "", "tax_code" if tax_code else "code")):
        session.flush()  # its code and its history are made of its id
    if code is None:
        party.code = f"{PREFIXES.get(kind, 'DN')}-{party.id:06d}"
    fact = history.of_fact(actor, on, source)
    session.add_all(
        [
            PartyContact(
                party_id=party.id, phone=phone or None, email=email or None, address=address or None
            ),
            PartyName(party_id=party.id, name=name, **fact),
            PartyPlace(party_id=party.id, place_id=place_id, former_place_id=former_place_id, **fact),
            PartyKind(party_id=party.id, kind=kind, **fact),
            PartyStatus(party_id=party.id, status="active", founding=founded_on is not None, **fact),
            *(UnitField(party_id=party.id, field=one, works=True, **fact) for one in wanted),
        ]
    )
    if members is not None:
        session.add(
            PartyMembers(
                party_id=party.id, official=members, associate=associate, households=households, **fact
            )
        )
    events.record(session, Event("party.registered", party.id, actor, {"kind": kind, "on": on.isoformat()}))
    return party


def _check_codes(
    kind: str, buyer_kind: str | None, destination: str | None, standing: str, fields: list[str]
) -> None:
    history.check_choice(kind, KINDS, "kind")
    history.check_choice(buyer_kind, BUYER_KINDS, "buyer_kind")
    history.check_choice(destination, DESTINATIONS, "destination")
    history.check_choice(standing, STANDINGS, "standing")
    for one in fields:
        history.check_choice(one, FIELDS, "fields")


def _check_free(
    session: Session, column: sa.orm.InstrumentedAttribute[Any], value: str | None, field: str
) -> None:
    if value and session.scalar(sa.select(Party.id).where(column == value)) is not None:
        raise _taken(value, field)


def _taken(value: str, field: str) -> Invalid:
    return Invalid(
        t("Another party is registered with {value} already. Please ask the department.", value=value),
        field=field,
    )


def confirm_party(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    identity_level: str = "papers",
    reference: str | None = None,
) -> Party:
    """An officer has seen who the party is: it may publish or ask from now on, and is told so.

    A unit by its papers, for without them it could not publish; a buyer at least by phone. A refused party
    may be confirmed later; ``Conflict`` for one that is confirmed or outside the platform.
    """
    party = history.get(session, party_id)
    levels = [level for level in IDENTITY_LEVELS if level != "none"]
    if party.is_unit:
        levels.remove("phone")
    history.check_choice(identity_level, levels, "identity_level")
    _move_standing(session, party, "confirmed", of=("pending", "refused"))
    party.identity_level, party.refusal = identity_level, None
    session.add(
        Identity(
            party_id=party_id,
            level=identity_level,
            reference=reference or None,
            **history.of_fact(actor, clock.today(), None),
        )
    )
    events.record(session, Event("party.confirmed", party_id, actor, {"level": identity_level}))
    accounts.tell_party(
        session,
        party_id=party_id,
        kind="party.confirmed",
        words=t("{party} has been confirmed by the department. It may trade from now on.", party=party.name),
        path="/account",
        actor=actor,
    )
    return party


def set_buying(session: Session, *, actor: Actor, party_id: int, buys: bool) -> Party:
    """Say whether a collective unit also buys (from a group for its mill): then it asks and posts demands
    like any buyer, of the kind ``cooperative``. What it has asked already goes on. Said twice it is once.
    """
    party = history.get_unit(session, party_id)
    lock(session, party)
    if buys != (party.buyer_kind is not None):
        party.buyer_kind = "cooperative" if buys else None
        party.version += 1
        events.record(session, Event("party.buying", party_id, actor, {"buys": buys}))
    return party


def refuse_party(session: Session, *, actor: Actor, party_id: int, reason: str) -> Party:
    """An officer cannot confirm the party, for a reason that its people are told."""
    party = history.get(session, party_id)
    reason = reason.strip()
    if not reason:
        raise Invalid(t("Please say why, so that they know what to do."), field="reason")
    _move_standing(session, party, "refused", of=("pending",))
    party.refusal = reason[:2000]
    events.record(session, Event("party.refused", party_id, actor))
    accounts.tell_party(
        session,
        party_id=party_id,
        kind="party.refused",
        words=t("{party} could not be confirmed: {reason}", party=party.name, reason=reason),
        path="/account",
        actor=actor,
    )
    return party


def _move_standing(session: Session, party: Party, to: str, *, of: tuple[str, ...]) -> None:
    # The conditional UPDATE decides between two officers at the same instant.
    moved = session.execute(
        sa.update(Party)
        .where(Party.id == party.id, Party.standing.in_(of))
        .values(standing=to, version=Party.version + 1)
        .returning(Party.id),
        execution_options={"synchronize_session": False},
    ).first()
    session.refresh(party)
    if moved is None:
        raise Conflict(t("Somebody has decided on this party meanwhile. Please look again."))


def add_representative(
    session: Session,
    *,
    party_id: int,
    name: str,
    position: str | None = None,
    ground: str = "law",
    user_id: int | None = None,
    authority_number: str | None = None,
    authority_date: date | None = None,
    authority_file: str | None = None,
    signed_through_id: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Representative:
    """Who may bind the party, and on what ground: law, charter, or the members' written authority (number and
    date). ``signed_through_id`` names the cooperative that signs for a group.
    """
    party = history.get(session, party_id)
    history.check_choice(ground, GROUNDS, "ground")
    if not name.strip():
        raise Invalid(t("Please fill this in."), field="representative")
    if party.kind == "group" and ground == "authority" and not authority_number:
        raise Invalid(
            t("Please give the number of the members' written authority."), field="authority_number"
        )
    if authority_date is not None:
        history.past_day(authority_date, field="authority_date")
    begins = valid_from or clock.today()
    if valid_to is not None and valid_to <= begins:
        raise Invalid(t("The end has to come after the beginning."), field="valid_to")
    row = Representative(
        party_id=party_id,
        user_id=user_id,
        position=position or None,
        ground=ground,
        authority_number=authority_number or None,
        authority_date=authority_date,
        authority_file=authority_file,
        signed_through_id=signed_through_id,
        valid_from=begins,
        valid_to=valid_to,
    )
    session.add(row)
    session.flush()  # the name is kept apart, under the representative's id
    session.add(RepresentativePerson(representative_id=row.id, name=name.strip()))
    return row


def hand_over_code(session: Session, *, actor: Actor, party_id: int, user_id: int) -> str:
    """A one-time code that an officer gives to one of the party's people, who then chooses a new password.

    ``NotFound`` for somebody who does not act for the party. The person is told that it was given out.
    """
    if user_id not in {person.user_id for person in accounts_queries.list_people(session, party_id=party_id)}:
        raise NotFound
    code = codes.hand_over(session, user_id=user_id)
    events.record(session, Event("party.code_handed_over", party_id, actor, {"user": user_id}))
    accounts.tell_user(
        session,
        user_id=user_id,
        kind="account.code_handed_over",
        words=t("An officer has given out a code to choose a new password for your account."),
        path="/account",
        actor=actor,
    )
    return code
