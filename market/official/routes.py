"""The department's pages of what others have published: denominators and official figures, seen, entered and
corrected by officers with the duty figures. Files of both go by /imports.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts.current import Officer, Who
from market.catalogue import queries as catalogue
from market.errors import Invalid, MarketError, NotFound
from market.official import amounts, contexts, present, queries, sources
from market.official import service as official
from market.official.forms import DenominatorForm, FigureForm, Published
from market.official.labels import BASES
from market.places import queries as places
from market.web import forms, language, sending
from market.web.context import language as spoken
from market.web.forms import Filled, blank, refusals
from market.web.inputs import Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

DUTY = "figures"
DENOMINATORS, FIGURES = "/department/denominators", "/department/official-figures"
A_PAGE = 50
#: In which units denominators are given.
MEASURES = ("ha", "m2", "tonne", "kg", "piece")


@router.get("/department/denominators", name="official:denominators")
def denominators(request: Request, session: Db, who: Officer) -> Response:
    """What there is to divide by, and the form to enter more."""
    current.need_reading(who, DUTY)
    corrected = _corrected(request, session, who, queries.denominators())
    form = blank(DenominatorForm, base="sown", unit="ha")
    if corrected is not None:
        unit = present.UNIT_OF[corrected.base]
        slug = catalogue.get_product(session, corrected.product_id).slug if corrected.product_id else None
        form = blank(
            DenominatorForm,
            base=corrected.base,
            product=slug,
            unit=unit,
            amount=language.number(amounts.in_unit(corrected.amount, unit), 6),
            **_published(session, corrected),
        )
    return _denominators(request, session, who, form, correcting=corrected is not None)


@router.post("/department/denominators", name="official:enter_denominator")
def enter_denominator(request: Request, session: Db, who: Officer, raw: Posted) -> Response:
    """Enter one, or one that corrects another; sent twice it is one."""
    current.need_duty(who, DUTY)
    form = forms.fill(DenominatorForm, raw)
    if form.ok:
        of = form.valid
        with refusals(session, form):
            sent = sending.take(session, who.user_id, "denominator", raw)
            if sent.led:
                return redirect(request, sent.led)
            amounts.check_base(of.base, of.unit)
            typed = amounts.read_number(of.amount, language=spoken(), field="amount")
            product = catalogue.find_product(session, of.product) if of.product else None
            if of.product and product is None:
                raise Invalid(t("There is no such product in the catalogue."), field="product")
            official.enter_denominator(
                session,
                base=of.base,
                amount=amounts.whole(typed, of.unit, field="amount"),
                product_id=product.id if product else None,
                **_said(session, who, of),
            )
            sent.leads(DENOMINATORS)
            saying = (
                t("Entered. Figures divide by it from now on.")
                if typed
                else t("Taken back. Figures have nothing to divide by here any more, and show a dash.")
            )
            return redirect(request, DENOMINATORS, saying=saying)
    return _denominators(request, session, who, form)


@router.get("/department/official-figures", name="official:figures")
def figures(request: Request, session: Db, who: Officer) -> Response:
    """What was published, and the form to enter more."""
    current.need_reading(who, DUTY)
    corrected = _corrected(request, session, who, queries.figures())
    form = blank(FigureForm)
    if corrected is not None:
        form = blank(
            FigureForm,
            code=corrected.code,
            unit=corrected.unit,
            value=language.number(Decimal(corrected.amount).scaleb(-corrected.decimals), 6),
            **_published(session, corrected),
        )
    return _figures(request, session, who, form, correcting=corrected is not None)


@router.post("/department/official-figures", name="official:enter_figure")
def enter_figure(request: Request, session: Db, who: Officer, raw: Posted) -> Response:
    """Enter one, or one that corrects another; sent twice it is one."""
    current.need_duty(who, DUTY)
    form = forms.fill(FigureForm, raw)
    if form.ok:
        of = form.valid
        with refusals(session, form):
            sent = sending.take(session, who.user_id, "official-figure", raw)
            if sent.led:
                return redirect(request, sent.led)
            official.enter_figure(
                session,
                code=of.code,
                number=amounts.read_number(of.value, language=spoken(), field="value"),
                unit=of.unit,
                **_said(session, who, of),
            )
            sent.leads(FIGURES)
            return redirect(request, FIGURES, saying=t("Entered. It stands beside the counted figure."))
    return _figures(request, session, who, form)


def _said(session: Session, who: Who, of: Published) -> dict[str, Any]:
    """What both forms say, and who says it, as the service takes it."""
    return {
        "actor": who.actor,
        "over": who.duty_places(DUTY),
        "place_id": _place(session, of.place),
        "from_date": of.from_date,
        "to_date": of.to_date,
        "source": of.source,
        "source_date": of.source_date,
        "scope": of.scope,
        "sector": of.sector or None,
    }


def _place(session: Session, key: str) -> int:
    try:
        return places.resolve(session, text=key, on=clock.today()).id
    except MarketError as wrong:
        raise Invalid(wrong.words, field="place") from wrong


def _corrected(request: Request, session: Session, who: Who, rows: Any) -> Any:
    """The row that the address asks to correct; None where it names none."""
    text = request.query_params.get("correct", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound
    found = queries.find_standing(session, rows, over=who.duty_places(DUTY), row_id=int(text))
    if found is None:
        raise NotFound
    return found


def _published(session: Session, row: Any) -> dict[str, Any]:
    return {
        "place": places.name_of(session, row.place_id, on=clock.today()).key,
        "from_date": row.from_date.isoformat(),
        "to_date": row.to_date.isoformat(),
        "sector": row.sector_code,
        "scope": row.scope,
        "source": row.source,
        "source_date": sources.show_date(row.source_date),
    }


def _denominators(
    request: Request, session: Session, who: Who, form: Filled[Any], *, correcting: bool = False
) -> Response:
    context = contexts.Denominators(
        **_listed(request, session, who, queries.denominators()),
        form=form,
        correcting=correcting,
        bases=[(code, language.say(words)) for code, words in BASES.items()],
        products=present.product_choices(session),
        units=present.unit_choices(MEASURES),
    )
    return page(request, context, status=form.status)


def _figures(
    request: Request, session: Session, who: Who, form: Filled[Any], *, correcting: bool = False
) -> Response:
    context = contexts.Figures(
        **_listed(request, session, who, queries.figures()),
        form=form,
        correcting=correcting,
        codes=[
            (one.code, f"{language.say(one.name)} ({one.code})" if one.code.startswith("KT") else
             language.say(one.name))
            for one in amounts.codes().values()
        ],
        units=present.unit_choices(amounts.UNITS),
    )  # fmt: skip
    return page(request, context, status=form.status)


def _listed(request: Request, session: Session, who: Who, rows: Any) -> dict[str, Any]:
    number, over = forms.page_number(request), who.read_places(DUTY)
    found, total = queries.list_standing(session, rows, over=over, limit=A_PAGE, offset=(number - 1) * A_PAGE)
    return {
        "lines": present.lines(session, found),
        "total": total,
        "page": number,
        "pages": -(-total // A_PAGE),
        "acts": who.has_duty(DUTY),
        "places": present.place_choices(session, who.duty_places(DUTY)),
        "sectors": present.sector_choices(session),
    }
