"""The officers' pages of requests about personal data: what waits by its day, one with the answer and the
doing. Part of what routes.py hands on.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Officer, Who
from market.moderation import contexts, data_desk, data_requests, labels
from market.moderation.forms import AnswerRequestForm
from market.moderation.present import DUTY, HOME
from market.web import forms, language
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

PATH = f"{HOME}/requests"


@router.get(PATH, name="moderation:requests")
def index(request: Request, session: Db, who: Officer) -> Response:
    """What persons asked, what is open first, by its day."""
    current.need_duty(who, DUTY)
    lines = data_desk.list_requests(session, places=who.duty_places(DUTY))
    return page(request, contexts.DeskRequests(lines=lines, labels=labels))


@router.get(PATH + "/{request_id}", name="moderation:request")
def show(request: Request, session: Db, who: Officer, request_id: PathId) -> Response:
    """One request."""
    return _page(request, session, who, request_id, blank(AnswerRequestForm))


@router.post(PATH + "/{request_id}/answer", name="moderation:request_answer")
def answer(request: Request, session: Db, who: Officer, request_id: PathId, raw: Posted) -> Response:
    """Accept it, or say why it cannot be followed."""
    _hers(session, who, request_id)
    form = forms.fill(AnswerRequestForm, raw)
    if form.ok:
        with refusals(session, form):
            data_requests.answer(
                session,
                actor=who.actor,
                request_id=request_id,
                accept=form.valid.outcome == "accept",
                words=form.valid.answer,
            )
            return redirect(request, f"{PATH}/{request_id}", saying=t("Answered; the person has been told."))
    return _page(request, session, who, request_id, form)


@router.post(PATH + "/{request_id}/done", name="moderation:request_done")
def done(request: Request, session: Db, who: Officer, request_id: PathId, raw: Posted) -> Response:
    """Carry it out."""
    _hers(session, who, request_id)
    form: Filled[Any] = blank(AnswerRequestForm)
    with refusals(session, form):
        data_requests.carry_out(session, actor=who.actor, request_id=request_id)
        return redirect(request, PATH, saying=t("Carried out."))
    return _page(request, session, who, request_id, form)


def _hers(session: Session, who: Who, request_id: int) -> data_desk.RequestPage:
    current.need_duty(who, DUTY)
    return data_desk.get_request(session, places=who.duty_places(DUTY), request_id=request_id)


def _page(request: Request, session: Session, who: Who, request_id: int, form: Filled[Any]) -> Response:
    one = _hers(session, who, request_id)
    context = contexts.DeskRequest(
        one=one,
        form=form,
        labels=labels,
        answers=[(code, language.say(words)) for code, words in labels.ANSWERS.items()],
        alone=data_requests.left_alone(session, user_id=one.user_id),
    )
    return page(request, context, status=form.status)
