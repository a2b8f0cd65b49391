"""The steps of a certificate's life as the tests of this folder take them, and what is left of each."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.certificates import service as certificates
from market.certificates.models import ARROWS, Certificate, CertificateVerdict
from market.events import EventRow
from market.notices.models import Notice
from tests import make
from tests.make import Account, Side


def verify(session: Session, officer: Account, one: Certificate, **changes: Any) -> Certificate:
    values = {"places": None, "version": one.version, "ground": "original", **changes}
    return certificates.verify(session, actor=officer.actor, certificate_id=one.id, **values)


def refuse(session: Session, officer: Account, one: Certificate) -> Certificate:
    return certificates.refuse(
        session, actor=officer.actor, places=None, certificate_id=one.id, reason="Giấy mờ, không đọc được."
    )


def stop(session: Session, officer: Account, one: Certificate, state: str) -> Certificate:
    return certificates.stop(
        session, actor=officer.actor, places=None, certificate_id=one.id, state=state, reason="Nơi cấp báo."
    )


def step(session: Session, officer: Account, one: Certificate, to: str) -> Certificate:
    """Whatever step leads to a state."""
    if to == "verified":
        return verify(session, officer, one)
    return refuse(session, officer, one) if to == "refused" else stop(session, officer, one, to)


def brought_to(session: Session, unit: Side, officer: Account, state: str) -> Certificate:
    one = make.make_claim(session, unit)
    if state in ARROWS["verified"]:
        verify(session, officer, one)
    if state != "claimed":
        step(session, officer, one, state)
    session.commit()
    return one


def verdicts(session: Session, one: Certificate) -> list[str]:
    kept = sa.select(CertificateVerdict.state).where(CertificateVerdict.certificate_id == one.id)
    return list(session.scalars(kept.order_by(CertificateVerdict.id)))


def happened(session: Session, one: Certificate) -> list[str]:
    kept = sa.select(EventRow.name).where(
        EventRow.name.startswith("certificate."), EventRow.subject_id == one.id
    )
    return list(session.scalars(kept.order_by(EventRow.id)))


def told(session: Session, side: Side) -> list[str]:
    mine = sa.select(Notice.kind).where(Notice.user_id == side.user.id, Notice.kind.startswith("certificate"))
    return list(session.scalars(mine.order_by(Notice.id)))
