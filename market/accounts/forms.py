"""The forms of accounts: shape and bounds of what people type. Whether a password is good or a code right is
said by the services.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from market.web.forms import Day, Id, Line, OptionalDay, OptionalLine, Ticked, as_list, clean_text

#: A password as typed: blanks at its ends belong to it.
Secret = Annotated[str, Field(min_length=1, max_length=1000)]
#: What a security key answered, as the page's script writes it down (JSON).
Answer = Annotated[str, Field(min_length=1, max_length=20_000)]
KeyName = Annotated[str, BeforeValidator(clean_text), Field(min_length=1, max_length=60)]


class SignInForm(BaseModel):
    login: Line
    password: Secret
    next: OptionalLine = ""
    shared: Ticked = False


class PartyChoice(BaseModel):
    membership_id: Id
    next: OptionalLine = ""


class SecondStepForm(BaseModel):
    """The code of the app, or a recovery code."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    shared: Ticked = False


class FactorForm(BaseModel):
    """Changing one's own second step takes the password."""

    present: Secret


class FirstCodeForm(FactorForm):
    code: Annotated[str, Field(min_length=1, max_length=40)]


class SecondKeyForm(BaseModel):
    """A security key in place of the code."""

    key: Answer
    shared: Ticked = False


class NewKeyForm(FactorForm):
    """What a security key is to be called, before it is asked."""

    name: KeyName


class KeyForm(BaseModel):
    """A new security key."""

    name: KeyName
    key: Answer


class FactorRuleForm(BaseModel):
    """From which day every officer needs a second step; none: nobody does."""

    required_from: OptionalDay = None


class PasswordForm(BaseModel):
    present: Secret
    new: Secret


class ResetForm(BaseModel):
    login: Line


class CodeForm(BaseModel):
    login: Line
    code: Annotated[str, Field(min_length=1, max_length=40)]
    new: Secret


class LanguageForm(BaseModel):
    language: Literal["vi", "en"]


How = Literal["at_once", "daily", "inside"]


class ChoicesForm(BaseModel):
    """How to be told, one field a topic of notices/topics.py."""

    inquiries: How
    agreements: How
    deliveries: How
    certificates: How
    demands: How
    wanted: How
    searches: Literal["at_once", "inside"]


class DutiesForm(BaseModel):
    """Duties for a place, from a day on."""

    place: Line
    duties: Annotated[list[str], BeforeValidator(as_list), Field(min_length=1, max_length=10)]
    valid_from: Day


class OfficerForm(DutiesForm):
    """A person with the first duties."""

    name: Line
    login: Line


class EndForm(BaseModel):
    """From when a duty holds no more."""

    valid_to: Day


class SwitchForm(BaseModel):
    """Whether somebody has the administrator's rights, or may come in."""

    holds: Ticked = False
