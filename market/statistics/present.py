"""Figures in words for pages: values in each language's way, tiles, the choices of period and place. What is
counted is in figures.py, who may see it in access.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from market.places import queries as places
from market.places.models import Place
from market.statistics import calendar, figures, indicators, periods
from market.statistics.definition import AREAS
from market.statistics.figures import Figure
from market.statistics.periods import Period
from market.web import language
from market.web.pages import address
from market.words import Words, t

FRONT = ("cooperatives", "groups", "members", "linked_cooperatives")
UNITS = {
    "cooperative": t("cooperatives"),
    "group": t("groups"),
    "union": t("unions"),
    "person": t("people"),
    "link": t("agreements"),
    "listing": t("listings"),
    "inquiry": t("inquiries"),
    "VND": t("đồng"),
    "unit": t("units"),
    "product": t("products"),
    "code": t("codes"),
    "paper": t("papers"),
    "household": t("households"),
    "season": t("seasons"),
    "buyer": t("buyers"),
    "search": t("searches"),
}
#: Units whose number says itself what it counts.
MEASURES = ("kg", "VND", "hour")
HIDDEN = {
    "trade": t("Hidden: fewer than three units or buyers stand behind it, or behind one it gives away."),
    "books": t("Hidden: fewer than three units stand behind it, or behind one it gives away."),
    "searches": t("Hidden: fewer than five searches stand behind it."),
    "needs": t("Hidden: fewer than three buyers stand behind it."),
}
#: What is told apart from the first of its kind, by the ending of the figure's unit.
APART = {
    "piece": t("{figure}, goods by the piece"),
    "pieces": t("{figure}, goods by the piece"),
    "land": t("{figure}, land"),
    "pond": t("{figure}, ponds"),
    "ponds": t("{figure}, ponds"),
}
#: The whole periods that are offered: so many of each kind have ended last.
OFFERED: tuple[tuple[Words, periods.Kind, int], ...] = (
    (t("Years"), "year", 6),
    (t("Half-years"), "half", 8),
    (t("Quarters"), "quarter", 8),
    (t("Months"), "month", 12),
)
#: The overview's sections in their order.
SECTIONS: tuple[tuple[Words, tuple[str, ...]], ...] = (
    (t("The register"), ("cooperatives", "groups", "unions", "operating", "members")),
    (
        t("Founded and dissolved"),
        ("cooperatives_founded", "cooperatives_dissolved", "groups_founded", "groups_dissolved"),
    ),
    (t("Ratings and models"), ("rated_cooperatives", "rated_good_share", "pilot_cooperatives")),
    (
        t("What units report each year"),
        (
            "charter_capital",
            "assets",
            "workers",
            "revenue_per_cooperative",
            "revenue_with_members_share",
            "profit_per_cooperative",
            "income_per_member",
            "income_per_worker",
            "trained_managers_share",
            "high_tech_cooperatives",
        ),
    ),
    (t("Who trades and who is linked"), ("linked_cooperatives", "linked_share", "trading_cooperatives")),
    (
        t("Certificates"),
        (
            "ocop_products",
            "certified_area",
            "certified_cooperatives",
            "area_codes",
            "certificates_claimed",
        ),
    ),
    (
        t("Agreements"),
        (
            "links_in_force",
            "links_new",
            "links_ended",
            "links_provisional",
            "links_lapsed",
            "contracted_volume",
            "contracted_value",
            "linked_area",
            "linked_households",
            "area_linkage_rate",
            "output_linkage_rate",
        ),
    ),
    (t("Deliveries"), ("delivered_volume", "delivered_value", "fulfilment")),
    (t("Outlets"), ("outlet_volume", "buyers_active", "direct_share", "supply_without_outlet")),
    (t("How long chains last"), ("renewal_rate", "link_seasons")),
    (t("What is on sale"), ("listings_published", "listed_volume", "available_volume")),
    (
        t("What is asked for"),
        ("inquiries_sent", "inquiries_matched", "match_rate", "first_reply_hours"),
    ),
    (t("What is not found"), ("unmet_searches", "unmet_volume")),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure on a page (``ui.figure_tile``)."""

    name: str
    value: str
    unit: str
    note: str
    href: str
    more: str


def value(figure: Figure) -> str:
    """The number alone, as people write it; hidden ones and those without a denominator are a dash."""
    return written(figure.value, figure.unit)


def plain(text: str | None, unit: str) -> str:
    """``written`` for a value as Python writes it, as frozen figures are kept."""
    return written(None if text is None else float(text) if "." in text or "e" in text else int(text), unit)


def written(number: int | float | None, unit: str) -> str:
    """A figure's value in base units as people write it."""
    if number is None:
        return "–"
    if unit.startswith("share"):
        return language.percent(float(number))
    if unit == "kg":
        return language.volume(int(number), "gram")
    if unit == "VND":
        return language.money(int(number))
    if unit in AREAS.units.values():
        return language.number(round(number / 10_000, 1), 1) + " ha"
    if unit == "hour":
        return language.say(t("{hours} hours", hours=language.number(round(number / 3600, 1), 1)))
    return language.number(number)


def unit(figure: Figure) -> str:
    """What the number counts, where the number does not say so itself."""
    if figure.unit == "piece":
        return language.pgettext("unit", "pieces")
    words = UNITS.get(figure.unit)
    return language.say(words) if words is not None and figure.unit != "VND" else ""


def note(figure: Figure, earlier: Figure | None) -> str:
    """The change since the period before, or why there is no number."""
    if figure.status == "suppressed":
        return language.say(HIDDEN[figure.indicator.access])
    if figure.value is None or earlier is None or earlier.value is None:
        return ""
    change = figure.value - earlier.value
    if figure.unit.startswith("share"):
        points = language.number(round(change * 100, 1), 1)
        return language.say(
            t("{change} points since the period before", change=("+" if change > 0 else "") + points)
        )
    if figure.unit in (*MEASURES, *AREAS.units.values()) or not change:
        return ""
    sign = "+" if change > 0 else ""
    return language.say(t("{change} since the period before", change=sign + language.number(change)))


def name(figure: Figure) -> str:
    """What the figure is called; goods by the piece are told apart from those by weight, and so on."""
    called = language.say(figure.indicator.name)
    apart = APART.get(figure.unit.rpartition("_")[2])
    return called if apart is None else language.say(t(apart.text, figure=called))


def sections(
    found: Sequence[Figure], before: Sequence[Figure], fields: dict[str, str]
) -> list[tuple[str, list[Tile]]]:
    """The overview: the figures by what they are about, sections without any left out."""
    placed = [
        (language.say(title), tiles([one for one in found if one.indicator.code in codes], before, fields))
        for title, codes in SECTIONS
    ]
    return [(title, some) for title, some in placed if some]


def tiles(found: Sequence[Figure], before: Sequence[Figure], fields: dict[str, str]) -> list[Tile]:
    """The figures as tiles, each compared with that of the period before."""
    earlier = {(one.indicator.code, one.unit): one for one in before}
    return [
        Tile(
            name=name(one),
            value=value(one),
            unit=unit(one),
            note=note(one, earlier.get((one.indicator.code, one.unit))),
            href=address(f"/statistics/{one.indicator.code}", fields),
            more=language.say(t("see what it is made of")),
        )
        for one in found
    ]


def period_choices(today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Whole periods that have ended, newest first, grouped by kind."""
    return [
        (
            language.say(name),
            [(one.code, language.say(one.words)) for one in periods.ended(kind, today=today, count=count)],
        )
        for name, kind, count in OFFERED
    ]


def place_choices(session: Session, period: Period, chosen: Place, today: date) -> list[tuple[str, str]]:
    """The province of the period's last day and the places right below it, by the keys of today, and the
    one that is chosen if it is none of these.
    """
    day = min(period.end, today)
    is_province = chosen.level == "province" and places.is_valid(chosen, day)
    province = chosen if is_province else places.province_on(session, day=day)
    listed = [province, *places.list_children(session, place_id=province.id, on=day)]
    if chosen.id not in {place.id for place in listed}:
        listed.append(chosen)
    return [(places.key_of(place, today), place.name) for place in listed]


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a breakdown: its name, the value in words, and the bar's length of 100. ``unit``: what the
    value counts, where it stands beside values of another unit and does not say so itself.
    """

    name: str
    value: str
    length: int
    href: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Its rows, and those groups of which there is nothing at all."""

    bars: list[Bar]
    empty: list[Bar]


def breakdown(found: Sequence[Figure], names: dict[object, str], hrefs: dict[object, str]) -> Breakdown:
    """A breakdown as zero-based bars, in the order given, each unit with a scale of its own. Groups of which
    there is nothing stand apart, each once: of the communes of a province they are nearly all.
    """
    units = dict.fromkeys(one.unit for one in found)
    highest = {kept: max(float(one.value or 0) for one in found if one.unit == kept) for kept in units}

    def bar(one: Figure) -> Bar:
        return Bar(
            name=names.get(one.group, language.say(t("not said")) if one.group is None else str(one.group)),
            value=value(one),
            length=round(float(one.value) / highest[one.unit] * 100)
            if one.value and highest[one.unit]
            else 0,
            href=hrefs.get(one.group, ""),
            unit=unit(one) if len(units) > 1 else "",
        )

    met = {one.group for one in found if not _is_nothing(one)}
    empty = {one.group: bar(one) for one in found if one.group not in met}
    return Breakdown([bar(one) for one in found if not _is_nothing(one)], list(empty.values()))


def _is_nothing(figure: Figure) -> bool:
    """Whether nothing was there to be counted; what is hidden may be anything."""
    return not figure.value and not figure.rows and figure.status != "suppressed"


def front_tiles(session: Session, today: date) -> list[Tile]:
    """The main figures of the last ended month for the home page: the register and who trades."""
    last = next(periods.ended("month", today=today, count=1))
    known = calendar.read(session, last.code, as_of=today)
    period = known.period
    wanted = [indicators.get(code) for code in FRONT]
    found = figures.compute(
        session,
        indicators=wanted,
        period=period,
        place=None,
        as_of=today,
        known_before=known.known_before,
    )
    return tiles(found, [], {"period": period.code})
