"""The statistics pages: all figures of a period and place, and one figure with its meaning, its breakdowns
and the rows it was counted from. Who may see which is decided by seen.py; nothing is computed here.
"""

from __future__ import annotations

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
from market.statistics import asked, drilldown, figures, indicators, opened, present, seen
from market.statistics.aggregates import Dimension
from market.statistics.asked import Asked
from market.statistics.definition import Indicator
from market.statistics.figures import Figure
from market.statistics.indicators import ALL
from market.web import forms, language
from market.web.forms import PathCode
from market.web.pages import address, page
from market.web.session import Db
from market.words import Named, t

router = APIRouter()

ROWS_A_PAGE = 50


def _sees_all(session: Session, who: Who, place: Place) -> bool:
    """Whether the asker has the duty trade data over the place."""
    mine = who.duty_places("trade_data")
    if mine is None:
        return True
    return any(places.covers(session, ancestor_id=one, place_id=place.id) for one in mine)


@router.get("/statistics", name="statistics:index")
def index(request: Request, session: Db, who: Anyone) -> Response:
    """All figures of a period and place."""
    of = asked.read(request, session)
    everything = _sees_all(session, who, of.place)
    found, before = seen.compute(session, ALL, of, everything=everything, with_before=True)
    return page(
        request,
        "statistics/index.html",
        {
            **_shown(session, of, everything),
            "sections": present.sections(found, before, of.fields()),
            "open": seen.is_open(indicators.LINKS_NEW, of, everything=everything),
        },
        status=of.form.status,
    )


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
    found, _ = seen.compute(session, [indicator], of, everything=everything)
    breakdowns = []
    for cut in _cuts(indicator, of) if found else ():
        parts, _ = seen.compute(session, [indicator], of, everything=everything, by=cut)
        names, hrefs = _names(session, cut, parts, indicator, of)
        if bars := present.bars(parts, names, hrefs):
            breakdowns.append((cut, present.CUTS[cut], bars))
    return page(
        request,
        "statistics/show.html",
        {
            **_shown(session, of, everything),
            "indicator": indicator,
            "opened": bool(found),
            "tiles": [(present.value(one), present.unit(one), present.note(one, None)) for one in found],
            "breakdowns": breakdowns,
            **_rows(request, session, who, indicator, of, everything),
        },
        status=of.form.status,
    )


def _shown(session: Session, of: Asked, everything: bool) -> dict[str, Any]:
    """What both pages show of the question."""
    return {
        "form": of.form,
        "period": of.period,
        "place": of.place,
        "of": of,
        "everything": everything,
        "periods": present.period_choices(clock.today()),
        "places": present.place_choices(session, of.period, of.place, clock.today()),
        "sectors": [
            (one.code, language.say(Named(one.name_vi, one.name_en)))
            for one in catalogue.list_sectors(session)
        ],
        "product": catalogue.get_product(session, of.product_id) if of.product_id else None,
        "as_of": of.as_of,
    }


def _rows(
    request: Request, session: Session, who: Who, indicator: Indicator, of: Asked, everything: bool
) -> dict[str, Any]:
    """The rows for those entitled: officers all of their place's, a party those it is a side of."""
    of_party = None if everything else who.party_id
    shown = (everything or of_party is not None) and of.fits(indicator)
    number, lines, total = forms.page_number(request), [], 0
    if shown:
        question: dict[str, Any] = {
            "indicator": indicator,
            "period": of.period,
            "place": of.place,
            "as_of": of.as_of,
            "sector": of.sector,
            "product_id": of.product_id,
            "of_party": of_party,
        }
        taken = drilldown.rows(session, **question, limit=ROWS_A_PAGE, offset=(number - 1) * ROWS_A_PAGE)
        total = drilldown.count_rows(session, **question)
        path = "/department/links" if everything else "/links"
        lines = opened.lines(session, indicator, taken, link_path=path)
    return {
        "rows": lines,
        "rows_shown": shown,
        "rows_total": total,
        "rows_mine": of_party is not None,
        "page": number,
        "pages": -(-total // ROWS_A_PAGE),
    }


def _cuts(indicator: Indicator, of: Asked) -> list[Dimension]:
    """By what the figure is broken down further; products are a long list, shown within one sector."""
    wanted: list[Dimension] = [] if of.place.level == "commune" else ["place"]
    if of.product is None:
        wanted.append("sector" if of.sector is None else "product")
    wanted.append("evidence")
    if indicator.code in present.IN_DONG:
        wanted.append("price_kind")
    return [cut for cut in wanted if cut in figures.dimensions_of(indicator)]


def _names(
    session: Session, cut: Dimension, parts: list[Figure], indicator: Indicator, of: Asked
) -> tuple[dict[object, str], dict[object, str]]:
    """What the groups of a breakdown are called and where each leads."""
    groups = [one.group for one in parts if one.group is not None]
    match cut:
        case "place":
            found = places.names_of(session, groups, on=clock.today())
            names: dict[object, str] = {key: name.name for key, name in found.items()}
            further: dict[object, dict[str, Any]] = {key: {"place": one.key} for key, one in found.items()}
        case "product":
            products = {one.id: one for one in catalogue.list_products(session)}
            names = {key: language.say(Named(products[key].name_vi, products[key].name_en)) for key in groups}
            further = {key: {"product": products[key].slug} for key in groups}
        case "sector":
            sectors = catalogue.list_sectors(session)
            names = {one.code: language.say(Named(one.name_vi, one.name_en)) for one in sectors}
            further = {one.code: {"sector": one.code} for one in sectors}
        case _:
            words_of = present.PRICE_KINDS if cut == "price_kind" else present.EVIDENCE
            names = {code: language.say(words) for code, words in words_of.items()}
            further = {}
    path = f"/statistics/{indicator.code}"
    return names, {key: address(path, of.fields(**changes)) for key, changes in further.items()}
