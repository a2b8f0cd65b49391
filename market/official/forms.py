"""What officers fill in of what others have published. Which numbers can be meant is for service.py."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from market.official.sources import LONGEST
from market.web.forms import Code, Day, Line, clean_text

Text = Annotated[str, BeforeValidator(clean_text), Field(max_length=LONGEST)]
OptionalCode = Annotated[
    str, BeforeValidator(clean_text), Field(pattern=r"^[A-Za-z0-9@._-]{0,60}$", max_length=60)
]


class Published(BaseModel):
    """What is said of every published number."""

    place: Code
    from_date: Day
    to_date: Day
    sector: OptionalCode = ""
    unit: Code
    scope: Text = ""
    source: Annotated[Text, Field(min_length=1)]
    source_date: Line


class DenominatorForm(Published):
    """How much there was of something."""

    base: Code
    product: OptionalCode = ""
    amount: Line


class FigureForm(Published):
    """A published count."""

    code: Code
    value: Line
