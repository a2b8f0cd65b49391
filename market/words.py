"""Words for people that are made where no page is known: a message and its values, said later in the
reader's language. ``t`` is also the keyword by which the messages are gathered for translation.
Amounts travel as typed values, because each language writes numbers its own way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """A message (the English source text with ``{named}`` places) and what goes into it."""

    text: str
    values: dict[str, Any] = field(default_factory=dict)

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


@dataclass(frozen=True, slots=True)
class Named:
    """A name that the data itself holds in both languages."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.vi
