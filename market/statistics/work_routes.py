"""The department's lists to work through: a page of each, the whole list as a file, and the word to a unit.
Part of the routes that routes.py hands to the application.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts.current import Officer, Who
from market.errors import NotFound
from market.places import queries as place_queries
from market.spreadsheets import writing
from market.statistics import contexts, dashboard_routes, telling, worklists
from market.statistics.worklists import Line, Places, Worklist
from market.web import forms, language, sending
from market.web.downloads import download
from market.web.forms import Filled, Id, blank, refusals
from market.web.inputs import PathCode, Posted
from market.web.pages import address, page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

LinesFile = Annotated[str, InPath(pattern=r"^lines\.(xlsx|csv)$")]
HEADS = ("party_code", "party", "place", "product", "agreement", "volume", "unit", "from", "to", "told_on")


class TellForm(BaseModel):
    """Which line of the list the unit is told of."""

    party_id: Id
    subject_id: Id


@router.get("/department/work/{worklist}", name="statistics:work")
def show(request: Request, session: Db, who: Officer, worklist: PathCode) -> Response:
    """A page of a list."""
    return _show(request, session, who, _find(who, worklist), blank(TellForm))


@router.get("/department/work/{worklist}/{file}", name="statistics:work_file")
def take(request: Request, session: Db, who: Officer, worklist: PathCode, file: LinesFile) -> Response:
    """The whole list as a file."""
    one = _find(who, worklist)
    places, _ = _places(request, session, who, one)
    lines = worklists.lines(session, one, places=places, on=clock.today(), limit=None)
    told = telling.told_last(session, one, lines)
    rows = [_row(line, told) for line in lines]
    return download(writing.write(Path(file).suffix, title=one.code, heads=HEADS, rows=rows), file)


@router.post("/department/work/{worklist}/tell", name="statistics:tell")
def tell(request: Request, session: Db, who: Officer, worklist: PathCode, raw: Posted) -> Response:
    """Tell the unit; pressed twice it is told once."""
    one = _find(who, worklist)
    current.need_duty(who, one.duty)
    here = address(f"/department/work/{one.code}", forms.query_fields(request))
    form = forms.fill(TellForm, raw)
    if form.ok:
        with refusals(session, form):
            sent = sending.take(session, who.user_id, "department:tell", raw, one.code)
            if sent.led is not None:
                return redirect(request, sent.led or here)
            line = telling.tell(
                session,
                actor=who.actor,
                places=who.duty_places(one.duty),
                worklist=one,
                party_id=form.valid.party_id,
                subject_id=form.valid.subject_id,
            )
            sent.leads(here)
            return redirect(request, here, saying=t("{party} is told.", party=line.party))
    return _show(request, session, who, one, form)


def _find(who: Who, code: str) -> Worklist:
    one = worklists.BY_CODE.get(code)
    if one is None:
        raise NotFound
    current.need_reading(who, one.duty)
    return one


def _places(request: Request, session: Session, who: Who, one: Worklist) -> tuple[Places, dict[str, Any]]:
    """The places whose lines are shown: that of the address, else all of the duty; and its field."""
    mine = who.read_places(one.duty)
    if not request.query_params.get("place"):
        return mine, {}
    place = dashboard_routes.chosen_place(request, session, who)
    if not place_queries.is_held(session, mine, place.id):
        raise NotFound
    return (place.id,), {"place": place_queries.key_of(place, clock.today())}


def _show(request: Request, session: Session, who: Who, one: Worklist, form: Filled[TellForm]) -> Response:
    today, number = clock.today(), forms.page_number(request)
    places, fields = _places(request, session, who, one)
    total = worklists.count(session, one, places=places, on=today)
    pages = max(1, -(-total // worklists.PAGE_SIZE))
    lines = worklists.lines(session, one, places=places, on=today, offset=(number - 1) * worklists.PAGE_SIZE)
    told = telling.told_last(session, one, lines)
    context = contexts.Work(
        worklist=one,
        lines=[(line, told.get((line.party_id, line.subject_id))) for line in lines],
        total=total,
        acts=who.has_duty(one.duty),
        today=today,
        form=form,
        fields=fields,
        tell_at=address(
            f"/department/work/{one.code}/tell", {**fields, "page": number if number > 1 else ""}
        ),
        page=number,
        pages=pages,
    )
    return page(request, context, status=form.status)


def _row(line: Line, told: dict[tuple[int, int], Any]) -> tuple[Any, ...]:
    scale = 1000 if line.unit == "gram" else 1
    volume = None
    if line.volume is not None:
        volume = line.volume // scale if not line.volume % scale else line.volume / scale
    return (
        line.code,
        line.party,
        line.place,
        language.say(line.product) if line.product else "",
        line.link_id,
        volume,
        "" if line.volume is None else "kg" if line.unit == "gram" else "piece",
        line.first,
        line.last,
        told.get((line.party_id, line.subject_id)),
    )
