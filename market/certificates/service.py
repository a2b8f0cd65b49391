"""What becomes of a certificate: verified by an officer who did not enter it or refused; then ended,
suspended or revoked. Every move is a verdict and an event, by which the listings follow
(listings/indexing.py). Claiming stands in claims.py, whose functions are handed on here.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.certificates import moves, queries
from market.certificates.claims import Claim, accept, claim, edit, enter
from market.certificates.models import ARROWS, GROUNDS, WARNINGS, Certificate, CertificateWarning
from market.db import insert_if_absent, lock, refused_by_database
from market.errors import Conflict, Invalid, NotAllowed
from market.events import Actor, Event
from market.words import t

__all__ = [
    "Claim",
    "accept",
    "claim",
    "edit",
    "end",
    "enter",
    "list_ending",
    "list_over",
    "refuse",
    "stop",
    "verify",
    "warn",
]


def verify(
    session: Session,
    *,
    actor: Actor,
    places: queries.Places,
    certificate_id: int,
    version: int,
    ground: str,
    reference: str = "",
) -> Certificate:
    """An officer who did not enter it vouches for what she saw (``version``), on a ground of ``GROUNDS``: the
    first time, or again for one that was suspended.

    Refuses ``NotAllowed`` whoever entered or edited it, and an officer whose places do not hold all the units
    that it covers; ``Conflict`` where the paper has ended, or was entered anew meanwhile.
    """
    certificate = _for_decision(session, places, certificate_id)
    again = certificate.state == "suspended"
    if ground not in GROUNDS:
        raise Invalid(t("Please choose one of the values in the list."), field="ground")
    if ground == "decision" and not reference.strip():
        raise Invalid(t("Please give the number of the decision."), field="reference")
    if actor.user_id is None or actor.user_id in queries.entered_by(session, certificate_id):
        raise NotAllowed(
            t("Whoever entered a certificate does not verify it. A colleague has to look at it.")
        )
    if certificate.valid_to is not None and certificate.valid_to <= clock.today():
        if again:
            raise Conflict(t("This certificate has ended meanwhile. A new paper is entered anew."))
        raise Conflict(t("This certificate has ended meanwhile. It can only be refused."))
    with refused_by_database(
        Conflict(t("This paper was entered anew meanwhile. Please decide on that one."))
    ):
        moves.move(
            session, certificate, "verified", actor, seen=version, ground=ground, reference=reference.strip()
        )
    named = moves.named(session, certificate)
    words = t("{standard}, number {number}, is verified by the department.", **named)
    if again:
        words = t("{standard}, number {number}, is no longer suspended: it counts again.", **named)
    moves.tell(session, certificate, actor, "certificate.verified", words)
    return certificate


def refuse(
    session: Session, *, actor: Actor, places: queries.Places, certificate_id: int, reason: str
) -> Certificate:
    """An officer cannot vouch for it; the unit is told why."""
    certificate = queries.certificate_within(session, places=places, certificate_id=certificate_id)
    reason = _reason(reason)
    moves.move(session, certificate, "refused", actor, reason=reason)
    words = t(
        "{standard}, number {number}, could not be verified: {reason}",
        **moves.named(session, certificate),
        reason=reason,
    )
    moves.tell(session, certificate, actor, "certificate.refused", words, {certificate.unit_id})
    return certificate


def stop(
    session: Session, *, actor: Actor, places: queries.Places, certificate_id: int, state: str, reason: str
) -> Certificate:
    """A verified certificate counts no more: ``ended`` before its day, ``suspended`` or ``revoked``."""
    certificate = _for_decision(session, places, certificate_id)
    if state not in ARROWS["verified"]:
        raise Invalid(t("Please choose one of the values in the list."), field="state")
    reason = _reason(reason)
    moves.move(session, certificate, state, actor, reason=reason)
    words = t(
        "{standard}, number {number}, does not count any more: {reason}",
        **moves.named(session, certificate),
        reason=reason,
    )
    moves.tell(session, certificate, actor, f"certificate.{state}", words)
    return certificate


def _for_decision(session: Session, places: queries.Places, certificate_id: int) -> Certificate:
    certificate = queries.certificate_within(session, places=places, certificate_id=certificate_id)
    if not queries.all_within(session, places=places, certificate_id=certificate_id):
        raise NotAllowed(
            t("It also covers units outside your places. An officer for the whole province decides on it.")
        )
    return certificate


def _reason(text: str) -> str:
    if not text.strip():
        raise Invalid(t("Please say why, so that they know what to do."), field="reason")
    return text.strip()[: moves.MOST_SIGNS]


# --- by the clock ---


def list_over(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of verified certificates whose last day has passed."""
    over = sa.and_(Certificate.state == "verified", Certificate.valid_to <= clock.today())
    return list(session.scalars(sa.select(Certificate.id).where(over).order_by(Certificate.id).limit(limit)))


def end(session: Session, certificate_id: int) -> bool:
    """End a certificate on its day; its people are told."""
    certificate = session.get_one(Certificate, certificate_id)
    lock(session, certificate)
    over = certificate.valid_to
    if certificate.state != "verified" or over is None or over > clock.today():
        return False
    moves.move(session, certificate, "ended", events.CLOCK, on=over)
    words = t("{standard}, number {number}, has ended.", **moves.named(session, certificate))
    moves.tell(session, certificate, events.CLOCK, "certificate.ended", words)
    return True


def list_ending(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of verified certificates whose coming end has not been said yet, though it is time."""
    today = clock.today()
    due = []
    # Within the last days the earlier warning has no use any more, and is left out.
    for days, later in zip(WARNINGS, (*WARNINGS[1:], 0), strict=True):
        said = sa.exists().where(
            CertificateWarning.certificate_id == Certificate.id, CertificateWarning.days == days
        )
        due.append(
            sa.and_(
                Certificate.valid_to <= today + timedelta(days=days),
                Certificate.valid_to > today + timedelta(days=later),
                ~said,
            )
        )
    ending = sa.and_(Certificate.state == "verified", sa.or_(*due))
    return list(
        session.scalars(sa.select(Certificate.id).where(ending).order_by(Certificate.id).limit(limit))
    )


def warn(session: Session, certificate_id: int) -> bool:
    """Say once that a certificate ends within 60, and once more that it ends within 14 days."""
    certificate = session.get_one(Certificate, certificate_id)
    lock(session, certificate)
    left = (certificate.valid_to - clock.today()).days if certificate.valid_to else 0
    due = [days for days in WARNINGS if 0 < left <= days]
    if certificate.state != "verified" or not due:
        return False
    if not insert_if_absent(
        session, CertificateWarning, certificate_id=certificate_id, days=min(due), said_at=clock.now()
    ):
        return False
    events.record(session, Event("certificate.warned", certificate_id, events.CLOCK, {"days": min(due)}))
    words = t(
        "{standard}, number {number}, ends on {day}. Please enter the new paper in time.",
        **moves.named(session, certificate),
        day=certificate.valid_to,
    )
    moves.tell(session, certificate, events.CLOCK, "certificate.warned", words)
    return True
