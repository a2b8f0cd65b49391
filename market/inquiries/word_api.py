"""Words and files in the thread of an inquiry for programs: all of them, one more, a file's content, and
taking one away. What an agreement's thread has alike is made of the same parts (links/file_api.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from market.accounts import machine
from market.accounts.current import Who
from market.accounts.machine import Caller, Sent
from market.errors import Invalid
from market.files import documents, receiving, serving
from market.files import queries as files
from market.files.documents import FileTold
from market.files.papers import FIELD
from market.files.receiving import KINDS, Received
from market.inquiries import queries, said, talk
from market.inquiries.forms import WordForm
from market.inquiries.saying import may_say
from market.web import api, forms, sent
from market.web.api import PREFIX, Model
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.sent import Made, Nothing
from market.web.session import Db
from market.words import t

router = APIRouter()

PATH = f"{PREFIX}/inquiries/{{inquiry_id}}"
MESSAGE = "message"
#: The body of a word for the OpenAPI document.
WORD = api.uploads(FIELD, *KINDS, beside={MESSAGE: {"type": "string", "maxLength": 4000}}, needed=False)


class WordTold(Model):
    """What a side has written beside the offers, with its files."""

    id: int
    side: str
    at: datetime
    text: str | None = Field(description="empty: it sent files alone; told in answers to GET alone")
    files: list[FileTold]


class WordList(Model):
    """The words of a thread, the oldest first."""

    words: list[WordTold]


def tell(words: tuple[said.Word, ...], *, base: str, party_id: int, reading: bool) -> WordList:
    """The words with their files, whose thread has this address; ``reading``: with what people wrote, which
    no answer holds that is kept under its key.
    """
    return WordList(
        words=[
            WordTold(
                id=one.id,
                side=one.side,
                at=one.at,
                text=one.text if reading else None,
                files=[documents.tell(card, base=base, party_id=party_id) for card in one.files],
            )
            for one in words
        ]
    )


def read_word(got: Received) -> str:
    """What was written beside the files; refuses what cannot be read, and fields that nobody asked for."""
    got.check()
    api.refuse({name[:60]: t("There is no such field.") for name in got.raw if name != MESSAGE})
    form = forms.fill(WordForm, {"word": got.raw.get(MESSAGE, "")})
    if not form.ok:
        raise Invalid(form.errors["word"], field=MESSAGE)
    if not form.valid.word and not got.papers:
        raise Invalid(t("Please write something, or choose a file."), field=MESSAGE)
    return form.valid.word


def say_once(
    request: Request, session: Session, who: Who, got: Received, do: Callable[[str], object], tell: Any
) -> Response:
    """Keep the word once, whatever it is sent again under the same key, and tell the thread."""
    text = read_word(got)

    def work() -> Made:
        do(text)
        return Made(tell())

    given = {MESSAGE: text, FIELD: got.names}
    return sent.answer_once(request, session, user_id=who.user_id, given=given, work=work)


async def _received(request: Request, inquiry_id: PathId) -> AsyncIterator[Received]:
    async with receiving.from_program(request, partial(may_say, inquiry_id=inquiry_id)) as received:
        yield received


@router.get(
    PATH + "/words",
    name="api:words",
    operation_id="list_words",
    summary=str(t("What was written beside the offers of an inquiry, with its files")),
    response_model=WordList,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["inquiries"],
)
def index(request: Request, session: Db, who: Caller, inquiry_id: PathId) -> Response:
    """For its two sides alone."""
    api.read(request)
    queries.inquiry_for(session, party_id=who.acts_for, inquiry_id=inquiry_id)
    return api.answer(request, _told(request, session, who, inquiry_id, reading=True), secret=True)


@router.post(
    PATH + "/words",
    name="api:say",
    operation_id="say_word",
    summary=str(t("Write to the other side of an inquiry, with files")),
    response_model=WordList,
    responses=api.WRITTEN,
    openapi_extra=WORD,
    tags=["inquiries"],
)
def say(
    request: Request,
    # Before the session: while it is received, nobody waits for this request.
    got: Annotated[Received, Depends(_received)],
    session: Db,
    who: Caller,
    inquiry_id: PathId,
) -> Response:
    """In a form: files, a message, or both; or one file as the body. It changes nobody's turn."""
    api.read(request)
    may_say(session, who, inquiry_id)

    def do(text: str) -> None:
        talk.say(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            inquiry_id=inquiry_id,
            text=text,
            papers=got.papers,
            store=receiving.store_of(request),
        )

    return say_once(request, session, who, got, do, lambda: _told(request, session, who, inquiry_id))


@router.get(
    PATH + "/files/{file_id}",
    name="api:inquiry_file",
    operation_id="get_inquiry_file",
    summary=str(t("A file of an inquiry's thread")),
    response_class=Response,
    responses={**api.THEIRS, **documents.CONTENT},
    openapi_extra=api.private(serving.SMALL),
    tags=["inquiries"],
)
def file(request: Request, session: Db, who: Caller, inquiry_id: PathId, file_id: PathId) -> Response:
    """A picture is WebP, written anew and without its place; a PDF is as it was sent."""
    api.read(request, serving.SMALL)
    queries.inquiry_for(session, party_id=who.acts_for, inquiry_id=inquiry_id)
    return serving.hand_on(request, session, files.get_file(session, file_id, inquiry_id=inquiry_id))


@router.delete(
    PATH + "/files/{file_id}",
    name="api:delete_inquiry_file",
    operation_id="delete_inquiry_file",
    summary=str(t("Take a file of one's own away, within a day")),
    response_model=WordList,
    responses=api.WRITTEN,
    openapi_extra=api.writes(Nothing, {}),
    tags=["inquiries"],
)
def delete(
    request: Request, body: Sent, session: Db, who: Caller, inquiry_id: PathId, file_id: PathId
) -> Response:
    """Tells the words that are left."""
    api.read(request)
    queries.inquiry_for(session, party_id=who.acts_for, inquiry_id=inquiry_id)

    def work(_: Nothing) -> Made:
        talk.take_back(
            session, actor=who.actor, party_id=who.acts_for, inquiry_id=inquiry_id, file_id=file_id
        )
        return Made(_told(request, session, who, inquiry_id))

    return machine.do_once(request, session, who, power="trade", raw=body, model=Nothing, work=work)


def _told(
    request: Request, session: Session, who: Who, inquiry_id: int, *, reading: bool = False
) -> WordList:
    base = absolute(request, f"{PREFIX}/inquiries/{inquiry_id}")
    found = said.list_words(session, inquiry_id=inquiry_id)
    return tell(found, base=base, party_id=who.acts_for, reading=reading)
