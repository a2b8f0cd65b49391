"""Figures for programs: those of ended periods, as the public sees them on the statistics pages and computed
in the same way. Officers and parties see more, on the pages alone.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from market import clock
from market.errors import MarketError
from market.statistics import access, asked, indicators, seen, shown
from market.statistics.asked import Asked
from market.statistics.definition import Indicator
from market.web import api
from market.web.api import PREFIX, Count, Model, Parameter
from market.web.session import Db
from market.words import Words, t

router = APIRouter()

PARAMETERS = (
    Parameter(
        "period",
        t("An ended period: 2026, 2026-H1, 2026-Q3, 2026-07; without it the last year that has ended"),
    ),
    Parameter("place", t("Code of a place as valid today, or CODE@2022-01-01; without it the province")),
    Parameter(
        "indicator",
        t("Code of a figure; several may be asked for, without any all are given"),
        {"type": "string", "enum": [one.code for one in indicators.ALL]},
        many=True,
    ),
)


class FigureLine(Model):
    """A figure. What too few units or buyers stand behind is ``suppressed``: without value and rows."""

    indicator: str
    place: str
    period: str
    sector: str | None
    product: str | None
    value: float | int | None = Field(description="null: suppressed, or nothing to divide by")
    unit: str = Field(description="goods by weight (kg) and by the piece stand apart; a share is a fraction")
    rows: Count
    status: str = Field(description="final, closed or suppressed", pattern="^(final|closed|suppressed)$")


class Figures(Model):
    """The figures of an ended period; ``withheld`` are not public for such a period."""

    figures: list[FigureLine]
    withheld: list[str]


@router.get(
    f"{PREFIX}/figures",
    name="api:figures",
    operation_id="list_figures",
    summary=str(t("The figures of a period that has ended")),
    response_model=Figures,
    responses=api.WRONG,
    openapi_extra=api.parameters(*PARAMETERS),
    tags=["figures"],
)
def figures(request: Request, session: Db) -> Response:
    """Trade is public for whole months, quarters, halves and years, the register for any ended period."""
    given = api.read(request, *PARAMETERS)
    of, wanted = _read(request, session, given)
    found, _ = seen.compute(session, wanted, of, everything=False, remembered=request.app.state.remembered)
    body = Figures.model_validate(
        {
            "figures": shown.as_dicts(session, found),
            "withheld": [one.code for one in wanted if not seen.is_open(one, of, everything=False)],
        }
    )
    return api.answer(request, body)


def _read(request: Request, session: Session, given: dict[str, Any]) -> tuple[Asked, list[Indicator]]:
    """The question; refuses what cannot be meant, a period that runs, and by name what is not public."""
    of = asked.read(request, session)
    wrong: dict[str, Words] = dict(of.form.errors)
    today = clock.today()
    if "period" not in wrong and not of.period.has_ended(today):
        wrong["period"] = t("This period has not ended yet: its figures are still to come.")
    wanted: list[Indicator] = []
    for code in dict.fromkeys(given.get("indicator", [])):
        try:
            indicator = indicators.get(code)
            access.check_open(indicator, of.period, as_of=of.as_of, today=today)
        except MarketError as refusal:
            wrong.setdefault(refusal.field or "period", refusal.words)
        else:
            wanted.append(indicator)
    api.refuse(wrong)
    return of, wanted or list(indicators.ALL)
