"""What people fill in on an agreement: a delivery (a number, with gross and deductions folded under it), the
signed contract, the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from market.catalogue import amounts, spec
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.errors import Invalid
from market.links.agreed import Weighed
from market.listings import price_forms
from market.listings.terms import Check
from market.web.forms import Day, Filled, Line, OptionalId, OptionalLine, Prose, Ticked, Whole, fill


class WeighedForm(BaseModel):
    """What the scales said, as typed; volumes are text, because their units are the product's."""

    gross: Line
    deducted: OptionalLine = ""
    deduction_reason: OptionalLine = ""
    price: OptionalLine = ""


class DeliveryForm(WeighedForm):
    """The same with its day: a delivery is recorded."""

    on_date: Day


class ContractForm(BaseModel):
    """The signed paper that a side puts up."""

    contract_number: Line
    contract_date: Day


class CheckForm(BaseModel):
    """A step of what has to pass before goods are handed over."""

    check: Check
    step: Literal["done", "passed", "failed"]
    on_date: Day
    paper: Annotated[OptionalLine, Field(max_length=120)] = ""


class ContestForm(WeighedForm):
    """What was found instead, of the whole or of the weighing on a line; the day stays as recorded."""

    line: OptionalId = None
    what: Literal["volume", "size", "deduction", "price"]
    remark: Prose = ""


class SettleForm(WeighedForm):
    """What an officer has found, of the whole or of the weighing on a line, and on what ground."""

    line: OptionalId = None
    ground: Line


class AgreeForm(BaseModel):
    """Yes to what the other side found: of the weighing on a line, else of all."""

    line: OptionalId = None


class PaidForm(BaseModel):
    """The day on which the money came."""

    paid_on: Day


class OutsideForm(BaseModel):
    """What was sold outside, as typed; whom to is the button that was pressed."""

    volume: Line
    buyer_kind: Line
    buyer_name: Annotated[OptionalLine, Field(max_length=120)] = ""
    price: OptionalLine = ""
    delivered: Ticked = False


@dataclass(frozen=True, slots=True)
class Sold:
    """The same in base units and đồng (0: no price was said)."""

    volume: int
    buyer_kind: str
    buyer_name: str
    price: int
    delivered: bool


class OtherForm(BaseModel):
    """With whom it was agreed by phone: a number or a code."""

    other: OptionalLine = ""


class VersionForm(BaseModel):
    """A press of a button, on what was read."""

    version: Whole


class EndForm(VersionForm):
    """Closing an agreement."""

    reason: OptionalLine = "agreed"


def read_delivery(
    session: Session, raw: Mapping[str, Any], product: Product, language: str
) -> tuple[Filled[DeliveryForm], Weighed | None]:
    """The form and, when it holds, its one weighing line in base units, with the quality that was found."""
    return read_weighed(session, DeliveryForm, raw, product, language)


def read_contest(
    session: Session, raw: Mapping[str, Any], product: Product, language: str
) -> tuple[Filled[ContestForm], Weighed | None]:
    """The same of what was found instead."""
    return read_weighed(session, ContestForm, raw, product, language)


def read_settling(
    session: Session, raw: Mapping[str, Any], product: Product, language: str
) -> tuple[Filled[SettleForm], Weighed | None]:
    """The same of what an officer has found."""
    return read_weighed(session, SettleForm, raw, product, language)


def read_outside(
    session: Session, raw: Mapping[str, Any], product: Product, language: str
) -> tuple[Filled[OutsideForm], Sold | None]:
    """The form and, when it holds, what was sold."""
    form = fill(OutsideForm, dict(raw))
    volume = price = 0
    if "volume" not in form.errors:
        try:
            volume = amounts.parse_volume(
                str(raw.get("volume", "")),
                unit=product.unit,
                language=language,
                packs=catalogue.pack_sizes_of(session, product),
                piece=catalogue.piece_of(product),
            )
        except Invalid as wrong:
            form.errors.setdefault("volume", wrong.words)
    if "price" not in form.errors and (text := str(raw.get("price") or "").strip()):
        price = price_forms.read_price(form, "price", text, unit=product.unit) or 0
    if not form.ok or form.value is None:
        form.status = 422
        return form, None
    said = form.value
    return form, Sold(volume, said.buyer_kind, said.buyer_name, price, said.delivered)


F = TypeVar("F", bound=WeighedForm)


def read_weighed(
    session: Session, model: type[F], raw: Mapping[str, Any], product: Product, language: str
) -> tuple[Filled[F], Weighed | None]:
    """A form and, when it holds, what it says of one weighing, in base units."""
    form = fill(model, dict(raw))
    found: dict[str, int | None] = {"gross": 0, "deducted": 0, "price": None}
    packs, piece = catalogue.pack_sizes_of(session, product), catalogue.piece_of(product)
    for name in ("gross", "deducted"):
        text = str(raw.get(name) or "").strip()
        if not text or (name == "deducted" and text.strip("0,. ") == ""):
            continue
        try:
            found[name] = amounts.parse_volume(
                text, unit=product.unit, language=language, packs=packs, piece=piece, field=name
            )
        except Invalid as wrong:
            form.errors.setdefault(name, wrong.words)
    if text := str(raw.get("price") or "").strip():
        # Pay for work may be little, and so may what is given for goods of which much is wrong.
        found["price"] = price_forms.read_price(form, "price", text, unit=product.unit, little=True)
    quality: dict[str, Any] = {}
    texts = {name: str(value) for name, value in raw.items() if name.startswith(spec.PREFIX)}
    try:
        quality = spec.parse(catalogue.specs_of(session, product), texts)
    except Invalid as wrong:
        form.refuse(wrong)
    if not form.ok or form.value is None:
        form.status = 422
        return form, None
    return form, Weighed(
        gross=found["gross"] or 0,
        deducted=found["deducted"] or 0,
        reason=form.value.deduction_reason or None,
        price=found["price"],
        spec=quality,
    )
