"""Numbers as people type and read them, with a comma or a point for the decimals. Pure, and without words for
people: what is refused and how stands with the callers, spec.py for qualities and amounts.py for volumes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

#: Longer than any number within our bounds; more is not worth reading.
LONGEST = 25

_NUMBER = r"[0-9][0-9.,]*(?: [0-9]{3}(?![0-9]))*(?:[.,][0-9]+)?"
_LEAD = re.compile(rf"({_NUMBER})(.*)", re.DOTALL)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")
_SINGLE = re.compile(r"[0-9]+[.,][0-9]+")

_AT_MOST = ("<=", "≤", "=<", "tối đa", "không quá", "đến", "tới", "at most", "up to", "max")
_AT_LEAST = (">=", "≥", "=>", "tối thiểu", "ít nhất", "từ", "at least", "from", "min")
_BELOW = ("<", "dưới", "nhỏ hơn", "below", "under", "less than")
_ABOVE = (">", "trên", "lớn hơn", "above", "over", "more than")
_SIGNS = [
    (sign, kind)
    for kind, signs in (("most", _AT_MOST), ("least", _AT_LEAST), ("below", _BELOW), ("above", _ABOVE))
    for sign in signs
]
_BETWEEN = re.compile(r"\s*(?:-|–|—|−|÷|/|~|đến|tới|\bto\b|\band\b)\s*")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a typed range says, scaled; None is an open end. ``too_fine``: more decimals than there may be."""

    low: int | None
    high: int | None
    too_fine: bool = False


def clean(text: str) -> str:
    """Composed, full-width signs made narrow, blanks of all kinds single."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def read(text: str, *, language: str | None) -> Decimal | None:
    """The number that a text is, or None.

    Where both signs occur the last one begins the decimals; a sign that occurs twice groups thousands. One
    sign before exactly three digits ('1.234') is read by the language: '.' groups in 'vi', ',' in 'en';
    without a language it groups. A sign before any other count of digits begins decimals in both.
    """
    text = clean(text)
    if len(text) > LONGEST or not re.fullmatch(_NUMBER, text):
        return None
    digits = text.replace(" ", "")
    if digits.isdigit():
        return Decimal(digits)
    last = max(digits.rfind("."), digits.rfind(","))
    point, other = digits[last], "," if digits[last] == "." else "."
    whole, decimals = digits[:last], digits[last + 1 :]
    if other in whole:
        # 1.234,5: the part before the decimals must be grouped well, or is a slip.
        if point in whole or not (decimals and _GROUPED.fullmatch(whole)):
            return None
        return Decimal(f"{whole.replace(other, '')}.{decimals}")
    grouped = _GROUPED.fullmatch(digits)
    if grouped and (digits.count(point) > 1 or language is None or (point == ".") == (language == "vi")):
        return Decimal(digits.replace(point, ""))
    if _SINGLE.fullmatch(digits):
        return Decimal(f"{whole}.{decimals}")
    return None


def lead(text: str, *, language: str | None) -> tuple[Decimal, str] | None:
    """The number at the beginning of a text and the rest behind it, or None."""
    found = _LEAD.fullmatch(clean(text))
    number = read(found.group(1), language=language) if found else None
    return (number, found.group(2).strip()) if found and number is not None else None


def read_limits(text: str, decimals: int, units: tuple[str, ...]) -> Limits | None:
    """The limits in '45-55', '≤ 14,5', 'ít nhất 97 %' or '20'; None where it says no such thing."""
    text = clean(text).lower()
    for unit in sorted((clean(unit).lower() for unit in units if unit), key=len, reverse=True):
        text = text.replace(unit, " ")
    text = " ".join(text.replace("%", " ").split())
    pieces = _BETWEEN.split(text.removeprefix("từ ").removeprefix("from "))
    if len(pieces) == 2 and all(pieces):
        low, high = (_read_scaled(piece, decimals) for piece in pieces)
        if low is None or high is None:
            return None
        return Limits(int(low), int(high), too_fine=low != int(low) or high != int(high))
    kind = "exactly"
    for sign, meaning in _SIGNS:
        if text.startswith(sign):
            kind, text = meaning, text[len(sign) :].strip()
            break
    number = _read_scaled(text, decimals)
    if number is None:
        return None
    whole, fine = int(number), number != int(number)
    match kind:
        case "most":
            return Limits(None, whole, fine)
        case "least":
            return Limits(whole, None, fine)
        case "below":
            return Limits(None, whole - 1, fine)
        case "above":
            return Limits(whole + 1, None, fine)
    return Limits(whole, whole, fine)


def scaled(value: int, decimals: int) -> Decimal:
    """The number that a scaled whole number stands for."""
    return Decimal(value).scaleb(-decimals)


def show(value: int, decimals: int, language: str) -> str:
    """A scaled number as the language writes it, without idle zeros: 12345 with one decimal is '1.234,5'."""
    text = f"{scaled(value, decimals):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def _read_scaled(text: str, decimals: int) -> Decimal | None:
    # With fewer than three decimals a sign before three digits can only group: no language is needed.
    number = read(text, language=None)
    return None if number is None else number.scaleb(decimals)
