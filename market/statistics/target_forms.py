"""What officers fill in of a target. What can be meant is for targets.py."""

from __future__ import annotations

from pydantic import BaseModel

from market.official.forms import OptionalCode
from market.web.forms import Code, Day, Line


class TargetForm(BaseModel):
    """A figure, where, by when, how much, and which resolution says so."""

    indicator: Code
    place: Code
    period: Line
    sector: OptionalCode = ""
    value: Line
    document: Line
    document_number: Line
    document_date: Day
