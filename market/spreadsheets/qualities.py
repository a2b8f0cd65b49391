"""Volumes and qualities in cells: an amount with the unit that stands in a column of its own, a quality as
``count_per_kg=20-30; moisture<=14,5; paddy_state=dry``. What is written here is read back here as the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from market.catalogue import amounts, numbers, spec
from market.catalogue.spec import Definition
from market.errors import Invalid
from market.listings.queries import size_of
from market.spreadsheets import cells
from market.spreadsheets.lookups import Goods
from market.spreadsheets.reading import Cell
from market.words import t
from search import vietnamese

T = TypeVar("T")

_PIECE = re.compile(r"(.+?)\s*(<=|>=|=<|=>|≤|≥|=|:|<|>)\s*(.+)")


def volume(cell: Cell, goods: Goods, unit: str | None) -> int:
    """Base units; a bare number counts the unit of the row, or kilograms or pieces."""
    return _once(goods, ("volume", type(cell), cell, unit), lambda: _volume(cell, goods, unit))


def _volume(cell: Cell, goods: Goods, unit: str | None) -> int:
    if isinstance(cell, str):
        typed = cells.plain(cell)
        bare = numbers.read(typed, language="vi") is not None
    else:
        typed, bare = _typed(cells.decimal(cell)), True
    return _parse(f"{typed} {unit}" if bare and unit else typed, goods)


def check_unit(unit: str, goods: Goods) -> int:
    """Base units in one of the unit; refuses a unit that the product does not come in."""
    return _once(goods, ("unit", unit), lambda: _parse(f"1 {unit}", goods))


def _parse(typed: str, goods: Goods) -> int:
    return amounts.parse_volume(typed, unit=goods.unit, language="vi", packs=goods.packs, piece=goods.piece)


def _once(goods: Goods, key: tuple[Any, ...], read: Callable[[], T]) -> T:
    """What was read of a product before, or is read now."""
    if key not in goods.read:
        if len(goods.read) >= cells.REMEMBERED:
            return read()
        goods.read[key] = read()
    found: T = goods.read[key]
    return found


def show_volume(amount: int | None, goods: Goods) -> Decimal | int | None:
    """A volume in kilograms or pieces."""
    if amount is None or goods.unit == "piece":
        return amount
    found = Decimal(amount) / 1000
    return int(found) if found == int(found) else found


def show_unit(goods: Goods) -> str:
    """The unit of ``show_volume``."""
    return goods.piece.vi if goods.piece else "kg"


def _typed(number: Decimal) -> str:
    return f"{number:f}".replace(".", ",")


def size_definition(goods: Goods) -> Definition | None:
    """The quality that stands in the two columns of sizes."""
    return size_of(goods.definitions)


def read_spec(typed: str, goods: Goods) -> dict[str, Any]:
    """The qualities named in a cell, by key or Vietnamese name; refuses with the one that cannot be read."""
    return _once(goods, ("spec", typed), lambda: _read_spec(typed, goods))


def _read_spec(typed: str, goods: Goods) -> dict[str, Any]:
    known = {vietnamese.fold(d.key.replace("_", " ")): d for d in goods.definitions}
    for definition in goods.definitions:
        known.setdefault(vietnamese.fold(definition.name.vi), definition)
    found: dict[str, Any] = {}
    for piece in filter(None, (one.strip() for one in typed.split(";"))):
        match = _PIECE.fullmatch(piece)
        if match is None:
            raise Invalid(t("Write a quality as in moisture<=14,5; broken=3-5."))
        name, sign, value = match.groups()
        meant = known.get(vietnamese.fold(name.replace("_", " ")))
        if meant is None:
            names = ", ".join(one.key for one in goods.definitions)
            raise Invalid(
                t("“{name}” does not describe this product; known: {names}.", name=name, names=names)
            )
        if meant.key in found:
            raise Invalid(t("“{name}” stands there twice.", name=name))
        text = value if sign in "=:" else sign + value
        found |= spec.parse([meant], {meant.field: text})
    return found


def show_spec(value: Mapping[str, Any], goods: Goods, *, but: str | None) -> str:
    """All qualities that the product is described by, ``but`` one, as ``read_spec`` reads them."""
    return "; ".join(
        definition.key + show_range(definition, value[definition.key])
        for definition in goods.definitions
        if definition.key != but and value.get(definition.key) is not None
    )


def show_range(definition: Definition, value: Any) -> str:
    """A quality behind its name, as ``read_spec`` reads it: ``=20-30``, ``<=14,5``."""
    if isinstance(value, str):
        return f"={value}"
    low, high = (numbers.show(end, definition.decimals, "vi") for end in value)
    if value[0] == value[1]:
        return f"={low}"
    if value[0] == definition.low and value[1] < definition.high:
        return f"<={high}"
    if value[1] == definition.high and value[0] > definition.low:
        return f">={low}"
    return f"={low}-{high}"


def read_size(low: Cell, high: Cell, definition: Definition) -> list[int]:
    """The size from the two columns; one alone stands for both."""
    ends = [_typed(cells.decimal(cell)) for cell in (low, high) if cell is not None]
    found: list[int] = spec.parse([definition], {definition.field: "-".join(ends)})[definition.key]
    return found


def show_size(value: Any, definition: Definition) -> tuple[Decimal | int, Decimal | int]:
    """The two columns of a size."""
    low, high = (numbers.scaled(end, definition.decimals) for end in value)
    return (int(low) if low == int(low) else low), (int(high) if high == int(high) else high)


def known_part(value: Mapping[str, Any], goods: Goods) -> dict[str, Any]:
    """What of a quality a file can say: the keys by which the product is described today."""
    return {
        definition.key: value[definition.key]
        for definition in goods.definitions
        if value.get(definition.key) is not None
    }
