"""Every figure equals a plain recount of the raw tables, in random worlds with a history, asked anywhere, for
any period, as of any day; and it equals the sum of the rows it opens to.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from market import clock, worker
from market.catalogue import queries as catalogue
from market.places.models import Place
from market.statistics import drilldown, figures, frozen, indicators, periods, verify
from market.statistics.aggregates import DIMENSIONS
from market.statistics.definition import Indicator
from market.statistics.periods import Period
from tests import rules
from tests.profiles import Profile
from tests.statistics import dealings, happenings, phoned, publishing, recount
from tests.statistics.recount import Expected
from tests.statistics.tables import Asked, Tables
from tests.statistics.worlds import VERBS, Step, World, pick, places_to_ask

#: What may happen stands in five files.
assert {"found", "ask", "look"} <= set(VERBS), (dealings, happenings)
#: The worlds begin within this time, so that many of them live through the reform of 1 July 2025.
FIRST, LAST = date(2024, 10, 1), date(2025, 8, 1)
#: What happens often; every verb happens.
OFTEN = (
    "confirm",
    "offer",
    "ask",
    "ask",
    "ask",
    "answer",
    "sign",
    "sign",
    "deliver",
    "deliver",
    "deliver",
    "end",
    "end",
)
PERIODS = ("none", "year", "half", "nine_months", "quarter", "month", "day", "span", "span")


def step_of(number: int) -> Step:
    """A step by dice: Hypothesis chooses which, and leaves out what a failure does not need; drawn one by one
    its numbers would be small and alike, and half of what may happen would never happen.
    """
    dice = Random(number)
    return Step(
        verb=dice.choice((*VERBS, *OFTEN)),
        days=dice.choice((0, 0, 0, 1, 1, 2, 3, 5, 9, 20)),
        a=dice.randint(0, 40),
        b=dice.randint(0, 99),
        c=dice.randint(0, 999),
    )


#: The indicators by the rows that they are counted from, and those that are asked more often: what was in
#: force on some day, and what lots held, have the most edges.
FAMILIES = tuple(
    tuple(one for one in indicators.ALL if one.rows is rows)
    for rows in dict.fromkeys(one.rows for one in indicators.ALL)
)
HARD = tuple(
    number
    for number, family in enumerate(FAMILIES)
    for _ in range(3)
    if {"linked_cooperatives", "links_new", "available_volume"} & {one.code for one in family}
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question to the indicators with the same rows (or to all), by numbers that choose. ``first``,
    ``last`` and ``as_of`` choose among the days on which something turned (none: from the beginning, today);
    ``shift`` moves the first a day before or after.
    """

    family: int | None
    period: str
    first: int | None
    last: int | None
    shift: int
    as_of: int | None
    place: int
    only: str
    good: int
    by: int


def question_of(number: int) -> Question:
    """A question by dice."""
    dice = Random(number)
    return Question(
        family=dice.choice((*range(len(FAMILIES)), *HARD)),
        period=dice.choice(PERIODS),
        first=dice.randint(0, 99),
        last=dice.randint(0, 99),
        shift=dice.choice((0, 0, 0, 1, -1)),
        as_of=dice.choice((None, dice.randint(0, 99))),
        place=dice.choice((-1, 0, 1, dice.randint(0, 30))),
        only=dice.choice(("", "", "", "sector", "product")),
        good=dice.randint(0, 4),
        by=dice.randint(-4, len(DIMENSIONS) - 1),
    )


#: The whole province over the whole life, as known today: asked in every world.
ALL_OF_IT = Question(None, "span", None, None, 0, None, -1, "", 0, -1)

NUMBERS = st.integers(0, 2**32)
worlds = st.tuples(
    st.dates(FIRST, LAST),
    st.lists(NUMBERS.map(step_of), min_size=40, max_size=70),
    st.lists(NUMBERS.map(question_of), min_size=14, max_size=14),
)

#: One world of them all, so that there is something to count behind every figure: listed, asked, agreed as a
#: linkage (form 1), signed by both, delivered in part, amended, and another that stands in force.
STORY = (
    date(2025, 6, 20),
    [
        Step("offer", 1, 0, 60, 500),
        Step("ask", 1, 1, 3, 1),
        Step("sign", 1, 0, 0, 0),
        Step("deliver", 3, 0, 1, 0),
        Step("offer", 2, 2, 60, 300),
        Step("ask", 1, 1, 5, 1),
        Step("sign", 0, 0, 0, 0),
        Step("lose", 5, 1, 20, 3),
        Step("end", 2, 1, 2, 1),
        # Taken up anew; another asked for, answered later; looked for in vain; needed openly and given up.
        Step("offer", 1, 0, 60, 500),
        Step("renew", 1, 1, 2, 1),
        Step("ask", 1, 2, 3, 1),
        Step("answer", 1, 0, 3, 0),
        Step("ask", 1, 1, 3, 5),
        Step("look", 1, 0, 1, 3),
        Step("need", 1, 0, 1, 3),
        Step("give_up", 1, 0, 0, 0),
        # The register: founded, rated, made a model, dissolved; papers of two products, hectares, a pond.
        Step("found", 5, 2, 1, 31),
        Step("found", 0, 1, 1, 31),
        Step("found", 0, 2, 1, 31),
        Step("found", 0, 1, 1, 31),
        Step("change_status", 1, 7, 4, 0),
        Step("change_status", 0, 8, 4, 0),
        Step("rate", 1, 0, 0, 0),
        Step("make_model", 1, 0, 0, 1),
        Step("report_year", 0, 0, 4, 500),
        Step("report_year", 0, 0, 1, 1),
        Step("report_year", 0, 0, 2, 502),
        # Of a harvest that has begun already, so that the days of the story hold it.
        Step("plan", 1, 0, 0, 995),
        Step("claim_paper", 1, 0, 1, 6),
        Step("judge_paper", 0, 0, 1, 0),
        Step("claim_paper", 1, 0, 1, 10),
        Step("judge_paper", 0, 0, 1, 0),
        Step("claim_paper", 1, 0, 1, 12),
        Step("learn_founding", 1, 0, 0, 60),
        Step("ask", 1, 1, 3, 5),
        *(*phoned.BY_PHONE, *publishing.ALL_PUBLISHED),
    ],
    [replace(ALL_OF_IT, by=DIMENSIONS.index("evidence"))],
)


class Counts(Counter[str]):
    """How often each figure was asked, and how often there was something to count."""


def _period(kind: str, day: date, last: date) -> Period | None:
    """The period of a kind in which a day lies; a span goes on to the last day."""
    match kind:
        case "none":
            return None
        case "year":
            return periods.parse(f"{day.year}")
        case "half":
            return periods.parse(f"{day.year}-H{(day.month + 5) // 6}")
        case "nine_months":
            return periods.parse(f"{day.year}-9M")
        case "quarter":
            return periods.parse(f"{day.year}-Q{(day.month + 2) // 3}")
        case "month":
            return periods.parse(f"{day.year}-{day.month:02}")
        case "day":
            return periods.parse(day.isoformat())
    return periods.parse(f"{day}..{last}")


def check(
    session: Session,
    world: World,
    question: Question,
    where_to_ask: Sequence[Place],
    t: Tables,
    counts: Counts,
) -> None:
    """Ask the indicators that are kept by what is asked, and hold each answer against the recount (and, since
    it takes a statement for each, the rows of every third).
    """
    today = clock.today()
    family = indicators.ALL if question.family is None else FAMILIES[question.family]
    of_links = question.family in HARD and len(t.link_turns) > 1
    lived = [
        day
        for day in (t.link_turns if of_links else t.turns)
        if world.start - timedelta(days=60) <= day <= today
    ] or [today]
    first = world.start if question.first is None else pick(lived, question.first)
    last = today if question.last is None else pick(lived, question.last)
    first += timedelta(days=question.shift)
    period = _period(question.period, first, max(first, last))
    as_of = today if question.as_of is None else pick(lived, question.as_of)
    place = where_to_ask[question.place % len(where_to_ask)] if question.place >= 0 else None
    by = DIMENSIONS[question.by] if question.by >= 0 else None
    needed = {one for one in (question.only, by) if one}
    kept = [one for one in family if needed <= set(figures.dimensions_of(one))]
    only = question.only if kept else ""
    if not kept:
        kept, by = list(family), None
    good = catalogue.get_product(session, dealings.GOODS[question.good])
    sector = good.sector_code if only == "sector" else None
    product_id = good.id if only == "product" else None
    edges = (period.start, period.end) if period else None
    where = place or figures.default_place(session, period=period, as_of=as_of)
    found = figures.compute(
        session,
        indicators=kept,
        period=period,
        place=place,
        as_of=as_of,
        sector=sector,
        product_id=product_id,
        by=by,
    )
    children = _children(t, where, min(period.end, as_of) if period else as_of) if by == "place" else []
    for indicator in kept:
        expected = recount.expect(
            t,
            indicator.code,
            period=edges,
            as_of=as_of,
            place_id=where.id,
            sector=sector,
            product_id=product_id,
            by=by,
            children=children,
        )
        mine = [figure for figure in found if figure.indicator is indicator]
        told = (
            f"{indicator.code} of {where.name} for {period and period.code} as of {as_of} by {by}: {question}"
        )
        _compare(indicator, mine, expected, children, told)
        counts[indicator.code] += 1
        counts["figures"] += max(1, len(mine))
        counts[f"{indicator.code} of something"] += any(any(one.amounts) for one in expected.values())
        if by is None and (indicators.ALL.index(indicator) + question.good) % 3 == 0:
            rows = drilldown.rows(
                session,
                indicator=indicator,
                period=period,
                place=place,
                as_of=as_of,
                sector=sector,
                product_id=product_id,
            )
            _check_rows(indicator, rows, expected, told)
    _check_lots(t, recount.window("available_volume", edges, as_of))


def _children(t: Tables, place: Place, day: date) -> list[int]:
    """The places directly below on a day, or on the place's own first or last one."""
    day = max(day, place.valid_from)
    if place.valid_to is not None and day >= place.valid_to:
        day = place.valid_to - timedelta(days=1)
    return [
        one.id
        for one in t.places.values()
        if one.parent_id == place.id
        and one.valid_from <= day
        and (one.valid_to is None or one.valid_to > day)
    ]


def _compare(
    indicator: Indicator,
    found: list[figures.Figure],
    expected: dict[tuple[str, Any], Expected],
    children: list[int],
    told: str,
) -> None:
    apart = indicator.code in recount.APART
    left = dict(expected)
    for figure in found:
        one = left.pop((figure.unit if apart else "", figure.group), None)
        if one is None:
            assert not figure.value, told
            assert not any(rows for rows, _, _ in figure.backing), told
        else:
            assert (figure.value, figure.backing) == (one.value, one.sides), (told, figure.group)
            assert figure.rows == one.sides[-1][0], told
    assert not left, told
    assert len({(figure.unit, figure.group) for figure in found}) == len(found), told
    for unit in {figure.unit for figure in found}:
        assert set(children) <= {figure.group for figure in found if figure.unit == unit}, told


def _check_rows(
    indicator: Indicator, rows: list[drilldown.Row], expected: dict[tuple[str, Any], Expected], told: str
) -> None:
    """Each side of a figure is the sum of its rows, and there are as many."""
    goods = {"share": "kg", "share_of_pieces": "piece"}
    if indicator.code in recount.OF_AREA:
        goods = {"share": "ha", "share_of_land": "ha_land", "share_of_ponds": "ha_pond"}
    shares = len(recount.COUNTS[indicator.code]) == 2
    for (unit, _), one in expected.items():
        for side, part in enumerate(("over", "under") if shares else ("",)):
            kept = goods.get(unit, unit)
            mine = [row for row in rows if row.part == part and (not unit or row.unit == kept)]
            assert sum(row.value for row in mine) == one.amounts[side], told
            assert len({row.key for row in mine}) == len(mine) == one.sides[side][0], told
    assert len(rows) == sum(side[0] for one in expected.values() for side in one.sides), told


def _check_lots(t: Tables, asked: Asked) -> None:
    """On no day, whatever was learned when, does a lot hold more for sale than was listed."""
    left: Counter[int] = Counter()
    for sign, lines in ((1, recount.offered(available=False)), (-1, recount.offered(available=True))):
        for line in lines(t, asked):
            left[line.key] += sign * line.amount
    assert not [key for key, amount in left.items() if amount < 0]


def _live(engine: sa.Engine, world_of: tuple[date, list[Step], list[Question]], counts: Counts) -> None:
    start, lived, asked = world_of
    worker.subscribe_all()
    with engine.execution_options(sqlite_write=True).connect() as connection, clock.at(start):
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            world = World(session, start)
            until = len(lived) * 2 // 3
            world.live(lived[:until])
            happenings.close_month(world)
            world.live(lived[until:])
            assert list(verify.differences(session)) == []
            # What was closed on the way is still what its own history makes of it.
            assert list(frozen.differences(session)) == []
            rules.check_volumes(session)
            t = Tables(session)
            counts["worlds"] += 1
            where_to_ask = places_to_ask(session)
            for question in (ALL_OF_IT, *asked):
                check(session, world, question, where_to_ask, t, counts)
        outer.rollback()


def _run(engine: sa.Engine, how_many: int) -> Counts:
    counts = Counts()

    @settings(max_examples=how_many, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(worlds)
    @example(STORY)
    def every_figure(world_of: tuple[date, list[Step], list[Question]]) -> None:
        _live(engine, world_of, counts)

    every_figure()
    return counts


@pytest.mark.long
def test_every_figure_equals_a_plain_recount_in_random_worlds(profile: Profile) -> None:
    counts = _run(profile.engine, 2 if profile.name == "embedded" else 1)
    # A recount of nothing proves nothing.
    empty = [one.code for one in indicators.ALL if not counts[f"{one.code} of something"]]
    assert not empty, counts


@pytest.mark.soak
def test_every_figure_equals_a_plain_recount_in_very_many_worlds(profile: Profile) -> None:
    _run(profile.engine, int(os.environ.get("MARKET_SOAK_WORLDS", "600")))  # some seconds each
