"""What a listing and a lot must keep, checked before the first write: price, quality, standards, minimum
order, windows and volumes. Only refusals over values; the writes are in service.py and lots.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import amounts
from market.catalogue import queries as catalogue
from market.catalogue.models import Product, Standard
from market.catalogue.spec import Definition
from market.errors import Invalid
from market.listings import pricing
from market.listings.pricing import PriceLine, Reference
from market.listings.terms import BASES, CHECKS, PAYMENTS, SIDES, Terms
from market.places.models import Place
from market.words import Volume, t

#: A window longer than this is no promise anybody can keep.
LONGEST_WINDOW = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Price:
    """A price that was found to hold; for a table ``low`` and ``high`` span its lines. None: not said yet."""

    kind: str
    low: int | None
    high: int | None
    basis: str
    lines: tuple[PriceLine, ...] = ()
    reference: Reference | None = None


def check_price(
    *,
    kind: str,
    low: int | None,
    high: int | None,
    basis: str,
    lines: Sequence[PriceLine | tuple[int | None, int | None, int]],
    reference: Reference | None = None,
) -> Price:
    """The price as it will be kept; of a reference ``low`` is the estimate at which it counts.

    Refuses unknown kinds, bounds broken, ends turned round, sizes that overlap, a reference of nobody.
    """
    if kind not in pricing.KINDS:
        raise Invalid(t("Please choose one of the values in the list."), field="price_kind")
    if basis not in BASES:
        raise Invalid(t("Please choose one of the values in the list."), field="price_basis")
    table = tuple(line if isinstance(line, PriceLine) else PriceLine(*line) for line in lines)
    if kind != "table":
        high = low if high is None else high
        for name, price in (("price_from", low), ("price_to", high)):
            _check_one_price(price, name)
        if low is not None and high is not None and high < low:
            raise Invalid(t("The higher price stands second."), field="price_to")
        if kind != "reference" or reference is None:
            return Price(kind, low, high, basis)
        pricing.check_reference(reference, low, field="price_from")
        return Price(kind, low, low, basis, reference=reference)
    ordered = pricing.check_table(table, field="price_lines")
    prices = [line.price for line in ordered]
    return Price(kind, min(prices, default=None), max(prices, default=None), basis, ordered)


def _check_one_price(price: int | None, field: str) -> None:
    if price is not None:
        amounts.check_price(price, field=field)


def check_spec(definitions: Iterable[Definition], value: Mapping[str, Any]) -> dict[str, Any]:
    """The quality as a plain dict; refuses what the product is not described by, or lies out of bounds."""
    known = {definition.key: definition for definition in definitions}
    for key, held in value.items():
        definition = known.get(key)
        if definition is None:
            raise Invalid(t("This product is not described by such a quality."), field=f"spec.{key}")
        if definition.kind == "choice":
            holds = held in {choice.code for choice in definition.choices}
        else:
            holds = (
                isinstance(held, list | tuple)
                and len(held) == 2
                and definition.low <= held[0] <= held[1] <= definition.high
            )
        if not holds:
            raise Invalid(
                t("{name}: choose one of the answers.", name=definition.name), field=definition.field
            )
    return {key: held if isinstance(held, str) else list(held) for key, held in value.items()}


def check_standards(session: Session, codes: Iterable[str]) -> list[str]:
    """The codes once each; refuses one that the catalogue does not know."""
    wanted = sorted(set(codes))
    known = (
        set(session.scalars(sa.select(Standard.code).where(Standard.code.in_(wanted)))) if wanted else set()
    )
    if set(wanted) - known:
        raise Invalid(t("Please choose one of the values in the list."), field="standards")
    return wanted


def check_variant(session: Session, product: Product, variant_id: int | None) -> None:
    """Refuse a kind that another product has."""
    if variant_id is not None and variant_id not in {v.id for v in catalogue.variants_of(session, product)}:
        raise Invalid(t("Please choose one of the values in the list."), field="variant")


def check_terms(session: Session, terms: Terms) -> None:
    """Refuse terms that nobody can mean."""
    if terms.delivery_place_id is not None and session.get(Place, terms.delivery_place_id) is None:
        raise Invalid(t("Please choose one of the values in the list."), field="delivery_place")
    if terms.payment not in (None, *PAYMENTS):
        raise Invalid(t("Please choose one of the values in the list."), field="payment")
    if not set(terms.checked) <= set(CHECKS):
        raise Invalid(t("Please choose one of the values in the list."), field="checks")
    for name, side in (("carrier", terms.carrier), ("carriage_paid_by", terms.carriage_paid_by)):
        if side not in (None, *SIDES):
            raise Invalid(t("Please choose one of the values in the list."), field=name)


def check_volume(volume: int, unit: str, field: str = "volume") -> None:
    """Refuse nothing at all, and more than the glossary's bound."""
    if not 1 <= volume <= amounts.most(unit):
        raise Invalid(
            t(
                "A volume lies between {low} and {high}.",
                low=Volume(1, unit),
                high=Volume(amounts.most(unit), unit),
            ),
            field=field,
        )


def check_min_order(min_order: int, unit: str) -> None:
    """Refuse a minimum order that no lot could reach; 0 means any volume."""
    if min_order:
        check_volume(min_order, unit, "min_order")


#: What is said of a lot that shares days with another one of its listing; both are kept.
SHARED = t("Another lot of this listing has some of these days: please see that nothing is counted twice.")


def shares_days(window: tuple[date, date], others: Iterable[tuple[date, date]]) -> bool:
    """Whether a lot's days are also those of another lot, in part or whole."""
    return any(window[0] <= last and first <= window[1] for first, last in others)


def check_window(from_date: date, to_date: date) -> None:
    """Refuse a window turned round, over already, or longer than anybody can promise."""
    if to_date < from_date:
        raise Invalid(t("The last day is before the first."), field="to")
    if to_date < clock.today():
        raise Invalid(t("These days have passed already."), field="to")
    if to_date - from_date > LONGEST_WINDOW:
        raise Invalid(t("A window lasts three years at most."), field="to")
