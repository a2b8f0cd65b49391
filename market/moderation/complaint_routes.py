"""The officers' pages of complaints: what waits by its day, one with the answer, the figures of a year.
Part of what routes.py hands on.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts.current import Officer, Who
from market.moderation import complaints, contexts, labels, present
from market.moderation.forms import AnswerForm, OutcomeForm
from market.moderation.present import HOME
from market.web import forms, language
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

PATH = f"{HOME}/complaints"
FIRST_YEAR = 2000


@router.get(PATH, name="moderation:complaints")
def index(request: Request, session: Db, who: Officer) -> Response:
    """What waits, and the figures of a year."""
    present.need_whole(session, who)
    asked, this = request.query_params.get("year", ""), clock.today().year
    known = asked.isascii() and asked.isdigit() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= this
    year = int(asked) if known else this
    context = contexts.Complaints(
        lines=complaints.list_open(session),
        labels=labels,
        year=year,
        this_year=this,
        figures=complaints.figures(session, year=year),
    )
    return page(request, context)


@router.get(PATH + "/{complaint_id}", name="moderation:desk_complaint")
def show(request: Request, session: Db, who: Officer, complaint_id: PathId) -> Response:
    """One complaint."""
    return _page(request, session, who, complaint_id)


@router.post(PATH + "/{complaint_id}/answer", name="moderation:answer_complaint")
def answer(request: Request, session: Db, who: Officer, complaint_id: PathId, raw: Posted) -> Response:
    """Answer it."""
    present.need_whole(session, who)
    form = forms.fill(AnswerForm, raw)
    if form.ok:
        with refusals(session, form):
            complaints.answer(session, actor=who.actor, complaint_id=complaint_id, words=form.valid.answer)
            return redirect(request, f"{PATH}/{complaint_id}", saying=t("Answered."))
    return _page(request, session, who, complaint_id, answering=form)


@router.post(PATH + "/{complaint_id}/close", name="moderation:close_complaint")
def close(request: Request, session: Db, who: Officer, complaint_id: PathId, raw: Posted) -> Response:
    """Close it with its outcome."""
    present.need_whole(session, who)
    form = forms.fill(OutcomeForm, raw)
    if form.ok:
        with refusals(session, form):
            complaints.close(session, actor=who.actor, complaint_id=complaint_id, outcome=form.valid.outcome)
            return redirect(request, PATH, saying=t("Closed."))
    return _page(request, session, who, complaint_id, closing=form)


def _page(
    request: Request,
    session: Session,
    who: Who,
    complaint_id: int,
    *,
    answering: Filled[Any] | None = None,
    closing: Filled[Any] | None = None,
) -> Response:
    present.need_whole(session, who)
    answering, closing = answering or blank(AnswerForm), closing or blank(OutcomeForm)
    context = contexts.DeskComplaint(
        one=complaints.get(session, complaint_id=complaint_id),
        labels=labels,
        answering=answering,
        closing=closing,
        outcomes=[(code, language.say(words)) for code, words in labels.OUTCOMES.items()],
    )
    status = max(answering.status, closing.status)
    return page(request, context, status=status)
