"""Volumes and prices as people type them, into base units (grams or pieces) and đồng, and a line's value.
Pure functions; the packs of a product come from queries.py. Saying an amount again in words is a page's work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from market.catalogue import numbers
from market.db import MAX_PIECES, MAX_PRICE, MAX_VALUE, MAX_VOLUME
from market.errors import Invalid
from market.words import Money, Named, Volume, t
from search import vietnamese

GRAMS_A_KG = 1000
#: Whoever asks so many đồng for a kilogram and does not say so may have given the price of a tonne.
DEAR = 1_000_000

#: Weights that need no pack, folded and without blanks.
_WEIGHTS = {
    "g": 1, "gr": 1, "gam": 1, "gram": 1, "grams": 1,
    "kg": GRAMS_A_KG, "kgs": GRAMS_A_KG, "ky": GRAMS_A_KG, "ki": GRAMS_A_KG, "kilo": GRAMS_A_KG,
    "kilos": GRAMS_A_KG, "kilogram": GRAMS_A_KG, "kilograms": GRAMS_A_KG,
    "ta": 100 * GRAMS_A_KG, "quintal": 100 * GRAMS_A_KG, "quintals": 100 * GRAMS_A_KG,
    "tan": 1000 * GRAMS_A_KG, "t": 1000 * GRAMS_A_KG, "ton": 1000 * GRAMS_A_KG, "tons": 1000 * GRAMS_A_KG,
    "tonne": 1000 * GRAMS_A_KG, "tonnes": 1000 * GRAMS_A_KG,
}  # fmt: skip

_THOUSANDS = {"k": 1000, "nghin": 1000, "ngan": 1000, "thousand": 1000, "trieu": 10**6, "tr": 10**6,
              "million": 10**6}  # fmt: skip
_CURRENCY = ("vnd", "dong", "d")
_PER = ("kg", "ky", "ki", "kilo", "con", "cai", "piece", "pc")


@dataclass(frozen=True, slots=True)
class PackSize:
    """A pack as this file needs it: what it is called and how many base units it holds."""

    code: str
    name: Named
    amount: int
    approximate: bool = False


def most(unit: str) -> int:
    """The largest volume in base units."""
    return MAX_VOLUME if unit == "gram" else MAX_PIECES


def parse_volume(
    text: str,
    *,
    unit: str,
    language: str,
    packs: Sequence[PackSize] = (),
    piece: Named | None = None,
    field: str = "volume",
) -> int:
    """Base units in '12 tấn', '500kg', '2 giạ', '1.234,5' (vi) or '1,234.5' (en).

    A bare number counts kilograms, or pieces of goods counted by the piece. Refuses Invalid: no number, an
    unknown or ambiguous unit, a part of a gram or piece, nothing at all, or more than the bound.
    """
    head, _, tail = numbers.clean(text).partition(" ")
    number_alone = numbers.read(head, language=language)
    found = numbers.lead(text, language=language)
    # "2 500 g bag" is two bags: a blank groups thousands only where no pack's name follows it.
    if number_alone is not None and any(_tight(tail) in _spellings(pack.name) for pack in packs):
        found = number_alone, tail
    if found is None:
        raise Invalid(t("Write a volume as a number with its unit, such as 500 kg."), field=field)
    number, unit_text = found
    amount = number * _size(unit_text, unit, packs, piece, field)
    if amount != int(amount):
        if unit == "gram":
            raise Invalid(t("Volumes are counted in whole grams."), field=field)
        raise Invalid(t("This product is counted in whole pieces."), field=field)
    if not 1 <= amount <= most(unit):
        words = t(
            "A volume lies between {low} and {high}.", low=Volume(1, unit), high=Volume(most(unit), unit)
        )
        raise Invalid(words, field=field)
    return int(amount)


def check_unit_of_price(price: int, text: str, *, unit: str, field: str = "price") -> None:
    """Refuse a price typed without its unit that looks like one for a tonne of goods sold by the kilogram;
    who means it writes "đ/kg" behind it.
    """
    if unit == "gram" and price >= DEAR and "/" not in text:
        raise Invalid(
            t(
                "{price} looks like the price of a tonne, and prices are for one kg. If it is for one kg, "
                "write “đ/kg” behind it.",
                price=Money(price),
            ),
            field=field,
        )


def parse_price(text: str, *, language: str, field: str = "price") -> int:
    """Đồng in '6.800', '6,800 đ/kg', '120k' or '1,2 triệu'.

    Đồng have no parts, so a sign before three digits groups in either language, unless a word for thousands
    or millions follows. Refuses Invalid: no number, a part of a đồng, nothing, or more than the bound.
    """
    found = numbers.lead(text, language=None)
    if found is None:
        raise Invalid(t("Write a price as a number of đồng, such as 6800."), field=field)
    number, rest = found
    money, _, per = rest.partition("/")
    words = vietnamese.fold(money).split()
    factor = _THOUSANDS.get(words[0]) if words else None
    if factor is not None:
        words = words[1:]
        found = numbers.lead(text, language=language)
        number = found[0] if found else number
    words = [word for word in words if word not in _CURRENCY]
    other = per.strip() or (money.split()[-1] if words and words[-1] in _WEIGHTS else "")
    if other and vietnamese.fold(other) not in _PER:
        raise Invalid(
            t(
                "Prices are for one kg or one piece. This one is for another unit: “{unit}”. "
                "Please work it out.",
                unit=other[:40],
            ),
            field=field,
        )
    if words:
        raise Invalid(t("Write a price as a number of đồng, such as 6800."), field=field)
    price = number * (factor or 1)
    if price != int(price):
        raise Invalid(t("A price is a whole number of đồng."), field=field)
    check_price(int(price), field=field)
    return int(price)


def check_price(price: int, *, field: str = "price") -> None:
    """Refuse a price, in đồng per kg or piece, that cannot be meant."""
    if not 1 <= price <= MAX_PRICE:
        raise Invalid(
            t("A price lies between {low} and {high}.", low=Money(1), high=Money(MAX_PRICE)), field=field
        )


def value(volume: int, price: int, unit: str) -> int:
    """Đồng for a volume in base units at a price for a kilogram or a piece, rounded half up."""
    if unit == "gram":
        return (volume * price + GRAMS_A_KG // 2) // GRAMS_A_KG
    return volume * price


def check_value(volume: int, price: int, unit: str) -> int:
    """The same; refuses more than a contract can be worth."""
    worth = value(volume, price, unit)
    if worth > MAX_VALUE:
        raise Invalid(
            t("Volume times price is more than {most}: one of them is wrong.", most=Money(MAX_VALUE)),
            field="price",
        )
    return worth


def _size(text: str, unit: str, packs: Sequence[PackSize], piece: Named | None, field: str) -> Decimal:
    """How many base units one of the typed unit holds."""
    word = _tight(text)
    if not word:
        return Decimal(GRAMS_A_KG if unit == "gram" else 1)
    if unit == "gram" and word in _WEIGHTS:
        return Decimal(_WEIGHTS[word])
    if unit == "piece" and piece is not None and word in _spellings(piece):
        return Decimal(1)
    exact = {pack.amount for pack in packs if word in _spellings(pack.name) or text == pack.code}
    # "2 bao" is enough where the product knows one size of sack only.
    near = exact or {pack.amount for pack in packs if _begins(pack.name, word)}
    if len(near) > 1:
        raise Invalid(t("“{unit}” comes in several sizes here: say which.", unit=text), field=field)
    if not near:
        raise Invalid(t("“{unit}” is no unit of this product.", unit=text), field=field)
    return Decimal(near.pop())


def _spellings(name: Named) -> set[str]:
    # The plural of "carton of 24 jars" changes its first word, that of "50 kg sack" its last.
    first, _, rest = name.en.partition(" ")
    return {_tight(name.vi), _tight(name.en), _tight(name.en + "s"), _tight(f"{first}s {rest}")}


def _begins(name: Named, word: str) -> bool:
    return word in (
        _tight(name.vi.split()[0]),
        _tight(name.en.split()[-1]),
        _tight(name.en.split()[-1] + "s"),
    )


def _tight(text: str) -> str:
    return vietnamese.fold(text).replace(" ", "")
