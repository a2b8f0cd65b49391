"""The department's page of targets: how far each is, the form to set one, and the list as a file. Part of the
routes that routes.py hands to the application.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts.current import Officer, Who
from market.errors import Invalid, MarketError
from market.official import amounts
from market.official import present as published
from market.places import queries as places
from market.places.models import Place
from market.places.queries import PlaceName
from market.spreadsheets import writing
from market.statistics import contexts, indicators, present, targets
from market.statistics.target_forms import TargetForm
from market.statistics.targets import Progress
from market.web import forms, language, sending
from market.web.context import language as spoken
from market.web.downloads import download
from market.web.forms import Filled, blank, refusals
from market.web.inputs import Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import Words, t

router = APIRouter()

DUTY = "figures"
HOME = "/department/targets"
#: The word of each state and its tone: never the colour alone.
LIGHTS: dict[str, tuple[Words, str]] = {
    "reached": (t("reached"), "good"),
    "on_course": (t("on course"), "good"),
    "near": (t("a little behind"), "wait"),
    "behind": (t("behind"), "bad"),
    "missed": (t("not reached"), "bad"),
    "waiting": (t("has not begun"), "off"),
    "hidden": (t("only with the duty trade data"), "off"),
}
HOW: dict[str, Words] = {
    "sum": t("as much a day as on the days gone"),
    "level": t("moving on as since the day before the period"),
    "share": t("staying as it is"),
    "ended": t("the period has ended"),
    "": t("not known"),
}
#: The columns of the file.
HEADS = (
    "Chỉ tiêu", "Địa bàn", "Kỳ", "Ngành hàng", "Mục tiêu", "Đơn vị", "Đạt được", "Tỷ lệ đạt (%)",
    "Dự báo", "Tình trạng", "Văn bản", "Số", "Ngày",
)  # fmt: skip


@router.get("/department/targets", name="statistics:targets")
def index(request: Request, session: Db, who: Officer) -> Response:
    """The targets of the officer's places, and the form to set one."""
    current.need_reading(who, DUTY)
    return _index(request, session, who, blank(TargetForm))


@router.post("/department/targets", name="statistics:set_target")
def set_target(request: Request, session: Db, who: Officer, raw: Posted) -> Response:
    """Set one, or set it anew; sent twice it is one."""
    current.need_duty(who, DUTY)
    form = forms.fill(TargetForm, raw)
    if form.ok:
        with refusals(session, form):
            sent = sending.take(session, who.user_id, "target", raw)
            if sent.led:
                return redirect(request, sent.led)
            said = form.valid.model_dump()
            targets.set_target(
                session,
                actor=who.actor,
                over=who.duty_places(DUTY),
                place_id=_place(session, said.pop("place")),
                sector=said.pop("sector") or None,
                language=spoken(),
                **said,
            )
            sent.leads(HOME)
            return redirect(request, HOME, saying=t("The target is set."))
    return _index(request, session, who, form)


@router.get("/department/targets/export/{ending}", name="statistics:export_targets")
def export(
    session: Db, who: Officer, ending: Annotated[str, Path(pattern=r"^(xlsx|csv)$", max_length=4)]
) -> Response:
    """The list as a file."""
    current.need_reading(who, DUTY)
    found = _progress(session, who)
    names = _names(session, found)
    rows = [_row(one, names[one.row.place_id].name) for one in found]
    made = writing.write(f".{ending}", title="Mục tiêu", heads=HEADS, rows=rows)
    return download(made, f"targets.{ending}")


def _place(session: Session, key: str) -> int:
    try:
        return places.resolve(session, text=key, on=clock.today()).id
    except MarketError as wrong:
        raise Invalid(wrong.words, field="place") from wrong


def _progress(session: Session, who: Who) -> list[Progress]:
    def sees(place: Place) -> bool:
        return places.is_held(session, who.duty_places("trade_data"), place.id)

    rows = targets.standing(session, over=who.read_places(DUTY))
    return [targets.progress(session, row, sees=sees) for row in rows]


def _names(session: Session, found: Sequence[Progress]) -> dict[int, PlaceName]:
    return places.names_of(session, {one.row.place_id for one in found}, on=clock.today())


def _row(one: Progress, place: str) -> list[Any]:
    size = amounts.UNITS[one.row.unit].size

    def in_unit(value: Any) -> Decimal | None:
        return None if value is None else round(Decimal(float(value / size)), 3)

    return [
        one.indicator.name.vi,
        place,
        one.period.code,
        one.row.sector_code,
        Decimal(one.row.amount).scaleb(-one.row.decimals),
        amounts.UNITS[one.row.unit].name.vi,
        in_unit(one.value),
        None if one.done is None else round(Decimal(one.done * 100), 1),
        in_unit(one.forecast),
        language.say(LIGHTS[one.light][0]),
        one.row.document,
        one.row.document_number,
        one.row.document_date,
    ]


def _index(request: Request, session: Session, who: Who, form: Filled[Any]) -> Response:
    found = _progress(session, who)
    names = _names(session, found)
    sectors = dict(published.sector_choices(session))
    lines = [_line(one, names[one.row.place_id].name, sectors) for one in found]
    context = contexts.Targets(
        form=form,
        lines=lines,
        acts=who.has_duty(DUTY),
        figures=[(one.code, language.say(one.name)) for one in indicators.ALL],
        places=published.place_choices(session, who.duty_places(DUTY)),
        sectors=list(sectors.items()),
    )
    return page(request, context, status=form.status)


def _line(one: Progress, place: str, sectors: dict[str, str]) -> dict[str, Any]:
    unit = "piece" if amounts.UNITS[one.row.unit].measures == "pieces" else one.indicator.unit

    def written(value: Any) -> str:
        if value is None:
            return "–"
        whole = unit.startswith("share") or value.denominator != 1
        return present.written(round(float(value), 6) if whole else int(value), unit)

    words, tone = LIGHTS[one.light]
    return {
        "code": one.indicator.code,
        "name": language.say(one.indicator.name),
        "place": place,
        "sector": sectors.get(one.row.sector_code or "", ""),
        "period": one.period,
        "target": published.number(one.row.amount, one.row.decimals, one.row.unit),
        "value": written(one.value),
        "done": one.done,
        "bar": min(100, round((one.done or 0) * 100)),
        "forecast": written(one.forecast) if one.how not in ("", "ended") else "–",
        "how": language.say(HOW[one.how]),
        "light": language.say(words),
        "tone": tone,
        "row": one.row,
    }
