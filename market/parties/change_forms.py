"""The forms of what an officer changes in the register, one for each kind of change: the day from which it
holds (empty: today) and its source or reason stand in each. Their fields are called as the service calls
them; what a change does is in changes.py.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from market.parties.history import MOST_MEMBERS
from market.parties.register_models import CRITERIA, MOST_MONEY, MOST_PEOPLE, MOST_POINTS, RETURN_ITEMS
from market.web.forms import (
    Day,
    Id,
    Line,
    OptionalDay,
    Refused,
    Whole,
    as_list,
    clean_text,
    optional_whole,
    parse_whole,
)
from market.words import t

Source = Annotated[str, BeforeValidator(clean_text), Field(min_length=1, max_length=500)]
Reason = Annotated[str, BeforeValidator(clean_text), Field(max_length=2000)]
People = Annotated[int | None, *optional_whole(MOST_PEOPLE)]
Dong = Annotated[int | None, *optional_whole(MOST_MONEY)]
Points = Annotated[int | None, *optional_whole(MOST_POINTS)]


def _said_yes(value: Any) -> bool:
    if value not in ("yes", "no"):
        raise Refused(t("Please choose one of the values in the list."))
    return bool(value == "yes")


YesNo = Annotated[bool, BeforeValidator(_said_yes)]


def _signed(value: Any) -> Any:
    """A whole number that may be below nothing."""
    if not isinstance(value, str):
        return value
    text = value.strip().replace("\u2212", "-")
    if not text:
        return None
    return -parse_whole(text[1:]) if text.startswith("-") else parse_whole(text)


Balance = Annotated[Annotated[int, Field(ge=-MOST_MONEY, le=MOST_MONEY)] | None, BeforeValidator(_signed)]


class ChangeForm(BaseModel):
    """What every change is noted with."""

    source: Source

    @property
    def given(self) -> dict[str, Any]:
        """What the service is given, by the names of its parameters."""
        return dict(self)


class _Dated(ChangeForm):
    on_date: OptionalDay = None


class NameForm(_Dated):
    name: Line


class PlaceForm(_Dated):
    place_id: Id


class KindForm(_Dated):
    kind: Literal["cooperative", "group", "union"]


class StatusForm(_Dated):
    status: Literal["active", "suspended", "stopped", "dissolved"]


class FoundingForm(ChangeForm):
    founded_on: Day


class MembersForm(_Dated):
    official: Annotated[Whole, Field(le=MOST_MEMBERS)]
    associate: Annotated[People, AfterValidator(lambda value: value or 0)] = 0
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


class ReturnForm(ChangeForm):
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
    def given(self) -> dict[str, Any]:
        items = {name: getattr(self, name) for name in RETURN_ITEMS}
        return {"year": self.year, "items": items, "source": self.source}


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
    def given(self) -> dict[str, Any]:
        said = {one: getattr(self, f"points{one}") for one in range(1, CRITERIA + 1)}
        return {
            "year": self.year,
            "points": {one: points for one, points in said.items() if points is not None},
            "found": self.found or None,
            "reason": self.reason,
            "on_date": self.on_date,
            "source": self.source,
        }
