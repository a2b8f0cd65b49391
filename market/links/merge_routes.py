"""The department's page on which a unit that stands twice in the register is merged into the other. Part of
the routes that routes.py hands to the application; what moves is in merging.py.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Officer, Who
from market.errors import Invalid, NotFound
from market.links import contexts, merging
from market.parties import desk, duplicates
from market.parties import queries as parties
from market.parties.models import Party
from market.web import forms
from market.web.forms import Filled, Line, MustTick, OptionalDay, blank, clean_text, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

DUTY = "register"


class MergeForm(BaseModel):
    into: Line
    on_date: OptionalDay = None
    source: Annotated[str, BeforeValidator(clean_text), Field(min_length=1, max_length=500)]
    sure: Annotated[MustTick, Field(validate_default=True)] = False


@router.get("/department/parties/{party_id}/merge", name="links:merge_form")
def form(request: Request, session: Db, who: Officer, party_id: PathId) -> Response:
    """The form, or what hinders it."""
    party = _mine(session, who, party_id)
    return _page(request, session, party, blank(MergeForm, into=request.query_params.get("into", "")[:60]))


@router.post("/department/parties/{party_id}/merge", name="links:merge")
def merge(request: Request, session: Db, who: Officer, party_id: PathId, raw: Posted) -> Response:
    """Merge it; a second time it is dissolved already."""
    _mine(session, who, party_id)
    filled = forms.fill(MergeForm, raw)
    if filled.ok:
        with refusals(session, filled):
            into = _other(session, who, filled.valid.into)
            merging.merge(
                session,
                actor=who.actor,
                party_id=party_id,
                into_id=into.id,
                on_date=filled.valid.on_date,
                source=filled.valid.source,
            )
            return redirect(
                request,
                f"/department/parties/{party_id}/register",
                saying=t("Merged into {party}.", party=into.name),
            )
    return _page(request, session, _mine(session, who, party_id), filled)


def _mine(session: Session, who: Who, party_id: int) -> Party:
    current.need_duty(who, DUTY)
    return desk.unit_for(session, places=who.duty_places(DUTY), party_id=party_id)


def _other(session: Session, who: Who, code: str) -> Party:
    """The unit by its code, if it too is the officer's."""
    found = parties.find_by_code(session, code.strip().upper())
    try:
        if found is None:
            raise NotFound
        return desk.unit_for(session, places=who.duty_places(DUTY), party_id=found.id)
    except NotFound:
        raise Invalid(t("No unit of your places has this code."), field="into") from None


def _page(request: Request, session: Session, party: Party, filled: Filled[MergeForm]) -> Response:
    context = contexts.Merge(
        party=party,
        form=filled,
        standing=merging.standing_of(session, party_id=party.id),
        alike=duplicates.find(session, [party.id]).get(party.id, []),
    )
    return page(request, context, status=filled.status)
