"""A person's saved searches: keeping one, the list of them, how often to be told, and the page behind the
link in a mail that ends it. Part of the routes that routes.py hands to the application.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts.current import Anyone, SignedIn, Who
from market.listings import contexts, saved, search_form
from market.listings.forms import OftenForm, SavedForm
from market.web import forms, language
from market.web.context import language as spoken
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

LIST = "/listings/saved"

OFTEN = {
    "at_once": t("At once"),
    "daily": t("Once a day, in the morning"),
    "never": t("Not at all"),
}


def _options() -> list[tuple[str, str]]:
    return [(often, language.say(words)) for often, words in OFTEN.items()]


@router.get("/listings/saved", name="listings:saved")
def index(request: Request, session: Db, who: SignedIn) -> Response:
    """My saved searches."""
    return _list_page(request, session, who)


def _list_page(request: Request, session: Session, who: Who, *, form: Filled[Any] | None = None) -> Response:
    form = form or blank(OftenForm)
    return page(
        request,
        contexts.Saved(
            form=form,
            lines=saved.list_saved(session, user_id=who.person),
            often=_options(),
            most=saved.MOST,
        ),
        status=form.status,
    )


@router.get("/listings/saved/new", name="listings:new_saved")
def new(request: Request, session: Db, who: SignedIn) -> Response:
    """The search of this address, to be kept: its name, and how often to tell."""
    raw = forms.query_fields(request)
    _, good = search_form.read(raw)
    return _new_page(request, blank(SavedForm, often="daily"), _fields(good.model_dump()))


@router.post("/listings/saved", name="listings:save_search")
def save(request: Request, session: Db, who: SignedIn, raw: Posted) -> Response:
    """Keep a search, as the search page or the form sends its fields."""
    form = forms.fill(SavedForm, raw)
    searched, good = search_form.read(raw)
    fields = _fields(good.model_dump())
    for name in saved.FIELDS:
        if name in searched.errors:
            form.errors[name] = searched.errors[name]
            form.status = 422
    if form.ok:
        with refusals(session, form):
            kept, is_new = saved.save(
                session,
                user_id=who.person,
                fields=fields,
                often=form.valid.often,
                name=form.valid.name,
                language=spoken(),
            )
            words = (
                t("“{name}” is saved.", name=kept.name)
                if is_new
                else t("You have saved this search before, as “{name}”.", name=kept.name)
            )
            return redirect(request, LIST, saying=words)
    return _new_page(request, form, fields)


def _new_page(request: Request, form: Filled[SavedForm], fields: Mapping[str, Any]) -> Response:
    hidden = [
        (name, str(value))
        for name, held in fields.items()
        for value in (held if isinstance(held, list) else [held])
    ]
    return page(
        request,
        contexts.Save(form=form, hidden=hidden, often=_options(), back=saved.address_of(fields)),
        status=form.status,
    )


def _fields(dumped: Mapping[str, Any]) -> dict[str, Any]:
    return {name: dumped[name] for name in saved.FIELDS if dumped.get(name)}


@router.post("/listings/saved/{saved_id}/often", name="listings:often")
def often(request: Request, session: Db, who: SignedIn, saved_id: PathId, raw: Posted) -> Response:
    """How often to tell me."""
    form = forms.fill(OftenForm, raw)
    if not form.ok:
        saved.saved_for(session, user_id=who.person, saved_id=saved_id)
        return _list_page(request, session, who, form=form)
    kept = saved.change_often(session, user_id=who.person, saved_id=saved_id, often=form.valid.often)
    return redirect(
        request,
        LIST,
        saying=t("“{name}”: {often}.", name=kept.name, often=OFTEN[kept.often]),
    )


@router.post("/listings/saved/{saved_id}/delete", name="listings:forget")
def forget(request: Request, session: Db, who: SignedIn, saved_id: PathId, raw: Posted) -> Response:
    """Delete one of my saved searches."""
    name = saved.forget(session, user_id=who.person, saved_id=saved_id)
    return redirect(request, LIST, saying=t("“{name}” is deleted.", name=name))


@router.get("/listings/saved/{saved_id}/stop", name="listings:stop_form")
def stop_form(request: Request, session: Db, who: Anyone, saved_id: PathId) -> Response:
    """What the link in a mail leads to: one button. Looking, as mail programs do, ends nothing."""
    token, secret = _token(request), request.app.state.settings.secret_key
    kept = saved.by_token(session, secret_key=secret, saved_id=saved_id, token=token)
    return page(
        request,
        contexts.Stop(name=kept.name, stopped=kept.often == "never", action=_own_address(request)),
    )


@router.post("/listings/saved/{saved_id}/stop", name="listings:stop")
def stop(request: Request, session: Db, who: Anyone, saved_id: PathId) -> Response:
    """No more mails about this search. A mail program posts here too, without a page of ours before it (RFC
    8058): the token in the address is what proves the right, not the form.
    """
    token, secret = _token(request), request.app.state.settings.secret_key
    kept = saved.stop(session, secret_key=secret, saved_id=saved_id, token=token)
    return page(
        request,
        contexts.Stop(name=kept.name, stopped=True, action=_own_address(request)),
    )


def _token(request: Request) -> str:
    return request.query_params.get("token", "")


def _own_address(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}"
