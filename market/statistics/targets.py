"""Setting targets, and how far each is: what is counted today, and where the present pace leads. A target is
a least: of what ought to become fewer there are none here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.catalogue import numbers
from market.catalogue.models import Sector
from market.errors import Invalid, NotAllowed, NotFound
from market.events import Actor, Event
from market.official import amounts
from market.official import queries as official
from market.places import queries as places
from market.places.models import Place, PlaceCover
from market.statistics import calendar, figures, indicators, periods
from market.statistics.calendar import Known
from market.statistics.definition import Indicator, Median, Ratio
from market.statistics.periods import Period
from market.statistics.target_models import Target
from market.words import t

#: What is one target: the last row of these stands.
KEY = ("indicator", "place_id", "period", "sector_code")
#: How near to the target the forecast has to come to be only a little behind.
NEAR = Fraction(9, 10)

#: The places that an officer's duty covers; None: everywhere.
Places = tuple[int, ...] | None
#: ``waiting``: its period has not begun; ``hidden``: the figure is not for who asks.
Light = Literal["reached", "on_course", "near", "behind", "missed", "waiting", "hidden"]
#: How the forecast is made (see ``forecast``).
How = Literal["sum", "level", "share", "ended", ""]


def set_target(
    session: Session,
    *,
    actor: Actor,
    over: Places,
    indicator: str,
    place_id: int,
    period: str,
    value: str,
    language: str,
    document: str,
    document_number: str,
    document_date: date,
    sector: str | None = None,
) -> Target:
    """Set a target as a resolution has it; ``value`` as it is typed (60 %, 57.000 ha, 300), 0 takes it back.

    Refuses a value in a unit in which the figure is not counted, a sector that the figure is not kept by,
    and places outside of the duty.
    """
    of = indicators.get(indicator)
    code = calendar.read(session, period, as_of=clock.today()).period.code
    amount, decimals, unit = read_value(of, value, language=language)
    if sector is not None:
        if session.get(Sector, sector) is None:
            raise Invalid(t("There is no such sector."), field="sector")
        if "sector" not in figures.dimensions_of(of):
            raise Invalid(t("This figure is not kept by sector or product."), field="sector")
    if session.get(Place, place_id) is None:
        raise NotFound
    if not places.is_held(session, over, place_id):
        raise NotAllowed(t("This is outside the places of your duty."))
    if document_date > clock.today():
        raise Invalid(t("This day is still to come."), field="document_date")
    row = Target(
        indicator=of.code,
        place_id=place_id,
        period=code,
        sector_code=sector,
        amount=amount,
        decimals=decimals,
        unit=unit,
        document=document.strip(),
        document_number=document_number.strip(),
        document_date=document_date,
        recorded_at=clock.now(),
        recorded_by=actor.user_id,
    )
    session.add(row)
    session.flush()  # the event needs its id
    told = {"indicator": of.code, "place": place_id, "period": code, "amount": amount}
    events.record(session, Event("target.set", row.id, actor, told))
    return row


def read_value(indicator: Indicator, text: str, *, language: str) -> tuple[int, int, str]:
    """A typed value as a whole number, its decimals and its unit. Without a unit it is in that of the figure,
    a share in per cent.
    """
    found = numbers.lead(text, language=language)
    if found is None:
        raise Invalid(t("Write a number with its unit, as 300, 57.000 ha or 60 %."), field="value")
    number, rest = found
    code = amounts.get_code(indicator.code)
    unit = "percent" if code.unit == "share" else code.unit
    if rest:
        unit = amounts.read_unit(rest, field="value")
    amounts.check_unit(code, unit, field="value")
    return (*amounts.exact(number, field="value"), unit)


def standing(session: Session, *, over: Places, before: datetime | None = None) -> Sequence[Any]:
    """The targets that stand (or stood, by what was recorded ``before``) in these places, the latest period
    first.
    """
    found = official.standing(Target, KEY, before=before)
    chosen = sa.select(found).where(found.c.amount > 0)
    if over is not None:
        inside = sa.select(PlaceCover.place_id).where(PlaceCover.ancestor_id.in_(over))
        chosen = chosen.where(found.c.place_id.in_(inside))
    return sorted(
        session.execute(chosen),
        key=lambda row: (periods.parse(row.period).end, row.indicator, row.id),
        reverse=True,
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a target is. All numbers in base units; ``value`` and ``forecast`` None: not known."""

    row: Any
    indicator: Indicator
    period: Period
    target: Fraction
    value: Fraction | None
    forecast: Fraction | None
    how: How
    light: Light

    @property
    def done(self) -> float | None:
        """What is reached of the target, as a fraction."""
        return None if self.value is None else float(self.value / self.target)


def progress(session: Session, row: Any, *, sees: Callable[[Place], bool]) -> Progress:
    """How far a target is today; ``sees``: whether the asker may see trade figures of a place that runs."""
    indicator, today = indicators.get(row.indicator), clock.today()
    known = calendar.read(session, row.period, as_of=today)
    period, place = known.period, session.get_one(Place, row.place_id)
    target = amounts.in_base(row.amount, row.decimals, row.unit)

    def give(value: Fraction | None, ahead: Fraction | None, how: How, light: Light) -> Progress:
        return Progress(row, indicator, period, target, value, ahead, how, light)

    if period.start > today:
        return give(None, None, "", "waiting")
    if indicator.access != "register" and not sees(place):
        return give(None, None, "", "hidden")
    value = _count(session, indicator, known, place, row, today)
    if period.has_ended(today):
        return give(value, value, "ended", "reached" if value is not None and value >= target else "missed")
    gone, days = (today - period.start).days + 1, (period.end - period.start).days + 1
    begin = None
    if indicator.kind == "stock" and not isinstance(indicator.measure, Ratio | Median):
        eve = period.start - timedelta(days=1)
        begin = _count(session, indicator, Known(periods.of_day(eve)), place, row, today)
    ahead, how = forecast(indicator, value=value, begin=begin, gone=gone, days=days)
    return give(value, ahead, how, judge(target, value, ahead))


def forecast(
    indicator: Indicator, *, value: Fraction | None, begin: Fraction | None, gone: int, days: int
) -> tuple[Fraction | None, How]:
    """Where a figure ends if it goes on as on the ``gone`` days of ``days``: a flow grows by as much a day, a
    stock moves on from where it stood before the first day, a share or a middle value stays as it is.
    """
    if value is None:
        return None, ""
    if isinstance(indicator.measure, Ratio | Median):
        return value, "share"
    if indicator.kind == "flow":
        return value * days / gone, "sum"
    start = begin or Fraction(0)
    return max(Fraction(0), start + (value - start) * days / gone), "level"


def judge(target: Fraction, value: Fraction | None, ahead: Fraction | None) -> Light:
    """How a target of a period that runs stands."""
    if value is not None and value >= target:
        return "reached"
    if ahead is None:
        return "behind"
    return "on_course" if ahead >= target else "near" if ahead >= target * NEAR else "behind"


def _count(
    session: Session, indicator: Indicator, known: Known, place: Place, row: Any, today: date
) -> Fraction | None:
    found = figures.compute(
        session,
        indicators=[indicator],
        period=known.period,
        place=place,
        as_of=today,
        sector=row.sector_code,
        known_before=known.known_before,
    )
    pieces = amounts.UNITS[row.unit].measures == "pieces"
    of = next((one for one in found if one.unit == ("piece" if pieces else indicator.unit)), None)
    if of is None:
        return Fraction(0)
    return None if of.value is None else Fraction(of.value).limit_denominator(10**12)
