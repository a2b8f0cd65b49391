"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from market.official.present import Line
from market.web.forms import Filled
from market.web.page_context import Options, PageContext


@dataclass(frozen=True, kw_only=True)
class Denominators(PageContext):
    """Denominators, and the form of another."""

    template: ClassVar = "official/denominators.html"
    form: Filled[Any]
    correcting: bool
    bases: Options
    products: Options
    units: Options
    acts: bool
    lines: Sequence[Line]
    page: int
    pages: int
    places: Options
    sectors: Options
    total: int


@dataclass(frozen=True, kw_only=True)
class Figures(PageContext):
    """Official figures, and the form of another."""

    template: ClassVar = "official/figures.html"
    form: Filled[Any]
    correcting: bool
    codes: Options
    units: Options
    acts: bool
    lines: Sequence[Line]
    page: int
    pages: int
    places: Options
    sectors: Options
    total: int
