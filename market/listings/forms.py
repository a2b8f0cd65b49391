"""The forms about listings: writing and editing one, a lot, what is left of it, a loss. Volumes, prices and
qualities are text whose units are the product's; they are read here and handed on in base units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, Field

from market.catalogue import amounts, spec
from market.catalogue.amounts import PackSize
from market.catalogue.spec import Definition
from market.errors import Invalid
from market.listings import price_forms, rules
from market.listings.models import LOSS_CAUSES
from market.listings.pricing import MOST_LINES, Kind, PriceLine
from market.listings.terms import Check, Terms, join_checks
from market.web.forms import (
    Code,
    Day,
    Filled,
    OptionalDays,
    OptionalId,
    OptionalLine,
    OptionalPercent,
    Prose,
    Ticked,
    Whole,
    as_list,
    fill,
)
from market.web.forms import Line as TextLine
from market.words import Named, t

#: Of a listing that is yet to be.
NO_TERMS = Terms()
#: So many lines a price table has in the form.
LINES = 5


def _none_if_empty(value: Any) -> Any:
    return value or None


@dataclass(frozen=True, slots=True)
class Goods:
    """What the reading of a form needs to know of a product; no row of it."""

    unit: str
    piece: Named | None
    packs: tuple[PackSize, ...]
    definitions: tuple[Definition, ...]
    size: Definition | None

    def volume(self, text: str, language: str, field: str) -> int:
        """Base units of a volume as typed."""
        return amounts.parse_volume(
            text, unit=self.unit, language=language, packs=self.packs, piece=self.piece, field=field
        )


#: What has to pass before goods are handed over, by boxes that are ticked.
Checks = Annotated[list[Check], BeforeValidator(as_list)]


Side = Annotated[Literal["seller", "buyer"] | None, BeforeValidator(_none_if_empty)]


class ListingForm(BaseModel):
    """A listing as typed."""

    title: Annotated[TextLine, Field(max_length=120)]
    description: Prose = ""
    grade: Annotated[OptionalLine, Field(max_length=80)] = ""
    price_kind: Kind = "fixed"
    price_from: OptionalLine = ""
    price_to: OptionalLine = ""
    price_basis: Literal["field", "store", "buyer"] = "field"
    min_order: OptionalLine = ""
    standards: list[Code] = []
    variant: OptionalId = None
    area_code: Annotated[OptionalLine, Field(max_length=60)] = ""
    delivery_place: OptionalId = None
    carrier: Side = None
    carriage_paid_by: Side = None
    payment: Annotated[
        Literal["on_delivery", "days_after", "in_advance"] | None, BeforeValidator(_none_if_empty)
    ] = None
    payment_days: OptionalDays = None
    tolerance: OptionalPercent = None
    weighed_at: OptionalLine = ""
    deductions: OptionalLine = ""
    checks: Checks = []
    version: Whole = 1


class LotForm(BaseModel):
    """A lot as typed."""

    volume: TextLine
    from_: Day = Field(alias="from")
    to: Day
    lot_kind: Literal["forecast", "in_store"] = "forecast"


class LeftForm(BaseModel):
    """What is left of a lot, as typed; ``version`` is the lot's as it was read."""

    left: TextLine
    version: Whole


class AltForm(BaseModel):
    """What a photo shows, in words."""

    alt: OptionalLine = ""


class OftenForm(BaseModel):
    """How often to be told of what a saved search finds."""

    often: Literal["at_once", "daily", "never"]


class SavedForm(BaseModel):
    """A search to be kept, beside its own fields; without a name it is called by what it asks for."""

    name: Annotated[OptionalLine, Field(max_length=120)] = ""
    often: Literal["at_once", "daily", "never"] = "daily"


Cause = Literal["sold_elsewhere", "disease", "storm", "wrong_estimate", "other"]
assert set(get_args(Cause)) == set(LOSS_CAUSES)


class LossForm(BaseModel):
    """A loss as typed; the cause is the button that was pressed. ``choose``: what of it falls on which
    agreement is chosen on a page of its own.
    """

    amount: TextLine
    on_date: Day
    cause: Cause
    choose: Ticked = False


@dataclass(frozen=True, slots=True)
class FirstLot:
    """A lot that was read: base units, days, kind."""

    volume: int
    from_date: date
    to_date: date
    kind: str


def read_listing(
    raw: Mapping[str, Any], goods: Goods, language: str, *, standing: Terms = NO_TERMS
) -> tuple[Filled[ListingForm], dict[str, Any] | None]:
    """The form and, when it holds, the keywords of ``create_listing`` and ``edit_listing``. Terms that the
    form has no field for stay as they are ``standing``.
    """
    form = fill(ListingForm, dict(raw))
    texts = {name: _one(value) for name, value in raw.items() if name.startswith(spec.PREFIX)}
    quality: dict[str, Any] = {}
    for name, text in texts.items():
        with _noting(form):
            quality |= spec.parse(goods.definitions, {name: text})
    low = high = reference = None
    lines: list[PriceLine] = []
    kind = form.get("price_kind")
    if kind == "table":
        lines = _read_lines(form, raw, goods)
    else:
        low = _price(form, raw, goods, "price_from")
        high = _price(form, raw, goods, "price_to") if kind != "reference" else None
    if kind == "reference":
        reference = price_forms.read_reference(form, unit=goods.unit)
    min_order = 0
    if text := _one(raw.get("min_order", "")).strip():
        with _noting(form):
            min_order = goods.volume(text, language, "min_order")
    if form.errors or form.value is None:
        form.status = 422
        return form, None
    filled = form.value
    return form, {
        "title": filled.title,
        "description": filled.description,
        "spec": quality,
        "grade": filled.grade or None,
        "price_kind": filled.price_kind,
        "price_from": low,
        "price_to": high,
        "price_basis": filled.price_basis,
        "price_lines": lines,
        "reference": reference,
        "min_order": min_order,
        "standards": filled.standards,
        "variant_id": filled.variant,
        "area_code": filled.area_code or None,
        "terms": replace(
            standing,
            delivery_place_id=filled.delivery_place,
            carrier=filled.carrier,
            carriage_paid_by=filled.carriage_paid_by,
            payment=filled.payment,
            payment_days=filled.payment_days,
            tolerance=None if filled.tolerance is None else filled.tolerance * 100,
            weighed_at=filled.weighed_at or None,
            deductions=filled.deductions or None,
            checks=join_checks(filled.checks),
        ),
    }


def read_lot(raw: Mapping[str, Any], goods: Goods, language: str) -> tuple[Filled[LotForm], FirstLot | None]:
    """The fields of a lot and, when they hold, the lot in base units."""
    form = fill(LotForm, dict(raw))
    volume = 0
    if "volume" not in form.errors:
        with _noting(form):
            volume = goods.volume(_one(raw.get("volume", "")), language, "volume")
    if form.value is not None:
        with _noting(form):  # beside what else is wrong, not after it
            rules.check_window(form.value.from_, form.value.to)
    if form.errors or form.value is None:
        form.status = 422
        return form, None
    return form, FirstLot(volume, form.value.from_, form.value.to, form.value.lot_kind)


def read_amount(
    form: Filled[Any], raw: Mapping[str, Any], name: str, goods: Goods, language: str, *, zero: bool = False
) -> int | None:
    """One volume of a small form in base units; with ``zero`` nothing left may be said too."""
    text = _one(raw.get(name, "")).strip()
    if name in form.errors:
        return None
    if zero and text.strip("0").strip(" .,") == "" and text.startswith("0"):
        return 0
    with _noting(form):
        return goods.volume(text, language, name)
    return None


def _read_lines(form: Filled[Any], raw: Mapping[str, Any], goods: Goods) -> list[PriceLine]:
    """The price table's lines: a size as "45-55", a price; empty lines say nothing."""
    lines: list[PriceLine] = []
    for number in range(1, MOST_LINES + 1):
        size_name, price_name = f"line{number}.size", f"line{number}.price"
        size_text, price_text = (_one(raw.get(name, "")).strip() for name in (size_name, price_name))
        if not size_text and not price_text:
            continue
        low = high = None
        if goods.size is None or not size_text:
            form.errors.setdefault(size_name, t("Please fill this in."))
        else:
            with _noting(form, size_name):
                low, high = spec.parse([goods.size], {goods.size.field: size_text})[goods.size.key]
        price = price_forms.read_price(form, price_name, price_text, unit=goods.unit)
        if price is not None:
            lines.append(PriceLine(low, high, price))
    if not lines and "line1.size" not in form.errors and "line1.price" not in form.errors:
        form.errors["line1.price"] = t("A table needs at least one size with its price.")
    return lines


def _price(form: Filled[Any], raw: Mapping[str, Any], goods: Goods, name: str) -> int | None:
    text = _one(raw.get(name, "")).strip()
    if not text or name in form.errors:
        return None
    pay = form.get("price_kind") == "labour"
    return price_forms.read_price(form, name, text, unit=goods.unit, little=pay)


class _noting:
    """Puts a refusal of the block beside its field, or beside the one named."""

    def __init__(self, form: Filled[Any], name: str | None = None) -> None:
        self.form, self.name = form, name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        if not isinstance(error, Invalid):
            return False
        self.form.errors.setdefault(self.name or error.field or "", error.words)
        return True


def _one(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value)
