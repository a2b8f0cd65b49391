"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any, ClassVar

from markupsafe import Markup

from market.accounts import officer_lists
from market.accounts.factors import State
from market.accounts.models import ApiToken, SecurityKey
from market.accounts.queries import Contact, OpenSession, Role
from market.assisted.queries import Shown
from market.notices.queries import NoticeLine
from market.web.forms import Filled
from market.web.page_context import Options, PageContext


@dataclass(frozen=True, kw_only=True)
class Choices(PageContext):
    """Of what one is told, and how."""

    template: ClassVar = "accounts/choices.html"
    form: Filled[Any]
    topics: Sequence[tuple[str, str, str, Options]]
    email: str | None
    phone: str


@dataclass(frozen=True, kw_only=True)
class SecondStep(PageContext):
    """The second step of signing in."""

    template: ClassVar = "accounts/second_step.html"
    form: Filled[Any]
    waits: bool
    #: For the browser to ask a security key with; "" without one.
    asked: str


@dataclass(frozen=True, kw_only=True)
class Factor(PageContext):
    """One's own second step: to switch it on, to see it, to change it."""

    template: ClassVar = "accounts/factor.html"
    state: State
    typed: str
    otpauth: str
    code: Markup | str
    first: Filled[Any]
    change: Filled[Any]
    what: str
    made: Sequence[str]
    required_from: date | None
    keys: Sequence[SecurityKey]
    #: Whether keys can be used here at all, and whether there may be one more.
    with_keys: bool
    may_add: bool


@dataclass(frozen=True, kw_only=True)
class KeyNew(PageContext):
    """A new security key is asked."""

    template: ClassVar = "accounts/key_new.html"
    form: Filled[Any]
    asked: str


@dataclass(frozen=True, kw_only=True)
class Officers(PageContext):
    """Officers and the rules for them."""

    template: ClassVar = "accounts/officers.html"
    inside: Sequence[officer_lists.Officer]
    closed: Sequence[officer_lists.Officer]
    labels: ModuleType
    required_from: date | None
    rule: Filled[Any]


@dataclass(frozen=True, kw_only=True)
class OfficerNew(PageContext):
    """The form of a new officer."""

    template: ClassVar = "accounts/officer_new.html"
    form: Filled[Any]
    duties: Options
    places: Options


@dataclass(frozen=True, kw_only=True)
class Officer(PageContext):
    """One officer with her duties."""

    template: ClassVar = "accounts/officer.html"
    one: officer_lists.Officer
    labels: ModuleType
    give: Filled[Any]
    end: Filled[Any]
    end_at: int
    switch: Filled[Any]
    today: date
    code: str
    duties: Options
    places: Options


@dataclass(frozen=True, kw_only=True)
class Password(PageContext):
    """The form of another password."""

    template: ClassVar = "accounts/password.html"
    form: Filled[Any]
    must: bool


@dataclass(frozen=True, kw_only=True)
class Reset(PageContext):
    """The form of who has forgotten the password."""

    template: ClassVar = "accounts/reset.html"
    form: Filled[Any]


@dataclass(frozen=True, kw_only=True)
class ResetCode(PageContext):
    """The form that takes the code that was sent."""

    template: ClassVar = "accounts/reset_code.html"
    form: Filled[Any]
    sent: bool


@dataclass(frozen=True, kw_only=True)
class OpenLink(PageContext):
    """The button that makes use of a link that was sent."""

    template: ClassVar = "accounts/open.html"
    token: str


@dataclass(frozen=True, kw_only=True)
class SignIn(PageContext):
    """The form to sign in."""

    template: ClassVar = "accounts/sign_in.html"
    form: Filled[Any]


@dataclass(frozen=True, kw_only=True)
class Party(PageContext):
    """For which party somebody acts."""

    template: ClassVar = "accounts/party.html"
    form: Filled[Any]
    roles: Sequence[Role]


@dataclass(frozen=True, kw_only=True)
class Show(PageContext):
    """One's own account."""

    template: ClassVar = "accounts/show.html"
    contact: Contact
    phone: str
    roles: Sequence[Role]
    sessions: Sequence[OpenSession]
    language_form: Filled[Any]
    tokens: Sequence[ApiToken]


@dataclass(frozen=True, kw_only=True)
class News(PageContext):
    """One's news."""

    template: ClassVar = "notices/index.html"
    lines: Sequence[NoticeLine]
    page: int
    pages: int
    waiting: Sequence[Shown]
