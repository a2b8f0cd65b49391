"""The files of certificates for programs of the unit: the list, more of them, a file's content, and taking
one away while nobody has decided.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import machine
from market.accounts.current import Who
from market.accounts.machine import Sent, UnitCaller
from market.certificates import papers, queries
from market.certificates.file_routes import may_put
from market.files import documents, receiving, serving
from market.files import queries as files
from market.files.documents import FileList
from market.files.papers import FIELD
from market.files.receiving import KINDS, Received
from market.web import api, sent
from market.web.api import PREFIX
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.sent import Made, Nothing
from market.web.session import Db
from market.words import t

router = APIRouter()

PATH = f"{PREFIX}/certificates/{{certificate_id}}/files"


async def _received(request: Request, certificate_id: PathId) -> AsyncIterator[Received]:
    allowed = partial(may_put, certificate_id=certificate_id)
    async with receiving.from_program(request, allowed) as received:
        yield received


@router.get(
    PATH,
    name="api:certificate_files",
    operation_id="list_certificate_files",
    summary=str(t("The files of a certificate")),
    response_model=FileList,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["certificates"],
)
def index(request: Request, session: Db, who: UnitCaller, certificate_id: PathId) -> Response:
    """Of one that was entered for the unit."""
    api.read(request)
    queries.certificate_for(session, unit_id=who.acts_for, certificate_id=certificate_id)
    return api.answer(request, _told(request, session, who, certificate_id), secret=True)


@router.post(
    PATH,
    name="api:put_certificate_files",
    operation_id="put_certificate_files",
    summary=str(t("Put up the paper of a certificate that waits")),
    response_model=FileList,
    responses=api.WRITTEN,
    openapi_extra=api.uploads(FIELD, *KINDS),
    tags=["certificates"],
)
def put(
    request: Request,
    # Before the session: while it is received, nobody waits for this request.
    got: Annotated[Received, Depends(_received)],
    session: Db,
    who: UnitCaller,
    certificate_id: PathId,
) -> Response:
    """The officer who decides reads it beside the claim. Refused (409) once it was decided on."""
    api.read(request)
    certificate = may_put(session, who, certificate_id=certificate_id)
    got.check(needed=True)

    def work() -> Made:
        store = receiving.store_of(request)
        papers.put(session, actor=who.actor, certificate=certificate, papers=got.papers, store=store)
        return Made(_told(request, session, who, certificate_id))

    return sent.answer_once(request, session, user_id=who.user_id, given={FIELD: got.names}, work=work)


@router.get(
    PATH + "/{file_id}",
    name="api:certificate_file",
    operation_id="get_certificate_file",
    summary=str(t("A file of a certificate")),
    response_class=Response,
    responses={**api.THEIRS, **documents.CONTENT},
    openapi_extra=api.private(serving.SMALL),
    tags=["certificates"],
)
def file(request: Request, session: Db, who: UnitCaller, certificate_id: PathId, file_id: PathId) -> Response:
    """A picture is WebP, written anew and without its place; a PDF is as it was sent."""
    api.read(request, serving.SMALL)
    queries.certificate_for(session, unit_id=who.acts_for, certificate_id=certificate_id)
    return serving.hand_on(request, session, files.get_file(session, file_id, certificate_id=certificate_id))


@router.delete(
    PATH + "/{file_id}",
    name="api:delete_certificate_file",
    operation_id="delete_certificate_file",
    summary=str(t("Take a file of a certificate that waits away")),
    response_model=FileList,
    responses=api.WRITTEN,
    openapi_extra=api.writes(Nothing, {}),
    tags=["certificates"],
)
def delete(
    request: Request, body: Sent, session: Db, who: UnitCaller, certificate_id: PathId, file_id: PathId
) -> Response:
    """Tells those that are left."""
    api.read(request)
    certificate = queries.certificate_for(session, unit_id=who.acts_for, certificate_id=certificate_id)

    def work(_: Nothing) -> Made:
        papers.take_away(session, actor=who.actor, certificate=certificate, file_id=file_id)
        return Made(_told(request, session, who, certificate_id))

    return machine.do_once(request, session, who, power="trade", raw=body, model=Nothing, work=work)


def _told(request: Request, session: Session, who: Who, certificate_id: int) -> FileList:
    base = absolute(request, f"{PREFIX}/certificates/{certificate_id}")
    cards = files.list_files(session, certificate_ids=[certificate_id])
    return documents.tell_all(cards, base=base, party_id=who.acts_for)
