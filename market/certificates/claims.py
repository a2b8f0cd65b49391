"""Claiming: a unit, or an officer for it, writes down what a paper says and puts it right while it waits; the
unit says that an officer's entry is right. What becomes of a claim is decided in service.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.catalogue.models import Product, Standard
from market.certificates import moves, queries
from market.certificates.models import (
    MOST_AREA,
    OPEN_STATES,
    Certificate,
    CertificateProduct,
    CertificateUnit,
)
from market.db import refused_by_database
from market.errors import Conflict, Invalid
from market.events import Actor, Event
from market.parties.models import Party
from market.words import t

#: The most units that one certificate covers.
MOST_UNITS = 200

TWICE = t("This number is on the unit's list already.")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a paper says. ``valid_to`` is the first day on which it no longer counts; without products it is
    for all that the units offer of the standard's sectors; ``area_m2`` in square metres.
    """

    standard: str
    number: str
    issuer: str
    valid_from: date | None = None
    valid_to: date | None = None
    holder_id: int | None = None  # None: the unit itself
    unit_ids: tuple[int, ...] = ()  # besides the unit
    product_ids: tuple[int, ...] = ()
    area_m2: int | None = None
    sites: str = ""


def claim(session: Session, *, actor: Actor, unit_id: int, said: Claim) -> Certificate:
    """A unit writes down a paper that covers it.

    Refuses (with the field) what cannot be, what has passed, and a number that the list holds already.
    """
    return _write_down(session, actor, unit_id, said, by_officer=False)


def enter(
    session: Session, *, actor: Actor, places: queries.Places, unit_id: int, said: Claim
) -> Certificate:
    """An officer does it for a unit of her places. It is marked until the unit says that it is right."""
    if not queries.is_within(session, places=places, unit_id=unit_id):
        raise Invalid(t("This unit is not in your places."), field="unit")
    certificate = _write_down(session, actor, unit_id, said, by_officer=True)
    words = t(
        "The department has entered {standard}, number {number}, for you. Please see if it is right.",
        **moves.named(session, certificate),
    )
    moves.tell(session, certificate, actor, "certificate.claimed", words, {unit_id})
    return certificate


def _write_down(
    session: Session, actor: Actor, unit_id: int, said: Claim, *, by_officer: bool
) -> Certificate:
    unit = session.get(Party, unit_id)
    if unit is None or not unit.is_unit:
        raise Invalid(t("There is no such cooperative or group."), field="unit")
    _check(session, said, unit_id=unit_id)
    certificate = Certificate(
        unit_id=unit_id,
        state="claimed",
        entered_by=actor.user_id,
        by_officer=by_officer,
        created_at=clock.now(),
        **_columns(said, unit_id),
    )
    session.add(certificate)
    with refused_by_database(Conflict(TWICE, field="number")):
        session.flush()  # what it covers and its verdicts point to it
    _cover(session, certificate, said)
    moves.note(session, certificate, actor, clock.today())
    events.record(
        session,
        Event("certificate.claimed", certificate.id, actor, {"standard": said.standard, "unit": unit_id}),
    )
    return certificate


def edit(session: Session, *, actor: Actor, certificate_id: int, said: Claim, version: int) -> Certificate:
    """Put right what waits; ``version`` was seen. Whoever edits has entered it, and may not verify it."""
    certificate = session.get_one(Certificate, certificate_id)
    if certificate.state != "claimed":
        raise moves.decided()
    _check(session, said, unit_id=certificate.unit_id, but=certificate_id)
    with refused_by_database(Conflict(TWICE, field="number")):
        moves.update(session, certificate, seen=version, **_columns(said, certificate.unit_id))
    for table in (CertificateUnit, CertificateProduct):
        session.execute(sa.delete(table).where(table.certificate_id == certificate_id))
    _cover(session, certificate, said)
    events.record(session, Event("certificate.edited", certificate_id, actor))
    return certificate


def accept(session: Session, *, actor: Actor, unit_id: int, certificate_id: int) -> Certificate:
    """The unit says that an officer's entry is right."""
    certificate = queries.certificate_for(session, unit_id=unit_id, certificate_id=certificate_id)
    if not certificate.by_officer or certificate.accepted_at is not None:
        raise Conflict(t("There is nothing to confirm here."))
    moves.update(session, certificate, accepted_at=clock.now())
    events.record(session, Event("certificate.accepted", certificate_id, actor))
    return certificate


def check_days(valid_from: date | None, valid_to: date | None) -> None:
    """Refuse (with the field) an end before the beginning, and one that has passed."""
    if valid_from and valid_to and valid_to <= valid_from:
        raise Invalid(t("The end has to come after the beginning."), field="valid_to")
    if valid_to is not None and valid_to <= clock.today():
        raise Invalid(
            t("This certificate has ended already. Please enter one that still holds."), field="valid_to"
        )


def _check(session: Session, said: Claim, *, unit_id: int, but: int = 0) -> None:
    standard = session.get(Standard, said.standard)
    if standard is None:
        raise Invalid(t("Please choose one of the values in the list."), field="standard")
    for name, text in (("number", said.number), ("issuer", said.issuer)):
        if not text.strip():
            raise Invalid(t("Please fill this in."), field=name)
    check_days(said.valid_from, said.valid_to)
    if said.area_m2 is not None and not 0 < said.area_m2 <= MOST_AREA:
        raise Invalid(t("Please give the hectares as a number above zero."), field="area")
    if said.holder_id is not None and session.get(Party, said.holder_id) is None:
        raise Invalid(t("Nobody in the register has this code or tax code."), field="holder")
    _check_units(session, said.unit_ids)
    _check_products(session, standard, said.product_ids)
    # Compared here: SQLite knows no capitals beyond ASCII.
    others = session.scalars(
        sa.select(Certificate.number).where(
            Certificate.unit_id == unit_id,
            Certificate.standard_code == said.standard,
            Certificate.state.in_(OPEN_STATES),
            Certificate.id != but,
        )
    )
    if _one_line(said.number).casefold() in {number.casefold() for number in others}:
        raise Conflict(TWICE, field="number")


def _check_units(session: Session, unit_ids: Iterable[int]) -> None:
    wanted = set(unit_ids)
    if len(wanted) > MOST_UNITS:
        raise Invalid(t("Please give at most {n}.", n=MOST_UNITS), field="units")
    found = session.scalars(sa.select(Party).where(Party.id.in_(wanted))).all()
    if len(found) < len(wanted) or not all(party.is_unit for party in found):
        raise Invalid(t("There is no such cooperative or group."), field="units")


def _check_products(session: Session, standard: Standard, product_ids: Iterable[int]) -> None:
    wanted = set(product_ids)
    sectors = dict(
        session.execute(sa.select(Product.id, Product.sector_code).where(Product.id.in_(wanted))).all()
    )
    if len(sectors) < len(wanted):
        raise Invalid(t("There is no such product in the catalogue."), field="products")
    if not set(sectors.values()) <= set(standard.sectors):
        raise Invalid(t("This standard is not for all of these products."), field="products")


def _columns(said: Claim, unit_id: int) -> dict[str, Any]:
    return {
        "standard_code": said.standard,
        "number": _one_line(said.number),
        "issuer": said.issuer.strip(),
        "holder_id": said.holder_id or unit_id,
        "area_m2": said.area_m2,
        "sites": said.sites.strip()[: moves.MOST_SIGNS] or None,
        "valid_from": said.valid_from,
        "valid_to": said.valid_to,
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cover(session: Session, certificate: Certificate, said: Claim) -> None:
    units = sorted({certificate.unit_id, *said.unit_ids})
    session.add_all(CertificateUnit(certificate_id=certificate.id, party_id=one) for one in units)
    session.add_all(
        CertificateProduct(certificate_id=certificate.id, product_id=one)
        for one in sorted(set(said.product_ids))
    )
