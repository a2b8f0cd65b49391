"""The half-year and year report, as values: of a closed period what was frozen, of an open one what is
counted now; beside the same period a year before. Its lines are in report_lines.py, its words in
report_text.py; pages and files only write down what stands here.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import MarketError, NotFound
from market.official import amounts
from market.parties.models import Party
from market.places import queries as places
from market.places.models import Place
from market.statistics import calendar, figures, frozen, indicators, periods, report_lines
from market.statistics import targets as wanted
from market.statistics.aggregates import Dimension, Question
from market.statistics.calendar import Known
from market.statistics.figures import Figure
from market.statistics.periods import Period
from market.statistics.report_lines import Line

Number = int | float
#: Names a figure of the whole province: indicator, cut, group, unit.
Name = tuple[str, str, str, str]
#: By what the report breaks figures down.
CUTS: dict[Dimension, tuple[str, ...]] = {
    "kind": ("members",),
    "rating": ("rated_cooperatives",),
    "evidence": ("links_in_force", "linked_area", "contracted_volume", "delivered_value"),
    "contract": ("links_in_force",),
}
#: Which of these the footnotes tell.
SPLIT = {(cut, code) for cut in ("evidence", "contract") for code in CUTS[cut]}
#: What a report is made of: half-years and years.
KINDS = ("half", "year")


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its values in the unit in which it is written; None: not held, or nothing to divide by."""

    line: Line
    plan: Number | None
    actual: Number | None
    before: Number | None
    estimate: Number | None

    @property
    def of_plan(self) -> float | None:
        """The share of the plan that was reached."""
        return self.actual / self.plan if self.plan and self.actual is not None else None


@dataclass(frozen=True, slots=True)
class Report:
    """A report. ``known_at``: by what was known when; ``revision`` of a closed period, None of an open one.
    ``evidence``: by figure how much rests on which evidence, in base units.
    """

    period: Period
    province: Place
    rows: tuple[Row, ...]
    known_at: datetime
    revision: int | None
    evidence: Mapping[str, Mapping[str, Number]]
    is_demo: bool

    def value(self, code: str, *, before: bool = False) -> Number | None:
        """The first line of an indicator, as written."""
        row = next(row for row in self.rows if row.line.figure == code)
        return row.before if before else row.actual

    def of(self, kt: str, group: str = "") -> Number | None:
        """The line of a report code (and group)."""
        return next(row.actual for row in self.rows if (row.line.code, row.line.of) == (kt, group))


def find_period(session: Session, text: str) -> Known:
    """The half-year or year that a text names, if it has begun; refuses NotFound any other."""
    try:
        named = periods.parse(text)
        if named.kind not in KINDS or named.start > clock.today():
            raise NotFound
        return calendar.read(session, named.code, as_of=clock.today())
    except MarketError as wrong:
        raise NotFound from wrong


def make(session: Session, known: Known) -> Report:
    """The report of a period."""
    period = known.period
    province = places.province_on(session, day=min(period.end, clock.today()))
    closed = known.row if known.revision is not None else None
    # A closed report prints the same for ever: what stands beside its figures is that of its own moment too.
    at = closed.known_before if closed is not None else None
    now = _facts(session, known, province, before=None)
    then = _earlier(session, period, before=at)
    whole_year = _whole_year(session, period, before=at)
    planned = targets(session, period, province, before=at)
    rows = []
    for line in report_lines.ALL:
        actual, before = _of(now, line), _of(then, line)
        rows.append(
            Row(
                line=line,
                plan=planned.get(line),
                actual=actual,
                before=before,
                estimate=_estimate(line, period, actual, before, _of(whole_year, line)),
            )
        )
    evidence: dict[str, dict[str, Number]] = {}
    for (code, cut, group, unit), value in now.items():
        # Of what is kept apart the first: goods by weight, sown area.
        if (cut, code) in SPLIT and unit == indicators.get(code).unit and value:
            evidence.setdefault(f"{code}/{cut}", {})[group] = value
    return Report(
        period=period,
        province=province,
        rows=tuple(rows),
        known_at=at or clock.now(),
        revision=known.revision,
        evidence=evidence,
        is_demo=session.scalar(sa.select(Party.id).where(Party.is_demo).limit(1)) is not None,
    )


def targets(
    session: Session, period: Period, province: Place, *, before: datetime | None
) -> dict[Line, Number]:
    """What was planned for the whole year, by line, as written: the targets of the province for all sectors
    (targets.py). A line without one is left open, to be filled in by hand.
    """
    year = periods.of_year(period.end.year).code
    planned = {
        row.indicator: row
        for row in wanted.standing(session, over=(province.id,), before=before)
        if (row.place_id, row.period, row.sector_code) == (province.id, year, None)
    }
    found: dict[Line, Number] = {}
    for line in report_lines.ALL:
        row = planned.get(line.figure or "")
        if row is not None and not line.cut:
            base = amounts.in_base(row.amount, row.decimals, row.unit)
            number = int(base) if base.denominator == 1 else float(base)
            found[line] = written(number, indicators.get(row.indicator).unit)
    return found


def _facts(
    session: Session, known: Known, province: Place, *, before: datetime | None
) -> dict[Name, Number | None]:
    """The figures of the province: frozen where the period is closed, else counted; ``before``: as both stood
    then.
    """
    row = known.row
    revision = frozen.revision_of(session, row, before=before) if row is not None else None
    if row is not None and revision is not None:
        kept = frozen.stored(session, row, revision)
        return {
            (code, cut, group, unit): None if one.value is None else ast.literal_eval(one.value)
            for (code, place_id, sector, cut, group, unit), one in kept.items()
            if place_id == row.place_id and not sector and cut != "place"
        }
    asked = Question(province, clock.today(), known_before=before)
    wanted = sorted({line.figure for line in report_lines.ALL if line.figure})
    found = _count(session, known.period, asked, tuple(wanted), None)
    for cut, codes in CUTS.items():
        found |= _count(session, known.period, asked, codes, cut)
    return found


def _count(
    session: Session, period: Period, asked: Question, codes: tuple[str, ...], cut: Dimension | None
) -> dict[Name, Number | None]:
    some: list[Figure] = figures.compute_for(
        session, indicators=[indicators.get(code) for code in codes], periods_=[period], asked=asked, by=cut
    )[0]
    return {
        (one.indicator.code, cut or "", "" if one.group is None else str(one.group), one.unit): one.value
        for one in some
    }


def _earlier(session: Session, period: Period, *, before: datetime | None) -> dict[Name, Number | None]:
    """The same period a year before."""
    return _named(session, f"{period_year(period) - 1}{period.code[4:]}", before=before)


def _whole_year(session: Session, period: Period, *, before: datetime | None) -> dict[Name, Number | None]:
    """Of the first half's report the year before, of the second half's the year itself."""
    if period.kind == "year":
        return {}
    year = period_year(period)
    return _named(session, str(year if period.code.endswith("H2") else year - 1), before=before)


def _named(session: Session, code: str, *, before: datetime | None) -> dict[Name, Number | None]:
    """The figures of a period; none of a time before any province is known."""
    try:
        known = calendar.read(session, code, as_of=clock.today())
    except MarketError:
        return {}
    province = places.province_on(session, day=known.period.end)
    return _facts(session, known, province, before=before)


def period_year(period: Period) -> int:
    """The year that a period's name says, whatever its days."""
    return int(period.code[:4])


def _of(found: Mapping[Name, Number | None], line: Line) -> Number | None:
    """A line's value as it is written; nothing counted is 0 where anything is known of that time, but for
    what nobody has stated.
    """
    if line.figure is None or not found or (line.reported and not _whole(found, line.figure)):
        return None
    for (code, cut, group, unit), value in found.items():
        same = (code, cut, group) == (line.figure, line.cut or "", line.of)
        if same and (not line.apart or line.apart == unit):
            return None if value is None else written(value, unit)
    return None if _is_share(line) else 0


def _whole(found: Mapping[Name, Number | None], figure: str) -> Number:
    """An indicator's value that is not broken down."""
    return next((value for (code, cut, *_), value in found.items() if code == figure and not cut), None) or 0


def _is_share(line: Line) -> bool:
    return indicators.get(line.figure or "").unit.startswith("share")


def written(value: Number, unit: str) -> Number:
    """A value in base units in those of the report: hectares, tonnes, million đồng, per cent."""
    scale = {"kg": 10**6, "VND": 10**6, "ha": 10**4, "ha_land": 10**4, "ha_pond": 10**4}.get(unit)
    if unit.startswith("share"):
        return round(value * 100, 2)
    if scale is None:
        return value
    return value // scale if isinstance(value, int) and not value % scale else round(value / scale, 2)


def _estimate(
    line: Line, period: Period, actual: Number | None, before: Number | None, year: Number | None
) -> Number | None:
    """What the year comes to. A year's report says it, and after the second half it is known; after the first
    stocks are taken as they stand, and flows in the proportion that the same half had of the year before.
    """
    if actual is None or period.kind == "year" or not line.flow:
        return actual
    if period.code.endswith("H2"):
        return year
    return round(actual * year / before, 2) if before and year else None


def list_codes(today: date) -> list[str]:
    """The half-years and years of which reports are made, newest first: those that run and those that ended
    in the last five years.
    """
    codes = []
    for year in range(today.year, today.year - 6, -1):
        codes += [one for one in (str(year), f"{year}-H2", f"{year}-H1") if periods.parse(one).start <= today]
    return codes
