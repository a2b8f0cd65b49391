"""Noting on an agreement's page what has to pass before goods are handed over. Part of the routes that
routes.py hands to the application.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from market.accounts import current
from market.accounts.current import Acting
from market.links import checks, queries, shown
from market.links.forms import CheckForm
from market.web import forms
from market.web.forms import PathId, Posted, refusals
from market.web.pages import redirect
from market.web.session import Db
from market.words import t

router = APIRouter()


@router.post("/links/{link_id}/checks", name="links:check")
def note(request: Request, session: Db, who: Acting, link_id: PathId, raw: Posted) -> Response:
    """Say that a check was done, or that it passed or failed."""
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    current.need_power(who, "deliver")
    form = forms.fill(CheckForm, raw)
    if form.ok:
        with refusals(session, form):
            checks.note(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                link_id=link_id,
                code=form.valid.check,
                step=form.valid.step,
                on_date=form.valid.on_date,
                paper=form.valid.paper,
            )
            return redirect(request, f"/links/{link_id}", saying=t("Noted. The other side is told."))
    return shown.show_link(request, session, who, link_id, check=form, status=form.status)
