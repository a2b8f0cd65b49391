"""The operator's page with the rules of operation, and complaints: made by anybody, seen by their number. The
officers' side is in complaint_routes.py. Part of what routes.py hands on.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from market import clock
from market.accounts.current import Anyone, SignedIn
from market.moderation import complaints, contexts, labels, present, rules_texts
from market.moderation import service as moderation
from market.moderation.forms import ComplaintForm
from market.settings import Settings
from market.web import forms, language, sending
from market.web.context import language as spoken
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathCode, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{10,80}$")]


@router.get("/about/operator", name="moderation:operator")
def operator(request: Request, session: Db, who: Anyone) -> Response:
    """Who runs the market, by which rules, and where to complain."""
    rules = rules_texts.in_force(clock.today(), rules_texts.versions())
    return _operator_page(request, rules)


@router.get("/about/operator/{version}", name="moderation:rules")
def rules(request: Request, session: Db, who: Anyone, version: PathCode) -> Response:
    """A version of the rules of operation, old ones too."""
    return _operator_page(request, rules_texts.get(version))


def _operator_page(request: Request, rules: rules_texts.Rules) -> Response:
    now = rules_texts.in_force(clock.today(), rules_texts.versions())
    context = contexts.Operator(
        rules=rules,
        parts=rules.parts[spoken()],
        versions=rules_texts.versions()[::-1],
        current=now.version,
        days=request.app.state.settings.complaint_days,
    )
    return page(request, context)


@router.get("/complaints/new", name="moderation:complaint_form")
def new(request: Request, session: Db, who: Anyone) -> Response:
    """The form of a complaint."""
    return _form_page(request, blank(ComplaintForm, name=who.name))


@router.post("/complaints", name="moderation:complain")
def complain(request: Request, session: Db, who: Anyone, raw: Posted) -> Response:
    """Take it; the page to come shows the number and the link. Sent twice it is one."""
    settings: Settings = request.app.state.settings
    form = forms.fill(ComplaintForm, raw)
    if form.ok:
        value = form.valid
        with refusals(session, form):
            source = moderation.source_of(who.user_id, present.address_of(request))
            sent = sending.take(session, who.user_id, f"complaint {source}", raw)
            if sent.led:
                return redirect(request, _link(request, sent.led))
            made = complaints.complain(
                session,
                actor=who.actor,
                source=source,
                subject=value.subject,
                name=value.name,
                contact=value.contact,
                words=value.words,
                days=settings.complaint_days,
            )
            sent.leads(made.number)
            saying = t("Your complaint has this number. Keep this page's address.")
            return redirect(request, _link(request, made.number), saying=saying)
    return _form_page(request, form)


def _link(request: Request, number: str) -> str:
    settings: Settings = request.app.state.settings
    return f"/complaints/{number}/{complaints.link_token(settings.secret_key, number=number)}"


def _form_page(request: Request, form: Filled[Any]) -> Response:
    context = contexts.ComplaintNew(
        form=form,
        subjects=[(code, language.say(words)) for code, words in labels.SUBJECTS.items()],
        days=request.app.state.settings.complaint_days,
    )
    return page(request, context, status=form.status)


@router.get("/complaints/{number}", name="moderation:own_complaint")
def own(request: Request, session: Db, who: SignedIn, number: PathCode) -> Response:
    """One's own complaint, signed in."""
    one = complaints.own(session, number=number, user_id=who.person)
    return page(request, contexts.Complaint(one=one, labels=labels))


@router.get("/complaints/{number}/{token}", name="moderation:complaint")
def by_link(request: Request, session: Db, who: Anyone, number: PathCode, token: Token) -> Response:
    """A complaint by the link that was given when it was made."""
    settings: Settings = request.app.state.settings
    one = complaints.by_link(session, number=number, token=token, secret_key=settings.secret_key)
    response = page(request, contexts.Complaint(one=one, labels=labels))
    # The address opens it: it is told to no other site, and no page of a shared computer keeps it.
    response.headers.update({"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})
    return response
