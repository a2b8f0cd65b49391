"""What programs send about listings, and what of it goes with inquiries and links as well: an amount in its
unit, a quality, the terms. Shape and bounds stand here; amounts and qualities are read by the product's own
units and definitions into what the services take. How a listing is told again is in documents.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.catalogue.models import Product
from market.errors import Invalid, NotFound, under
from market.listings.forms import Goods
from market.listings.lot_sets import LotWish
from market.listings.pricing import LONGEST_SOURCE, MOST_LINES, PriceLine, Reference
from market.listings.pricing import Kind as PriceKind
from market.listings.terms import Check, Terms, join_checks
from market.places import queries as places
from market.web.forms import Code, Prose, Refused, clean_text
from market.web.sent import (
    Amount,
    Body,
    Bool,
    Day,
    Days,
    Difference,
    Id,
    Money,
    Number,
    Price,
    Text,
    Unit,
    Whole,
)
from market.words import t

Side = Literal["seller", "buyer"]
Basis = Literal["field", "store", "buyer"]
Payment = Literal["on_delivery", "days_after", "in_advance"]
MOST_LOTS = 50

_RANGE: dict[str, Any] = {
    "type": "array",
    "items": {"type": ["number", "null"]},
    "minItems": 2,
    "maxItems": 2,
}
#: A quality as catalogue/spec.py reads it: [low, high] with null for an open end, a number, a code, or text.
Range = Annotated[Any, WithJsonSchema({"anyOf": [_RANGE, {"type": "number"}, {"type": "string"}]})]
Quality = Annotated[Any, WithJsonSchema({"anyOf": [_RANGE, {"type": ["number", "string", "null"]}]})]
Qualities = Annotated[
    dict[Annotated[str, BeforeValidator(clean_text), Field(max_length=60)], Quality],
    Field(max_length=40, description="by the keys of the product's qualities"),
]


def _at_most_half(share: Decimal) -> Decimal:
    if not 0 <= share <= Decimal("0.5"):
        raise Refused(t("Please give a fraction from 0 to 0.5, as 0.05 for 5 %."))
    return share


#: A fraction: 0.05 is 5 %.
Share = Annotated[
    Number,
    AfterValidator(_at_most_half),
    WithJsonSchema(
        {"type": "number", "minimum": 0, "maximum": 0.5, "description": "a fraction: 0.05 is 5 %"}
    ),
]


class TermsBody(Body):
    """The terms of a trade; what is left out or null is not agreed yet."""

    delivery_place: Annotated[Text, Field(description="code of a place, as GET /places has it")] | None = None
    carrier: Side | None = None
    carriage_paid_by: Side | None = None
    weighed_at: Text | None = None
    deductions: Text | None = None
    payment: Payment | None = None
    payment_days: Days | None = None
    deposit: Money | None = None
    deposit_due: Day | None = None
    contract_wanted: Bool | None = None
    contract_due: Day | None = None
    tolerance: Share | None = None
    checks: Annotated[
        list[Check],
        Field(
            default_factory=list, max_length=3, description="what has to pass before goods are handed over"
        ),
    ]


def read_terms(session: Session, body: TermsBody) -> Terms:
    """The terms as kept; refuses a place that is not known."""
    with under("terms"):
        return Terms(
            delivery_place_id=_place(session, body.delivery_place) if body.delivery_place else None,
            carrier=body.carrier,
            carriage_paid_by=body.carriage_paid_by,
            weighed_at=body.weighed_at or None,
            deductions=body.deductions or None,
            payment=body.payment,
            payment_days=body.payment_days,
            deposit=body.deposit or None,
            deposit_due=body.deposit_due,
            contract_wanted=body.contract_wanted,
            contract_due=body.contract_due,
            tolerance=None if body.tolerance is None else round(body.tolerance * 10_000),
            checks=join_checks(body.checks),
        )


def _place(session: Session, key: str) -> int:
    try:
        return places.resolve(session, text=key, on=clock.today()).id
    except (NotFound, Invalid) as refusal:
        raise Invalid(refusal.words, field="delivery_place") from None


def read_amount(
    goods: Goods, number: Decimal, unit: str | None = None, *, field: str = "volume", zero: bool = False
) -> int:
    """Base units of a number of kilograms or pieces, or of the unit that is named."""
    word = unit or ""
    if goods.unit == "piece" and word.lower() in ("piece", "pieces"):
        word = ""
    if word:
        # Digits in front would be read as part of the number; a unit that begins so is a pack's name alone.
        if not word[0].isalpha():
            raise Invalid(t("“{unit}” is no unit of this product.", unit=word), field="unit")
        goods.volume(f"1 {word}", "en", "unit")
    if zero and number == 0:
        return 0
    return goods.volume(f"{number:f} {word}".strip(), "en", field)


class SizePriceBody(Body):
    """A line of a price table."""

    size: Range
    price: Price


class ReferenceBody(Body):
    """Whose price counts, and within which limits; what the goods are estimated at is the price beside it."""

    source: Annotated[Text, Field(min_length=1, max_length=LONGEST_SOURCE, description="whose price")]
    day: Annotated[Day, Field(description="of which day; null: the day of delivery")] | None = None
    plus: Annotated[Difference, Field(description="đồng added to it; below zero: taken off")] = 0
    floor: Annotated[Price, Field(description="it never falls below this")] | None = None
    ceiling: Annotated[Price, Field(description="it never rises above this")] | None = None


def read_reference(body: ReferenceBody | None) -> Reference | None:
    """The reference as kept."""
    if body is None:
        return None
    return Reference(body.source, body.day, body.plus, body.floor, body.ceiling)


class LotBody(Body):
    """A volume in a window."""

    volume: Amount
    unit: Unit | None = None
    from_: Day = Field(alias="from")
    to: Day
    kind: Literal["forecast", "in_store"] = "forecast"
    spec: Annotated[Qualities | None, Field(description="as the listing's, where it is left out")] = None
    season: Annotated[Text, Field(description="code of a season")] | None = None


class LotInSet(Body):
    """A lot as it is to be: with its number an open one, whose days and kind stay as they are."""

    id: Id | None = None
    version: Annotated[Whole, Field(description="the lot's as it was read")] | None = None
    volume: Annotated[Amount, Field(description="the whole, what is agreed already included")]
    unit: Unit | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    kind: Literal["forecast", "in_store"] | None = None
    spec: Annotated[Qualities | None, Field(description="of a new lot; as the listing's without")] = None
    season: Annotated[Text, Field(description="code of a season; of a new lot")] | None = None


class LotSet(Body):
    """All open lots of a listing."""

    lots: Annotated[list[LotInSet], Field(max_length=MOST_LOTS)]


class ListingFields(Body):
    """What a listing says."""

    title: Annotated[Text, Field(min_length=1, max_length=120)]
    description: Prose = ""
    grade: Annotated[Text, Field(max_length=80)] | None = None
    spec: Annotated[Qualities, Field(default_factory=dict)]
    price_kind: PriceKind = "fixed"
    price_from: Annotated[Price, Field(description="of a reference price: the estimate")] | None = None
    price_to: Price | None = None
    price_basis: Basis = "field"
    prices: Annotated[list[SizePriceBody], Field(default_factory=list, max_length=MOST_LINES)]
    reference: ReferenceBody | None = None
    min_order: Annotated[Number, Field(description="kg or pieces; 0: any volume")] | None = None
    standards: Annotated[list[Code], Field(default_factory=list, max_length=40)]
    variant: Annotated[Text, Field(description="code of a kind of the product")] | None = None
    area_code: Annotated[Text, Field(max_length=60)] | None = None
    terms: Annotated[TermsBody, Field(default_factory=TermsBody)]


class NewListing(ListingFields):
    """A listing to be written, with its lots."""

    product: Annotated[Text, Field(min_length=1, description="slug of a product, as GET /products has it")]
    lots: Annotated[list[LotBody], Field(default_factory=list, max_length=MOST_LOTS)]


class ListingPatch(ListingFields):
    """What a listing is to say instead (RFC 7396): null takes a field back, what is left out stays."""

    version: Annotated[Whole, Field(description="the listing's as it was read")] | None = None

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        # Its fields are those of the merged listing; none has to be named.
        schema = handler.resolve_ref_schema(handler(core))
        schema.pop("required", None)
        return schema


def merge(held: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(held) if isinstance(held, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def read_listing(session: Session, body: ListingFields, product: Product, goods: Goods) -> dict[str, Any]:
    """The keywords of ``create_listing`` and ``edit_listing``."""
    return {
        "title": body.title,
        "description": body.description,
        "spec": spec.read(goods.definitions, body.spec),
        "grade": body.grade or None,
        "price_kind": body.price_kind,
        "price_from": body.price_from,
        "price_to": body.price_to,
        "price_basis": body.price_basis,
        "price_lines": read_table(body.prices, goods),
        "reference": read_reference(body.reference),
        "min_order": read_amount(goods, body.min_order or Decimal(0), field="min_order", zero=True),
        "standards": body.standards,
        "variant_id": _variant(session, product, body.variant),
        "area_code": body.area_code or None,
        "terms": read_terms(session, body.terms),
    }


def read_table(lines: Sequence[SizePriceBody], goods: Goods) -> list[PriceLine]:
    """The lines of a table of prices, scaled as the product's size is."""
    return [_line(number, line, goods) for number, line in enumerate(lines)]


def _line(number: int, line: SizePriceBody, goods: Goods) -> PriceLine:
    if goods.size is None:
        raise Invalid(t("This product is not sold by size."), field="prices")
    try:
        low, high = spec.read([goods.size], {goods.size.key: line.size})[goods.size.key]
    except (Invalid, KeyError) as wrong:
        words = wrong.words if isinstance(wrong, Invalid) else t("Please fill this in.")
        raise Invalid(words, field=f"prices.{number}.size") from None
    return PriceLine(low, high, line.price)


def _variant(session: Session, product: Product, code: str | None) -> int | None:
    if not code:
        return None
    known = {one.code: one.id for one in catalogue.variants_of(session, product)}
    if code not in known:
        raise Invalid(t("Please choose one of the values in the list."), field="variant")
    return known[code]


def read_lot(session: Session, body: LotBody | LotInSet, goods: Goods) -> LotWish:
    """A lot as ``replace_lots`` takes it; that of a new one is whole."""
    return LotWish(
        id=getattr(body, "id", None),
        version=getattr(body, "version", None),
        volume=read_amount(goods, body.volume, body.unit),
        from_date=body.from_,
        to_date=body.to,
        kind=body.kind,
        spec=None if body.spec is None else spec.read(goods.definitions, body.spec),
        season_id=read_season(session, body.season) if body.season else None,
    )


def read_season(session: Session, code: str) -> int:
    """The season by its code, as a field of a body."""
    try:
        return catalogue.get_season(session, code).id
    except NotFound as refusal:
        raise Invalid(refusal.words, field="season") from None
