"""What a person is told of all that is held about them, kind by kind: the page shows it, the export and the
API give it as JSON. How it is gathered is in own_data.py.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from market.web.api import Model


class HeldPerson(Model):
    """Who one is to the market."""

    name: str
    email: str | None
    phone: str | None
    language: str
    since: datetime


class HeldRole(Model):
    """For whom one acts or acted, with which powers."""

    party: str
    code: str
    powers: list[str]
    from_: date = Field(alias="from")
    to: date | None


class HeldDuty(Model):
    """What one answers for as an officer."""

    duty: str
    place: str
    from_: date = Field(alias="from")
    to: date | None


class HeldConsent(Model):
    """What one agreed to."""

    id: int
    purpose: str
    version: str
    given_at: datetime
    withdrawn_at: datetime | None


class HeldRepresentation(Model):
    """Where one is named as who represents a party."""

    party: str
    name: str | None
    position: str | None
    ground: str


class HeldSignIn(Model):
    """A device on which one signed in."""

    device: str
    at: datetime
    until: datetime


class HeldToken(Model):
    """A program's token; what it is itself is not kept."""

    name: str
    at: datetime
    revoked_at: datetime | None
    last_used_on: date | None


class HeldKey(Model):
    """A security key by which one signs in."""

    name: str
    at: datetime
    last_used_at: datetime | None


class HeldWords(Model):
    """Words that one wrote. ``about``: what kind of thing they stand with."""

    about: str
    at: datetime
    words: str


class HeldSearch(Model):
    """A search that one saved."""

    name: str
    fields: dict[str, Any]
    often: str


class HeldFile(Model):
    """A file that one sent: a spreadsheet, or one (``kept``) that was put to something."""

    kind: str
    name: str
    state: str
    at: datetime


class HeldRequest(Model):
    """What one asked about one's own data."""

    id: int
    kind: str
    state: str
    words: str
    answer: str | None
    made_at: datetime
    answer_by: date
    done_by: date


class HeldContact(Model):
    """How a party for which one acts is reached: personal where it is one's own."""

    party: str
    phone: str | None
    email: str | None
    address: str | None


class OwnData(Model):
    """All of it. ``counts`` says how many rows there are of what is told only in number or cut at its newest
    thousand.
    """

    person: HeldPerson
    roles: list[HeldRole]
    duties: list[HeldDuty]
    contacts: list[HeldContact]
    representations: list[HeldRepresentation]
    consents: list[HeldConsent]
    sign_ins: list[HeldSignIn]
    tokens: list[HeldToken]
    security_keys: list[HeldKey]
    words: list[HeldWords]
    saved_searches: list[HeldSearch]
    told_by: dict[str, str] = Field(description="how one chose to be told, by topic")
    files: list[HeldFile]
    requests: list[HeldRequest]
    counts: dict[str, int]
