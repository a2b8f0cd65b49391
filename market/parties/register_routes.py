"""Pages to register: the choice, a collective unit, a buyer. Registering signs in; part of the routes that
routes.py hands to the application.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock, once
from market.accounts import current, entering, sessions
from market.accounts.current import Acting, Anyone, Who
from market.accounts.devices import device_of
from market.accounts.models import User
from market.errors import NotFound
from market.parties import contexts, enrolment, labels, queries
from market.parties import service as parties
from market.parties.forms import BuyerForm, UnitForm
from market.parties.models import UNIT_KINDS
from market.places import queries as places
from market.web import forms, language
from market.web.context import language as spoken
from market.web.forms import Filled, blank, refusals
from market.web.inputs import Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import Words, t

router = APIRouter()

SAYING = t("Welcome. The department will look at your registration and tell you as soon as it is confirmed.")


def _pairs(words: dict[str, Words], *only: str) -> list[tuple[str, str]]:
    return [(code, language.say(words[code])) for code in (only or words)]


@router.get("/account/register", name="parties:register")
def choose(request: Request, session: Db, who: Anyone) -> Response:
    """What to register as."""
    return page(request, contexts.Register())


@router.get("/account/register/unit", name="parties:register_unit_form")
def unit_form(request: Request, session: Db, who: Anyone) -> Response:
    """The form for a cooperative, a group or a union."""
    return _unit_page(request, session, blank(UnitForm))


@router.post("/account/register/unit", name="parties:register_unit")
def register_unit(request: Request, session: Db, who: Anyone, raw: Posted) -> Response:
    """Register a unit and the person who does it."""
    form = forms.fill(UnitForm, raw)
    if form.ok:
        value = form.valid
        with refusals(session, form):
            if led := _sent_before(session, raw):
                return redirect(request, led)
            user, _party = enrolment.enrol_unit(
                session,
                person=_newcomer(value),
                kind=value.kind,
                name=value.name,
                place_id=value.place_id,
                fields=value.fields,
                members=value.members,
                households=value.households,
                position=value.position,
                ground=value.ground,
                authority_number=value.authority_number,
                authority_date=value.authority_date,
                tax_code=value.tax_code,
                address=value.address,
            )
            return _welcome(request, session, who, user, raw)
    return _unit_page(request, session, form)


@router.post("/account/buying", name="parties:say_buying")
def say_buying(request: Request, session: Db, who: Acting, raw: Posted) -> Response:
    """A unit says that it also buys, or no longer does."""
    if not who.is_unit:
        raise NotFound
    current.need_power(who, "trade")
    buys = raw.get("buys") == "1"
    party = parties.set_buying(session, actor=who.actor, party_id=who.acts_for, buys=buys)
    return redirect(request, "/account", saying=labels.buying(party.name, buys=buys))


def _unit_page(request: Request, session: Session, form: Filled[UnitForm]) -> Response:
    chosen = form.get("fields", [])
    return page(
        request,
        contexts.RegisterUnit(
            form=form,
            kinds=_pairs(labels.KINDS, *UNIT_KINDS),
            communes=_communes(session),
            fields=[(code, language.say(name)) for code, name in queries.field_names(session).items()],
            chosen=[chosen] if isinstance(chosen, str) else chosen,
            grounds=_pairs(labels.GROUNDS),
        ),
        status=form.status,
    )


@router.get("/account/register/buyer", name="parties:register_buyer_form")
def buyer_form(request: Request, session: Db, who: Anyone) -> Response:
    """The form for a buyer."""
    return _buyer_page(request, session, blank(BuyerForm))


@router.post("/account/register/buyer", name="parties:register_buyer")
def register_buyer(request: Request, session: Db, who: Anyone, raw: Posted) -> Response:
    """Register a buyer and the person who does it."""
    form = forms.fill(BuyerForm, raw)
    if form.ok:
        value = form.valid
        with refusals(session, form):
            if led := _sent_before(session, raw):
                return redirect(request, led)
            user, _party = enrolment.enrol_buyer(
                session,
                person=_newcomer(value),
                kind=value.kind,
                name=value.name,
                buyer_kind=value.buyer_kind,
                destination=value.destination,
                place_id=value.place_id,
                tax_code=value.tax_code,
                address=value.address,
            )
            return _welcome(request, session, who, user, raw)
    return _buyer_page(request, session, form)


def _buyer_page(request: Request, session: Session, form: Filled[BuyerForm]) -> Response:
    return page(
        request,
        contexts.RegisterBuyer(
            form=form,
            kinds=_pairs(labels.KINDS, "company", "household_business", "institution"),
            buyer_kinds=[pair for pair in _pairs(labels.BUYER_KINDS) if pair[0] != "cooperative"],
            destinations=_pairs(labels.DESTINATIONS),
            communes=_communes(session),
        ),
        status=form.status,
    )


def _communes(session: Session) -> list[tuple[int, str]]:
    return [(place.id, place.name) for place in places.list_communes(session, on=clock.today())]


def _newcomer(value: UnitForm | BuyerForm) -> enrolment.Newcomer:
    return enrolment.Newcomer(value.person, value.phone, value.email, value.password, spoken())


def _key(raw: dict[str, Any]) -> str:
    return str(raw.get("once", ""))[:64]


def _sent_before(session: Session, raw: dict[str, Any]) -> str | None:
    """Where the same form led when it was sent before. The password is no part of what is kept of it."""
    if not _key(raw):
        return None
    said = sorted((name, str(value)) for name, value in raw.items() if name != "password")
    return once.seen(session, scope="register", key=_key(raw), body_hash=once.digest(said))


def _welcome(request: Request, session: Session, who: Who, user: User, raw: dict[str, Any]) -> Response:
    session.flush()  # the session of the new person is opened by their membership
    opened = sessions.open_session(session, user=user, device=device_of(request), replaces=who.sign_in_id)
    if _key(raw):
        once.answered(session, scope="register", key=_key(raw), answer="/account")
    response = redirect(request, "/account", saying=SAYING)
    entering.keep(request, response, opened.token, seconds=opened.life.total_seconds())
    return response
