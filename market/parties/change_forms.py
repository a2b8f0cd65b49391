"""The forms of what an officer changes in the register, one for each kind of change: the day from which it
holds (empty: today) and its source or reason stand in each. What a change does is in changes.py.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from market.parties.history import MOST_MEMBERS
from market.parties.register_models import CRITERIA, MOST_MONEY, MOST_PEOPLE, MOST_POINTS, RETURN_ITEMS
from market.web.forms import (
    Day,
    Id,
    Line,
    OptionalDay,
    Whole,
    as_list,
    clean_text,
    optional_whole,
    parse_whole,
)

Source = Annotated[str, BeforeValidator(clean_text), Field(min_length=1, max_length=500)]
Reason = Annotated[str, BeforeValidator(clean_text), Field(max_length=2000)]
People = Annotated[int | None, *optional_whole(MOST_PEOPLE)]
Dong = Annotated[int | None, *optional_whole(MOST_MONEY)]
Points = Annotated[int | None, *optional_whole(MOST_POINTS)]
YesNo = Literal["yes", "no"]


def _signed(value: Any) -> Any:
    """A whole number that may be below nothing."""
    if not isinstance(value, str):
        return value
    text = value.strip().replace("\u2212", "-")
    if not text:
        return None
    return -parse_whole(text[1:]) if text.startswith("-") else parse_whole(text)


Balance = Annotated[Annotated[int, Field(ge=-MOST_MONEY, le=MOST_MONEY)] | None, BeforeValidator(_signed)]


class _Change(BaseModel):
    source: Source


class _Dated(_Change):
    on_date: OptionalDay = None


class NameForm(_Dated):
    name: Line


class PlaceForm(_Dated):
    place_id: Id


class KindForm(_Dated):
    kind: Literal["cooperative", "group", "union"]


class StatusForm(_Dated):
    status: Literal["active", "suspended", "stopped", "dissolved"]


class FoundingForm(_Change):
    founded_on: Day


class MembersForm(_Dated):
    official: Annotated[Whole, Field(le=MOST_MEMBERS)]
    associate: People = None
    households: People = None


class FieldsForm(_Dated):
    fields: Annotated[list[str], BeforeValidator(as_list), Field(min_length=1, max_length=8)]


class CapitalForm(_Dated):
    amount: Annotated[Whole, Field(le=MOST_MONEY)]


class HighTechForm(_Dated):
    holds: YesNo


class PilotForm(_Dated):
    field: str
    holds: YesNo


class ComparisonForm(_Dated):
    agrees: YesNo


class ReturnForm(_Change):
    year: Annotated[Whole, Field(ge=1990, le=2200)]
    workers: People = None
    revenue: Dong = None
    member_revenue: Dong = None
    profit: Balance = None
    member_income: Dong = None
    worker_income: Dong = None
    assets: Dong = None
    managers: People = None
    trained_managers: People = None

    @property
    def items(self) -> dict[str, int | None]:
        """What was said, by the names of ``RETURN_ITEMS``."""
        return {name: getattr(self, name) for name in RETURN_ITEMS}


class RatingForm(_Dated):
    """The points come as ``points1`` to ``points15``."""

    year: Annotated[Whole, Field(ge=1990, le=2200)]
    points1: Points = None
    points2: Points = None
    points3: Points = None
    points4: Points = None
    points5: Points = None
    points6: Points = None
    points7: Points = None
    points8: Points = None
    points9: Points = None
    points10: Points = None
    points11: Points = None
    points12: Points = None
    points13: Points = None
    points14: Points = None
    points15: Points = None
    found: Literal["", "good", "fair", "average", "weak", "unrated"] = ""
    reason: Reason = ""

    @property
    def points(self) -> dict[int, int]:
        """The points that were given, by criterion."""
        said = {one: getattr(self, f"points{one}") for one in range(1, CRITERIA + 1)}
        return {one: given for one, given in said.items() if given is not None}
