"""What officers fill in about a reporting period. What may be done when is for closing.py."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from market.web.forms import Day, Line, OptionalId, Prose


class ReasonForm(BaseModel):
    """A word of why, beside a step; ``version`` is the period's as it was read."""

    reason: Annotated[Prose, Field(max_length=2000)] = ""
    version: OptionalId = None


class CalendarForm(BaseModel):
    """The days that a named period has in the province, and the rule that says so."""

    code: Line
    first_day: Day
    last_day: Day
    source: Line
