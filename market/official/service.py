"""Entering what others have published. Nothing is overwritten: who enters the same thing again corrects it
from then on, and what was known before stays to be asked for.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from market import clock, events
from market.catalogue.models import Product, Sector
from market.errors import Invalid, NotAllowed, NotFound
from market.events import Actor, Event
from market.official import amounts, sources
from market.official.models import Denominator, OfficialFigure
from market.places import queries as places
from market.places.models import Place
from market.words import t

#: The places that an officer's duty covers; None: everywhere.
Places = tuple[int, ...] | None
#: Nothing is published for longer.
LONGEST = timedelta(days=366 * 10)
#: The bases that are output, and the unit of goods in each.
OUTPUTS = ("gram", "piece")


def enter_denominator(
    session: Session,
    *,
    actor: Actor,
    over: Places,
    place_id: int,
    base: str,
    from_date: date,
    to_date: date,
    amount: int,
    source: str,
    source_date: str,
    scope: str = "",
    sector: str | None = None,
    product_id: int | None = None,
) -> Denominator:
    """How much there was: ``amount`` in m² of a base (sown, land, pond), or grams or pieces of output; 0
    takes back what was entered. ``source_date`` as sources.py writes it.

    Refuses a place outside the duty, days that turn round, and a number without source or date.
    """
    amounts.measured(base)
    sector = _check_goods(session, base, sector, product_id)
    amounts.whole(Decimal(amount), "m2", field="amount")
    row = Denominator(
        base=base,
        sector_code=sector,
        product_id=product_id,
        amount=amount,
        **_published(session, actor, over, place_id, (from_date, to_date), source, source_date, scope),
    )
    session.add(row)
    session.flush()  # the event needs its id
    events.record(session, Event("official.denominator", row.id, actor, {"base": base, "amount": amount}))
    return row


def enter_figure(
    session: Session,
    *,
    actor: Actor,
    over: Places,
    code: str,
    place_id: int,
    from_date: date,
    to_date: date,
    number: Decimal,
    unit: str,
    source: str,
    source_date: str,
    scope: str = "",
    sector: str | None = None,
) -> OfficialFigure:
    """A published count of one of our figures or of a report code, in a unit of amounts.py.

    Refuses a unit in which the figure is not counted, and what ``enter_denominator`` refuses.
    """
    found = amounts.get_code(code)
    if unit not in amounts.UNITS:
        raise Invalid(t("Please choose one of the values in the list."), field="unit")
    amounts.check_unit(found, unit)
    amount, decimals = amounts.exact(number, field="value")
    _check_sector(session, sector)
    row = OfficialFigure(
        code=code,
        sector_code=sector,
        amount=amount,
        decimals=decimals,
        unit=unit,
        **_published(session, actor, over, place_id, (from_date, to_date), source, source_date, scope),
    )
    session.add(row)
    session.flush()  # the event needs its id
    events.record(session, Event("official.figure", row.id, actor, {"code": code, "place": place_id}))
    return row


def check_days(from_date: date, to_date: date) -> None:
    """Refuse Invalid days that turn round, and more of them than anything is published for."""
    if to_date < from_date:
        raise Invalid(t("The last day is before the first."), field="to_date")
    if to_date - from_date > LONGEST:
        raise Invalid(t("These days cannot be meant: they last more than ten years."), field="to_date")


def check_product(*, base: str, sector: str | None, of_sector: str, counted: str) -> None:
    """Refuse Invalid a product of a sector (``of_sector``) other than the one that is said, and one that is
    not ``counted`` (gram or piece) as the base counts output.
    """
    if sector not in (None, of_sector):
        raise Invalid(t("This product is of another sector."), field="product")
    if base in OUTPUTS and base != counted:
        raise Invalid(t("This product is counted in another unit."), field="base")


def _check_sector(session: Session, sector: str | None) -> None:
    if sector is not None and session.get(Sector, sector) is None:
        raise Invalid(t("There is no such sector."), field="sector")


def _check_goods(session: Session, base: str, sector: str | None, product_id: int | None) -> str | None:
    """The sector; that of the product where one is named."""
    _check_sector(session, sector)
    if product_id is None:
        return sector
    product = session.get(Product, product_id)
    if product is None:
        raise Invalid(t("There is no such product in the catalogue."), field="product")
    check_product(base=base, sector=sector, of_sector=product.sector_code, counted=product.unit)
    return product.sector_code


def _published(
    session: Session,
    actor: Actor,
    over: Places,
    place_id: int,
    days: tuple[date, date],
    source: str,
    source_date: str,
    scope: str,
) -> dict[str, Any]:
    """The columns that every published number has: where, when, from whom, and who entered it."""
    if session.get(Place, place_id) is None:
        raise NotFound
    if not places.is_held(session, over, place_id):
        raise NotAllowed(t("This is outside the places of your duty."))
    check_days(*days)
    source, scope = source.strip(), scope.strip()
    if not source:
        raise Invalid(t("Please say where this number is from."), field="source")
    for name, text in (("source", source), ("scope", scope)):
        if len(text) > sources.LONGEST:
            raise Invalid(t("Please use at most {n} signs.", n=sources.LONGEST), field=name)
    return {
        "place_id": place_id,
        "from_date": days[0],
        "to_date": days[1],
        "scope": scope,
        "source": source,
        "source_date": sources.read_date(source_date),
        "recorded_at": clock.now(),
        "recorded_by": actor.user_id,
    }
