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
from market.demands import goods
from market.demands.goods import Goods
from market.demands.pooling import Line
from market.demands.wanted import MOST_LINES, Wanted
from market.errors import Invalid
from market.inquiries import schedules
from market.listings import price_forms
from market.listings.pricing import Kind
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
from market.words import t


class DemandForm(BaseModel):
    """A demand as typed; volumes and the price are text, because their units are the product's."""

    product: Code | Literal[""] = ""
    others: Annotated[list[Code], BeforeValidator(as_list)] = []
    sector: Code | Literal[""] = ""
    unit: Literal["", "gram", "piece"] = ""
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
    """A unit's offer for a demand; volume and price are text, because their units are the product's. Of a
    table the rows of sizes say the price (listings/price_forms.py).
    """

    lot: Id
    volume: TextLine
    price: OptionalLine = ""
    price_kind: Kind = "fixed"
    remark: Prose = ""


class PlanForm(BaseModel):
    """Which plan is meant: the best one, or the best with at most so many sellers."""

    max_units: OptionalWhole = None


class SendForm(PlanForm):
    """A plan to be sent; ``seen`` says which one the buyer saw."""

    seen: TextLine


def goods_of(session: Session, raw: Mapping[str, Any]) -> Goods:
    """The goods that a form begins with, before any others beside them: a product, or a sector, weighed
    unless it says otherwise or has none that is. Refuses NotFound, and Invalid with the field.
    """
    code = text_of(raw, "sector")
    if not code:
        return goods.of_product(catalogue.get_product(session, text_of(raw, "product")))
    units = goods.units_of(session, code)
    unit = text_of(raw, "unit")
    return goods.of_sector(session, code, unit if unit in units else min(units, default=""))


def text_of(raw: Mapping[str, Any], name: str) -> str:
    """A field as typed, the first where it was sent several times."""
    value = raw.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value or "").strip()


def read(
    session: Session, raw: Mapping[str, Any], first: Goods, *, buyer_id: int, language: str
) -> tuple[Filled[DemandForm], Wanted | None]:
    """The form and, when it holds, the need in base units; ``first`` is what ``goods_of`` gives."""
    form = fill(DemandForm, dict(raw))
    asked = _beside(session, form, first)
    reader = _Reader(session, form, raw, first, asked, language)
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
        product_id=None if asked.sector else asked.products[0].id,
        others=() if asked.sector else tuple(product.id for product in asked.products[1:]),
        sector=asked.sector.code if asked.sector else None,
        unit=asked.unit,
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


def _beside(session: Session, form: Filled[DemandForm], first: Goods) -> Goods:
    """The first product and the others that would do as well; what is wrong with them stands beside them."""
    if first.sector is not None or form.value is None or not form.value.others:
        return first
    try:
        return goods.named(session, [first.products[0].slug, *form.value.others], field="others")
    except Invalid as wrong:
        form.refuse(wrong)
        return first


class _Reader:
    """Reads what only the goods can say, and notes what is wrong beside its field. What can be asked of the
    ``first`` may be more than what all that was ``asked`` for have in common.
    """

    def __init__(
        self,
        session: Session,
        form: Filled[DemandForm],
        raw: Mapping[str, Any],
        first: Goods,
        asked: Goods,
        language: str,
    ) -> None:
        self._session, self._form, self._raw = session, form, raw
        self._first, self._asked, self._language = first, asked, language

    def _text(self, name: str) -> str:
        return text_of(self._raw, name)

    def volume(self, name: str, *, needed: bool) -> int | None:
        text = self._text(name)
        if not text and not needed:
            return None
        try:
            return amounts.parse_volume(
                text,
                unit=self._asked.unit,
                language=self._language,
                packs=goods.packs(self._session, self._asked),
                piece=self._asked.piece,
                field=name,
            )
        except Invalid as wrong:
            self._form.errors.setdefault(name, wrong.words)
            return None

    def price(self) -> int | None:
        text = self._text("price_max")
        if not text:
            return None
        return price_forms.read_price(self._form, "price_max", text, unit=self._asked.unit)

    def quality(self) -> dict[str, Any]:
        texts = {name: self._text(name) for name in self._raw if name.startswith(spec.PREFIX)}
        described = goods.described(self._session, self._asked)
        shared = {one.field for one in described}
        if self._asked is not self._first:
            for one in goods.described(self._session, self._first):
                if texts.get(one.field) and one.field not in shared:
                    words = t(
                        "Not all of these goods have this quality: leave it empty, or name fewer goods."
                    )
                    self._form.errors.setdefault(one.field, words)
                    del texts[one.field]
        try:
            return spec.parse(described, texts)
        except Invalid as wrong:
            self._form.errors.setdefault(wrong.field or "", wrong.words)
            return {}
