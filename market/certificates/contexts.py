"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar

from market.certificates.desk import DeskCertificate, Line
from market.certificates.reading import Shown
from market.files.present import ShownFile
from market.web.forms import Filled
from market.web.page_context import Grouped, Options, PageContext


@dataclass(frozen=True, kw_only=True)
class Desk(PageContext):
    """Certificates for officers."""

    template: ClassVar = "certificates/desk.html"
    lines: Sequence[Line]
    total: int
    form: Filled[Any]
    states: Options
    standards: Options
    communes: Sequence[tuple[int, str]]
    acts: bool
    labels: ModuleType
    page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class DeskNew(PageContext):
    """The form of a certificate that an officer enters."""

    template: ClassVar = "certificates/desk_new.html"
    form: Filled[Any]
    products: Grouped
    standards: Options


@dataclass(frozen=True, kw_only=True)
class DeskShow(PageContext):
    """One certificate for officers, with how to decide on it."""

    template: ClassVar = "certificates/desk_show.html"
    found: DeskCertificate
    one: Shown
    acts: bool
    files: Sequence[ShownFile]
    labels: ModuleType
    hectares: Callable[[int], str]
    verify: Filled[Any]
    refuse: Filled[Any]
    stop: Filled[Any]
    grounds: Options
    stops: Options


@dataclass(frozen=True, kw_only=True)
class Index(PageContext):
    """A unit's own certificates, and the form of another."""

    template: ClassVar = "certificates/index.html"
    form: Filled[Any]
    files_form: Filled[Any]
    files_at: int | None
    no_form: Filled[Any]
    held: Sequence[Shown]
    files: Mapping[int, tuple[ShownFile, ...]]
    party_id: int
    can_trade: bool
    labels: ModuleType
    hectares: Callable[[int], str]
    products: Grouped
    standards: Options


@dataclass(frozen=True, kw_only=True)
class Edit(PageContext):
    """The form that corrects or prolongs a certificate."""

    template: ClassVar = "certificates/edit.html"
    form: Filled[Any]
    one: Shown
    back: str
    action: str
    products: Grouped
    standards: Options
