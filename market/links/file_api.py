"""Words and files of an agreement for programs: its thread, the pages of its contract, slips of checks,
weighing notes; a file's content, and taking one away. No rule stands here; the services refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import machine
from market.accounts.current import Who
from market.accounts.machine import Caller, Sent
from market.files import documents, receiving, serving
from market.files import queries as files
from market.files.documents import FileList
from market.files.papers import FIELD
from market.files.receiving import KINDS, Received
from market.inquiries import said, word_api
from market.inquiries.word_api import WordList
from market.links import papers, queries
from market.links.file_routes import may_put, receiver
from market.web import api, sent
from market.web.api import PREFIX
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.sent import Made, Nothing
from market.web.session import Db
from market.words import t

router = APIRouter()

PATH = f"{PREFIX}/links/{{link_id}}"
UPLOAD = api.uploads(FIELD, *KINDS)
Check = Annotated[str, Path(pattern="^[a-z]{1,20}$")]


#: Files as a program sends them, by whose power. They stand before ``session`` in a route: while they are
#: received, nobody waits for this request.
OfTrader = Annotated[Received, Depends(receiver("trade", receiving.from_program))]
OfDeliverer = Annotated[Received, Depends(receiver("deliver", receiving.from_program))]
OfBinder = Annotated[Received, Depends(receiver("bind", receiving.from_program))]


@router.get(
    PATH + "/words",
    name="api:link_words",
    operation_id="list_link_words",
    summary=str(t("What was written about an agreement, with its files")),
    response_model=WordList,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["links"],
)
def words(request: Request, session: Db, who: Caller, link_id: PathId) -> Response:
    """For its two sides alone."""
    api.read(request)
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    return api.answer(request, _words(request, session, who, link_id, reading=True), secret=True)


@router.post(
    PATH + "/words",
    name="api:say_link_word",
    operation_id="say_link_word",
    summary=str(t("Write to the other side of an agreement, with files")),
    response_model=WordList,
    responses=api.WRITTEN,
    openapi_extra=word_api.WORD,
    tags=["links"],
)
def say(request: Request, got: OfTrader, session: Db, who: Caller, link_id: PathId) -> Response:
    """In a form: files, a message, or both; or one file as the body."""
    api.read(request)
    may_put(session, who, link_id=link_id, power="trade")

    def do(text: str) -> None:
        papers.say(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            text=text,
            papers=got.papers,
            store=receiving.store_of(request),
        )

    return word_api.say_once(request, session, who, got, do, lambda: _words(request, session, who, link_id))


@router.get(
    PATH + "/files",
    name="api:link_files",
    operation_id="list_link_files",
    summary=str(t("All files of an agreement")),
    response_model=FileList,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["links"],
)
def index(request: Request, session: Db, who: Caller, link_id: PathId) -> Response:
    """Of its thread, its contract, its checks and its deliveries; for its two sides alone."""
    api.read(request)
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    return api.answer(request, _files(request, session, who, link_id), secret=True)


@router.get(
    PATH + "/files/{file_id}",
    name="api:link_file",
    operation_id="get_link_file",
    summary=str(t("A file of an agreement")),
    response_class=Response,
    responses={**api.THEIRS, **documents.CONTENT},
    openapi_extra=api.private(serving.SMALL),
    tags=["links"],
)
def file(request: Request, session: Db, who: Caller, link_id: PathId, file_id: PathId) -> Response:
    """A picture is WebP, written anew and without its place; a PDF is as it was sent."""
    api.read(request, serving.SMALL)
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    return serving.hand_on(request, session, files.get_file(session, file_id, link_id=link_id))


@router.delete(
    PATH + "/files/{file_id}",
    name="api:delete_link_file",
    operation_id="delete_link_file",
    summary=str(t("Take a file of one's own away, within a day")),
    response_model=FileList,
    responses=api.WRITTEN,
    openapi_extra=api.writes(Nothing, {}),
    tags=["links"],
)
def delete(
    request: Request, body: Sent, session: Db, who: Caller, link_id: PathId, file_id: PathId
) -> Response:
    """Tells those that are left."""
    api.read(request)
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    power = papers.POWERS[files.get_file(session, file_id, link_id=link_id).kind]

    def work(_: Nothing) -> Made:
        papers.take_back(session, actor=who.actor, party_id=who.acts_for, link_id=link_id, file_id=file_id)
        return Made(_files(request, session, who, link_id))

    return machine.do_once(request, session, who, power=power, raw=body, model=Nothing, work=work)


@router.post(
    PATH + "/contract/files",
    name="api:put_contract",
    operation_id="put_contract_files",
    summary=str(t("Put up pages of the signed contract")),
    response_model=FileList,
    responses=api.WRITTEN,
    openapi_extra=UPLOAD,
    tags=["links"],
)
def put_contract(request: Request, got: OfBinder, session: Db, who: Caller, link_id: PathId) -> Response:
    """Once its number and day are recorded, and until an officer has seen it."""
    do = partial(papers.add_to_contract, session, party_id=who.acts_for, link_id=link_id)
    return _put(request, session, who, link_id, "bind", got, do)


@router.post(
    PATH + "/checks/{check}/files",
    name="api:put_check",
    operation_id="put_check_files",
    summary=str(t("Put up the slip of what has to pass before goods are handed over")),
    response_model=FileList,
    responses=api.WRITTEN,
    openapi_extra=UPLOAD,
    tags=["links"],
)
def put_check(
    request: Request, got: OfDeliverer, session: Db, who: Caller, link_id: PathId, check: Check
) -> Response:
    """Of the last step that was noted of it."""
    do = partial(papers.add_to_check, session, party_id=who.acts_for, link_id=link_id, code=check)
    return _put(request, session, who, link_id, "deliver", got, do)


@router.post(
    PATH + "/deliveries/{delivery_id}/note",
    name="api:put_note",
    operation_id="put_note_files",
    summary=str(t("Put up the weighing note of a delivery")),
    response_model=FileList,
    responses=api.WRITTEN,
    openapi_extra=UPLOAD,
    tags=["links"],
)
def put_note(
    request: Request, got: OfDeliverer, session: Db, who: Caller, link_id: PathId, delivery_id: PathId
) -> Response:
    """By either side."""
    do = partial(
        papers.put_to_delivery, session, party_id=who.acts_for, link_id=link_id, delivery_id=delivery_id
    )
    return _put(request, session, who, link_id, "deliver", got, do)


def _put(
    request: Request,
    session: Session,
    who: Who,
    link_id: int,
    power: str,
    got: Received,
    do: Callable[..., object],
) -> Response:
    """Put what was sent to a part of the agreement, once, and tell all its files."""
    api.read(request)
    may_put(session, who, link_id=link_id, power=power)
    got.check(needed=True)

    def work() -> Made:
        do(actor=who.actor, papers=got.papers, store=receiving.store_of(request))
        return Made(_files(request, session, who, link_id))

    return sent.answer_once(request, session, user_id=who.user_id, given={FIELD: got.names}, work=work)


def _base(request: Request, link_id: int) -> str:
    return absolute(request, f"{PREFIX}/links/{link_id}")


def _words(request: Request, session: Session, who: Who, link_id: int, *, reading: bool = False) -> WordList:
    found = said.list_words(session, link_id=link_id)
    base = _base(request, link_id)
    return word_api.tell(found, base=base, party_id=who.acts_for, reading=reading)


def _files(request: Request, session: Session, who: Who, link_id: int) -> FileList:
    cards = files.list_files(session, link_id=link_id)
    return documents.tell_all(cards, base=_base(request, link_id), party_id=who.acts_for)
