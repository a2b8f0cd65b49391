"""The statistics pages: all figures of a period and place, and one figure with its meaning, its breakdowns
and the rows it was counted from. Who may see which is decided by seen.py; nothing is computed here.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts.current import Anyone, Who
from market.catalogue import queries as catalogue
from market.errors import NotFound
from market.places import queries as places
from market.places.models import Place
from market.statistics import (
    access,
    asked,
    beside,
    closing_routes,
    contexts,
    cuts,
    dashboard_routes,
    drilldown,
    indicators,
    open_routes,
    opened,
    pilot_routes,
    plan_routes,
    present,
    publication,
    report_routes,
    seen,
    target_routes,
    work_routes,
)
from market.statistics.asked import Asked
from market.statistics.definition import Indicator
from market.statistics.indicators import ALL
from market.statistics.indicators_trade import LINKS_NEW
from market.statistics.remembered import Remembered
from market.web import forms, language
from market.web.inputs import PathCode
from market.web.pages import page
from market.web.session import Db
from market.words import Named, t

router = APIRouter()
router.routes.extend(closing_routes.router.routes)
router.routes.extend(plan_routes.router.routes)
router.routes.extend(pilot_routes.router.routes)
router.routes.extend(target_routes.router.routes)
router.routes.extend(dashboard_routes.router.routes)
router.routes.extend(work_routes.router.routes)
router.routes.extend(report_routes.router.routes)
router.routes.extend(open_routes.router.routes)

ROWS_A_PAGE = 50


def _sees_all(session: Session, who: Who, place: Place) -> bool:
    """Whether the asker has the duty trade data over the place."""
    return places.is_held(session, who.duty_places("trade_data"), place.id)


@router.get("/statistics", name="statistics:index")
def index(request: Request, session: Db, who: Anyone) -> Response:
    """All figures of a period and place."""
    of = asked.read(request, session)
    everything = _sees_all(session, who, of.place)
    released = publication.moments(session)
    remembered: Remembered = request.app.state.remembered
    found, before = seen.compute(
        session,
        ALL,
        of,
        everything=everything,
        with_before=True,
        released=released,
        remembered=remembered,
        counted_ahead=True,
    )
    context = contexts.Index(
        **_shown(session, of, everything, released),
        everything=everything,
        sections=present.sections(found, before, of.fields()),
        open=seen.is_open(LINKS_NEW, of, everything=everything),
        files=open_routes.files_of(of),
        counted_at=min((one.counted_at for one in found if one.counted_at), default=None),
    )
    return _drawn(request, context, everything=everything)


@router.get("/statistics/{code}", name="statistics:show")
def show(request: Request, session: Db, who: Anyone, code: PathCode) -> Response:
    """One figure: what it means, its value, its breakdowns, and its rows for those entitled."""
    indicator = indicators.find(code)
    if indicator is None:
        raise NotFound
    of = asked.read(request, session)
    if not of.fits(indicator):
        of.form.errors["sector"] = t("This figure is not kept by sector or product.")
        of.form.status = 422
    everything = _sees_all(session, who, of.place)
    released = publication.moments(session)
    count = partial(
        seen.compute_by,
        session,
        indicator,
        of,
        everything=everything,
        released=released,
        remembered=request.app.state.remembered,
    )
    (found,) = count([None])
    all_cuts = cuts.chosen(indicator, of) if found else []
    shown = [cut for cut in all_cuts if everything or cuts.may_stand(indicator, cut, of)]
    breakdowns = []
    for cut, parts in zip(shown, count(shown), strict=True):
        names, hrefs = cuts.names(session, cut, parts, indicator, of)
        if parts:
            breakdowns.append((cut, cuts.WORDS[cut], present.breakdown(parts, names, hrefs)))
    context = contexts.Show(
        **_shown(session, of, everything, released),
        indicator=indicator,
        chosen=publication.is_chosen(indicator),
        opened=bool(found),
        tiles=[(present.value(one), present.unit(one), present.note(one, None)) for one in found],
        breakdowns=breakdowns,
        more_of_year=len(shown) < len(all_cuts),
        published=beside.published(session, indicator, of, found),
        **_rows(request, session, who, indicator, of, everything),
    )
    return _drawn(request, context, everything=everything)


def _drawn(request: Request, context: contexts.Question, *, everything: bool) -> Response:
    """The page; one that shows more than the public sees is kept by no browser, nor for reading offline."""
    answer = page(request, context, status=context.form.status)
    if everything:
        answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _shown(session: Session, of: Asked, everything: bool, released: seen.Released) -> dict[str, Any]:
    """What both pages show of the question."""
    return {
        "form": of.form,
        "period": of.period,
        "place": of.place,
        "of": of,
        "periods": present.period_choices(clock.today()),
        "places": present.place_choices(session, of.period, of.place, clock.today()),
        "sectors": [
            (one.code, language.say(Named(one.name_vi, one.name_en)))
            for one in catalogue.list_sectors(session)
        ],
        "product": catalogue.get_product(session, of.product_id) if of.product_id else None,
        "as_of": of.as_of,
        "released": None if everything else seen.released_on(released, of),
        "next_release": publication.next_release(clock.today()),
    }


def _rows(
    request: Request, session: Session, who: Who, indicator: Indicator, of: Asked, everything: bool
) -> dict[str, Any]:
    """The rows for those entitled: officers all of their place's (those of the register, who may read it), a
    party those it is a side of.
    """
    reads = everything or (
        access.opens_register(indicator) and places.is_held(session, who.read_places("register"), of.place.id)
    )
    of_party = None if reads else who.party_id
    open_ = access.opens_rows(indicator) or indicator.access == "register"
    shown = open_ and (reads or of_party is not None) and of.fits(indicator)
    number, lines, total = forms.page_number(request), [], 0
    if shown:
        question: dict[str, Any] = {
            "indicator": indicator,
            "period": of.period,
            "place": of.place,
            "as_of": of.as_of,
            "sector": of.sector,
            "product_id": of.product_id,
            "known_before": of.known_before,
            "of_party": of_party,
        }
        taken = drilldown.rows(session, **question, limit=ROWS_A_PAGE, offset=(number - 1) * ROWS_A_PAGE)
        total = drilldown.count_rows(session, **question)
        lines = opened.lines(session, indicator, taken, base="/department" if everything else "")
    return {
        "rows": lines,
        "rows_shown": shown,
        "rows_total": total,
        "rows_mine": of_party is not None,
        "page": number,
        "pages": -(-total // ROWS_A_PAGE),
    }
