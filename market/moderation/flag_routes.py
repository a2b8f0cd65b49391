"""The officers' pages of flags: what a job found, each dismissed with a word or acted upon. Part of what
routes.py hands on.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Officer, Who
from market.moderation import contexts, flags, labels, present
from market.moderation.forms import AnswerForm, HideForm
from market.moderation.models import REASONS
from market.moderation.present import DUTY, HOME
from market.web import forms
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

PATH = f"{HOME}/flags"


@router.get(PATH, name="moderation:flags")
def index(request: Request, session: Db, who: Officer) -> Response:
    """What was found and nobody has looked at."""
    current.need_duty(who, DUTY)
    lines = flags.list_flags(session, places=who.duty_places(DUTY))
    return page(request, contexts.Flags(lines=lines, labels=labels))


@router.get(PATH + "/{flag_id}", name="moderation:flag")
def show(request: Request, session: Db, who: Officer, flag_id: PathId) -> Response:
    """One of them, and the decision."""
    return _page(request, session, who, flag_id)


@router.post(PATH + "/{flag_id}/dismiss", name="moderation:dismiss_flag")
def dismiss(request: Request, session: Db, who: Officer, flag_id: PathId, raw: Posted) -> Response:
    """It is as it should be."""
    _hers(session, who, flag_id)
    form = forms.fill(AnswerForm, raw)
    if form.ok:
        with refusals(session, form):
            flags.dismiss(session, actor=who.actor, flag_id=flag_id, answer=form.valid.answer)
            return redirect(request, PATH, saying=t("Noted."))
    return _page(request, session, who, flag_id, dismissing=form)


@router.post(PATH + "/{flag_id}/hide", name="moderation:act_on_flag")
def act(request: Request, session: Db, who: Officer, flag_id: PathId, raw: Posted) -> Response:
    """Hide the listing."""
    _hers(session, who, flag_id)
    form = forms.fill(HideForm, raw)
    if form.ok:
        with refusals(session, form):
            flags.act(
                session,
                actor=who.actor,
                flag_id=flag_id,
                reason=form.valid.reason,
                words=form.valid.words,
            )
            return redirect(request, PATH, saying=t("Hidden; the owner has been told why."))
    return _page(request, session, who, flag_id, hide=form)


def _hers(session: Session, who: Who, flag_id: int) -> flags.FlagLine:
    current.need_duty(who, DUTY)
    return flags.get_flag(session, places=who.duty_places(DUTY), flag_id=flag_id)


def _page(
    request: Request,
    session: Session,
    who: Who,
    flag_id: int,
    *,
    dismissing: Filled[Any] | None = None,
    hide: Filled[Any] | None = None,
) -> Response:
    one = _hers(session, who, flag_id)
    reason = one.kind if one.kind in REASONS else None
    dismissing, hide = dismissing or blank(AnswerForm), hide or blank(HideForm, reason=reason)
    context = contexts.Flag(
        one=one,
        labels=labels,
        reasons=present.reasons(),
        dismissing=dismissing,
        hide=hide,
    )
    status = max(dismissing.status, hide.status)
    return page(request, context, status=status)
