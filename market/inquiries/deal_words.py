"""What an offer, or an agreement, says of volume, price and value, in words: a reference price and all output
of an area are estimates wherever they are shown, wages are no price of goods. Only words come out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from market.catalogue.spec import Definition
from market.listings import wording
from market.listings.pricing import Pricing
from market.words import Money, Named, Volume, Words, t


class Dealt(Protocol):
    """An offer or an agreement. Volume in base units, value in đồng, area in m²."""

    @property
    def volume(self) -> int: ...
    @property
    def value(self) -> int: ...
    @property
    def area_m2(self) -> int | None: ...
    @property
    def all_output(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class DealWords:
    """The words, and of a table of prices its rows: a size and its price in đồng."""

    volume: Words | Volume
    price: Words
    value_name: Words
    value: Words | Money
    rows: tuple[tuple[Named, int], ...]
    reference: Words | None


def of(one: Dealt, made: Pricing, *, unit: str, piece: Named | None, size: Definition | None) -> DealWords:
    """What it says, its price made so; ``size`` is the quality by which the product's tables are sorted."""
    return DealWords(
        volume=volume(one.volume, unit, piece, area_m2=one.area_m2 if one.all_output else None),
        price=price(made.kind, made.price or 0, unit, piece),
        value_name=t("Pay for the work") if made.kind == "labour" else t("Value"),
        value=value(one.value, made.kind, all_output=one.all_output),
        rows=tuple((wording.size(size, line.size_from, line.size_to), line.price) for line in made.lines),
        reference=wording.reference(made.reference, unit, piece) if made.kind == "reference" else None,
    )


def value(amount: int, kind: str, *, all_output: bool) -> Words | Money:
    """What it is worth in đồng, said to be estimated where it is."""
    worth = Money(amount)
    return t("{value} (estimated)", value=worth) if kind == "reference" or all_output else worth


def volume(base_units: int, unit: str, piece: Named | None, *, area_m2: int | None) -> Words | Volume:
    """An amount; with an area it is an estimate of all that the area gives."""
    amount = wording.amount(base_units, unit, piece)
    if area_m2 is None:
        return amount
    return t("all output of {area} ha, about {volume}", area=area_m2 / 10_000, volume=amount)


def price(kind: str, amount: int, unit: str, piece: Named | None) -> Words:
    """The price that the value counts at, by how it is made."""
    said = wording.price(kind, amount, amount, unit, piece)
    return t("by size, counted at {price}", price=said) if kind == "table" else said
