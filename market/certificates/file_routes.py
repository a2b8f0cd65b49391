"""The files of certificates: put up and taken away by the unit while nobody has decided, opened by the unit,
the holder and officers. Files that come with a claim are in that form's route. Part of what routes.py hands
on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Acting, Officer, OfUnit, Who
from market.certificates import papers, present, queries
from market.certificates.models import Certificate
from market.errors import NotAllowed
from market.files import queries as files
from market.files import receiving, serving
from market.files.receiving import Received
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

DUTY = "certificates"
HOME = "/certificates"


def may_claim(_: Session, who: Who) -> None:
    """Refuse whoever enters no certificates for a unit."""
    if not who.is_unit:
        raise NotAllowed(t("This is for cooperatives and cooperative groups."))
    current.need_power(who, "trade")


def may_enter(_: Session, who: Who) -> None:
    """Refuse whoever enters none for units."""
    current.need_duty(who, DUTY)


def may_put(session: Session, who: Who, *, certificate_id: int) -> Certificate:
    """The certificate, for whoever keeps its claim right; refuses everybody else."""
    if who.party_id is None:
        raise NotAllowed(t("This is for cooperatives and cooperative groups."))
    certificate = queries.certificate_for(session, unit_id=who.party_id, certificate_id=certificate_id)
    may_claim(session, who)
    return certificate


async def _claimed(request: Request) -> AsyncIterator[Received]:
    async with receiving.form_with_files(request, may_claim) as received:
        yield received


async def _entered(request: Request) -> AsyncIterator[Received]:
    async with receiving.form_with_files(request, may_enter) as received:
        yield received


async def _put(request: Request, certificate_id: PathId) -> AsyncIterator[Received]:
    allowed = partial(may_put, certificate_id=certificate_id)
    async with receiving.form_with_files(request, allowed) as received:
        yield received


#: Forms with or without files. They stand before ``session`` in a route: while one is received, nobody waits
#: for this request.
Claimed = Annotated[Received, Depends(_claimed)]
Entered = Annotated[Received, Depends(_entered)]


@router.post("/certificates/{certificate_id}/files", name="certificates:put")
def put(
    request: Request,
    got: Annotated[Received, Depends(_put)],
    session: Db,
    who: OfUnit,
    certificate_id: PathId,
) -> Response:
    """Put up pages of a paper that waits."""
    certificate = may_put(session, who, certificate_id=certificate_id)
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        got.check(needed=True)
        store = receiving.store_of(request)
        papers.put(session, actor=who.actor, certificate=certificate, papers=got.papers, store=store)
        return redirect(request, HOME, saying=t("The files are kept. The department sees them."))
    return present.index_page(request, session, who, files_form=form, at=certificate_id)


@router.post("/certificates/{certificate_id}/files/{file_id}/delete", name="certificates:delete_file")
def delete(
    request: Request, session: Db, who: OfUnit, certificate_id: PathId, file_id: PathId, raw: Posted
) -> Response:
    """Take one away while the paper waits."""
    certificate = may_put(session, who, certificate_id=certificate_id)
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        papers.take_away(session, actor=who.actor, certificate=certificate, file_id=file_id)
        return redirect(request, HOME, saying=t("The file is taken away."))
    return present.index_page(request, session, who, files_form=form, at=certificate_id)


@router.get("/certificates/{certificate_id}/files/{file_id}", name="certificates:file")
def file(request: Request, session: Db, who: Acting, certificate_id: PathId, file_id: PathId) -> Response:
    """A file, for the unit and the holder."""
    found = papers.file_for(session, party_id=who.acts_for, certificate_id=certificate_id, file_id=file_id)
    return serving.hand_on(request, session, found)


@router.get("/department/certificates/{certificate_id}/files/{file_id}", name="certificates:desk_file")
def desk_file(
    request: Request, session: Db, who: Officer, certificate_id: PathId, file_id: PathId
) -> Response:
    """A file, for an officer of the place: whoever verifies reads the paper."""
    current.need_duty(who, DUTY)
    queries.certificate_within(session, places=who.duty_places(DUTY), certificate_id=certificate_id)
    found = files.get_file(session, file_id, certificate_id=certificate_id)
    return serving.hand_on(request, session, found)
