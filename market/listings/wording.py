"""How listings are put into words: prices, windows, amounts, states, causes. Only ``Words`` and names come
out, said later in the reader's language; nothing here knows a page or a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from market.catalogue import spec
from market.catalogue.spec import Definition
from market.listings.pricing import Reference
from market.listings.strips import Month
from market.words import Named, Volume, Words, t

KG = Named("kg", "kg")

STATES = {
    "draft": (t("Draft"), "wait"),
    "published": (t("On sale"), "good"),
    "paused": (t("Paused"), "wait"),
    "withdrawn": (t("Taken back"), "off"),
}
LOT_KINDS = {"forecast": t("Forecast"), "in_store": t("In store")}
CAUSES = {
    "sold_elsewhere": t("Sold elsewhere"),
    "disease": t("Disease"),
    "storm": t("Storm or flood"),
    "wrong_estimate": t("Estimated too high"),
    "other": t("Another cause"),
}
BASES = {
    "field": t("at the field or pond"),
    "store": t("at the seller's store"),
    "buyer": t("at the buyer's"),
}
PRICE_KINDS = {
    "fixed": t("One price"),
    "table": t("A price for each size"),
    "reference": t("By a reference price, estimated"),
    "labour": t("Pay for work; the buyer gives the material"),
}
SIDES = {"seller": t("the seller"), "buyer": t("the buyer")}
CHECKS = {
    "sample": t("A sample is approved"),
    "antibiotics": t("Tested for antibiotics"),
    "residues": t("Tested for residues of pesticides and drugs"),
}
PAYMENTS = {
    "on_delivery": t("on delivery"),
    "days_after": t("some days after delivery"),
    "in_advance": t("in advance"),
}


def amount(base_units: int, unit: str, piece: Named | None) -> Words | Volume:
    """An amount with what is counted: tonnes and kg, or the product's own pieces."""
    if unit == "gram" or piece is None:
        return Volume(base_units, unit)
    return t("{number} {piece}", number=base_units, piece=piece)


def price(kind: str, low: int | None, high: int | None, unit: str, piece: Named | None) -> Words:
    """A price for a kilogram or a piece, a span where there are several."""
    per = KG if unit == "gram" or piece is None else piece
    if low is None:
        return t("Price on request")
    if kind == "labour":
        return t("{price} đ/{unit} for the work", price=low, unit=per)
    if high is not None and high != low:
        return t("{low} to {high} đ/{unit}", low=low, high=high, unit=per)
    if kind == "reference":
        return t("{price} đ/{unit}, estimated", price=low, unit=per)
    return t("{price} đ/{unit}", price=low, unit=per)


def reference(made: Reference | None, unit: str, piece: Named | None) -> Words:
    """Whose price of which day counts, what is added to it, and within which limits."""
    per = KG if unit == "gram" or piece is None else piece
    if made is None:
        return t("By a reference price; whose it is has not been said yet")
    said = t("By the price of {source} on the day of delivery", source=made.source)
    if made.on_date is not None:
        said = t("By the price of {source} of {day}", source=made.source, day=made.on_date)
    if made.plus > 0:
        said = t("{so_far}, plus {price} đ/{unit}", so_far=said, price=made.plus, unit=per)
    if made.plus < 0:
        said = t("{so_far}, less {price} đ/{unit}", so_far=said, price=-made.plus, unit=per)
    if made.floor is not None:
        said = t("{so_far}, at least {price} đ/{unit}", so_far=said, price=made.floor, unit=per)
    if made.ceiling is not None:
        said = t("{so_far}, at most {price} đ/{unit}", so_far=said, price=made.ceiling, unit=per)
    return said


def window(first: date | None, last: date | None, *, on: date) -> Words | None:
    """When something can be had; None where there is nothing."""
    if first is None or last is None:
        return None
    if first <= on:
        return t("now until {last}", last=last)
    if first == last:
        return t("on {day}", day=first)
    return t("from {first} to {last}", first=first, last=last)


def grade(text: str | None, definitions: Sequence[Definition], value: Mapping[str, Any]) -> Named:
    """The grade as the seller calls it, and the quality, in both languages: "loại 1 · cỡ 45–55 con/kg"."""
    return Named(_grade(text, definitions, value, "vi"), _grade(text, definitions, value, "en"))


def _grade(
    text: str | None, definitions: Sequence[Definition], value: Mapping[str, Any], language: str
) -> str:
    parts = [text] if text else []
    for definition in definitions:
        held = value.get(definition.key)
        if held is None:
            continue
        shown = spec.show_one(definition, held, language)
        label = spec.say(definition.name, language)
        parts.append(shown if definition.kind == "choice" else f"{_in_sentence(label)} {shown}")
    return " · ".join(parts)


def _in_sentence(label: str) -> str:
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def quality(definition: Definition, held: Any) -> Named:
    """One quality by itself, where its name stands beside it: "≤ 5 %"."""
    return Named(spec.show_one(definition, held, "vi"), spec.show_one(definition, held, "en"))


def size(definition: Definition | None, low: int | None, high: int | None) -> Named:
    """A size of a price table: "45–55 con/kg", open ends by their sign."""
    if definition is None:
        shown = "–".join(str(end) for end in (low, high) if end is not None)
        return Named(shown, shown)
    held = [definition.low if low is None else low, definition.high if high is None else high]
    return quality(definition, held)


def strip(found: Sequence[Month], unit: str, piece: Named | None) -> Words:
    """The strip in words, for whoever cannot see it."""
    told = [
        t(
            "{left} left in {month}",
            left=amount(month.left, unit, piece),
            month=f"{month.month}/{month.year}",
        )
        for month in found
        if month.left
    ]
    if not told:
        return t("Nothing can be bought in the coming twelve months.")
    whole = told[0]
    for more in told[1:]:
        whole = t("{so_far}; {more}", so_far=whole, more=more)
    return whole
