"""The photos of a unit's own listing for its programs: the list, one more or several, their order, what each
shows in words, and taking one away. Their files are read as those that people send (photo_routes.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from market.accounts import machine
from market.accounts.machine import Sent, UnitCaller
from market.errors import Invalid
from market.files import receiving
from market.listings import photos, pictures, queries
from market.listings.own_routes import trader
from market.listings.photo_models import MOST_PHOTOS
from market.listings.photo_routes import MOST_BYTES, Name, Received, may_send, read_received, store_of
from market.listings.pictures import FIELD
from market.web import api, sent
from market.web.api import PREFIX, Model
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.sent import Body, Made, Nothing, Text
from market.web.session import Db
from market.words import t

router = APIRouter()

PATH = f"{PREFIX}/listings/{{listing_id}}/photos"
KINDS = ("image/jpeg", "image/png", "image/webp", "image/heic")


class PhotoTold(Model):
    """A photo of a listing. Pixels of the widest file."""

    name: str = Field(description="of its content: the same photo has the same name")
    url: str
    small_url: str
    width: int
    height: int
    alt: str = Field(description="what it shows, in words; empty: nobody has said")


class PhotoList(Model):
    """A listing's photos in their order."""

    listing_id: int
    photos: list[PhotoTold]


class OrderBody(Body):
    """The names of all photos, the first first."""

    photos: Annotated[list[Text], Field(max_length=MOST_PHOTOS)]


class AltBody(Body):
    """What a photo shows, in words."""

    alt: Text


async def _received(request: Request, listing_id: PathId) -> AsyncIterator[Received]:
    allowed = partial(may_send, listing_id=listing_id)
    bounds = {"most_bytes": MOST_BYTES, "most_of_one": pictures.MOST_BYTES}
    async with receiving.sent_by_program(request, allowed, name=FIELD, kinds=KINDS, **bounds) as files:
        if files is None:
            yield Received([], Invalid(t("Send a photo as the body, or several in a form."), field=FIELD))
            return
        with ExitStack() as held:
            yield await read_received(request, listing_id, files, held)


@router.get(
    f"{PREFIX}/listings/mine/{{listing_id}}/photos",
    name="api:photos",
    operation_id="list_photos",
    summary=str(t("The photos of a listing of one's own")),
    response_model=PhotoList,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["listings"],
)
def index(request: Request, session: Db, who: UnitCaller, listing_id: PathId) -> Response:
    """In their order; of a listing that is not shown to buyers the files are for its own unit alone."""
    api.read(request)
    queries.listing_for(session, party_id=who.acts_for, listing_id=listing_id)
    return api.answer(request, _told(request, session, listing_id), secret=True)


@router.post(
    PATH,
    name="api:add_photos",
    operation_id="add_photos",
    summary=str(t("Add photos to a listing")),
    response_model=PhotoList,
    responses=api.WRITTEN,
    openapi_extra=api.uploads(FIELD, *KINDS),
    tags=["listings"],
)
def add(
    request: Request,
    # Before the session: while it is received, nobody waits for this request.
    received: Annotated[Received, Depends(_received)],
    session: Db,
    who: UnitCaller,
    listing_id: PathId,
) -> Response:
    """One as the body, or several in a form: all or none. One that the listing has stays where it is."""
    api.read(request)
    queries.listing_for(session, party_id=trader(who), listing_id=listing_id)
    if received.refusal is not None:
        raise received.refusal

    def work() -> Made:
        photos.add_photos(
            session,
            actor=who.actor,
            listing_id=listing_id,
            pictures=received.pictures,
            store=store_of(request),
        )
        return Made(_told(request, session, listing_id))

    given = {FIELD: [one.name for one in received.pictures]}
    return sent.answer_once(request, session, user_id=who.user_id, given=given, work=work)


@router.put(
    PATH,
    name="api:order_photos",
    operation_id="order_photos",
    summary=str(t("Put a listing's photos in order")),
    response_model=PhotoList,
    responses=api.WRITTEN,
    openapi_extra=api.writes(OrderBody, {"photos": ["b" * 40, "a" * 40]}),
    tags=["listings"],
)
def order(request: Request, body: Sent, session: Db, who: UnitCaller, listing_id: PathId) -> Response:
    """Each of them named once; the first is the one that lists show."""
    api.read(request)
    queries.listing_for(session, party_id=who.acts_for, listing_id=listing_id)

    def work(wanted: OrderBody) -> Made:
        photos.put_in_order(session, actor=who.actor, listing_id=listing_id, names=wanted.photos)
        return Made(_told(request, session, listing_id))

    return machine.do_once(request, session, who, power="trade", raw=body, model=OrderBody, work=work)


@router.patch(
    PATH + "/{photo}",
    name="api:describe_photo",
    operation_id="describe_photo",
    summary=str(t("Say in words what a photo shows")),
    response_model=PhotoList,
    responses=api.WRITTEN,
    openapi_extra=api.writes(AltBody, {"alt": "Ruộng lúa ST25 trước ngày gặt"}),
    tags=["listings"],
)
def describe(
    request: Request, body: Sent, session: Db, who: UnitCaller, listing_id: PathId, photo: Name
) -> Response:
    """For whoever does not see it."""
    api.read(request)
    queries.listing_for(session, party_id=who.acts_for, listing_id=listing_id)

    def work(wanted: AltBody) -> Made:
        photos.describe(session, actor=who.actor, listing_id=listing_id, name=photo, alt=wanted.alt)
        return Made(_told(request, session, listing_id))

    return machine.do_once(request, session, who, power="trade", raw=body, model=AltBody, work=work)


@router.delete(
    PATH + "/{photo}",
    name="api:delete_photo",
    operation_id="delete_photo",
    summary=str(t("Take a photo of a listing away")),
    response_model=PhotoList,
    responses=api.WRITTEN,
    openapi_extra=api.writes(Nothing, {}),
    tags=["listings"],
)
def delete(
    request: Request, body: Sent, session: Db, who: UnitCaller, listing_id: PathId, photo: Name
) -> Response:
    """Tells those that are left."""
    api.read(request)
    queries.listing_for(session, party_id=who.acts_for, listing_id=listing_id)

    def work(_: Nothing) -> Made:
        photos.remove(session, actor=who.actor, listing_id=listing_id, name=photo)
        return Made(_told(request, session, listing_id))

    return machine.do_once(request, session, who, power="trade", raw=body, model=Nothing, work=work)


def _told(request: Request, session: Session, listing_id: int) -> PhotoList:
    return PhotoList(
        listing_id=listing_id,
        photos=[
            PhotoTold(
                name=one.name,
                url=absolute(request, one.src),
                small_url=absolute(request, one.small),
                width=one.width,
                height=one.height,
                alt=one.alt,
            )
            for one in photos.list_photos(session, listing_id=listing_id, title="")
        ],
    )
