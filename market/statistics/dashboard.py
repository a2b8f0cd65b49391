"""The dashboard in words: its charts with their titles and tables, as somebody may see them. What they show
is counted in overview.py; plots.py draws lines and columns, charts.py lays out a flow and a map.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market.places import boundaries
from market.places import queries as places
from market.places.models import Place
from market.statistics import access, charts, cuts, plots, present, seen, shown
from market.statistics.figures import Figure
from market.statistics.overview import SERIES, Overview, Series
from market.statistics.periods import Period
from market.web import language
from market.words import Words, t

_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart on the page: what draws it (the macro's name and its drawing), and its table."""

    code: str
    title: Words
    lead: Words
    macro: str
    drawing: Any
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figure: str
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at which place on which day; ``everything``: with the duty trade data over it."""

    session: Session
    place: Place
    on: date
    everything: bool

    def seen(self, code: str, found: Overview) -> list[Figure]:
        """A chart's figures as this asker may see them: those that are not open are left out."""
        figures = found[code]
        if not self.everything:
            figures = [
                one
                for one in figures
                if access.is_open(one.indicator, one.period, as_of=self.on, today=self.on)
            ]
        return seen.hidden(self.session, figures, everything=self.everything, by=SERIES[code].by)

    def names(self, one: Series, figures: Sequence[Figure]) -> list[dict[object, str]]:
        """What the groups are called, for each of the dimensions."""
        unsaid = language.say(t("not said"))
        found: list[dict[object, str]] = []
        for at, cut in enumerate(cut for cut in (one.by, one.other) if cut is not None):
            groups = {(figure.group[at] if one.other else figure.group) for figure in figures}
            # A place without others below it is where its own goods come from.
            nothing = self.place.name if cut == "place" else unsaid
            found.append({None: nothing, **cuts.called(self.session, cut, groups - {None})})
        return found


def all_of(looking: Looking, found: Overview) -> list[Chart]:
    """The charts in the order of the page; those without anything to show are left out."""
    made = (build(looking, found) for build in BUILDERS)
    return [one for one in made if one is not None]


def quarter_name(period: Period) -> str:
    """A quarter as it stands under a chart: III/26."""
    return f"{_ROMAN[(period.start.month + 1) // 3 % 4]}/{period.end.year % 100:02}"


def _by_quarter(figures: Iterable[Figure]) -> dict[str, dict[tuple[str, str], Figure]]:
    found: dict[str, dict[tuple[str, str], Figure]] = {}
    for one in figures:
        found.setdefault(quarter_name(one.period), {})[one.indicator.code, one.unit] = one
    return found


def _number(figure: Figure | None) -> float | None:
    return None if figure is None or figure.value is None else float(figure.value)


def _value(figure: Figure | None) -> str:
    return "–" if figure is None else present.value(figure)


def _say(*words: Words) -> tuple[str, ...]:
    return tuple(language.say(one) for one in words)


def _line(
    code: str, title: Words, lead: Words, names: Sequence[str], heads: Sequence[Words]
) -> Callable[[Looking, Overview], Chart | None]:
    """A chart of one figure over the quarters; its table shows others beside it."""

    def build(looking: Looking, found: Overview) -> Chart | None:
        quarters = _by_quarter(looking.seen(code, found))
        columns = [(name, _unit_of(name, found[code])) for name in names]
        values = [_number(some.get(columns[0])) for some in quarters.values()]
        if all(value is None for value in values):
            return None
        rows = [(name, *(_value(some.get(one)) for one in columns)) for name, some in quarters.items()]
        return Chart(
            code,
            title,
            lead,
            "plot",
            plots.line(list(quarters), values, title=language.say(title), unit=columns[0][1]),
            _say(t("Quarter"), *heads),
            tuple(rows),
            names[0],
        )

    return build


def _unit_of(name: str, figures: Iterable[Figure]) -> str:
    return next((one.unit for one in figures if one.indicator.code == name), "")


def _kept_word(looking: Looking, found: Overview) -> Chart | None:
    quarters = _by_quarter(looking.seen("kept_word", found))
    names = ("contracted_volume", "delivered_volume")
    if not quarters:
        return None
    title, called = t("Agreed and delivered by quarter"), _say(t("Agreed"), t("Delivered"))
    series = [[_number(some.get((one, "kg"))) for some in quarters.values()] for one in names]
    return Chart(
        "kept_word",
        title,
        t("Volume of the agreements that came into force in a quarter beside what was delivered in it."),
        "plot",
        plots.columns(
            list(quarters), list(zip(called, series, strict=True)), title=language.say(title), unit="kg"
        ),
        _say(t("Quarter"), t("Agreed"), t("Delivered")),
        tuple((name, *(_value(some.get((one, "kg"))) for one in names)) for name, some in quarters.items()),
        names[1],
        called,
    )


def _bars(
    code: str, title: Words, lead: Words, head: Words, name: str
) -> Callable[[Looking, Overview], Chart | None]:
    """A chart of one figure by the groups of its series, as bars in a table."""

    def build(looking: Looking, found: Overview) -> Chart | None:
        some = [one for one in looking.seen(code, found) if one.indicator.code == name]
        # What is kept apart has no common length: each unit is a chart's worth, the first is drawn.
        drawn = [one for one in some if one.unit == some[0].unit]
        if not any(one.value for one in drawn):
            return None
        series = SERIES[code]
        names = looking.names(series, drawn)
        bars = [present.Bar(_joined(names, one), present.value(one), 0, "") for one in drawn if one.value]
        highest = max(float(one.value) for one in drawn if one.value)
        lengths = [round(float(one.value) / highest * 100) for one in drawn if one.value]
        both = sorted(zip(lengths, bars, strict=True), key=lambda pair: -pair[0])
        return Chart(
            code,
            title,
            lead,
            "bars",
            [present.Bar(bar.name, bar.value, length, "") for length, bar in both],
            (language.say(head), language.say(t("Value"))),
            tuple((_joined(names, one), present.value(one), present.note(one, None)) for one in some),
            name,
        )

    return build


def _joined(names: Sequence[dict[object, str]], one: Figure) -> str:
    groups = one.group if isinstance(one.group, tuple) else (one.group,)
    return " · ".join(called.get(group, str(group)) for called, group in zip(names, groups, strict=True))


def _available(looking: Looking, found: Overview) -> Chart | None:
    some = [one for one in looking.seen("available", found) if one.unit == "kg" and one.value]
    if not some:
        return None
    months = [(f"{one.group % 100}/{one.group // 100 % 100:02}", one) for one in some]
    title = t("Still for sale, by month")
    series = [(language.say(t("Volume")), [_number(one) for one in some])]
    return Chart(
        "available",
        title,
        t("What open lots still hold, in the first month in which it can be had."),
        "plot",
        plots.columns([name for name, _ in months], series, title=language.say(title), unit="kg"),
        _say(t("Month"), t("Volume")),
        tuple((name, present.value(one)) for name, one in months),
        "available_volume",
    )


def _flow(looking: Looking, found: Overview) -> Chart | None:
    some = [one for one in looking.seen("flow", found) if one.unit == "kg" and one.value]
    if not some:
        return None
    places_, ends = looking.names(SERIES["flow"], some)
    amounts: dict[tuple[str, str], int] = {}
    words: dict[tuple[str, str], str] = {}
    for one in some:
        pair = places_.get(one.group[0], "–"), ends.get(one.group[1], "–")
        amounts[pair] = amounts.get(pair, 0) + int(one.value or 0)
        words[pair] = f"{pair[0]} → {pair[1]}: {language.volume(amounts[pair], 'gram')}"
    return Chart(
        "flow",
        t("From where to where"),
        t("Delivered and confirmed volume of the last quarter, by the seller's place and destination."),
        "flow",
        charts.flow(amounts, words, language.say(t("others"))),
        _say(t("Place"), t("Destination"), t("Volume")),
        tuple(
            (*pair, language.volume(amount, "gram"))
            for pair, amount in sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
        ),
        "outlet_volume",
    )


def _map(looking: Looking, found: Overview) -> Chart | None:
    figures = {one.group: one for one in looking.seen("map", found) if one.group is not None}
    if not figures:
        return None
    rings = boundaries.of_places(looking.session, sorted(figures))
    rows, lying = [], []
    for place in places.list_children(looking.session, place_id=looking.place.id, on=looking.on):
        one = figures.get(place.id)
        if one is None:
            continue
        amount = int(one.value or 0)
        near = place.coordinate_basis != "outline"
        rows.append((place.name, present.value(one)))
        words = f"{place.name}: {present.value(one)}"
        outline = rings.get(place.id, [])
        lying.append(
            charts.Lying(place.longitude, place.latitude, outline, place.short_name, words, amount, near)
        )
    return Chart(
        "map",
        t("Where linked cooperatives are"),
        t("Each circle is a commune, its area the number of linked cooperatives of the last quarter."),
        "map",
        charts.map_of(lying),
        _say(t("Place"), t("Linked cooperatives")),
        tuple(sorted(rows, key=lambda row: row[0])),
        "linked_cooperatives",
    )


BUILDERS: tuple[Callable[[Looking, Overview], Chart | None], ...] = (
    _line(
        "linked_share",
        t("Share of cooperatives linked"),
        t("Linked cooperatives over all cooperatives, in the last eight quarters."),
        ("linked_share", "linked_cooperatives", "cooperatives"),
        (t("Share"), t("Linked"), t("Cooperatives")),
    ),
    _map,
    _kept_word,
    _bars(
        "outlets",
        t("Who buys"),
        t("Delivered and confirmed volume of the last quarter, by kind of buyer."),
        t("Kind of buyer"),
        "outlet_volume",
    ),
    _flow,
    _bars(
        "by_sector",
        t("Linked area by sector"),
        t("Area under linkages in the last quarter; sown area, land and ponds are never added up."),
        t("Sector"),
        "linked_area",
    ),
    _bars(
        "rates",
        t("Linkage rate by product"),
        t("Linked area over the area that the province reports, in the last quarter."),
        t("Product"),
        "area_linkage_rate",
    ),
    _line(
        "durability",
        t("How long chains last"),
        t("Of the agreements that ended in a quarter, the share that had been renewed."),
        ("renewal_rate", "links_ended"),
        (t("Renewal rate"), t("Agreements ended")),
    ),
    _available,
    _bars(
        "unmet",
        t("Looked for and not found"),
        t("Searches of the last quarter that found too little, by product and month; from five up."),
        t("Product and month"),
        "unmet_searches",
    ),
    _bars(
        "unmet_volume",
        t("Asked for and not delivered"),
        t("Volume that buyers asked for in the last quarter and nobody brought; from three buyers up."),
        t("Product"),
        "unmet_volume",
    ),
)

#: The heads of the file of all figures.
HEADS = ("chart", "indicator", "period", "group", "value", "unit")


def as_rows(looking: Looking, found: Overview) -> list[tuple[Any, ...]]:
    """All figures that the asker may see, one a row, in the units in which they are shown."""
    rows: list[tuple[Any, ...]] = []
    for code, series in SERIES.items():
        some = looking.seen(code, found)
        names = looking.names(series, some)
        for one in some:
            value = shown.amount(one.value, one.unit)
            group = _joined(names, one) if names else ""
            rows.append((code, one.indicator.code, one.period.code, group, value, one.unit))
    return rows
