"""Figures as lines of open data: what the public sees on the statistics pages, by the same way (seen.py), one
line a figure, with names in both languages and the revision that counts. A hidden one stands there without
its value. Which files there are and what is said of each is in open_data.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.places import queries as places
from market.places.queries import PlaceName
from market.statistics import cuts, figures, present, publication, seen, shown
from market.statistics.aggregates import Dimension
from market.statistics.asked import Asked
from market.statistics.definition import Indicator
from market.statistics.figures import Figure
from market.web import language
from market.web.context import LANGUAGES, speaking
from market.words import t

#: A line: what it says, by column.
Line = dict[str, Any]
COLUMNS = (
    *("indicator", "name_vi", "name_en", "place", "place_name", "period", "from", "to", "sector", "product"),
    *("breakdown", "group", "group_vi", "group_en"),
    *("value", "unit", "rows", "missing", "status", "revision", "as_of"),
)
#: By what a file may be broken down, as the figures' own pages are. Places, sectors and products get lines as
#: if each had been asked for.
BREAKDOWNS: tuple[Dimension, ...] = ("place", "sector", "product", *cuts.ORDER)
_ASKED_FOR = ("place", "sector", "product")


@dataclass(frozen=True, slots=True)
class _Group:
    """A group of a breakdown: its key, and its name by language. The key is empty where it is not said."""

    key: str
    names: Mapping[str, str]


def lines(
    session: Session, wanted: Iterable[Indicator], questions: Sequence[Asked], by: Dimension | None
) -> list[Line]:
    """The figures of each question in that order; ``by``: those of the groups, for what is broken down so."""
    chosen = list(wanted)
    names = places.names_of(session, {of.place.id for of in questions}, on=clock.today())
    released = publication.moments(session)
    asked = [
        (chosen if by is None else [one for one in chosen if _is_broken_down(one, of, by)], of)
        for of in questions
    ]
    told = seen.compute_each(session, asked, by=by, released=released)
    groups = _groups(session, by, {one.group for some in told for one in some}) if by else {}
    return [
        line
        for of, some in zip(questions, told, strict=True)
        for line in _lines(of, by, some, names[of.place.id], seen.released_on(released, of), groups)
    ]


def _is_broken_down(indicator: Indicator, of: Asked, by: Dimension) -> bool:
    """Whether the figure's page breaks it down so; of all products, the page of one sector or another."""
    if not of.fits(indicator):
        return False
    if by == "product" and of.product is None:
        return by in figures.dimensions_of(indicator)
    return by in cuts.chosen(indicator, of)


def _lines(
    of: Asked,
    by: Dimension | None,
    told: Sequence[Figure],
    place: PlaceName,
    released_on: date | None,
    groups: Mapping[Any, _Group],
) -> Iterator[Line]:
    as_of = clock.day_of(of.known_before) if of.known_before else of.as_of
    of_trade = released_on or as_of
    for one in told:
        line: Line = dict.fromkeys(COLUMNS)
        line |= {
            "indicator": one.indicator.code,
            "place": place.key,
            "place_name": place.name,
            "period": one.period.code,
            "from": one.period.start,
            "to": one.period.end,
            "sector": of.sector,
            "product": of.product,
            "value": shown.amount(one.value, one.unit),
            "unit": one.unit,
            "rows": one.rows,
            "missing": _missing(one),
            "status": "provisional" if of.known_before is None else "closed",
            "revision": of.revision,
            "as_of": of_trade if publication.is_chosen(one.indicator) else as_of,
        }
        for code in LANGUAGES:
            with speaking(code):
                line[f"name_{code}"] = present.name(one)
        if by is not None:
            line |= _of_group(by, groups[one.group])
        yield line


def _missing(one: Figure) -> str | None:
    """Why there is no value: too few stand behind it, or there is nothing to divide by."""
    if one.value is not None:
        return None
    return "suppressed" if one.status == "suppressed" else "undefined"


def _of_group(by: Dimension, group: _Group) -> Line:
    """What a line of a breakdown says otherwise than that of the whole."""
    if by in _ASKED_FOR and group.key:
        return {by: group.key, **({"place_name": group.names["vi"]} if by == "place" else {})}
    names = {f"group_{code}": name for code, name in group.names.items()}
    return {"breakdown": by, "group": group.key, **names}


def _groups(session: Session, by: Dimension, values: set[Any]) -> dict[Any, _Group]:
    called: dict[str, dict[object, str]] = {}
    for code in LANGUAGES:
        with speaking(code):
            called[code] = {None: language.say(t("not said")), **cuts.called(session, by, values - {None})}
    keys = {None: "", **_keys(session, by, values - {None})}
    return {
        one: _Group(
            keys.get(one, str(one)), {code: names.get(one, str(one)) for code, names in called.items()}
        )
        for one in values
    }


def _keys(session: Session, by: Dimension, values: set[Any]) -> dict[Any, str]:
    """The keys of groups that addresses name otherwise than rows do."""
    match by:
        case "place":
            found = places.names_of(session, values, on=clock.today())
            return {one: name.key for one, name in found.items()}
        case "product":
            return {one.id: one.slug for one in catalogue.list_products(session)}
        case "month":
            return {one: f"{one // 100}-{one % 100:02}" for one in values}
    return {}
