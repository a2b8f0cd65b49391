"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import ModuleType
from typing import Any, ClassVar

from market.catalogue.models import Product
from market.places.models import Place
from market.statistics import plan_pages, worklists
from market.statistics.aggregates import Dimension
from market.statistics.asked import Asked
from market.statistics.beside import Published
from market.statistics.calendar import Known
from market.statistics.closing import Commune
from market.statistics.dashboard import Chart
from market.statistics.definition import Indicator
from market.statistics.models import PeriodStep, ReportedPeriod
from market.statistics.opened import Line as RowLine
from market.statistics.periods import Period
from market.statistics.pilots import Model
from market.statistics.present import Breakdown, Tile
from market.statistics.report import Report, Row
from market.statistics.report_text import Note, Section
from market.statistics.worklists import Worklist
from market.web.forms import Filled
from market.web.page_context import Grouped, Options, PageContext
from market.words import Words


@dataclass(frozen=True, kw_only=True)
class Periods(PageContext):
    """Reporting periods with where each stands."""

    template: ClassVar = "statistics/periods.html"
    lines: Sequence[Mapping[str, Any]]
    states: Mapping[str, str]
    tones: Mapping[str, str]
    form: Filled[Any]
    acts: bool


@dataclass(frozen=True, kw_only=True)
class PeriodPage(PageContext):
    """One reporting period: what communes say, the next step, what was learned since."""

    template: ClassVar = "statistics/period.html"
    known: Known
    row: ReportedPeriod | None
    state: str
    province: Place
    ended: bool
    acts: bool
    submits: bool
    may_close: bool
    communes: Sequence[Commune]
    taken: int
    asked: int
    steps: Sequence[PeriodStep]
    names: Mapping[int | None, str]
    states: Mapping[str, str]
    tones: Mapping[str, str]
    step_words: Mapping[str, str]
    commune_words: Mapping[str, str]
    form: Filled[Any]
    since: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Department(PageContext):
    """What waits for an officer, and the charts of her place."""

    template: ClassVar = "statistics/department.html"
    place: Place
    places: Options
    place_key: str
    charts: Sequence[Chart]
    counted_at: datetime
    lists: Sequence[tuple[Worklist, int, str]]
    registers: bool
    pending: int
    attests: bool
    unverified: int
    ending: int
    by_phone: int | None
    moderation: int | None
    counts: bool
    files: bool


@dataclass(frozen=True, kw_only=True)
class OpenData(PageContext):
    """The open sets with their files, and what to copy to another site."""

    template: ClassVar = "statistics/open_data.html"
    datasets: Sequence[Mapping[str, Any]]
    open: ModuleType
    form: Filled[Any]
    periods: Grouped
    places: Options
    sectors: Options
    cuts: Options
    parameters: Options
    example: str
    cite: str
    widget: str
    widget_title: str
    snippet: str
    feed: str


@dataclass(frozen=True, kw_only=True)
class Pilots(PageContext):
    """Model units by place and field, and those of one cell."""

    template: ClassVar = "statistics/pilots.html"
    geography: str
    fields: Sequence[str]
    lines: Sequence[Mapping[str, Any]]
    wanted: int
    wanted_all: int
    reached: int
    total: int
    opened: bool
    of_place: str | None
    of_field: str
    chosen: Sequence[Model]


@dataclass(frozen=True, kw_only=True)
class Plans(PageContext):
    """Season plans, a unit's own or those of an officer's places, and the form."""

    template: ClassVar = "statistics/plans.html"
    form: Filled[Any]
    own: bool
    sees: bool
    may: bool
    home: str
    lines: Sequence[plan_pages.Line]
    page: int
    pages: int
    products: Options
    seasons: Options
    bases: Options


@dataclass(frozen=True, kw_only=True)
class Reports(PageContext):
    """Half-years and years of which there are reports."""

    template: ClassVar = "statistics/reports.html"
    lines: Sequence[tuple[str, str, Known]]


@dataclass(frozen=True, kw_only=True)
class ReportPage(PageContext):
    """A report to be read and printed."""

    template: ClassVar = "statistics/report.html"
    report: Report
    title: Words
    sections: Sequence[Section]
    heads: Sequence[Words]
    rows: Sequence[tuple[Row, tuple[str, ...]]]
    marks: Mapping[str, int]
    notes: Sequence[Note]
    state: Words
    source: Words
    not_held: Words


@dataclass(frozen=True, kw_only=True)
class Targets(PageContext):
    """Targets with how far each is, and the form to set one."""

    template: ClassVar = "statistics/targets.html"
    form: Filled[Any]
    lines: Sequence[Mapping[str, Any]]
    acts: bool
    figures: Options
    places: Options
    sectors: Options


@dataclass(frozen=True, kw_only=True)
class Work(PageContext):
    """A page of a list to work through."""

    template: ClassVar = "statistics/work.html"
    worklist: Worklist
    lines: Sequence[tuple[worklists.Line, date | None]]
    total: int
    acts: bool
    today: date
    form: Filled[Any]
    fields: Mapping[str, Any]
    tell_at: str
    page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class Question(PageContext):
    """What both pages of figures show of what is asked."""

    form: Filled[Any]
    period: Period
    place: Place
    of: Asked
    periods: Grouped
    places: Options
    sectors: Options
    product: Product | None
    as_of: date
    released: date | None
    next_release: date


@dataclass(frozen=True, kw_only=True)
class Index(Question):
    """All figures of a period and place."""

    template: ClassVar = "statistics/index.html"
    everything: bool
    sections: Sequence[tuple[str, Sequence[Tile]]]
    open: bool
    files: Options
    counted_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Show(Question):
    """One figure: its value, its breakdowns, its rows for those entitled."""

    template: ClassVar = "statistics/show.html"
    indicator: Indicator
    chosen: bool
    opened: bool
    tiles: Sequence[tuple[str, str, str]]
    breakdowns: Sequence[tuple[Dimension, tuple[Words, Words], Breakdown]]
    #: There are more breakdowns, which the public sees of the province's whole year alone.
    more_of_year: bool
    published: Sequence[Published]
    rows: Sequence[RowLine]
    rows_shown: bool
    rows_total: int
    rows_mine: bool
    page: int
    pages: int
