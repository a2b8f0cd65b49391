"""What an address of the statistics pages asks for: period, place, sector, product, and the day as of which.
What cannot be read is said beside its field and the usual value is shown instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from fastapi import Request
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.errors import Invalid, MarketError, NotFound
from market.places import queries as places
from market.places.models import Place
from market.statistics import calendar, figures, periods
from market.statistics.definition import Indicator
from market.statistics.periods import Period
from market.web import forms
from market.web.forms import Filled, Refused
from market.words import t

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """The question, and the form that shows it again. ``product`` is a slug, ``product_id`` its row.
    ``revision`` and ``known_before`` are those of a closed period, asked for as of today.
    """

    form: Filled[Any]
    period: Period
    place: Place
    as_of: date
    sector: str | None
    product: str | None
    product_id: int | None
    known_before: datetime | None = None
    revision: int | None = None

    def fields(self, **changes: Any) -> dict[str, Any]:
        """The address's fields with some changed; today as the day goes without saying."""
        as_of = None if self.as_of == clock.today() else self.as_of.isoformat()
        kept = {
            "period": self.period.code,
            "place": places.key_of(self.place, clock.today()),
            "sector": self.sector,
            "product": self.product,
            "as_of": as_of,
        }
        return {**kept, **changes}

    def fits(self, indicator: Indicator) -> bool:
        """Whether the indicator is kept by the sector and product that are asked for."""
        kept = figures.dimensions_of(indicator)
        return (self.sector is None or "sector" in kept) and (self.product is None or "product" in kept)


def read(request: Request, session: Session) -> Asked:
    """The question of an address."""
    today = clock.today()
    form: Filled[Any] = Filled(raw=forms.query_fields(request))

    def take(name: str, usual: T, parse: Callable[[str], T]) -> T:
        text = form.get(name)
        if isinstance(text, list):
            text = text[0]
        if not text:
            return usual
        try:
            return parse(str(text))
        except MarketError as wrong:
            form.errors[name] = wrong.words
        except Refused as wrong:
            form.errors[name] = wrong.words
        form.status = 422
        return usual

    as_of = take("as_of", today, lambda text: _past_day(session, text))
    usual = next(periods.ended("year", today=as_of, count=1))
    known = take(
        "period",
        None,
        # No figure can be counted for days before any province is known.
        lambda text: calendar.read(session, text, as_of=as_of),
    ) or calendar.read(session, usual.code, as_of=as_of)
    period = known.period
    place = take(
        "place",
        places.province_on(session, day=min(period.end, as_of)),
        lambda text: places.resolve(session, text=text, on=today),
    )
    sector = take("sector", None, lambda text: _sector(session, text))
    product = take("product", None, lambda text: catalogue.get_product(session, text))
    asked = Asked(
        form,
        period,
        place,
        as_of,
        sector,
        product.slug if product else None,
        product.id if product else None,
        # Asked as of another day, a period is counted by what was known on that day.
        *((known.known_before, known.revision) if as_of == today else (None, None)),
    )
    form.raw |= {name: value or "" for name, value in asked.fields().items() if name not in form.errors}
    return asked


def at(session: Session, of: Asked, code: str, *, place: Place | None) -> Asked:
    """The same question of another period as known today; without a place of the province valid then."""
    known = calendar.read(session, code, as_of=of.as_of)
    return replace(
        of,
        period=known.period,
        place=place or places.province_on(session, day=min(known.period.end, of.as_of)),
        known_before=known.known_before,
        revision=known.revision,
    )


def _past_day(session: Session, text: str) -> date:
    day = forms.parse_day(text)
    assert isinstance(day, date)
    if day > clock.today():
        raise Invalid(t("This day is still to come."))
    places.province_on(session, day=day)
    return day


def _sector(session: Session, text: str) -> str:
    if text not in {sector.code for sector in catalogue.list_sectors(session)}:
        raise NotFound(t("There is no such sector."))
    return text
