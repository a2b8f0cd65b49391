"""What people fill in to ask and to answer. Five fields say everything that a simple purchase needs; the
terms fold below them. Volume and quality are read by the product's own units and definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy.orm import Session

from market.catalogue import amounts, spec
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.errors import Invalid, NotFound
from market.inquiries import schedules
from market.inquiries.proposals import Line, Proposal
from market.listings import price_forms
from market.listings import queries as listings
from market.listings.forms import Checks, Side
from market.listings.pricing import Kind, Pricing
from market.listings.terms import Terms, join_checks
from market.web.forms import (
    Day,
    Filled,
    OptionalCount,
    OptionalDay,
    OptionalDays,
    OptionalId,
    OptionalLine,
    OptionalMoney,
    OptionalPercent,
    Prose,
    Ticked,
    Whole,
    fill,
)
from market.web.forms import Line as TextLine
from market.words import t


def _none_if_empty(value: Any) -> Any:
    return value or None


Lead = Annotated[Literal["seller", "buyer", "other"] | None, BeforeValidator(_none_if_empty)]
AreaBase = Annotated[Literal["sown", "land", "pond"] | None, BeforeValidator(_none_if_empty)]


class TermsForm(BaseModel):
    """A proposal as typed, but for how much and when. Of several call-offs schedules.py reads those."""

    #: Of a table the rows of sizes say it (listings/price_forms.py).
    price: OptionalLine = ""
    price_kind: Kind = "fixed"
    delivery_place: OptionalId = None
    # What folds under "more terms".
    price_basis: Literal["field", "store", "buyer"] = "field"
    carrier: Side = None
    carriage_paid_by: Side = None
    payment: Annotated[
        Literal["on_delivery", "days_after", "in_advance"] | None, BeforeValidator(_none_if_empty)
    ] = None
    payment_days: OptionalDays = None
    tolerance: OptionalPercent = None
    deposit: OptionalMoney = None
    deposit_due: OptionalDay = None
    contract_wanted: Ticked = False
    contract_due: OptionalDay = None
    weighed_at: OptionalLine = ""
    deductions: OptionalLine = ""
    checks: Checks = []
    kind: Literal["spot", "season", "linkage"] = "spot"
    covers_inputs: Ticked = False
    covers_production: Ticked = False
    covers_processing: Ticked = False
    area: OptionalLine = ""
    area_base: AreaBase = None
    households: OptionalCount = None
    season: OptionalLine = ""
    lead: Lead = None
    all_output: Ticked = False
    remark: Prose = ""
    version: Whole = 1


class ProposalForm(TermsForm):
    """A whole proposal of one line; ``volume`` is text, because its units are the product's."""

    volume: TextLine
    from_: Day = Field(alias="from")
    to: Day
    repeat: schedules.Months = 1


class WordForm(BaseModel):
    """A word to the other side; files may come instead."""

    word: Prose = ""


class Answer(BaseModel):
    """A short answer: accept, or end the talk with a reason."""

    version: Whole
    reason: OptionalLine = ""
    remark: Prose = ""


def read_proposal(
    session: Session,
    raw: Mapping[str, Any],
    product: Product,
    language: str,
    *,
    standing: Terms,
    known: Sequence[int | None] = (),
) -> tuple[Filled[Any], Proposal | None]:
    """The form and, when it holds, the proposal in base units. Of the ``standing`` terms, from which the form
    was filled, what it has no field for stays. ``known``: what is asked for these goods so far; a price far
    from all of it is asked about.
    """
    several = schedules.several(raw)
    form: Filled[Any] = fill(TermsForm if several else ProposalForm, dict(raw))
    quality: dict[str, Any] = {}
    definitions = catalogue.specs_of(session, product)
    measure = partial(
        amounts.parse_volume,
        unit=product.unit,
        language=language,
        packs=catalogue.pack_sizes_of(session, product),
        piece=catalogue.piece_of(product),
    )
    lines = schedules.read(form, measure) if several else _one_line(form, measure)
    made = read_pricing(form, raw, definitions, unit=product.unit, known=known)
    try:
        texts = {name: str(value) for name, value in raw.items() if name.startswith(spec.PREFIX)}
        quality = spec.parse(definitions, texts)
    except Invalid as wrong:
        form.refuse(wrong)
    area = _area(form)
    _check_due(form)
    season_id = _season(session, form)
    if not form.ok or form.value is None:
        form.status = 422
        return form, None
    filled = form.value
    return form, Proposal(
        lines=lines,
        price=made.price or 0,
        price_basis=filled.price_basis,
        price_kind=filled.price_kind,
        prices=made.lines,
        reference=made.reference,
        spec=quality,
        kind=filled.kind,
        covers_inputs=filled.covers_inputs,
        covers_production=filled.covers_production,
        covers_processing=filled.covers_processing,
        area_m2=area,
        area_base=filled.area_base,
        households=filled.households,
        season_id=season_id,
        lead=filled.lead,
        all_output=filled.all_output,
        terms=replace(
            standing,
            delivery_place_id=filled.delivery_place,
            carrier=filled.carrier,
            carriage_paid_by=filled.carriage_paid_by,
            weighed_at=filled.weighed_at or None,
            deductions=filled.deductions or None,
            payment=filled.payment,
            payment_days=filled.payment_days,
            deposit=filled.deposit or None,
            deposit_due=filled.deposit_due,
            contract_wanted=True if filled.contract_wanted else None,
            contract_due=filled.contract_due,
            tolerance=None if filled.tolerance is None else filled.tolerance * 100,
            checks=join_checks(filled.checks),
        ),
    )


def _one_line(form: Filled[Any], measure: Callable[[str], int]) -> tuple[Line, ...]:
    """The one volume and window, perhaps month after month; nothing where they do not hold, which the form
    then says.
    """
    try:
        volume = measure(str(form.get("volume")))
    except Invalid as wrong:
        form.errors.setdefault("volume", wrong.words)
        return ()
    if form.value is None:
        return ()
    said = form.value
    try:
        lines = schedules.monthly(said.from_, said.to, volume, said.repeat)
    except Invalid as wrong:
        form.refuse(wrong)
        return ()
    return tuple(Line(*line) for line in lines)


def read_pricing(
    form: Filled[Any],
    raw: Mapping[str, Any],
    definitions: Sequence[spec.Definition],
    *,
    unit: str,
    known: Sequence[int | None] = (),
) -> Pricing:
    """How the price is made, as typed: one price, a row for each size, or a reference and the estimate; what
    is wrong stands beside its field, and what is far from all that is ``known`` is asked about there.
    """
    kind = str(raw.get("price_kind") or "fixed")
    if kind == "table":
        size = listings.size_of(definitions)
        return Pricing(kind, None, price_forms.read_table(form, size, unit=unit, known=known), None)
    reference = price_forms.read_reference(form, unit=unit, known=known) if kind == "reference" else None
    # What is paid for work is not laid beside what goods cost.
    pay = kind == "labour"
    beside = () if pay else known
    text = str(raw.get("price", ""))
    price = price_forms.read_price(form, "price", text, unit=unit, known=beside, little=pay)
    return Pricing(kind, price or 0, (), reference)


def _check_due(form: Filled[Any]) -> None:
    """A day until which something is due says what."""
    said = form.value
    if said is None:
        return
    if said.deposit_due and not said.deposit:
        form.errors["deposit"] = t("Please write how much is to be paid by that day, or leave the day empty.")
    if said.contract_due and not said.contract_wanted:
        form.errors["contract_due"] = t(
            "Please tick that a written contract is wanted, or leave the day empty."
        )


def _season(session: Session, form: Filled[Any]) -> int | None:
    """The season by its code."""
    code = str(form.get("season") or "").strip()
    if not code:
        return None
    try:
        return catalogue.get_season(session, code).id
    except NotFound:
        form.errors["season"] = t("Please choose one of the values in the list.")
        return None


def _area(form: Filled[Any]) -> int | None:
    """Hectares as typed, in square metres."""
    text = str(form.get("area") or "").strip().replace(",", ".")
    if not text:
        return None
    try:
        hectares = float(text)
    except ValueError:
        hectares = -1
    if not 0 < hectares <= 100_000:
        form.errors["area"] = t("Please write the area in hectares, as 12.5.")
        return None
    return round(hectares * 10_000)
