"""What a buyer fills in to post a demand: how much, what quality, when, at what price and where to; the rest
folds below. Volume and quality are read by the product's own units and definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy.orm import Session

from market.catalogue import amounts, spec
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.demands.pooling import Line
from market.demands.wanted import MOST_LINES, Wanted
from market.errors import Invalid
from market.inquiries import schedules
from market.web.forms import (
    Code,
    Day,
    Filled,
    Id,
    OptionalId,
    OptionalLine,
    OptionalWhole,
    Prose,
    Ticked,
    as_list,
    fill,
)
from market.web.forms import Line as TextLine


class DemandForm(BaseModel):
    """A demand as typed; volumes and the price are text, because their units are the product's."""

    product: Code
    volume: TextLine
    from_: Day = Field(alias="from")
    to: Day
    repeat: schedules.Months = 1
    price_max: OptionalLine = ""
    price_basis: Literal["field", "store", "buyer"] = "field"
    delivery_place: OptionalId = None
    source_place: OptionalId = None
    carriage: OptionalWhole = None
    daily_intake: OptionalLine = ""
    max_units: OptionalWhole = None
    standards: Annotated[list[Code], BeforeValidator(as_list)] = []
    will_do: Literal["part", "whole"] = "part"
    hold_days: OptionalWhole = None
    replan: Ticked = False
    unknown: Ticked = False
    labelled: Ticked = False


class OfferForm(BaseModel):
    """A unit's offer for a demand; volume and price are text, because their units are the product's."""

    lot: Id
    volume: TextLine
    price: TextLine
    remark: Prose = ""


class SendForm(BaseModel):
    """A plan to be sent; ``seen`` says which one the buyer saw."""

    seen: TextLine


def read(
    session: Session, raw: Mapping[str, Any], product: Product, *, buyer_id: int, language: str
) -> tuple[Filled[DemandForm], Wanted | None]:
    """The form and, when it holds, the need in base units."""
    form = fill(DemandForm, dict(raw))
    reader = _Reader(session, form, raw, product, language)
    volume = reader.volume("volume", needed=True)
    intake = reader.volume("daily_intake", needed=False)
    price, quality = reader.price(), reader.quality()
    if not form.ok or form.value is None or volume is None:
        form.status = 422
        return form, None
    filled = form.value
    try:
        lines = schedules.monthly(filled.from_, filled.to, volume, filled.repeat, most=MOST_LINES)
    except Invalid as wrong:
        form.refuse(wrong)
        return form, None
    return form, Wanted(
        product_id=product.id,
        lines=tuple(Line(*line) for line in lines),
        spec=quality,
        price_max=price,
        price_basis=filled.price_basis,
        source_place_id=filled.source_place,
        delivery_place_id=filled.delivery_place,
        carriage_rate=filled.carriage,
        daily_intake=intake,
        max_units=filled.max_units,
        standards=tuple(dict.fromkeys(filled.standards)),
        part_will_do=filled.will_do == "part",
        unknown_will_do=filled.unknown,
        labelled_will_do=filled.labelled,
        buyer_id=buyer_id,
    )


class _Reader:
    """Reads what only the product can say, and notes what is wrong beside its field."""

    def __init__(
        self,
        session: Session,
        form: Filled[DemandForm],
        raw: Mapping[str, Any],
        product: Product,
        language: str,
    ) -> None:
        self._session, self._form, self._raw = session, form, raw
        self._product, self._language = product, language

    def _text(self, name: str) -> str:
        value = self._raw.get(name, "")
        return str(value[0] if isinstance(value, list) else value).strip()

    def volume(self, name: str, *, needed: bool) -> int | None:
        text = self._text(name)
        if not text and not needed:
            return None
        try:
            return amounts.parse_volume(
                text,
                unit=self._product.unit,
                language=self._language,
                packs=catalogue.pack_sizes_of(self._session, self._product),
                piece=catalogue.piece_of(self._product),
                field=name,
            )
        except Invalid as wrong:
            self._form.errors.setdefault(name, wrong.words)
            return None

    def price(self) -> int | None:
        text = self._text("price_max")
        if not text:
            return None
        try:
            return amounts.parse_price(text, language=self._language, field="price_max")
        except Invalid as wrong:
            self._form.errors.setdefault("price_max", wrong.words)
            return None

    def quality(self) -> dict[str, Any]:
        texts = {name: self._text(name) for name in self._raw if name.startswith(spec.PREFIX)}
        try:
            return spec.parse(catalogue.specs_of(self._session, self._product), texts)
        except Invalid as wrong:
            self._form.errors.setdefault(wrong.field or "", wrong.words)
            return {}
