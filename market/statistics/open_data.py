"""Open data: which sets there are, what each holds, of which days it is and how far it has been revised; and
the sets as files. A file of figures holds what the public sees (open_figures.py) and no more; the other sets
are in open_lists.py, the words for programs that gather catalogues in dcat.py.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import TooMany
from market.official.models import Denominator, OfficialFigure
from market.places.models import Place
from market.spreadsheets import writing
from market.statistics import asked as questions
from market.statistics import calendar, indicators, open_figures, open_lists, periods, present
from market.statistics import state as data_state
from market.statistics.aggregates import Dimension
from market.statistics.asked import Asked
from market.statistics.definition import Indicator
from market.statistics.models import Publication
from market.statistics.open_figures import Line
from market.web import language
from market.web.context import LANGUAGES, speaking
from market.words import Named, Words, t

HOME = "/open-data"
CATALOG = f"{HOME}/catalog.jsonld"
FEED = f"{HOME}/periods.atom"
WIDGET = f"{HOME}/widget"
ENDINGS = ("csv", "json")
MEDIA_TYPES = {"csv": "text/csv", "json": "application/json"}

#: Everything here may be used by anybody who says where it is from.
LICENCE = "CC BY 4.0"
LICENCE_NAME = Named(
    "Giấy phép Creative Commons Ghi công 4.0 Quốc tế (CC BY 4.0)",
    "Creative Commons Attribution 4.0 International (CC BY 4.0)",
)
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A set of open data. ``holds``: whether a figure belongs to it; without it, a list made by ``make``."""

    code: str
    title: Words
    about: Words
    columns: tuple[str, ...]
    often: Literal["daily", "irregular"]
    keywords: Named
    holds: Callable[[Indicator], bool] | None = None
    make: Callable[[Session], list[Line]] | None = None

    @property
    def is_of_figures(self) -> bool:
        return self.holds is not None

    @property
    def indicators(self) -> list[Indicator]:
        """The figures that it holds, in their order."""
        return [one for one in indicators.ALL if self.holds is not None and self.holds(one)]

    def path(self, ending: str) -> str:
        """Its address as a file."""
        return f"{HOME}/{self.code}.{ending}"


ALL: tuple[Dataset, ...] = (
    Dataset(
        "register",
        t("The register in figures"),
        t(
            "Cooperatives, groups and unions, their members, ratings and certificates, and how many of them "
            "trade or are linked. Public at every level, down to the commune."
        ),
        open_figures.COLUMNS,
        "daily",
        Named("hợp tác xã, tổ hợp tác, thành viên", "cooperatives, cooperative groups, members"),
        holds=lambda one: one.access == "register",
    ),
    Dataset(
        "trade",
        t("Linkage and trade"),
        t(
            "Agreements, volumes and values, deliveries, outlets, offers and demand, and what units report "
            "of their business, of periods that have ended. Where fewer than three units or three buyers "
            "stand behind a figure, or behind one that it would give away, there is no value: it is marked "
            "as suppressed."
        ),
        open_figures.COLUMNS,
        "daily",
        Named("liên kết, tiêu thụ, nông sản", "linkage, offtake, agricultural products"),
        holds=lambda one: one.access != "register",
    ),
    Dataset(
        "published",
        t("What others have published"),
        t(
            "Official figures of the province, and the areas and outputs that shares are divided by, each "
            "with its source, its date and its scope. Please name that source, too."
        ),
        open_lists.PUBLISHED,
        "irregular",
        Named("số liệu đã công bố, diện tích, sản lượng", "official figures, area, output"),
        make=open_lists.published,
    ),
    Dataset(
        "indicators",
        t("List of figures"),
        t("The code of every figure: its name, its meaning, the report code, the unit, and who may see it."),
        open_lists.INDICATORS,
        "irregular",
        Named("danh mục chỉ tiêu", "code list of indicators"),
        make=open_lists.of_indicators,
    ),
    Dataset(
        "places",
        t("List of places"),
        t(
            "The province, its former districts and its communes before and after 1 July 2025, with the days "
            "they were valid and who came after them."
        ),
        open_lists.PLACES,
        "irregular",
        Named("danh mục đơn vị hành chính", "code list of administrative units"),
        make=open_lists.of_places,
    ),
    Dataset(
        "goods",
        t("List of sectors and products"),
        t("The codes of sectors and products that the figures use, with their units."),
        open_lists.GOODS,
        "irregular",
        Named("danh mục sản phẩm", "code list of products"),
        make=open_lists.of_goods,
    ),
)
BY_CODE = {one.code: one for one in ALL}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a set stands today. ``revision`` goes up with every change of something closed or published;
    ``days`` are the first and the last that it tells of. None: it does not apply.
    """

    revision: int | None
    modified: datetime | None
    days: tuple[date, date] | None


def offered(today: date, kind: str | None = None) -> list[str]:
    """The codes of the ended periods that files hold, newest first: of one kind, or of all."""
    return [
        one.code
        for _, of_kind, count in present.OFFERED
        if kind in (None, of_kind)
        for one in periods.ended(of_kind, today=today, count=count)
    ]


def standings(session: Session) -> dict[str, Standing]:
    """How each set stands today, by its code; those of figures stand alike."""
    of_figures = _of_figures(session)
    return {one.code: of_figures if one.is_of_figures else standing(session, one) for one in ALL}


def _of_figures(session: Session) -> Standing:
    today = clock.today()
    number, last = calendar.count_changes(session)
    chosen = session.scalar(sa.select(sa.func.max(Publication.made_at)))
    # Open periods are counted as known today.
    moments = [one for one in (last, chosen, clock.start_of(today)) if one is not None]
    days = [periods.parse(code) for code in offered(today)]
    return Standing(number, max(moments), (min(one.start for one in days), max(one.end for one in days)))


def standing(session: Session, dataset: Dataset) -> Standing:
    """How a set stands today."""
    if dataset.is_of_figures:
        return _of_figures(session)
    if dataset.code == "published":
        found = [
            session.execute(
                sa.select(
                    sa.func.count(),
                    sa.func.max(table.recorded_at),
                    sa.func.min(table.from_date),
                    sa.func.max(table.to_date),
                )
            ).one()
            for table in (OfficialFigure, Denominator)
        ]
        some = [row for row in found if row[0]]
        return Standing(
            sum(row[0] for row in found),
            max((row[1] for row in some), default=None),
            (min(row[2] for row in some), max(row[3] for row in some)) if some else None,
        )
    return Standing(None, None, None)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a file of figures is asked for: the question, the periods, and by what it is broken down."""

    of: Asked
    codes: tuple[str, ...]
    #: None: of each period the province that was valid then.
    place: Place | None
    by: Dimension | None

    def questions(self, session: Session) -> list[Asked]:
        """One question a period."""
        return [questions.at(session, self.of, code, place=self.place) for code in self.codes]


def rows(session: Session, dataset: Dataset, choice: Choice | None) -> list[Line]:
    """The lines of a set, of figures those that are chosen."""
    if dataset.make is not None:
        return dataset.make(session)
    assert choice is not None
    wanted = [one for one in dataset.indicators if choice.of.fits(one)]
    return open_figures.lines(session, wanted, choice.questions(session), choice.by)


def write(dataset: Dataset, ending: str, found: Sequence[Line], *, about: Mapping[str, Any]) -> bytes:
    """The lines as a file; ``about`` stands in the head of .json."""
    if ending == "csv":
        cells = ([line[column] for column in dataset.columns] for line in found)
        return writing.write(".csv", title=dataset.code, heads=dataset.columns, rows=cells)
    document = {**about, "columns": dataset.columns, "rows": found}
    return json.dumps(document, ensure_ascii=False, default=date.isoformat).encode()


def http_date(moment: datetime) -> str:
    """A moment as headers write it."""
    return format_datetime(moment, usegmt=True)


def both(words: Any) -> dict[str, str]:
    """Something said in both languages."""
    found = {}
    for code in LANGUAGES:
        with speaking(code):
            found[code] = language.say(words)
    return found


class Files:
    """Files of figures that a process has made, for as long as nothing changes that they are made of: one
    takes as long as several pages, so that few are made at a time. Any thread may use it at any time.
    """

    #: So many bytes are kept.
    MOST = 32 * 2**20
    AT_A_TIME = 2

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, ...], tuple[str, bytes]] = OrderedDict()
        self._lock = threading.Lock()
        self._making = threading.Semaphore(self.AT_A_TIME)

    def get(self, session: Session, asked: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
        """The file that was made when the same was asked, or the one that is made now. Refuses TooMany while
        others are being made, so that pages do not wait for files.
        """
        at = state(session)
        with self._lock:
            held = self._held.get(asked)
            if held is not None and held[0] == at:
                self._held.move_to_end(asked)
                return held[1]
        if not self._making.acquire(blocking=False):
            raise TooMany(t("Other files are being made just now. Please try again in a moment."), seconds=10)
        try:
            made = make()
        finally:
            self._making.release()
        with self._lock:
            self._held[asked] = (at, made)
            self._held.move_to_end(asked)
            while len(self._held) > 1 and sum(len(one) for _, one in self._held.values()) > self.MOST:
                self._held.popitem(last=False)
        return made


def state(session: Session) -> str:
    """The state of all that public figures are made of: the data, and which cells were chosen. It moves on
    every hour: rows of transactions that overlap become known in another order than they are numbered.
    """
    chosen = session.scalar(sa.select(sa.func.max(Publication.made_at)))
    return f"{data_state.of(session, clock.today())} {chosen} {clock.now().hour}"
