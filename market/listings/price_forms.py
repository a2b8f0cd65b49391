"""Prices as a form holds them: one that is typed, a table (a row of fields for each size: ``size1.from``,
``size1.to``, ``size1.price``), and a reference (``reference.source`` with what goes with it). What a price
means is decided in pricing.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from market.catalogue import amounts, numbers, spec
from market.catalogue.spec import Definition
from market.errors import Invalid
from market.listings.pricing import MOST_LINES, PriceLine, Reference
from market.web import language
from market.web.context import language as spoken
from market.web.forms import Filled, Refused, clean_text, parse_day
from market.words import t

#: What a row's fields are named by, before its number.
ROW = "size"
#: So many rows stand in a form whose table is empty.
BLANK_ROWS = 3


def read_price(
    form: Filled[Any],
    name: str,
    text: str,
    *,
    unit: str,
    known: Iterable[int | None] = (),
    little: bool = False,
) -> int | None:
    """A price as typed in a field, None where it does not hold, which the form then says. One that looks as
    if it were for another unit is asked about (``amounts.doubt_of_price``): the field comes back with its
    unit behind what was typed, and sent again it is taken.
    """
    try:
        price = amounts.parse_price(text, language=spoken(), field=name)
    except Invalid as wrong:
        form.errors.setdefault(name, wrong.words)
        return None
    doubt = amounts.doubt_of_price(price, text, unit=unit, known=known, little=little)
    if doubt is None:
        return price
    form.errors.setdefault(name, doubt)
    form.raw = {**form.raw, name: amounts.meant(text)}
    return None


def shown(price: int | None, unit: str) -> str:
    """A price as its field holds it; one that would be asked about says what it is for."""
    if price is None:
        return ""
    text = language.number(price)
    return text if amounts.doubt_of_price(price, text, unit=unit) is None else amounts.meant(text)


def table_fields(lines: Sequence[PriceLine], size: Definition | None, unit: str) -> dict[str, str]:
    """A table as the form's fields hold it, every value written so that it is read back."""
    filled: dict[str, str] = {}
    if size is None:
        return filled
    for number, line in enumerate(lines, start=1):
        low = size.low if line.size_from is None else line.size_from
        high = size.high if line.size_to is None else line.size_to
        # An end that is the quality's own bound is open; of two such one has to be said.
        filled[f"{ROW}{number}.from"] = "" if low <= size.low and high < size.high else _end(low, size)
        filled[f"{ROW}{number}.to"] = "" if high >= size.high and low > size.low else _end(high, size)
        filled[f"{ROW}{number}.price"] = shown(line.price, unit)
    return filled


def rows(form: Filled[Any]) -> list[int]:
    """The numbers of the rows that a form shows: those it holds and a blank one, in an empty table three."""
    held = [number for number in form.rows(ROW) if number <= MOST_LINES]
    first = max(held, default=0) + 1
    blank = range(first, (first if held else BLANK_ROWS) + 1)
    return [*held, *(number for number in blank if number <= MOST_LINES)]


def read_table(
    form: Filled[Any], size: Definition | None, *, unit: str, known: Iterable[int | None] = ()
) -> tuple[PriceLine, ...]:
    """The lines of the rows that say something; what is wrong stands beside its field."""
    if size is None:
        form.errors.setdefault("price_kind", t("This product is not sold by size."))
        return ()
    lines = []
    for number in form.rows(ROW):
        low, high, price = (
            str(form.get(f"{ROW}{number}.{name}")).strip() for name in ("from", "to", "price")
        )
        if not (low or high or price):
            continue
        ends = _size(form, f"{ROW}{number}", size, low, high)
        found = read_price(form, f"{ROW}{number}.price", price, unit=unit, known=known)
        if ends is not None and found is not None:
            lines.append(PriceLine(*ends, found))
    if not lines and form.ok:
        form.errors[f"{ROW}1.price"] = t("A table needs at least one size with its price.")
    return tuple(lines)


def reference_fields(reference: Reference | None, unit: str) -> dict[str, str]:
    """A reference as the form's fields hold it."""
    if reference is None:
        return {}
    sign = "-" if reference.plus < 0 else "+"
    return {
        "reference.source": reference.source,
        "reference.day": "" if reference.on_date is None else reference.on_date.isoformat(),
        "reference.plus": f"{sign}{language.number(abs(reference.plus))}" if reference.plus else "",
        "reference.floor": shown(reference.floor, unit),
        "reference.ceiling": shown(reference.ceiling, unit),
    }


def read_reference(form: Filled[Any], *, unit: str, known: Iterable[int | None] = ()) -> Reference | None:
    """What the fields say, None where one of them cannot be read, which the form then says."""
    before = len(form.errors)
    try:
        source = clean_text(str(form.get("reference.source")))
    except Refused as wrong:
        form.errors["reference.source"], source = wrong.words, ""
    day = None
    if text := str(form.get("reference.day")).strip():
        try:
            day = parse_day(text)
        except Refused as wrong:
            form.errors["reference.day"] = wrong.words
    plus = str(form.get("reference.plus")).strip()
    sign = -1 if plus.startswith(("-", "−", "–")) else 1
    added = _difference(form, "reference.plus", plus.lstrip("+-−– "))
    floor, ceiling = (
        read_price(form, name, text, unit=unit, known=known) if _says(text) else None
        for name in ("reference.floor", "reference.ceiling")
        for text in [str(form.get(name)).strip()]
    )
    if "reference.source" not in form.errors and not source:
        form.errors["reference.source"] = t("Please say whose price it is.")
    if len(form.errors) > before:
        return None
    return Reference(source, day, sign * (added or 0), floor, ceiling)


def _end(value: int, size: Definition) -> str:
    return numbers.show(value, size.decimals, spoken())


def _size(form: Filled[Any], row: str, size: Definition, low: str, high: str) -> tuple[int, int] | None:
    text = f"{low}-{high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""
    if not text:
        form.errors.setdefault(f"{row}.from", t("Please fill this in."))
        return None
    try:
        found = spec.parse([size], {size.field: text})[size.key]
    except Invalid as wrong:
        form.errors.setdefault(f"{row}.from" if low else f"{row}.to", wrong.words)
        return None
    return found[0], found[1]


def _says(text: str) -> bool:
    """Whether something is said: nothing is as good as none."""
    return text.strip("0") != ""


def _difference(form: Filled[Any], name: str, text: str) -> int | None:
    """So many đồng more or less, however few."""
    if not _says(text):
        return None
    try:
        return amounts.parse_price(text, language=spoken(), field=name)
    except Invalid as wrong:
        form.errors.setdefault(name, wrong.words)
        return None
