"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar

from market.certificates.queries import HeldCertificate
from market.links import queries as links
from market.listings.queries import Card
from market.parties import changes, desk
from market.parties.desk import DeskLine
from market.parties.duplicates import Alike
from market.parties.models import Party
from market.parties.past import Merged, Noted
from market.parties.units import UnitPage, UnitsFound
from market.web.forms import Filled
from market.web.page_context import Options, PageContext


@dataclass(frozen=True, kw_only=True)
class Desk(PageContext):
    """The register for officers."""

    template: ClassVar = "parties/desk.html"
    lines: Sequence[DeskLine]
    alike: Mapping[int, Sequence[Alike]]
    total: int
    form: Filled[Any]
    standings: Options
    sides: Options
    labels: ModuleType
    page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class DeskParty(PageContext):
    """A party for officers, with what waits to be confirmed."""

    template: ClassVar = "parties/desk_party.html"
    party: desk.DeskParty
    acts: bool
    labels: ModuleType
    confirm: Filled[Any]
    refuse: Filled[Any]
    levels: Options
    code: str
    code_for: int


@dataclass(frozen=True, kw_only=True)
class Record(PageContext):
    """What the register says of a party, and what it said before."""

    template: ClassVar = "parties/record.html"
    acts: bool
    party: Party
    labels: ModuleType
    noted: Sequence[Noted]
    merged: Merged | None
    changes: Options


@dataclass(frozen=True, kw_only=True)
class Change(PageContext):
    """The form of one change in the register."""

    template: ClassVar = "parties/change.html"
    party: Party
    kind: str
    change: changes.Change
    form: Filled[Any]
    choices: Mapping[str, Sequence[tuple[Any, str]]]
    dated: bool


@dataclass(frozen=True, kw_only=True)
class Register(PageContext):
    """Who may register as what."""

    template: ClassVar = "parties/register.html"


@dataclass(frozen=True, kw_only=True)
class RegisterUnit(PageContext):
    """The form to register a unit."""

    template: ClassVar = "parties/register_unit.html"
    form: Filled[Any]
    kinds: Options
    communes: Sequence[tuple[int, str]]
    fields: Options
    chosen: Sequence[str]
    grounds: Options


@dataclass(frozen=True, kw_only=True)
class RegisterBuyer(PageContext):
    """The form to register a buyer."""

    template: ClassVar = "parties/register_buyer.html"
    form: Filled[Any]
    kinds: Options
    buyer_kinds: Options
    destinations: Options
    communes: Sequence[tuple[int, str]]


@dataclass(frozen=True, kw_only=True)
class Index(PageContext):
    """The units that everybody sees."""

    template: ClassVar = "parties/index.html"
    form: Filled[Any]
    found: UnitsFound
    page: int
    pages: int
    asked: Mapping[str, str]
    kinds: Sequence[tuple[str, str, int]]
    places: Options
    fields: Options
    labels: ModuleType


@dataclass(frozen=True, kw_only=True)
class Show(PageContext):
    """One unit's public page."""

    template: ClassVar = "parties/show.html"
    unit: UnitPage
    merged: Merged | None
    labels: ModuleType
    cards: Sequence[Card]
    certificates: Sequence[HeldCertificate]
    record: links.Record | None
