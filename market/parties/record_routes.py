"""The department's pages of what the register keeps of a unit: its history, who noted what and on what
ground, and one plain form for each kind of change. Part of the routes that routes.py hands to the
application; the kinds are in changes.py.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts.current import Officer, Who
from market.errors import NotFound
from market.parties import contexts, desk, labels, past, queries
from market.parties.changes import CHANGES, Change
from market.parties.models import UNIT_KINDS, Party
from market.places import queries as places
from market.web import forms, language, sending
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathCode, PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import Words, t

router = APIRouter()

DUTY = "register"


@router.get("/department/parties/{party_id}/register", name="parties:record")
def record(request: Request, session: Db, who: Officer, party_id: PathId) -> Response:
    """What was noted of a unit, newest first, and what may be changed."""
    current.need_reading(who, DUTY)
    party = desk.unit_for(session, places=who.read_places(DUTY), party_id=party_id)
    acts = desk.holds(session, places=who.duty_places(DUTY), party_id=party_id)
    context = contexts.Record(
        acts=acts,
        party=party,
        labels=labels,
        noted=past.list_noted(session, party_id=party_id, papers=acts),
        merged=past.merged_into(session, party_id=party_id),
        changes=[(code, language.say(change.name)) for code, change in CHANGES.items()],
    )
    return page(request, context)


@router.get("/department/parties/{party_id}/register/{kind}", name="parties:change_form")
def form(request: Request, session: Db, who: Officer, party_id: PathId, kind: PathCode) -> Response:
    """The form for one kind of change."""
    party, change = _mine(session, who, party_id), _change(kind)
    return _form_page(request, session, party, kind, change, _begun(party, change))


@router.post("/department/parties/{party_id}/register/{kind}", name="parties:change")
def change_it(
    request: Request, session: Db, who: Officer, party_id: PathId, kind: PathCode, raw: Posted
) -> Response:
    """Note the change; sent twice it is one."""
    _mine(session, who, party_id)
    change = _change(kind)
    filled = forms.fill(change.form, raw)
    if filled.ok:
        with refusals(session, filled):
            sent = sending.take(session, who.user_id, "register", raw, party_id, kind)
            if sent.led:
                return redirect(request, sent.led)
            change.write(session, actor=who.actor, party_id=party_id, **filled.valid.given)
            address = f"/department/parties/{party_id}/register"
            sent.leads(address)
            return redirect(request, address, saying=t("Noted: {what}.", what=change.name))
    party = _mine(session, who, party_id)
    return _form_page(request, session, party, kind, change, filled)


def _mine(session: Session, who: Who, party_id: int) -> Party:
    """The unit, if it is one and the officer's."""
    current.need_duty(who, DUTY)
    return desk.unit_for(session, places=who.duty_places(DUTY), party_id=party_id)


def _change(kind: str) -> Change:
    if kind not in CHANGES:
        raise NotFound
    return CHANGES[kind]


def _begun(party: Party, change: Change) -> Filled[Any]:
    """The form with what holds now, where that is one value."""
    held = {"name": party.name, "place_id": party.place_id, "kind": party.kind}
    return blank(change.form, **{box.name: held.get(box.name) for box in change.boxes})


def _pairs(table: dict[str, Words], *only: str) -> list[tuple[str, str]]:
    return [(code, language.say(words)) for code, words in table.items() if not only or code in only]


def _choices(session: Session, name: str) -> list[tuple[Any, str]]:
    match name:
        case "communes":
            return [(place.id, place.name) for place in places.list_communes(session, on=clock.today())]
        case "fields":
            return [(code, language.say(named)) for code, named in queries.field_names(session).items()]
        case "kinds":
            return [*_pairs(labels.KINDS, *UNIT_KINDS)]
        case "statuses":
            return [*_pairs(labels.STATUSES)]
        case "ratings":
            return [*_pairs(labels.RATINGS)]
    return [*_pairs(labels.YES_NO)]


def _form_page(
    request: Request, session: Session, party: Party, kind: str, change: Change, filled: Filled[Any]
) -> Response:
    context = contexts.Change(
        party=party,
        kind=kind,
        change=change,
        form=filled,
        choices={box.choices: _choices(session, box.choices) for box in change.boxes if box.choices},
        dated="on_date" in change.form.model_fields,
    )
    return page(request, context, status=filled.status)
