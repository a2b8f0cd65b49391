"""The paper of a certificate as files: put up with the claim or later, as long as nobody has decided on it,
and seen by the unit, its holder and the officers who decide. What was decided on keeps its files as they
were.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from market.certificates import moves
from market.certificates.models import Certificate
from market.db import lock
from market.errors import NotFound
from market.events import Actor
from market.files import queries as file_queries
from market.files import service as files
from market.files.models import StoredFile
from market.files.papers import Paper, Papers
from market.files.service import Owner


def put(
    session: Session, *, actor: Actor, certificate: Certificate, papers: Sequence[Paper], store: Papers
) -> None:
    """Put up pages of a paper that waits. Whoever was about to decide has to look again."""
    if not papers:
        return
    _take(session, certificate)
    owner = Owner("certificate", certificate_id=certificate.id)
    if files.keep(session, actor=actor, owner=owner, papers=papers, store=store):
        moves.update(session, certificate)


def take_away(session: Session, *, actor: Actor, certificate: Certificate, file_id: int) -> None:
    """Take a page of a paper that waits away again."""
    _take(session, certificate)
    file = file_queries.get_file(session, file_id, certificate_id=certificate.id)
    files.remove(session, actor=actor, file=file)
    moves.update(session, certificate)


def file_for(session: Session, *, party_id: int, certificate_id: int, file_id: int) -> StoredFile:
    """A file for the unit that a certificate was entered for, or its holder; else ``NotFound``."""
    certificate = session.get(Certificate, certificate_id)
    if certificate is None or party_id not in (certificate.unit_id, certificate.holder_id):
        raise NotFound
    return file_queries.get_file(session, file_id, certificate_id=certificate_id)


def _take(session: Session, certificate: Certificate) -> None:
    lock(session, certificate)
    if certificate.state != "claimed":
        raise moves.decided()
