"""Noting on an agreement's page what has to pass before goods are handed over. Part of the routes that
routes.py hands to the application.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from market.accounts import current
from market.accounts.current import Acting
from market.files import receiving
from market.links import checks, papers, queries, shown
from market.links.file_routes import OfDeliverer
from market.links.forms import CheckForm
from market.web import forms
from market.web.forms import refusals
from market.web.inputs import PathId
from market.web.pages import redirect
from market.web.session import Db
from market.words import t

router = APIRouter()


@router.post("/links/{link_id}/checks", name="links:check")
def note(request: Request, got: OfDeliverer, session: Db, who: Acting, link_id: PathId) -> Response:
    """Say that a check was done, or that it passed or failed; with its slip, if there is one."""
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    current.need_power(who, "deliver")
    form = forms.fill(CheckForm, got.raw)
    if form.ok:
        with refusals(session, form):
            got.check()
            made = checks.note(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                link_id=link_id,
                code=form.valid.check,
                step=form.valid.step,
                on_date=form.valid.on_date,
                paper=form.valid.paper,
            )
            if got.papers:
                session.flush()  # the slip points to the step
                store = receiving.store_of(request)
                papers.put_to_check(session, actor=who.actor, check=made, papers=got.papers, store=store)
            return redirect(request, f"/links/{link_id}", saying=t("Noted. The other side is told."))
    return shown.show_link(request, session, who, link_id, check=form, status=form.status)
