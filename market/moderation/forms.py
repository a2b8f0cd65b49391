"""What people and officers fill in: reports, decisions to hide, objections, requests of authorities."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from market.moderation import event_words
from market.moderation.complaint_models import OUTCOMES, SUBJECTS
from market.moderation.data_models import ANSWERS, REQUEST_KINDS
from market.moderation.models import APPEAL_OUTCOMES, REASONS
from market.web.forms import Line, OptionalDay, OptionalId, OptionalLine, Refused, Ticked, clean_text
from market.words import t

#: Words of people and of officers, up to a page.
Said = Annotated[str, BeforeValidator(clean_text), Field(min_length=1, max_length=2000)]


def _one_of(values: tuple[str, ...]) -> BeforeValidator:
    def check(value: object) -> object:
        if value not in values:
            raise Refused(t("Please choose one of the values in the list."))
        return value

    return BeforeValidator(check)


Reason = Annotated[str, _one_of(REASONS)]
#: A unit that an officer names beside the number of a listing: empty where it is the listing.
UnitCode = Annotated[str, BeforeValidator(clean_text), Field(max_length=60)]


class ReportForm(BaseModel):
    """What is wrong with a listing or a unit; a contact of whoever has no account."""

    reason: Reason
    words: Said
    contact: OptionalLine = ""


class AnswerForm(BaseModel):
    """An officer's word."""

    answer: Said


class HideForm(BaseModel):
    """Hide something: why, and what the owner is told."""

    reason: Reason
    words: Said


class ActForm(HideForm):
    """The same after a report, of what it is about or of the whole unit."""

    whole: Ticked = False


class HideAnyForm(HideForm):
    """The same without a report: a listing by its number, else a unit by its code."""

    listing: OptionalId = None
    unit: UnitCode = ""


class AppealForm(BaseModel):
    """What the owner says against a decision."""

    words: Said


class LiftForm(BaseModel):
    """Why it is shown again. It stands on one page with ``DecideForm``: their fields have names apart."""

    note: Said


class DecideForm(BaseModel):
    """What another officer decides on it."""

    outcome: Annotated[str, _one_of(APPEAL_OUTCOMES)]
    answer: Said


class TakedownForm(BaseModel):
    """An authority's request. What it is about: a listing by its number, else a unit by its code."""

    authority: Line
    number: Line
    words: Said
    listing: OptionalId = None
    unit: UnitCode = ""
    hours: OptionalId = None


class CarryOutForm(BaseModel):
    """Why what an authority named is hidden."""

    reason: Reason


class CorrectForm(BaseModel):
    """One's own details, and the password that shows who one is."""

    name: Line
    email: OptionalLine = ""
    phone: OptionalLine = ""
    present: Annotated[str, Field(min_length=1, max_length=200)]


class AskForm(BaseModel):
    """A request about one's own data."""

    kind: Annotated[str, _one_of(REQUEST_KINDS)]
    words: Annotated[str, BeforeValidator(clean_text), Field(max_length=2000)] = ""
    understood: Ticked = False


class AnswerRequestForm(BaseModel):
    """An officer's answer to it."""

    outcome: Annotated[str, _one_of(ANSWERS)]
    answer: Said


class ComplaintForm(BaseModel):
    """A complaint, by whom and how to reach them."""

    subject: Annotated[str, _one_of(SUBJECTS)]
    name: Line
    contact: Line
    words: Annotated[str, BeforeValidator(clean_text), Field(min_length=1, max_length=4000)]


class OutcomeForm(BaseModel):
    """How a complaint ended."""

    outcome: Annotated[str, _one_of(OUTCOMES)]


class LogForm(BaseModel):
    """What is looked for in the log of events; what is empty narrows nothing."""

    kind: Annotated[str, _one_of(("", *event_words.KINDS))] = ""
    verb: Annotated[str, _one_of(("", *event_words.VERBS))] = ""
    subject: OptionalId = None
    party: OptionalLine = ""
    first: OptionalDay = None
    last: OptionalDay = None
    channel: Annotated[str, _one_of(("", *event_words.CHANNELS))] = ""
