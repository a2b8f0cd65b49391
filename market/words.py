"""Words for people that are made where no page is known: a message and its values, said later in the
reader's language. ``t`` is also the keyword by which the messages are gathered for translation.
Amounts travel as typed values, because each language writes numbers its own way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """A message (the English source text with ``{named}`` places) and what goes into it."""

    text: str
    values: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.text.format(**{k: str(v) for k, v in self.values.items()})


def t(text: str, **values: Any) -> Words:
    """Name a message for people; it is translated when it is shown."""
    return Words(text, values)


@dataclass(frozen=True, slots=True)
class Volume:
    """Base units (grams or pieces) on their way to a page."""

    amount: int
    unit: str

    def __str__(self) -> str:
        return f"{self.amount / 1000:g} kg" if self.unit == "gram" else f"{self.amount}"


@dataclass(frozen=True, slots=True)
class Money:
    """Đồng on their way to a page."""

    amount: int

    def __str__(self) -> str:
        return f"{self.amount} đ"


#: English names of pieces whose plural is no -s.
IRREGULAR = {"knife": "knives"}


@dataclass(frozen=True, slots=True)
class Named:
    """A name that the data itself holds in both languages."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.vi

    @property
    def several(self) -> str:
        """The English name behind a number other than one; Vietnamese has one form for all."""
        return IRREGULAR.get(self.en, f"{self.en}s")


#: Under this key a packed value says which type it was.
_TYPE = "$"


def pack(words: Words) -> dict[str, Any]:
    """Words as plain JSON, to be kept and said later; ``unpack`` gives equal words back."""
    return {"text": words.text, "values": {name: _pack(value) for name, value in words.values.items()}}


def unpack(packed: dict[str, Any]) -> Words:
    """The words that ``pack`` made this of."""
    return Words(packed["text"], {name: _unpack(value) for name, value in packed["values"].items()})


def _pack(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Words():
            return {_TYPE: "words", **pack(value)}
        case Volume(amount, unit):
            return {_TYPE: "volume", "amount": amount, "unit": unit}
        case Money(amount):
            return {_TYPE: "money", "amount": amount}
        case Named(vi, en):
            return {_TYPE: "named", "vi": vi, "en": en}
        case datetime():
            return {_TYPE: "moment", "iso": value.isoformat()}
        case date():
            return {_TYPE: "day", "iso": value.isoformat()}
    raise TypeError(f"a {type(value).__name__} cannot go into kept words")


def _unpack(value: Any) -> Any:
    match value:
        case {"$": "words"}:
            return unpack(value)
        case {"$": "volume"}:
            return Volume(value["amount"], value["unit"])
        case {"$": "money"}:
            return Money(value["amount"])
        case {"$": "named"}:
            return Named(value["vi"], value["en"])
        case {"$": "moment"}:
            return datetime.fromisoformat(value["iso"])
        case {"$": "day"}:
            return date.fromisoformat(value["iso"])
    return value
