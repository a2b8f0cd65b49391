"""A person's own data: what is held, putting it right, taking it along, taking an agreement back, asking to
stop or to be erased. The officers' side is in data_desk_routes.py. Part of what routes.py hands on.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import correcting, logins, sessions
from market.accounts.current import SignedIn, Who
from market.moderation import contexts, data_requests, labels, own_data, present
from market.moderation.data_models import REQUEST_KINDS
from market.moderation.data_requests import PATH
from market.moderation.forms import AskForm, CorrectForm
from market.web import forms, language
from market.web.downloads import download
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db, after_refusal
from market.words import t

router = APIRouter()


@router.get(PATH, name="moderation:data")
def show(request: Request, session: Db, who: SignedIn) -> Response:
    """All that is held about the person who asks."""
    return _page(request, session, who)


@router.get(PATH + "/export", name="moderation:data_export")
def export(request: Request, session: Db, who: SignedIn) -> Response:
    """The same as a file for programs (JSON)."""
    held = own_data.gather(session, user_id=who.person)
    name = f"du-lieu-cua-toi-{clock.today().isoformat()}.json"
    return download(held.model_dump_json(by_alias=True, indent=2).encode(), name)


@router.post(PATH + "/correct", name="moderation:data_correct")
def correct(request: Request, session: Db, who: SignedIn, raw: Posted) -> Response:
    """Put one's own details right."""
    form = forms.fill(CorrectForm, raw)
    if form.ok:
        value = form.valid
        with refusals(session, form):
            correcting.correct_person(
                session,
                actor=who.actor,
                user_id=who.person,
                name=value.name,
                email=value.email,
                phone=value.phone,
                present=value.present,
            )
            return redirect(request, PATH, saying=t("Your details have been changed."))
        if form.status == 422 and "present" in form.errors:
            user_id = who.person
            after_refusal(request, lambda late: sessions.note_wrong_password(late, user_id=user_id))
    return _page(request, session, who, form)


@router.post(PATH + "/consents/{consent_id}/withdraw", name="moderation:data_consent")
def withdraw_consent(
    request: Request, session: Db, who: SignedIn, consent_id: PathId, raw: Posted
) -> Response:
    """Take an agreement back; use of the data stops within the days of the setting."""
    correcting.withdraw_consent(session, actor=who.actor, user_id=who.person, consent_id=consent_id)
    made = data_requests.ask_to_stop(
        session, actor=who.actor, user_id=who.person, clocks=present.clocks(request)
    )
    saying = t("Taken back. Use of your data stops by {day}.", day=made.done_by)
    return redirect(request, PATH, saying=saying)


@router.get(PATH + "/requests/new", name="moderation:data_ask_form")
def ask_form(request: Request, session: Db, who: SignedIn) -> Response:
    """The form of a request, with what happens first."""
    asked = request.query_params.get("kind", "")
    kind = asked if asked in REQUEST_KINDS else "correct"
    return _ask_page(request, session, who, blank(AskForm, kind=kind))


@router.post(PATH + "/requests", name="moderation:data_ask")
def ask(request: Request, session: Db, who: SignedIn, raw: Posted) -> Response:
    """Send it; a second one of the kind is refused while the first is open."""
    form = forms.fill(AskForm, raw)
    if form.ok:
        with refusals(session, form):
            made = data_requests.ask(
                session,
                actor=who.actor,
                user_id=who.person,
                kind=form.valid.kind,
                words=form.valid.words,
                clocks=present.clocks(request),
                understood=form.valid.understood,
            )
            return redirect(
                request, PATH, saying=t("Sent. You will have an answer by {day}.", day=made.answer_by)
            )
    return _ask_page(request, session, who, form)


@router.post(PATH + "/requests/{request_id}/withdraw", name="moderation:data_withdraw")
def withdraw(request: Request, session: Db, who: SignedIn, request_id: PathId, raw: Posted) -> Response:
    """Take a request back."""
    data_requests.withdraw(session, actor=who.actor, user_id=who.person, request_id=request_id)
    return redirect(request, PATH, saying=t("Your request has been taken back."))


def _page(request: Request, session: Session, who: Who, form: Filled[CorrectForm] | None = None) -> Response:
    held = own_data.gather(session, user_id=who.person)
    person = held.person
    phone = logins.show_phone(person.phone) or ""
    context = contexts.Data(
        held=held,
        phone=phone,
        labels=labels,
        form=form or blank(CorrectForm, name=person.name, email=person.email or "", phone=phone),
    )
    return page(request, context, status=form.status if form else 200)


def _ask_page(request: Request, session: Session, who: Who, form: Filled[Any]) -> Response:
    kind = form.get("kind") if form.get("kind") in REQUEST_KINDS else "correct"
    context = contexts.DataAsk(
        form=form,
        kind=kind,
        kinds=[(code, language.say(words)) for code, words in labels.REQUEST_KINDS.items()],
        alone=data_requests.left_alone(session, user_id=who.person),
        clocks=present.clocks(request),
    )
    return page(request, context, status=form.status)
