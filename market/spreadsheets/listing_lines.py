"""Rows of listings as far as they can be read by themselves: whose and of what, which quality, how much,
when; and what the rows of one listing say of it together. Laid against what is there in listings.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from market.catalogue import amounts, numbers
from market.errors import Invalid
from market.events import Actor
from market.listings import rules
from market.listings import service as listings
from market.spreadsheets import listing_prices, qualities
from market.spreadsheets.headings import Row
from market.spreadsheets.listing_prices import Priced
from market.spreadsheets.lookups import Goods, Lookups
from market.spreadsheets.report import Report
from market.words import Money, t

#: Whoever counts in such units (grams) and asks so much for a kilogram (``amounts.DEAR``) has given the
#: price of the whole unit.
LARGE = 100_000

#: What a listing says beside its lots, by column.
OF_LISTING = (
    "description", "grade", "price_from", "price_to", "min_order", "standards", "ocop", "area_code",
    "price_kind", listing_prices.TABLE, *listing_prices.OF_REFERENCE,
)  # fmt: skip


@dataclass(slots=True)
class Line:
    """A row as far as it could be read: whose, what, and of which quality, how much, when."""

    row: Row
    goods: Goods
    unit: Any
    size: list[int] | None = None
    spec: dict[str, Any] | None = None
    volume: int | None = None
    window: tuple[date, date] | None = None

    def quality(self, base: dict[str, Any]) -> dict[str, Any]:
        """What the row says, with what it leaves open as in ``base``."""
        definition = qualities.size_definition(self.goods)
        key = definition.key if definition else ""
        found = {name: value for name, value in base.items() if name != key} if self.spec is None else {}
        size = base.get(key) if self.size is None else self.size
        if self.spec is not None:
            found = {**self.spec}
            size = self.spec.get(key, size)
        return found if size is None else {**found, key: size}


@dataclass(slots=True)
class Group:
    """The rows of one listing, and what they say of it together."""

    lines: list[Line] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)
    by: dict[str, int] = field(default_factory=dict)

    @property
    def first(self) -> Line:
        return self.lines[0]


def read_line(row: Row, report: Report) -> Line | None:
    """Read what depends on the product; None where unit, product or title are not to be read."""
    said = row.values
    if not {"cooperative_code", "product", "title"} <= said.keys():
        return None
    goods: Goods = said["product"]
    line = Line(row, goods, said["cooperative_code"])
    unit: str | None = said.get("unit")
    prices = [said[name] for name in ("price_from", "price_to") if name in said]
    if unit and attempt(row, report, "unit", partial(check_unit, unit, goods, prices)) is None:
        unit = None
    for name in ("volume", "min_order"):
        if name in said:
            none = name == "min_order" and _is_zero(said[name])
            read = partial(qualities.volume, said[name], goods, unit)
            said[name] = 0 if none else attempt(row, report, name, read)
    line.volume = said.get("volume")
    if "spec" in said:
        line.spec = attempt(row, report, "spec", lambda: qualities.read_spec(said["spec"], goods))
    if listing_prices.TABLE in said:
        typed = said.pop(listing_prices.TABLE)
        table = attempt(row, report, listing_prices.TABLE, lambda: listing_prices.read_table(typed, goods))
        said |= {} if table is None else {listing_prices.TABLE: table}
    _read_size(line, report)
    _read_window(line, report)
    if "price_to" in said and said["price_to"] < said.get("price_from", 0):
        row.refuse(report, "price_to", t("The higher price stands second."))
    return line


def _is_zero(cell: Any) -> bool:
    number = numbers.read(cell, language="vi") if isinstance(cell, str) else cell
    return number == 0


def attempt(row: Row, report: Report, column: str, read: Callable[[], Any]) -> Any:
    """What is read, or None with the refusal noted."""
    try:
        return read()
    except Invalid as refusal:
        row.refuse(report, column, refusal.words)
        return None


def check_unit(unit: str, goods: Goods, prices: list[int]) -> int:
    """The base units of a unit; refuses one that the product does not come in, and a price that can only be
    for the whole of it.
    """
    size = qualities.check_unit(unit, goods)
    if goods.unit == "gram" and size >= LARGE and max(prices, default=0) >= amounts.DEAR:
        raise Invalid(
            t(
                "Prices are for a kilogram: {price} looks like one for a {unit}.",
                price=Money(max(prices)),
                unit=unit,
            )
        )
    return size


def _read_size(line: Line, report: Report) -> None:
    said = line.row.values
    low, high = said.get("size_from"), said.get("size_to")
    if low is None and high is None:
        return
    column = "size_from" if low is not None else "size_to"
    definition = qualities.size_definition(line.goods)
    if definition is None:
        line.row.refuse(report, column, t("This product is not sorted by size."))
        return
    line.size = attempt(line.row, report, column, lambda: qualities.read_size(low, high, definition))
    named = (line.spec or {}).get(definition.key)
    if named is not None and line.size is not None and named != line.size:
        line.row.refuse(report, "spec", t("The columns of sizes say otherwise."))


def _read_window(line: Line, report: Report) -> None:
    """A lot has a volume and both its days, or the row has none."""
    row = line.row
    parts = ("volume", "from", "to")
    if not any(name in row.cells for name in parts):
        return
    for name in parts:
        if name not in row.cells:
            row.refuse(report, name, t("A lot needs its volume and both its days."))
    first, last = row.values.get("from"), row.values.get("to")
    if first is None or last is None:
        return
    if last < first:
        row.refuse(report, "to", t("The last day is before the first."))
    elif last - first > rules.LONGEST_WINDOW:
        row.refuse(report, "to", t("A window lasts three years at most."))
    else:
        line.window = first, last


def gather(group: Group, report: Report) -> None:
    """What the rows say of their listing together; refuses a row that says otherwise than one before it."""
    for line in group.lines:
        for name in OF_LISTING:
            value = line.row.values.get(name)
            if value is None:
                continue
            if name in group.said and group.said[name] != value:
                line.row.refuse(
                    report, name, t("Row {row} says otherwise of the same listing.", row=group.by[name])
                )
            group.said.setdefault(name, value)
            group.by.setdefault(name, line.row.number)


def settle_price(group: Group, before: Priced, report: Report) -> Priced | None:
    """The price that holds once the rows have spoken; None with the refusal noted in the row that says so."""
    try:
        return listing_prices.settle(group.said, before)
    except Invalid as refusal:
        column = refusal.field or "price_from"
        number = group.by.get(column)
        line = next((one for one in group.lines if one.row.number == number), group.first)
        if column not in line.row.wrong:  # one refusal of a cell is enough
            line.row.refuse(report, column, refusal.words)
        return None


def standards_of(said: dict[str, Any], held: list[str], look: Lookups) -> list[str]:
    """The standards that hold: those named, with the OCOP stars of their own column."""
    stars = set(look.stars.values())
    named = said.get("standards")
    plain = [code for code in (held if named is None else named) if code not in stars]
    starred = [code for code in held if code in stars]
    if named is not None and stars & set(named):
        starred = [code for code in named if code in stars]
    if "ocop" in said:
        starred = [look.stars[said["ocop"]]] if said["ocop"] else []
    return sorted({*plain, *starred})


def check_overlaps(lines: list[Line], taken: list[tuple[date, date]], report: Report) -> None:
    """Lots may share days (two ponds, two harvests), so a new listing's rows are taken in as they stand and
    pointed out. A new row beside a lot that is there already is refused: it is most often that lot with
    its days changed, and would be counted twice.
    """
    seen: list[tuple[date, date]] = []
    for line in lines:
        assert line.window is not None
        if rules.shares_days(line.window, taken):
            line.row.refuse(report, "from", t("Another lot of this listing has some of these days."))
        elif rules.shares_days(line.window, seen):
            report.warn(line.row.number, "from", line.row.cells.get("from"), rules.SHARED)
        seen.append(line.window)


def check_days(line: Line, report: Report) -> None:
    """Refuse a new lot whose days are over."""
    if line.window is not None:
        attempt(line.row, report, "to", partial(rules.check_window, *line.window))


def open_lot(session: Session, *, actor: Actor, listing_id: int, line: Line, base: dict[str, Any]) -> None:
    """Open the lot of a row; where it says nothing of its quality it has the listing's (``base``)."""
    assert line.window is not None
    assert line.volume is not None
    listings.open_lot(
        session,
        actor=actor,
        listing_id=listing_id,
        from_date=line.window[0],
        to_date=line.window[1],
        volume=line.volume,
        spec=line.quality(base),
    )
