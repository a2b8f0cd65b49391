"""Published numbers: their units, what a number typed with a unit means, and which codes of figures take
which units. Pure, but for the file of codes, which is read once.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

from market.catalogue import numbers
from market.errors import Invalid
from market.official.models import MOST, MOST_DECIMALS
from market.words import Named, t
from search import vietnamese

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: what it measures, how many base units one of it is (m², grams, đồng, seconds, wholes), and how
    it is written.
    """

    measures: str
    size: Fraction
    name: Named
    also: tuple[str, ...] = ()


def _unit(measures: str, size: int | Fraction, vi: str, en: str, *also: str) -> Unit:
    return Unit(measures, Fraction(size), Named(vi, en), also)


UNITS: dict[str, Unit] = {
    "ha": _unit("area", 10_000, "ha", "ha", "héc-ta", "hecta"),
    "m2": _unit("area", 1, "m²", "m²"),
    "km2": _unit("area", 10**6, "km²", "km²"),
    "tonne": _unit("weight", 10**6, "tấn", "tonnes", "tonne", "t"),
    "kg": _unit("weight", 1000, "kg", "kg"),
    "piece": _unit("pieces", 1, "cái, con", "pieces", "cái", "con", "chiếc", "piece"),
    "VND": _unit("money", 1, "đồng", "đồng", "đ", "VND"),
    "million_vnd": _unit("money", 10**6, "triệu đồng", "million đồng"),
    "billion_vnd": _unit("money", 10**9, "tỷ đồng", "billion đồng"),
    "percent": _unit("share", Fraction(1, 100), "%", "%", "phần trăm"),
    "share": _unit("share", 1, "phần (0 đến 1)", "share (0 to 1)"),
    "hour": _unit("time", 3600, "giờ", "hours", "hour"),
    "cooperative": _unit("cooperative", 1, "HTX", "cooperatives", "hợp tác xã"),
    "group": _unit("group", 1, "THT", "groups", "tổ hợp tác"),
    "union": _unit("union", 1, "LHHTX", "unions", "liên hiệp", "liên hiệp HTX"),
    "person": _unit("person", 1, "người", "people", "thành viên"),
    "unit": _unit("unit", 1, "đơn vị", "units"),
    "household": _unit("household", 1, "hộ", "households"),
    "link": _unit("link", 1, "hợp đồng", "agreements", "HĐ", "thỏa thuận"),
    "listing": _unit("listing", 1, "tin", "listings"),
    "inquiry": _unit("inquiry", 1, "hỏi mua", "inquiries"),
    "season": _unit("season", 1, "vụ", "seasons"),
    "buyer": _unit("buyer", 1, "bên mua", "buyers"),
    "search": _unit("search", 1, "lượt tìm", "searches"),
    "product": _unit("product", 1, "sản phẩm", "products", "SP"),
    "entity": _unit("entity", 1, "chủ thể", "entities"),
    "code": _unit("code", 1, "mã", "codes"),
    "paper": _unit("paper", 1, "giấy", "papers"),
    "commune": _unit("commune", 1, "xã", "communes"),
}


#: What each base of a denominator is measured in.
MEASURED = {"sown": "area", "land": "area", "pond": "area", "gram": "weight", "piece": "pieces"}


@dataclass(frozen=True, slots=True)
class Code:
    """A figure that may be published: one of ours or a report code (KT…), with its usual unit."""

    code: str
    unit: str
    name: Named

    @property
    def units(self) -> tuple[str, ...]:
        """The units in which it may be given, the usual one first."""
        measured = {UNITS[self.unit].measures} | ({"pieces"} if self.unit in ("kg", "tonne") else set())
        return (
            self.unit,
            *(one for one, of in UNITS.items() if of.measures in measured and one != self.unit),
        )


@cache
def codes() -> dict[str, Code]:
    """Every code by itself: ours as in statistics (a test holds it), those of reports as the department's."""
    with (DATA / "codes.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Code(row["code"], row["unit"], Named(row["name_vi"], row["name_en"]))
            for row in csv.DictReader(file)
        }


def get_code(code: str) -> Code:
    """The code; refuses Invalid what is none."""
    found = codes().get(code)
    if found is None:
        raise Invalid(t("There is no such figure."), field="code")
    return found


def read_unit(text: str, *, field: str = "unit") -> str:
    """The code of a unit as people write it, in any case and accents; refuses Invalid."""
    folded = vietnamese.fold(text)
    for code, unit in UNITS.items():
        names = (code.replace("_", " "), unit.name.vi, unit.name.en, *unit.also)
        if text.strip() in (code, *names) or folded in {vietnamese.fold(name) for name in names} - {""}:
            return code
    raise Invalid(t("“{typed}” is no unit that is known here.", typed=text[:40]), field=field)


def check_unit(code: Code, unit: str, *, field: str = "unit") -> None:
    """Refuse Invalid a unit in which this figure is not counted, naming those in which it is."""
    if unit not in code.units:
        raise Invalid(
            t(
                "{figure} is not counted in “{unit}”: give it in {units}.",
                figure=code.name,
                unit=UNITS[unit].name,
                units=Named(
                    ", ".join(UNITS[one].name.vi for one in code.units),
                    ", ".join(UNITS[one].name.en for one in code.units),
                ),
            ),
            field=field,
        )


def measured(base: str, *, field: str = "base") -> str:
    """What a denominator's base is measured in (a ``Unit.measures``); refuses Invalid what is no base."""
    if base not in MEASURED:
        raise Invalid(t("Please choose one of the values in the list."), field=field)
    return MEASURED[base]


def check_base(base: str, unit: str, *, field: str = "unit") -> None:
    """Refuse Invalid a unit in which this base of a denominator is not measured."""
    wanted = measured(base)
    if unit not in UNITS or UNITS[unit].measures != wanted:
        raise Invalid(t("This is measured in another unit."), field=field)


def read_number(text: str, *, language: str, field: str) -> Decimal:
    """A number of zero or more; refuses Invalid."""
    found = numbers.read(text, language=language)
    if found is None:
        raise Invalid(t("This is no number."), field=field)
    return found


def exact(number: Decimal, *, field: str) -> tuple[int, int]:
    """The number as a whole one and its decimals; refuses Invalid too many, and what cannot be meant."""
    number = number.normalize()
    decimals = max(0, -int(number.as_tuple().exponent))
    if decimals > MOST_DECIMALS:
        raise Invalid(t("Please use at most {n} decimals.", n=MOST_DECIMALS), field=field)
    amount = int(number.scaleb(decimals))
    if not 0 <= amount <= MOST:
        raise Invalid(t("This number cannot be meant."), field=field)
    return amount, decimals


def in_base(amount: int, decimals: int, unit: str) -> Fraction:
    """A published number in base units, exactly."""
    return Fraction(amount, 10**decimals) * UNITS[unit].size


def in_unit(amount: int, unit: str) -> Decimal:
    """Base units (m², grams, pieces) as a number in a unit that holds a whole number of them."""
    return Decimal(amount) / int(UNITS[unit].size)


def whole(number: Decimal, unit: str, *, field: str) -> int:
    """Base units (m², grams, pieces); refuses Invalid a part of one, and what cannot be meant."""
    found = Fraction(number) * UNITS[unit].size
    if found.denominator != 1:
        raise Invalid(t("This has too many decimals."), field=field)
    if not 0 <= found <= MOST:
        raise Invalid(t("This number cannot be meant."), field=field)
    return int(found)
