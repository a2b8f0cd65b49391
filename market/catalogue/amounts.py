"""Volumes and prices as people type them, into base units (grams or pieces) and đồng, and a line's value.
Pure functions; the packs of a product come from queries.py. Saying an amount again in words is a page's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from market.catalogue import numbers
from market.db import MAX_PIECES, MAX_PRICE, MAX_VALUE, MAX_VOLUME
from market.errors import Invalid
from market.words import Money, Named, Volume, Words, t
from search import vietnamese

GRAMS_A_KG = 1000
#: Whoever asks so many đồng for a kilogram and does not say so may have given the price of a tonne.
DEAR = 1_000_000
#: Whoever asks so few may have left out the thousands.
CHEAP = 500
#: So many times what is known to be asked for the goods: the price of 100 kg, or of a tonne; so many times
#: less: thousands left out.
FAR = 50

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


def doubt_of_price(
    price: int, text: str, *, unit: str, known: Iterable[int | None] = (), little: bool = False
) -> Words | None:
    """What to ask about a price, as typed, of goods sold by the kilogram that looks like one for 100 kg or a
    tonne, or in thousands of đồng; None where it says its unit (``meant``). ``known``: what is asked for
    these goods elsewhere; ``little``: it may well be little, as pay for work.
    """
    if unit != "gram" or "/" in text:
        return None
    usual = [one for one in known if one]
    dear = price >= DEAR and all(one < DEAR for one in usual)
    cheap = not little and price < CHEAP and all(one >= CHEAP for one in usual)
    if dear or (usual and all(price >= FAR * one for one in usual)):
        return t(
            "{price} looks like the price of 100 kg or of a tonne, and prices are for one kg. If it is for "
            "one kg, press the button again: “đ/kg” now stands behind it. If not, write what one kg costs.",
            price=Money(price),
        )
    if cheap or (usual and all(price * FAR <= one for one in usual)):
        return t(
            "{price} for one kg looks like a price in thousands of đồng. If it is meant, press the button "
            "again: “đ/kg” now stands behind it. If not, write all of it, as {whole}.",
            price=Money(price),
            whole=Money(price * 1000),
        )
    return None


def meant(text: str) -> str:
    """A price as typed that says what it is for, so that it is not asked about."""
    return f"{text.strip()} đ/kg"


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
    return {_tight(name.vi), _tight(name.en), _tight(name.several), _tight(f"{first}s {rest}")}


def _begins(name: Named, word: str) -> bool:
    return word in (
        _tight(name.vi.split()[0]),
        _tight(name.en.split()[-1]),
        _tight(name.en.split()[-1] + "s"),
    )


def _tight(text: str) -> str:
    return vietnamese.fold(text).replace(" ", "")
