"""The rules of operation: texts by version, each a file for each language in ``rules/``, named by the day
from which it holds. The Vietnamese one counts. A change is told to every account by a job; old versions
stay readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import service as accounts
from market.accounts.models import User
from market.errors import NotFound
from market.events import CLOCK
from market.moderation.complaint_models import RulesNoted
from market.runtime import Runtime
from market.words import t

FOLDER = Path(__file__).parent / "rules"
LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its paragraphs; ``points`` are a list after them."""

    heading: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A version: from which day it holds, and its parts by language."""

    version: str
    since: date
    parts: dict[str, tuple[Part, ...]]


def read(folder: Path) -> tuple[Rules, ...]:
    """All versions in a folder, the oldest first."""
    found = []
    for path in sorted(folder.glob("*.vi.txt")):
        version = path.name.partition(".")[0]
        texts = {
            language: _parts((folder / f"{version}.{language}.txt").read_text("utf-8"))
            for language in LANGUAGES
        }
        found.append(Rules(version, date.fromisoformat(version), texts))
    return tuple(found)


@cache
def versions() -> tuple[Rules, ...]:
    """All versions of this installation, the oldest first."""
    return read(FOLDER)


def get(version: str) -> Rules:
    """One version; refuses NotFound."""
    found = next((one for one in versions() if one.version == version), None)
    if found is None:
        raise NotFound
    return found


def in_force(on: date, known: tuple[Rules, ...]) -> Rules:
    """The version that holds on a day; before the first, the first."""
    return max((one for one in known if one.since <= on), key=lambda one: one.since, default=known[0])


def announce(session: Session, known: tuple[Rules, ...]) -> int:
    """Tell every account of versions that nobody was told of yet; the very first is only noted. Says how many
    persons were told.
    """
    noted = set(session.scalars(sa.select(RulesNoted.version)))
    told = 0
    for rules in known:
        if rules.version in noted:
            continue
        people = list(session.scalars(sa.select(User.id).where(User.is_active))) if noted else []
        for user_id in people:
            accounts.tell_user(
                session,
                user_id=user_id,
                kind="rules.changed",
                words=t("The rules of operation change from {day} on.", day=rules.since),
                path=f"/about/operator/{rules.version}",
                actor=CLOCK,
            )
        session.add(RulesNoted(version=rules.version, noted_at=clock.now(), told=len(people)))
        noted.add(rules.version)
        told += len(people)
    return told


def announce_due(runtime: Runtime) -> int:
    """The job."""
    with runtime.database.reading() as session:
        noted = set(session.scalars(sa.select(RulesNoted.version)))
    if noted >= {one.version for one in versions()}:
        return 0
    with runtime.database.writing() as session:
        return announce(session, versions())


def _parts(text: str) -> tuple[Part, ...]:
    parts: list[tuple[str, list[str], list[str]]] = []
    for line in (one.strip() for one in text.splitlines()):
        if line.startswith("# "):
            parts.append((line[2:], [], []))
        elif line.startswith("- "):
            parts[-1][2].append(line[2:])
        elif line:
            parts[-1][1].append(line)
    return tuple(Part(heading, tuple(plain), tuple(points)) for heading, plain, points in parts)
