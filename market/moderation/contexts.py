"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar

from market.moderation.complaints import ComplaintPage
from market.moderation.data_desk import RequestPage
from market.moderation.data_requests import Clocks, LeftAlone
from market.moderation.event_log import Line
from market.moderation.flags import FlagLine
from market.moderation.held import OwnData
from market.moderation.queries import HidingPage, ReportLine, ReportPage, Subject, TakedownPage
from market.moderation.rules_texts import Part, Rules
from market.web.forms import Filled
from market.web.page_context import Options, PageContext


@dataclass(frozen=True, kw_only=True)
class Complaints(PageContext):
    """Complaints that are open, and the figures of a year."""

    template: ClassVar = "moderation/complaints.html"
    lines: Sequence[ComplaintPage]
    labels: ModuleType
    year: int
    this_year: int
    figures: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class DeskComplaint(PageContext):
    """One complaint, with its answer and its end."""

    template: ClassVar = "moderation/desk_complaint.html"
    one: ComplaintPage
    labels: ModuleType
    answering: Filled[Any]
    closing: Filled[Any]
    outcomes: Options


@dataclass(frozen=True, kw_only=True)
class DeskRequests(PageContext):
    """What persons asked about their data."""

    template: ClassVar = "moderation/requests.html"
    lines: Sequence[RequestPage]
    labels: ModuleType


@dataclass(frozen=True, kw_only=True)
class DeskRequest(PageContext):
    """One person's request, with the answer."""

    template: ClassVar = "moderation/request.html"
    one: RequestPage
    form: Filled[Any]
    labels: ModuleType
    answers: Options
    alone: Sequence[LeftAlone]


@dataclass(frozen=True, kw_only=True)
class Data(PageContext):
    """What is held about the person who asks."""

    template: ClassVar = "moderation/data.html"
    held: OwnData
    phone: str
    labels: ModuleType
    form: Filled[Any]


@dataclass(frozen=True, kw_only=True)
class DataAsk(PageContext):
    """The form of a request about one's own data."""

    template: ClassVar = "moderation/data_ask.html"
    form: Filled[Any]
    kind: str
    kinds: Options
    alone: Sequence[LeftAlone]
    clocks: Clocks


@dataclass(frozen=True, kw_only=True)
class Desk(PageContext):
    """What waits for an officer."""

    template: ClassVar = "moderation/desk.html"
    lines: Sequence[ReportLine]
    state: str
    page: int
    pages: int
    takedowns: Sequence[TakedownPage]
    hidings: Sequence[HidingPage]
    labels: ModuleType


@dataclass(frozen=True, kw_only=True)
class DeskReport(PageContext):
    """One report, with both ways to decide on it."""

    template: ClassVar = "moderation/desk_report.html"
    one: ReportPage
    labels: ModuleType
    reasons: Options
    dismissing: Filled[Any]
    hide: Filled[Any]


@dataclass(frozen=True, kw_only=True)
class Hide(PageContext):
    """The form to hide what nobody has reported."""

    template: ClassVar = "moderation/hide.html"
    form: Filled[Any]
    reasons: Options


@dataclass(frozen=True, kw_only=True)
class DeskHiding(PageContext):
    """A decision to hide, how to end it and how to decide on the objection."""

    template: ClassVar = "moderation/desk_hiding.html"
    one: HidingPage
    labels: ModuleType
    lifting: Filled[Any]
    deciding: Filled[Any]
    outcomes: Options
    mine: bool


@dataclass(frozen=True, kw_only=True)
class Flags(PageContext):
    """What the job found and nobody has looked at."""

    template: ClassVar = "moderation/flags.html"
    lines: Sequence[FlagLine]
    labels: ModuleType


@dataclass(frozen=True, kw_only=True)
class Flag(PageContext):
    """One finding, with both ways to decide on it."""

    template: ClassVar = "moderation/flag.html"
    one: FlagLine
    labels: ModuleType
    reasons: Options
    dismissing: Filled[Any]
    hide: Filled[Any]


@dataclass(frozen=True, kw_only=True)
class Events(PageContext):
    """Events as somebody asked for them."""

    template: ClassVar = "moderation/events.html"
    form: Filled[Any]
    fields: Mapping[str, str]
    lines: Sequence[Line]
    total: int
    page: int
    pages: int
    words: ModuleType
    kinds: Options
    verbs: Options
    channels: Options


@dataclass(frozen=True, kw_only=True)
class Operator(PageContext):
    """Who runs the market, and one version of the rules."""

    template: ClassVar = "moderation/operator.html"
    rules: Rules
    parts: Sequence[Part]
    versions: Sequence[Rules]
    current: str
    days: int


@dataclass(frozen=True, kw_only=True)
class ComplaintNew(PageContext):
    """The form of a complaint."""

    template: ClassVar = "moderation/complaint_new.html"
    form: Filled[Any]
    subjects: Options
    days: int


@dataclass(frozen=True, kw_only=True)
class Complaint(PageContext):
    """A complaint as whoever made it sees it."""

    template: ClassVar = "moderation/complaint.html"
    one: ComplaintPage
    labels: ModuleType


@dataclass(frozen=True, kw_only=True)
class Report(PageContext):
    """The form to report a listing or a unit."""

    template: ClassVar = "moderation/report.html"
    about: Subject
    form: Filled[Any]
    reasons: Options
    known: bool
    kept: int


@dataclass(frozen=True, kw_only=True)
class Own(PageContext):
    """What was hidden of the unit's."""

    template: ClassVar = "moderation/own.html"
    lines: Sequence[HidingPage]
    labels: ModuleType


@dataclass(frozen=True, kw_only=True)
class OwnShow(PageContext):
    """One decision as the unit reads it, and its objection."""

    template: ClassVar = "moderation/own_show.html"
    one: HidingPage
    form: Filled[Any]
    labels: ModuleType
    may: bool


@dataclass(frozen=True, kw_only=True)
class TakedownNew(PageContext):
    """The form of an authority's request."""

    template: ClassVar = "moderation/takedown_new.html"
    form: Filled[Any]


@dataclass(frozen=True, kw_only=True)
class DeskTakedown(PageContext):
    """An authority's request, and carrying it out."""

    template: ClassVar = "moderation/desk_takedown.html"
    one: TakedownPage
    form: Filled[Any]
    reasons: Options
