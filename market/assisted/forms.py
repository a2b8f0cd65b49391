"""What is typed on an officer's page of entries by phone, and what a unit says of one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from market import clock
from market.web.forms import Filled, Line, Prose, Refused
from market.words import t


def _parse_moment(value: Any) -> Any:
    """A local moment as a browser sends it: 2026-03-25T14:30."""
    if not isinstance(value, str):
        return value
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        raise Refused(t("Please give day and hour of the call.")) from None
    if read.tzinfo is not None or not 1900 <= read.year <= 2200:
        raise Refused(t("Please give day and hour of the call."))
    return read.replace(tzinfo=clock.LOCAL)


class CallForm(BaseModel):
    """Who called for the unit, and what the officer notes."""

    caller_name: Annotated[Line, Field(max_length=120)]
    caller_phone: Annotated[Line, Field(max_length=40)]
    called_at: Annotated[datetime, BeforeValidator(_parse_moment)]
    note: Annotated[Prose, Field(max_length=2000)] = ""


class DenyForm(BaseModel):
    """What is not right, in the unit's words."""

    words: Annotated[Prose, Field(max_length=2000)] = ""


class SettleForm(BaseModel):
    """What the department did about an entry that is not so."""

    note: Annotated[Prose, Field(min_length=1, max_length=2000)]


def now_local() -> str:
    """The present moment as the form's field holds it."""
    return clock.now().astimezone(clock.LOCAL).strftime("%Y-%m-%dT%H:%M")


def join(form: Filled[Any], part: Filled[Any]) -> None:
    """Put what is wrong with a part beside its fields of the whole form."""
    for name, words in part.errors.items():
        form.errors.setdefault(name, words)
        form.status = 422
