"""The answer of a unit to an inquiry, as an officer types it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from market.web.forms import OptionalLine, Whole


class ReplyForm(BaseModel):
    """What the unit answers; another offer is read by the form of inquiries."""

    answer: Literal["accept", "offer", "decline"]
    reason: OptionalLine = ""
    version: Whole
