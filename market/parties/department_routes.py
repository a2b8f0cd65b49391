"""The department's pages of the register: the parties of an officer's places, one of them with the decision
on it. Part of the routes that routes.py hands to the application; the department's front page is of
market/statistics.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Officer, Who
from market.parties import contexts, desk, duplicates, labels
from market.parties import service as parties
from market.parties.forms import ConfirmForm, HandoverForm, RefuseForm
from market.web import forms, language
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

DUTY = "register"


@router.get("/department/parties", name="parties:desk")
def index(request: Request, session: Db, who: Officer) -> Response:
    """The parties of the officer's places, those that wait first."""
    current.need_reading(who, DUTY)
    params = request.query_params
    asked = {name: params.get(name, "")[:200] for name in ("standing", "side", "q")}
    standing = asked["standing"] if asked["standing"] in (*labels.STANDINGS, "all") else "pending"
    number = forms.page_number(request)
    lines, total = desk.list_parties(
        session,
        places=who.read_places(DUTY),
        standing="" if standing == "all" else standing,
        side=asked["side"],
        text=asked["q"],
        page=number,
    )
    return page(
        request,
        contexts.Desk(
            lines=lines,
            alike=duplicates.find(session, [line.id for line in lines]),
            total=total,
            form=Filled({**asked, "standing": standing}),
            standings=[
                *(
                    (code, language.say(labels.STANDINGS[code]))
                    for code in ("pending", "confirmed", "refused")
                ),
                ("all", language.say(t("All"))),
            ],
            sides=[
                ("unit", language.say(t("Cooperatives and groups"))),
                ("buyer", language.say(t("Buyers"))),
            ],
            labels=labels,
            page=number,
            pages=-(-total // desk.PAGE_SIZE),
        ),
        block="results",
    )


@router.get("/department/parties/{party_id}", name="parties:desk_party")
def show(request: Request, session: Db, who: Officer, party_id: PathId) -> Response:
    """A party with all the officer may know, and the decision on it."""
    return _party_page(request, session, who, party_id)


@router.post("/department/parties/{party_id}/confirm", name="parties:confirm")
def confirm(request: Request, session: Db, who: Officer, party_id: PathId, raw: Posted) -> Response:
    """Confirm who the party is."""
    _mine(session, who, party_id)
    form = forms.fill(ConfirmForm, raw)
    if form.ok:
        with refusals(session, form):
            party = parties.confirm_party(
                session,
                actor=who.actor,
                party_id=party_id,
                identity_level=form.valid.identity_level,
                reference=form.valid.reference,
            )
            return redirect(
                request, "/department/parties", saying=t("{party} is confirmed.", party=party.name)
            )
    return _party_page(request, session, who, party_id, confirm=form)


@router.post("/department/parties/{party_id}/refuse", name="parties:refuse")
def refuse(request: Request, session: Db, who: Officer, party_id: PathId, raw: Posted) -> Response:
    """Say that the party cannot be confirmed, and why."""
    _mine(session, who, party_id)
    form = forms.fill(RefuseForm, raw)
    if form.ok:
        with refusals(session, form):
            party = parties.refuse_party(
                session, actor=who.actor, party_id=party_id, reason=form.valid.reason
            )
            return redirect(
                request,
                "/department/parties",
                saying=t("{party} is not confirmed; its people have been told why.", party=party.name),
            )
    return _party_page(request, session, who, party_id, refuse=form)


@router.post("/department/parties/{party_id}/code", name="parties:hand_over")
def hand_over(request: Request, session: Db, who: Officer, party_id: PathId, raw: Posted) -> Response:
    """Make a one-time code for one of the party's people; it is shown this once."""
    _mine(session, who, party_id)
    form = forms.fill(HandoverForm, raw)
    if not form.ok:
        return _party_page(request, session, who, party_id, status=form.status)
    code = parties.hand_over_code(session, actor=who.actor, party_id=party_id, user_id=form.valid.user_id)
    return _party_page(request, session, who, party_id, code=code, code_for=form.valid.user_id)


@router.post("/department/parties/{party_id}/buying", name="parties:set_buying")
def set_buying(request: Request, session: Db, who: Officer, party_id: PathId, raw: Posted) -> Response:
    """Note that a unit also buys, or no longer does."""
    _mine(session, who, party_id)
    buys = raw.get("buys") == "1"
    party = parties.set_buying(session, actor=who.actor, party_id=party_id, buys=buys)
    return redirect(request, f"/department/parties/{party_id}", saying=labels.buying(party.name, buys=buys))


def _mine(session: Session, who: Who, party_id: int) -> None:
    current.need_duty(who, DUTY)
    desk.party_for(session, places=who.duty_places(DUTY), party_id=party_id)


def _party_page(
    request: Request,
    session: Session,
    who: Who,
    party_id: int,
    *,
    confirm: Filled[Any] | None = None,
    refuse: Filled[Any] | None = None,
    code: str = "",
    code_for: int = 0,
    status: int = 200,
) -> Response:
    current.need_reading(who, DUTY)
    acts = desk.holds(session, places=who.duty_places(DUTY), party_id=party_id)
    party = desk.get_desk_party(session, places=who.read_places(DUTY), party_id=party_id, contacts=acts)
    levels = ("papers", "vneid") if party.is_unit else ("phone", "papers", "vneid")
    return page(
        request,
        contexts.DeskParty(
            party=party,
            acts=acts,
            labels=labels,
            confirm=confirm or blank(ConfirmForm),
            refuse=refuse or blank(RefuseForm),
            levels=[(level, language.say(labels.IDENTITY_LEVELS[level])) for level in levels],
            code=f"{code[:4]} {code[4:]}" if code else "",
            code_for=code_for,
        ),
        status=max(status, confirm.status if confirm else 0, refuse.status if refuse else 0),
    )
