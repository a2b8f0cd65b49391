"""The photos of a listing through HTTP: their files for whoever may see the listing, and what its own unit
does with them. Uploads are received, and read, before the request asks for a session.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Anyone, OfUnit, Who
from market.errors import Invalid, MarketError, NotAllowed, NotFound
from market.files import receiving, scanning
from market.listings import own_routes as own
from market.listings import photos, pictures, queries
from market.listings.forms import AltForm
from market.listings.photo_models import MOST_PHOTOS
from market.listings.pictures import FIELD, Picture, Store
from market.web import uploads
from market.web.forms import Filled, fill, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import redirect
from market.web.session import Db, Gate
from market.words import Words, t

router = APIRouter()

#: One request may send so much: on a weak line it takes a quarter of an hour.
MOST_BYTES = 40 * 2**20
A_YEAR = 365 * 86_400

Name = Annotated[str, Path(pattern=r"^[0-9a-f]{40}$")]
File = Annotated[str, Path(pattern=r"^[0-9a-f]{40}-(320|640|1280)\.webp$")]


def store_of(request: Request) -> Store:
    """Where the photos' files lie."""
    return Store(request.app.state.settings.files)


@router.get("/listings/{listing_id}/photos/{file}", name="listings:photo")
def photo(request: Request, session: Db, who: Anyone, listing_id: PathId, file: File) -> Response:
    """A file of a photo. Under its name there is never another content, so it may be kept for ever; by
    everybody on the way only while everybody may see it.
    """
    name, _, width = file.removesuffix(".webp").partition("-")
    public = photos.is_public(session, listing_id=listing_id, name=name, viewer_id=who.party_id)
    try:
        content = store_of(request).path(name, int(width)).read_bytes()
    except FileNotFoundError:
        raise NotFound from None
    headers = {
        "Cache-Control": f"{'public' if public else 'private'}, max-age={A_YEAR}, immutable",
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="image/webp", headers=headers)


@dataclass(frozen=True, slots=True)
class Received:
    """Photos that were sent and read, or why they are refused."""

    pictures: list[Picture]
    refusal: MarketError | None = None


def may_send(session: Session, who: Who, listing_id: int) -> None:
    """Refuse who may not add to the photos of this listing."""
    if not who.is_unit:
        raise NotAllowed(t("This is for cooperatives and cooperative groups."))
    queries.listing_for(session, party_id=own.trader(who), listing_id=listing_id)


def _check_count(request: Request, listing_id: int, sent: uploads.Sent) -> None:
    if not sent.files:
        raise Invalid(t("Please choose at least one photo."), field=FIELD)
    if len(sent.files) > MOST_PHOTOS:
        with request.app.state.database.reading() as session:
            photos.check_count(session, listing_id=listing_id, more=len(sent.files))


async def _received(request: Request, listing_id: PathId) -> AsyncIterator[Received]:
    sender = await current.before_reading(request, partial(may_send, listing_id=listing_id))
    coming = scanning.receive(
        request, name=FIELD, most_bytes=MOST_BYTES, most_of_one=pictures.MOST_BYTES, sender=sender
    )
    async with coming as sent:
        with ExitStack() as held:
            yield await read_received(request, listing_id, sent, held)


async def read_received(request: Request, listing_id: int, sent: uploads.Sent, held: ExitStack) -> Received:
    """The photos of what was sent; their files lie there until ``held`` is closed."""
    gate: Gate = request.app.state.gate
    store = store_of(request)
    try:
        if sent.refusal is not None:
            raise sent.refusal
        async with gate.pass_through(write=False):
            await run_in_threadpool(_check_count, request, listing_id, sent)
        folder = held.enter_context(store.coming())
        return Received(await receiving.one_at_a_time(request, partial(store.read, sent.files, folder)))
    except MarketError as refusal:
        return Received([], refusal)


@router.post("/listings/{listing_id}/photos", name="listings:add_photos")
def add(
    request: Request,
    # Before the session: while it is received, nobody waits for this request.
    received: Annotated[Received, Depends(_received)],
    session: Db,
    who: OfUnit,
    listing_id: PathId,
) -> Response:
    """Add photos, several at once: all or none."""
    queries.listing_for(session, party_id=own.trader(who), listing_id=listing_id)
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        if received.refusal is not None:
            raise received.refusal
        photos.add_photos(
            session,
            actor=who.actor,
            listing_id=listing_id,
            pictures=received.pictures,
            store=store_of(request),
        )
        return _back(request, listing_id, t("The photos are kept."))
    return own.edit_page(request, session, who, listing_id, photo_form=form)


@router.post("/listings/{listing_id}/photos/{photo}/first", name="listings:photo_first")
def put_first(
    request: Request, session: Db, who: OfUnit, listing_id: PathId, photo: Name, raw: Posted
) -> Response:
    """Show it before the others."""
    act = partial(photos.put_first, name=photo)
    return _change(request, session, who, listing_id, photo, act, t("This photo comes first now."))


@router.post("/listings/{listing_id}/photos/{photo}/delete", name="listings:delete_photo")
def delete(
    request: Request, session: Db, who: OfUnit, listing_id: PathId, photo: Name, raw: Posted
) -> Response:
    """Take it away."""
    act = partial(photos.remove, name=photo)
    return _change(request, session, who, listing_id, photo, act, t("The photo is deleted."))


@router.post("/listings/{listing_id}/photos/{photo}/alt", name="listings:describe_photo")
def describe(
    request: Request, session: Db, who: OfUnit, listing_id: PathId, photo: Name, raw: Posted
) -> Response:
    """Say in words what it shows."""
    form = fill(AltForm, raw)
    if form.ok:
        act = partial(photos.describe, name=photo, alt=form.valid.alt)
        return _change(request, session, who, listing_id, photo, act, t("Your changes are kept."))
    queries.listing_for(session, party_id=own.trader(who), listing_id=listing_id)
    return own.edit_page(request, session, who, listing_id, photo_form=form, wrong_photo=photo)


def _change(
    request: Request,
    session: Session,
    who: Who,
    listing_id: int,
    photo: str,
    act: Callable[..., None],
    saying: Words,
) -> Response:
    queries.listing_for(session, party_id=own.trader(who), listing_id=listing_id)
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        act(session, actor=who.actor, listing_id=listing_id)
        return _back(request, listing_id, saying)
    return own.edit_page(request, session, who, listing_id, photo_form=form)


def _back(request: Request, listing_id: int, saying: Words) -> Response:
    return redirect(request, f"/listings/{listing_id}/edit#photos", saying=saying)
