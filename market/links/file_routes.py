"""Words and files of an agreement: written and sent by its sides, opened by them, taken away by whoever has
just put them up; the weighing note of a delivery after it was recorded. What comes with another form (a
contract, a check, a delivery) is in that form's route. Part of what routes.py hands to the application.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Acting, Who
from market.errors import NotFound
from market.files import queries as files
from market.files import receiving, serving
from market.files.receiving import Received
from market.inquiries.forms import WordForm
from market.links import dispute_routes, papers, queries, shown
from market.web import forms, sending
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import redirect
from market.web.session import Db
from market.words import t

router = APIRouter()
Receiving = AbstractAsyncContextManager[Received]


def may_put(session: Session, who: Who, *, link_id: int, power: str) -> None:
    """Refuse whoever is no side of the agreement, or has not this power for it."""
    if who.party_id is None:
        raise NotFound
    queries.link_for(session, party_id=who.party_id, link_id=link_id)
    current.need_power(who, power)


def receiver(power: str, how: Callable[..., Receiving]) -> Callable[..., AsyncIterator[Received]]:
    """Receives what is sent about an agreement by whoever has this power for it, in one of the two ways that
    files/receiving.py knows.
    """

    async def receive(request: Request, link_id: PathId) -> AsyncIterator[Received]:
        async with how(request, partial(may_put, link_id=link_id, power=power)) as received:
            yield received

    return receive


#: A form about an agreement, with or without files, by whose power it is sent. It stands before ``session``
#: in a route: while it is received, nobody waits for this request.
OfTrader = Annotated[Received, Depends(receiver("trade", receiving.form_with_files))]
OfDeliverer = Annotated[Received, Depends(receiver("deliver", receiving.form_with_files))]
OfBinder = Annotated[Received, Depends(receiver("bind", receiving.form_with_files))]


@router.post("/links/{link_id}/words", name="links:say")
def say(request: Request, got: OfTrader, session: Db, who: Acting, link_id: PathId) -> Response:
    """Write to the other side, with files; sent twice it is said once."""
    may_put(session, who, link_id=link_id, power="trade")
    form = forms.fill(WordForm, got.raw)
    if form.ok:
        with refusals(session, form):
            got.check()
            sent = sending.take(session, who.user_id, "word", got.raw, "link", link_id, *got.names)
            where = f"/links/{link_id}#words"
            if sent.led is None:
                papers.say(
                    session,
                    actor=who.actor,
                    party_id=who.acts_for,
                    link_id=link_id,
                    text=form.valid.word,
                    papers=got.papers,
                    store=receiving.store_of(request),
                )
                sent.leads(where)
            return redirect(request, where, saying=t("Sent. The other side is told."))
    return shown.show_link(request, session, who, link_id, word=form, status=form.status)


@router.get("/links/{link_id}/files/{file_id}", name="links:file")
def file(request: Request, session: Db, who: Acting, link_id: PathId, file_id: PathId) -> Response:
    """A file of the agreement, for its two sides."""
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    return serving.hand_on(request, session, files.get_file(session, file_id, link_id=link_id))


@router.post("/links/{link_id}/files/{file_id}/delete", name="links:delete_file")
def delete(
    request: Request, session: Db, who: Acting, link_id: PathId, file_id: PathId, raw: Posted
) -> Response:
    """Take away what one has just put up."""
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    found = files.get_file(session, file_id, link_id=link_id)
    current.need_power(who, papers.POWERS[found.kind])
    answer: Filled[Any] = Filled(raw={})
    with refusals(session, answer):
        papers.take_back(session, actor=who.actor, party_id=who.acts_for, link_id=link_id, file_id=file_id)
        return redirect(request, f"/links/{link_id}", saying=t("The file is taken away."))
    return shown.show_link(request, session, who, link_id, answer=answer, status=answer.status)


@router.post("/links/{link_id}/deliveries/{delivery_id}/note", name="links:put_note")
def put_note(
    request: Request, got: OfDeliverer, session: Db, who: Acting, link_id: PathId, delivery_id: PathId
) -> Response:
    """Put up the weighing note of a delivery that stands recorded."""
    may_put(session, who, link_id=link_id, power="deliver")
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        got.check(needed=True)
        papers.put_to_delivery(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            delivery_id=delivery_id,
            papers=got.papers,
            store=receiving.store_of(request),
        )
        return redirect(
            request,
            f"/links/{link_id}/deliveries/{delivery_id}",
            saying=t("The weighing note is kept. The other side sees it."),
        )
    return dispute_routes.show_delivery(request, session, who, link_id, delivery_id, note=form)
