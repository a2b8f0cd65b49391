"""The pages of figures: the overview of a period and place, and one figure with its definition, breakdowns
and, for those entitled, its rows. Everybody else gets what rule 6 leaves public (access.py).
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts.current import Anyone, Who
from market.catalogue import queries as catalogue
from market.errors import Invalid, NotFound
from market.places import queries as places
from market.places.models import Place
from market.statistics import access, drilldown, figures, indicators, periods, present
from market.statistics.figures import Figure
from market.statistics.indicators import ALL
from market.statistics.periods import Period
from market.web import forms, language
from market.web.forms import Filled, PathCode
from market.web.pages import page
from market.web.session import Db
from market.words import Named

router = APIRouter()

ROWS_A_PAGE = 50


def _asked(request: Request, session: Session) -> tuple[Filled[Any], Period, Place]:
    """The period and place of the address; wrong ones are said and the usual ones shown."""
    today = clock.today()
    form: Filled[Any] = Filled(raw=forms.query_fields(request))
    usual = next(periods.ended("year", today=today, count=1))
    period = usual
    if text := str(form.get("period") or ""):
        try:
            period = periods.parse(text)
        except Invalid as wrong:
            form.refuse(wrong)
    place = places.province_on(session, day=min(period.end, today))
    if text := str(form.get("place") or ""):
        try:
            place = places.resolve(session, text=text, on=today)
        except (Invalid, NotFound) as wrong:
            form.errors["place"] = wrong.words
            form.status = 422
    form.raw["period"] = period.code if "period" not in form.errors else form.get("period")
    form.raw["place"] = places.key_of(place, today) if "place" not in form.errors else form.get("place")
    return form, period, place


def _sees_all(session: Session, who: Who, place: Place) -> bool:
    """Whether the asker has the duty trade data over the place."""
    mine = who.duty_places("trade_data")
    if mine is None:
        return True
    return any(places.covers(session, ancestor_id=one, place_id=place.id) for one in mine)


def _compute(
    session: Session, codes: list[str], period: Period, place: Place, *, everything: bool, by: Any = None
) -> list[Figure]:
    today = clock.today()
    wanted = [
        indicators.get(code)
        for code in codes
        if everything or access.is_open(indicators.get(code), period, as_of=today, today=today)
    ]
    if not wanted:
        return []
    found = figures.compute(session, indicators=wanted, period=period, place=place, as_of=today, by=by)
    return found if everything else access.for_public(found)


@router.get("/statistics", name="statistics:index")
def index(request: Request, session: Db, who: Anyone) -> Response:
    """All figures of a period and place."""
    form, period, place = _asked(request, session)
    everything = _sees_all(session, who, place)
    codes = [indicator.code for indicator in ALL]
    found = _compute(session, codes, period, place, everything=everything)
    before = _compute(session, codes, periods.before(period), place, everything=everything)
    fields = {"period": period.code, "place": places.key_of(place, clock.today())}
    return page(
        request,
        "statistics/index.html",
        {
            "form": form,
            "period": period,
            "place": place,
            "tiles": present.tiles(found, before, fields),
            "open": access.is_open(indicators.LINKS_NEW, period, as_of=clock.today(), today=clock.today()),
            "everything": everything,
            "periods": present.period_choices(clock.today()),
            "places": present.place_choices(session, period, clock.today()),
            "as_of": clock.today(),
        },
        status=form.status,
    )


@router.get("/statistics/{code}", name="statistics:show")
def show(request: Request, session: Db, who: Anyone, code: PathCode) -> Response:
    """One figure: what it means, its value, its breakdowns, and its rows for those entitled."""
    indicator = indicators.find(code)
    if indicator is None:
        raise NotFound
    form, period, place = _asked(request, session)
    today = clock.today()
    everything = _sees_all(session, who, place)
    opened = everything or access.is_open(indicator, period, as_of=today, today=today)
    found = _compute(session, [code], period, place, everything=everything)
    cuts = [cut for cut in ("place", "sector", "evidence") if cut in figures.dimensions_of(indicator)]
    breakdowns = []
    for cut in cuts if opened else []:
        parts = _compute(session, [code], period, place, everything=everything, by=cut)
        names, hrefs = _names(session, cut, parts, code, period)
        breakdowns.append((cut, present.bars(parts, names, hrefs)))
    rows: list[dict[str, Any]] = []
    if everything:
        taken = drilldown.rows(
            session, indicator=indicator, period=period, place=place, as_of=today, limit=ROWS_A_PAGE
        )
        rows = [
            {
                "key": row.key,
                "value": language.volume(row.value, "gram")
                if row.unit == "kg"
                else language.number(row.value),
                "links": row.link_ids,
            }
            for row in taken
        ]
    return page(
        request,
        "statistics/show.html",
        {
            "form": form,
            "indicator": indicator,
            "period": period,
            "place": place,
            "opened": opened,
            "everything": everything,
            "tiles": [(present.value(one), present.unit(one), present.note(one, None)) for one in found],
            "breakdowns": breakdowns,
            "rows": rows,
            "periods": present.period_choices(today),
            "places": present.place_choices(session, period, today),
            "as_of": today,
        },
        status=form.status,
    )


def _names(
    session: Session, cut: str, parts: list[Figure], code: str, period: Period
) -> tuple[dict[object, str], dict[object, str]]:
    """What the groups of a breakdown are called and where each leads."""
    if cut == "place":
        found = places.names_of(session, [one.group for one in parts if one.group], on=clock.today())
        hrefs: dict[object, str] = {
            key: f"/statistics/{code}?period={period.code}&place={name.key}" for key, name in found.items()
        }
        return {key: name.name for key, name in found.items()}, hrefs
    if cut == "sector":
        return {
            one.code: language.say(Named(one.name_vi, one.name_en)) for one in catalogue.list_sectors(session)
        }, {}
    return {code_: language.say(words) for code_, words in present.EVIDENCE.items()}, {}
