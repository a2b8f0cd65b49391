"""The pages of season plans: a unit's own, and for officers with the duty register those of their places.
They stand here because beside each plan is what of it has no outlet yet. Part of what routes.py hands on.
"""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Officer, OfUnit, Who
from market.catalogue import queries as catalogue
from market.errors import Invalid, NotFound
from market.listings import plans
from market.official.forms import OptionalCode
from market.official.present import product_choices
from market.parties import desk
from market.parties.models import UNIT_KINDS, Party
from market.places import queries as places
from market.statistics import contexts, plan_pages
from market.web import forms, language, sending
from market.web.context import language as spoken
from market.web.forms import Code, Day, Filled, Line, blank, clean_text, refusals
from market.web.inputs import Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import Named, t

router = APIRouter()

DUTY = "register"
MINE, DESK = "/plans", "/department/plans"
A_PAGE = 30


class PlanForm(BaseModel):
    """What a unit expects of a product in a season; ``unit`` is the code, where an officer enters it."""

    unit: OptionalCode = ""
    product: Code
    season: Code
    area: Annotated[str, BeforeValidator(clean_text), Field(max_length=40)] = ""
    area_base: OptionalCode = ""
    output: Line
    harvest_from: Day
    harvest_to: Day


@router.get("/plans", name="statistics:plans")
def mine(request: Request, session: Db, who: OfUnit) -> Response:
    """My plans, what of each has no outlet, and the form."""
    return _page(request, session, who, blank(PlanForm), own=True)


@router.post("/plans", name="statistics:plan")
def plan(request: Request, session: Db, who: OfUnit, raw: Posted) -> Response:
    """Plan a season, or say it anew; sent twice it is one."""
    current.need_power(who, "trade")
    return _plan(request, session, who, raw, own=True)


@router.get("/department/plans", name="statistics:desk_plans")
def for_officers(request: Request, session: Db, who: Officer) -> Response:
    """The plans of the officer's places."""
    current.need_reading(who, DUTY)
    return _page(request, session, who, blank(PlanForm), own=False)


@router.post("/department/plans", name="statistics:desk_plan")
def enter(request: Request, session: Db, who: Officer, raw: Posted) -> Response:
    """Enter or correct a unit's plan; sent twice it is one."""
    current.need_duty(who, DUTY)
    return _plan(request, session, who, raw, own=False)


def _plan(request: Request, session: Session, who: Who, raw: dict[str, Any], *, own: bool) -> Response:
    form, home = forms.fill(PlanForm, raw), MINE if own else DESK
    if form.ok:
        said = form.valid
        with refusals(session, form):
            sent = sending.take(session, who.user_id, "plan" if own else "desk-plan", raw)
            if sent.led:
                return redirect(request, sent.led)
            product = catalogue.find_product(session, said.product)
            if product is None:
                raise Invalid(t("There is no such product in the catalogue."), field="product")
            plans.plan_season(
                session,
                actor=who.actor,
                party_id=who.acts_for if own else _unit(session, who, said.unit),
                product_id=product.id,
                season_id=_season(session, said.season),
                expected=plan_pages.read_output(session, product, said.output, spoken=spoken()),
                from_date=said.harvest_from,
                to_date=said.harvest_to,
                area_m2=plan_pages.read_area(said.area, spoken=spoken()),
                area_base=said.area_base or None,
            )
            sent.leads(home)
            return redirect(request, home, saying=t("The plan is kept. It holds from today on."))
    return _page(request, session, who, form, own=own)


def _season(session: Session, code: str) -> int:
    try:
        return catalogue.get_season(session, code).id
    except NotFound as wrong:
        raise Invalid(wrong.words, field="season") from wrong


def _unit(session: Session, who: Who, code: str) -> int:
    """The unit with this code in the places of the duty."""
    chosen = sa.select(Party.id).where(Party.code == code, Party.kind.in_(UNIT_KINDS))
    mine = who.duty_places(DUTY)
    if mine is not None:
        chosen = chosen.where(desk.within(mine))
    found = session.scalar(chosen)
    if found is None:
        raise Invalid(t("No unit of your places has this code."), field="unit")
    return found


def _sees_trade(session: Session, who: Who) -> bool:
    """Whether an officer may see, for all the plans of the page, what agreements have taken of them."""
    mine, of_trade = who.read_places(DUTY), who.duty_places("trade_data")
    if mine is None:
        return of_trade is None
    return all(places.is_held(session, of_trade, place_id) for place_id in mine)


def _page(request: Request, session: Session, who: Who, form: Filled[Any], *, own: bool) -> Response:
    number = forms.page_number(request)
    lines, total = plan_pages.lines(
        session,
        party_id=who.acts_for if own else None,
        inside=None if own else who.read_places(DUTY),
        limit=A_PAGE,
        offset=(number - 1) * A_PAGE,
    )
    context = contexts.Plans(
        form=form,
        own=own,
        sees=own or _sees_trade(session, who),
        may=who.can("trade") if own else who.has_duty(DUTY),
        home=MINE if own else DESK,
        lines=lines,
        page=number,
        pages=-(-total // A_PAGE),
        products=product_choices(session),
        seasons=[
            (one.code, language.say(Named(one.name_vi, one.name_en)))
            for one in catalogue.list_seasons(session)
        ],
        bases=[
            ("sown", language.say(t("sown"))),
            ("land", language.say(t("land"))),
            ("pond", language.say(t("ponds"))),
        ],
    )
    return page(request, context, status=form.status)
