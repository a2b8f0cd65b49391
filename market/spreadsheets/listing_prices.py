"""How a listing's price is made, as its columns say it: the kind, a table as ``20-30: 200000; 31-40: 150000``
in one cell, a reference with what is added to it and its limits. An empty cell says nothing: what a listing
has already stays. What is written here is read back here as the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from market.catalogue import spec
from market.catalogue.spec import Definition
from market.db import MAX_PRICE
from market.errors import Invalid
from market.listings import pricing
from market.listings.pricing import PriceLine, Reference
from market.spreadsheets import cells, qualities
from market.spreadsheets.headings import Column
from market.spreadsheets.lookups import Goods
from market.spreadsheets.vocabulary import PRICE_KINDS
from market.words import Money, t

#: What says more of a price than one number or two, by column.
TABLE = "price_table"
OF_REFERENCE = ("reference", "reference_day", "reference_plus", "floor", "ceiling")
#: The columns in which pricing.py's refusals of a reference stand.
_COLUMN = {
    "reference.source": "reference",
    "reference.plus": "reference_plus",
    "reference.floor": "floor",
    "reference.ceiling": "ceiling",
}


@dataclass(frozen=True, slots=True)
class Priced:
    """A price as a listing keeps it; ``low`` and ``high`` in đồng, of a table its ends, of a reference twice
    the estimate; None where nothing is said. An open end of a size is the quality's own bound.
    """

    kind: str = "fixed"
    low: int | None = None
    high: int | None = None
    lines: tuple[PriceLine, ...] = ()
    reference: Reference | None = None

    def edited(self, since: Priced) -> dict[str, Any]:
        """What of it is otherwise than before, by the names of ``edit_listing``."""
        now, then = (
            {
                "price_kind": one.kind,
                "price_from": one.low,
                "price_to": one.high,
                "price_lines": one.lines,
                "reference": one.reference,
            }
            for one in (self, since)
        )
        return {name: value for name, value in now.items() if value != then[name]}


#: A listing that is not there yet.
NOTHING = Priced()


def columns() -> tuple[Column, ...]:
    """The columns, in the order in which they are written."""
    return (
        Column("price_kind", "Loại giá", PRICE_KINDS.read),
        Column(TABLE, "Bảng giá", cells.text(2_000), also=("Giá theo cỡ",)),
        Column("reference", "Giá tham chiếu", cells.text(pricing.LONGEST_SOURCE)),
        Column("reference_day", "Ngày tham chiếu", cells.day),
        Column("reference_plus", "Cộng trừ", cells.whole(-MAX_PRICE, MAX_PRICE)),
        Column("floor", "Giá sàn", cells.price),
        Column("ceiling", "Giá trần", cells.price),
    )


def held(row: Any, lines: Sequence[PriceLine], goods: Goods) -> Priced:
    """The price of a listing's row with the lines of its table."""
    size = qualities.size_definition(goods)
    table = tuple(_bounded(line, size) for line in lines) if size else ()
    reference = pricing.reference_of(row.price_reference)
    return Priced(row.price_kind, row.price_from, row.price_to, table, reference)


def show(price: Priced, goods: Goods, *, people: bool) -> list[Any]:
    """The cells of the columns."""
    size, reference = qualities.size_definition(goods), price.reference
    table = "; ".join(_line(line, size) for line in price.lines) if size else ""
    of_reference = (
        (None,) * len(OF_REFERENCE)
        if reference is None
        else (
            reference.source,
            reference.on_date,
            reference.plus or None,
            reference.floor,
            reference.ceiling,
        )
    )
    return [PRICE_KINDS.write(price.kind, people=people), table or None, *of_reference]


def read_table(typed: str, goods: Goods) -> tuple[PriceLine, ...]:
    """The lines named in a cell, by size; refuses what cannot be read, sizes said twice, too many."""
    size = qualities.size_definition(goods)
    if size is None:
        raise Invalid(t("This product is not sold by size."))
    lines = []
    for piece in filter(None, (one.strip() for one in typed.split(";"))):
        named, sign, price = piece.rpartition(":")
        if not sign or not named.strip():
            raise Invalid(t("Write a table of prices as in 20-30: 200000; 31-40: 150000."))
        low, high = spec.parse([size], {size.field: named.strip()})[size.key]
        lines.append(PriceLine(low, high, cells.price(price.strip())))
    if not lines:
        raise Invalid(t("A table needs at least one size with its price."))
    return pricing.check_table(lines, field=TABLE)


def settle(said: Mapping[str, Any], before: Priced) -> Priced:
    """The price that holds once the columns have spoken. Refuses (Invalid, with the column) what does not go
    with the kind, ends turned round, a table or reference that is lacking, an estimate outside its limits.
    """
    kind = _kind(said, before)
    if kind == "table":
        return _of_table(said, before)
    if kind == "reference":
        return _of_reference(said, before)
    if kind != before.kind and "price_from" in said:  # the ends of a table are no range of one price
        before = Priced(kind)
    low, high = _ends(said, before)
    return Priced(kind, low, high)


def _kind(said: Mapping[str, Any], before: Priced) -> str:
    about_reference = next((name for name in OF_REFERENCE if name in said), None)
    kind: str | None = said.get("price_kind")
    if kind is None:
        kind = "table" if TABLE in said else "reference" if about_reference else before.kind
    if TABLE in said and kind != "table":
        raise Invalid(t("Only a price by size has a table."), field=TABLE)
    if about_reference and kind != "reference":
        raise Invalid(t("This belongs to a reference price alone."), field=about_reference)
    return kind


def _ends(said: Mapping[str, Any], before: Priced) -> tuple[int | None, int | None]:
    if "price_from" not in said and "price_to" not in said:
        return before.low, before.high
    low = said.get("price_from", before.low)
    # One price alone is the whole of a price without a range.
    one_price = before.high == before.low
    high = said.get("price_to", said.get("price_from", before.high) if one_price else before.high)
    column = "price_to" if "price_to" in said else "price_from"
    if low is None:
        raise Invalid(t("Please say the price."), field="price_from")
    if high is not None and high < low:
        raise Invalid(t("The higher price stands second."), field=column)
    return low, high


def _of_table(said: Mapping[str, Any], before: Priced) -> Priced:
    lines = said.get(TABLE, before.lines)
    if not lines and before.kind != "table":
        raise Invalid(t("A table needs at least one size with its price."), field=TABLE)
    prices = [line.price for line in lines]
    low, high = min(prices, default=None), max(prices, default=None)
    for name, end in (("price_from", low), ("price_to", high)):
        if name in said and said[name] != end:
            raise Invalid(
                t("Of a table of prices its lines say the price: this is {price}.", price=Money(end or 0)),
                field=name,
            )
    return Priced("table", low, high, tuple(lines))


def _of_reference(said: Mapping[str, Any], before: Priced) -> Priced:
    low = said.get("price_from", before.low)
    if not any(name in said for name in OF_REFERENCE) and before.reference is None:
        if before.kind != "reference":
            raise Invalid(t("Please say whose price it is."), field="reference")
        return Priced("reference", *_ends(said, before))
    made = before.reference or Reference(source="")
    for column, name in zip(OF_REFERENCE, ("source", "on_date", "plus", "floor", "ceiling"), strict=True):
        if column in said:
            made = replace(made, **{name: said[column]})
    if "price_to" in said and said["price_to"] != low:
        raise Invalid(t("A reference price has one estimate: leave this empty."), field="price_to")
    try:
        pricing.check_reference(made, low, field="price_from")
    except Invalid as wrong:
        raise Invalid(wrong.words, field=_COLUMN.get(wrong.field or "", wrong.field)) from wrong
    return Priced("reference", low, low, (), made)


def _bounded(line: PriceLine, size: Definition) -> PriceLine:
    low = size.low if line.size_from is None else line.size_from
    high = size.high if line.size_to is None else line.size_to
    return PriceLine(low, high, line.price)


def _line(line: PriceLine, size: Definition) -> str:
    ends = qualities.show_range(size, (line.size_from, line.size_to))
    return f"{ends.removeprefix('=')}: {line.price}"
