"""What the pages of files say: kinds, states and what is wrong, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from market.accounts.current import Who
from market.spreadsheets import outcome, scope, service
from market.spreadsheets.models import Upload
from market.spreadsheets.outcome import Outcome
from market.spreadsheets.report import Wrong
from market.words import Words, t

KINDS: dict[str, Words] = {
    "cooperatives": t("Cooperatives and groups"),
    "listings": t("Listings and their lots"),
    "links": t("Agreements made outside the market"),
    "season-plans": t("Season plans"),
    "denominators": t("Published areas and outputs to divide by"),
    "official-figures": t("Published figures"),
}
#: Each state with its tone.
STATES: dict[str, tuple[Words, str]] = {
    "reading": (t("Being read"), "wait"),
    "checked": (t("Waits for your word"), "wait"),
    "refused": (t("Nothing was taken in"), "bad"),
    "applying": (t("Being taken in"), "wait"),
    "applied": (t("Taken in"), "good"),
    "dropped": (t("Not taken in"), "off"),
}
#: Wrong cells on a page.
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a kind, for those who fill in a file."""

    name: str
    key: str
    required: bool


@dataclass(frozen=True, slots=True)
class Guide:
    """A kind that somebody may send: its name and columns."""

    kind: str
    name: Words
    heads: tuple[Head, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in a file, a page of what is wrong with it."""

    found: Outcome
    errors: tuple[Wrong, ...]
    #: How the columns are called, by key.
    heads: dict[str, str]
    page: int
    pages: int

    @property
    def changes(self) -> bool:
        """Whether taking it in would change anything."""
        return bool(self.found.new or self.found.changed)


def kinds_for(who: Who) -> list[str]:
    """The kinds of files that somebody may send and take out: a unit's own, or by an officer's duties."""
    if who.party_id is not None:
        return list(scope.OWN) if who.is_unit and who.can("trade") else []
    return [kind for kind, duty in scope.DUTIES.items() if who.has_duty(duty)]


def guides(session: Session, kinds: list[str]) -> list[Guide]:
    """The kinds with their columns."""
    return [
        Guide(
            kind,
            KINDS[kind],
            tuple(Head(one.name, one.key, one.required) for one in service.columns_of(session, kind=kind)),
        )
        for kind in kinds
    ]


def seen(session: Session, upload: Upload, *, page: int) -> Seen | None:
    """What was found in a file; None while it is still being read."""
    if upload.report is None:
        return None
    found = outcome.read(upload.report)
    pages = max(1, -(-len(found.errors) // PAGE_SIZE))
    number = min(page, pages)
    heads = {one.key: one.name for one in service.columns_of(session, kind=upload.kind)}
    errors = found.errors[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Seen(found, errors, heads, number, pages)
