"""What all steps of a certificate share: the conditional UPDATE that decides between two at the same instant,
the verdict, the event, and the notice to those whom it concerns.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import service as accounts
from market.catalogue.models import Standard
from market.certificates import queries
from market.certificates.models import ARROWS, Certificate, CertificateVerdict
from market.errors import Conflict
from market.events import Actor, Event
from market.words import Named, Words, t

#: The longest texts that are kept.
MOST_SIGNS = 2000


def decided() -> Conflict:
    return Conflict(t("Somebody has changed this certificate or decided on it meanwhile. Please look again."))


def move(
    session: Session,
    certificate: Certificate,
    to: str,
    actor: Actor,
    *,
    on: date | None = None,
    seen: int | None = None,
    **why: str,
) -> None:
    of = [state for state, others in ARROWS.items() if to in others]
    update(session, certificate, of=of, seen=seen, state=to)
    note(session, certificate, actor, on or clock.today(), **why)
    data = {"ground": why["ground"]} if "ground" in why else {}
    events.record(session, Event(f"certificate.{to}", certificate.id, actor, data))


def update(
    session: Session,
    certificate: Certificate,
    *,
    of: Iterable[str] | None = None,
    seen: int | None = None,
    **values: Any,
) -> None:
    # The conditional UPDATE decides between two who act at the same instant.
    where = [Certificate.id == certificate.id, Certificate.state.in_(of or (certificate.state,))]
    if seen is not None:
        where.append(Certificate.version == seen)
    moved = session.execute(
        sa.update(Certificate)
        .where(*where)
        .values(version=Certificate.version + 1, **values)
        .returning(Certificate.id),
        execution_options={"synchronize_session": False},
    ).first()
    session.refresh(certificate)
    if moved is None:
        raise decided()


def note(session: Session, certificate: Certificate, actor: Actor, on: date, **why: str) -> None:
    session.add(
        CertificateVerdict(
            certificate_id=certificate.id,
            state=certificate.state,
            on_date=on,
            recorded_at=clock.now(),
            recorded_by=actor.user_id,
            **{name: text or None for name, text in why.items()},
        )
    )


def named(session: Session, certificate: Certificate) -> dict[str, Any]:
    standard = session.get_one(Standard, certificate.standard_code)
    return {"standard": Named(standard.name_vi, standard.name_en), "number": certificate.number}


def tell(
    session: Session,
    certificate: Certificate,
    actor: Actor,
    kind: str,
    words: Words,
    parties: set[int] | None = None,
) -> None:
    """Tell the people of some parties, else of all that the certificate covers and of its holder."""
    told = parties or {certificate.holder_id, *queries.unit_ids(session, certificate.id)}
    for party_id in sorted(told):
        accounts.tell_party(
            session, party_id=party_id, kind=kind, words=words, path="/certificates", actor=actor
        )
