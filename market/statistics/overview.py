"""What the dashboard shows of a place, counted: for each of its charts the figures, by the same indicators as
everywhere else. How they are drawn is in plots.py and charts.py, who may see which in access.py, how they are
kept in kept.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market.places import queries as places
from market.places.models import Place
from market.statistics import calendar, crossing, figures, indicators, periods, plainly
from market.statistics.aggregates import Dimension, Question
from market.statistics.calendar import Known
from market.statistics.definition import Indicator
from market.statistics.figures import Figure

#: So many quarters that have ended are laid side by side.
QUARTERS = 8
#: Rates over what the province has, where these are counted.
RATES = ("area_linkage_rate", "output_linkage_rate")


@dataclass(frozen=True, slots=True)
class Series:
    """A chart's figures: which, of which periods, broken down by what. ``span``: the last ``QUARTERS``
    quarters, the last of them alone, or the day itself.
    """

    codes: tuple[str, ...]
    span: str
    by: Dimension | None = None
    other: Dimension | None = None

    @property
    def wanted(self) -> list[Indicator]:
        """The indicators there are (rates need a denominator and are counted where one is kept)."""
        return [one for one in (indicators.find(code) for code in self.codes) if one is not None]


SERIES: dict[str, Series] = {
    "linked_share": Series(("linked_share", "linked_cooperatives", "cooperatives"), "quarters"),
    "kept_word": Series(("contracted_volume", "delivered_volume"), "quarters"),
    "durability": Series(("renewal_rate", "links_ended"), "quarters"),
    "now": Series(("link_seasons", "links_in_force", "linked_area"), "last"),
    "by_sector": Series(("linked_area", "contracted_volume"), "last", "sector"),
    "rates": Series(RATES, "last", "product"),
    "outlets": Series(("outlet_volume",), "last", "buyer_kind"),
    "flow": Series(("outlet_volume",), "last", "place", "destination"),
    "available": Series(("available_volume",), "day", "month"),
    "unmet": Series(("unmet_searches",), "last", "product", "month"),
    "unmet_volume": Series(("unmet_volume",), "last", "product"),
    "map": Series(("linked_cooperatives",), "last", "place"),
}

Overview = dict[str, list[Figure]]


def quarters(session: Session, today: date) -> list[Known]:
    """The last quarters that have ended, oldest first, as the province keeps them."""
    ended = list(periods.ended("quarter", today=today, count=QUARTERS))[::-1]
    return [calendar.known(session, one, province=places.province_on(session, day=one.end)) for one in ended]


def count(session: Session, place: Place, *, on: date) -> Overview:
    """All figures of the dashboard of a place as known on a day. A quarter that is closed is counted by what
    was known when it was.
    """
    every = quarters(session, on)
    asked = Question(place, on)
    return {name: _series(session, one, every, asked) for name, one in SERIES.items()}


def _series(session: Session, one: Series, every: list[Known], asked: Question) -> list[Figure]:
    wanted = one.wanted
    if not wanted:
        return []
    if one.span == "day":
        return figures.compute_for(session, indicators=wanted, periods_=[None], asked=asked, by=one.by)[0]
    chosen = every if one.span == "quarters" else every[-1:]
    moments = [known.known_before for known in chosen]
    if one.by is not None and one.other is not None:
        of = replace(asked, known_before=moments[0])
        return [
            figure
            for indicator in wanted
            for figure in crossing.count(session, indicator, chosen[0].period, of, (one.by, one.other))
        ]
    found = figures.compute_for(
        session,
        indicators=wanted,
        periods_=[known.period for known in chosen],
        asked=asked,
        by=one.by,
        moments=moments,
    )
    return [figure for part in found for figure in part]


def plain(found: Mapping[str, list[Figure]]) -> dict[str, list[list[object]]]:
    """The figures as JSON values; ``read`` makes them again."""
    return {name: plainly.plain(some) for name, some in found.items()}


def read(kept: Mapping[str, list[list[Any]]], *, place_id: int, on: date) -> Overview:
    """The figures that ``plain`` made this of; those of charts or indicators that are gone are left out."""
    found: Overview = {name: [] for name in SERIES}
    for name, some in kept.items():
        if name in found:
            found[name] = plainly.read(some, place_id=place_id, on=on)
    return found
