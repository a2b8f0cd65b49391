"""One cell as people in Viet Nam type it, into a value: text, codes, whole numbers, days, amounts, lists.
A reader is given the cell (never an empty one) and refuses by Invalid; which column uses which reader stands
with the kinds (cooperatives.py and its neighbours), the words for codes in vocabulary.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from market.accounts import logins
from market.catalogue import amounts, numbers
from market.errors import Invalid
from market.spreadsheets.reading import Cell
from market.words import t
from search import vietnamese

Reader = Callable[[Any], Any]

_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_IN_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_TIME = re.compile(r"[T ]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_SHORT_YEAR = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}")

_YES = {"co", "x", "yes", "y", "true", "dung", "1", "roi"}
_NO = {"khong", "no", "n", "false", "sai", "0", "chua"}


def plain(cell: Cell) -> str:
    """A cell as text: composed, without blanks around it; what a number looked like when it was typed."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}"
    return vietnamese.nfc(str(cell).replace("\r\n", "\n")).strip()


#: So many different cells of a column are remembered, or volumes and qualities of a product.
REMEMBERED = 1_000


def remembered(read: Reader) -> Reader:
    """A reader that reads the same cell once: a column holds the same few values again and again."""
    held: dict[Any, Any] = {}

    def again(cell: Any) -> Any:
        key = type(cell), cell
        if key not in held:
            if len(held) >= REMEMBERED:
                return read(cell)
            try:
                held[key] = read(cell)
            except Invalid as refusal:
                held[key] = refusal
        found = held[key]
        if isinstance(found, Invalid):
            raise Invalid(found.words)
        return found

    return again


def text(most: int, *, lines: bool = False) -> Reader:
    """Text of at most so many signs; without ``lines`` on one line."""

    def read(cell: Cell) -> str:
        found = plain(cell)
        for letter in found:
            category = unicodedata.category(letter)
            if (
                letter == "\N{REPLACEMENT CHARACTER}"
                or category == "Cs"
                or (category == "Cc" and letter not in "\n\t")
            ):
                raise Invalid(t("This holds signs that cannot be read. Please type it again."))
        if not lines:
            found = " ".join(found.split())
        if len(found) > most:
            raise Invalid(t("Please use at most {n} signs.", n=most))
        return found

    return read


def code(most: int = 60, *, digits: int | None = None) -> Reader:
    """A code; one typed as a number gets back the zeros that the spreadsheet took (``digits``)."""
    as_text = text(most)

    def read(cell: Cell) -> str:
        found: str = as_text(cell)
        if isinstance(cell, int) and not isinstance(cell, bool) and digits is not None:
            found = found.zfill(digits)
        return found

    return read


def whole(low: int, high: int) -> Reader:
    """A whole number within bounds; '1.234' is a thousand and more, as it is written here."""

    def read(cell: Cell) -> int:
        number = decimal(cell)
        if number != int(number):
            raise Invalid(t("This is no whole number."))
        if not low <= number <= high:
            raise Invalid(t("A number between {low} and {high} is expected.", low=low, high=high))
        return int(number)

    return read


def decimal(cell: Cell) -> Decimal:
    """A number, with the decimals after a comma (or, where it cannot be mistaken, a point)."""
    found = None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        found = Decimal(repr(cell))
    elif isinstance(cell, str):
        typed, sign = plain(cell), 1
        if typed.startswith("-"):
            typed, sign = typed[1:].strip(), -1
        found = numbers.read(typed, language="vi")
        found = None if found is None else found * sign
    if found is None:
        raise Invalid(t("This is no number."))
    return found


def day(cell: Cell) -> date:
    """A day: 25/3/2022, 2022-03-25, a real date, or such a date as text, with or without a time."""
    if isinstance(cell, date):
        found: date | None = cell
    elif isinstance(cell, str):
        found = _day(_TIME.sub("", plain(cell)).strip())
    else:
        found = None
    if found is None or not 1900 <= found.year <= 2100:
        raise Invalid(t("Write a day as 25/3/2022."))
    return found


def _day(typed: str) -> date | None:
    if _SHORT_YEAR.fullmatch(typed):
        raise Invalid(t("Write the year with four digits, as in 25/3/2022."))
    if match := _YEAR_FIRST.fullmatch(typed):
        year, month, number = match.groups()
    elif match := _DAY_FIRST.fullmatch(typed) or _IN_WORDS.fullmatch(vietnamese.fold(typed)):
        number, month, year = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise Invalid(
            t("There is no such day: the day stands first, then the month, as in 25/3/2022.")
        ) from None


def yes(cell: Cell) -> bool:
    """Yes or no: có, không, x, 1, 0, TRUE."""
    folded = vietnamese.fold(plain(cell))
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise Invalid(t("Write “có” or “không”."))


def price(cell: Cell) -> int:
    """Đồng for a kilogram or a piece; refuses what can only be meant for another unit."""
    typed = plain(cell)
    if isinstance(cell, float):
        raise Invalid(t("A price is a whole number of đồng."))
    return amounts.parse_price(typed, language="vi")


def email(cell: Cell) -> str:
    """An e-mail address."""
    found = logins.read_email(plain(cell))
    if found is None:
        raise Invalid(t("This is no e-mail address."))
    return found


def phone(cell: Cell) -> str:
    """A phone number as +84…; as a number it has lost its first zero."""
    typed = plain(cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and not typed.startswith("84"):
        typed = f"0{typed}"
    found = logins.read_phone(typed)
    if found is None:
        raise Invalid(t("This is no phone number."))
    return found


def several(one: Reader) -> Reader:
    """Several, with ';' between them (',' where no ';' stands), each once, in the order given."""

    def read(cell: Cell) -> list[Any]:
        typed = plain(cell)
        parts = typed.split(";") if ";" in typed else re.split(r"[,\n]", typed)
        return list(dict.fromkeys(one(part) for part in (part.strip() for part in parts) if part))

    return read
