"""The page on which a unit sees all that a buyer asks of its listings for one demand, and answers it at once.
Part of the routes that routes.py hands to the application.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import OfUnit, Who
from market.demands import asked, contexts, matters, queries
from market.demands.forms import AllForm, DeclineAllForm
from market.web import forms
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()


@router.get("/demands/{demand_id}/asked", name="demands:asked")
def show(request: Request, session: Db, who: OfUnit, demand_id: PathId) -> Response:
    """What is asked of each of the unit's listings, and the sum."""
    return _page(request, session, who, demand_id, Filled[Any](raw={}))


@router.post("/demands/{demand_id}/asked/accept", name="demands:accept_all")
def accept_all(request: Request, session: Db, who: OfUnit, demand_id: PathId, raw: Posted) -> Response:
    """Accept all of it."""
    queries.asked_of(session, unit_id=who.acts_for, demand_id=demand_id)
    current.need_power(who, "bind")
    form = forms.fill(AllForm, raw)
    if form.ok:
        with refusals(session, form):
            accepted = matters.accept_all(
                session, actor=who.actor, unit_id=who.acts_for, demand_id=demand_id, seen=form.valid.seen
            )
            saying = (
                t("Accepted: {n} parts are held until the buyer's whole order is there.", n=len(accepted))
                if any(one.state == "held" for one in accepted)
                else t("Accepted: {n} agreements are recorded.", n=len(accepted))
            )
            return redirect(request, f"/demands/{demand_id}/asked", saying=saying)
    return _page(request, session, who, demand_id, form)


@router.post("/demands/{demand_id}/asked/decline", name="demands:decline_all")
def decline_all(request: Request, session: Db, who: OfUnit, demand_id: PathId, raw: Posted) -> Response:
    """Decline all of it, with a reason."""
    queries.asked_of(session, unit_id=who.acts_for, demand_id=demand_id)
    current.need_power(who, "trade")
    form = forms.fill(DeclineAllForm, raw)
    if form.ok:
        with refusals(session, form):
            matters.decline_all(
                session,
                actor=who.actor,
                unit_id=who.acts_for,
                demand_id=demand_id,
                **form.valid.model_dump(),
            )
            saying = t("All declined. The other side has been told.")
            return redirect(request, f"/demands/{demand_id}/asked", saying=saying)
    return _page(request, session, who, demand_id, form)


def _page(request: Request, session: Session, who: Who, demand_id: int, form: Filled[Any]) -> Response:
    matter = asked.get(session, unit_id=who.acts_for, demand_id=demand_id)
    context = contexts.Asked(m=matter, form=form, **asked.offers(session, matter))
    return page(request, context, status=form.status)
