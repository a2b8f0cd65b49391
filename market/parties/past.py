"""What the register was told of a unit: every dated fact with who noted it, when, and on what ground, newest
first. Reads only; what holds now is in queries.py and desk.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts.models import Person
from market.parties import labels, queries
from market.parties.models import (
    Fact,
    Identity,
    Party,
    PartyKind,
    PartyMembers,
    PartyName,
    PartyPlace,
    PartyRating,
    PartyStatus,
    PilotDesignation,
    UnitField,
)
from market.parties.register_models import (
    RETURN_ITEMS,
    HighTech,
    PartyCapital,
    PartyMerger,
    RatingPoints,
    RegisterComparison,
    YearlyReturn,
)
from market.places import queries as places
from market.words import Money, Named, Words, t

#: So many are shown; an import each month for ten years stays below.
MOST = 300


@dataclass(frozen=True, slots=True)
class Noted:
    """One fact as it was noted: what of, what it says, from when, when and by whom, and on what ground."""

    what: Words
    said: list[Any]
    on_date: date
    recorded_at: datetime
    who: str
    source: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """The names that facts are said with."""

    fields: dict[str, Named]
    places: dict[int, str]
    parties: dict[int, str]
    points: dict[int, list[tuple[int, int]]]

    def field(self, code: str) -> Named | str:
        return self.fields.get(code, code)


Say = Callable[[Any, _Known], list[Any]]


def _item(item: Any, value: Any) -> Words:
    return t("{item}: {value}", item=item, value=value)


def _members(row: PartyMembers, known: _Known) -> list[Any]:
    said = [t("{n} official", n=row.official), t("{n} associate", n=row.associate)]
    return said + ([t("{n} households", n=row.households)] if row.households is not None else [])


def _rating(row: PartyRating, known: _Known) -> list[Any]:
    said = [_item(str(row.year), labels.RATINGS[row.rating])]
    if row.score is not None:
        said.append(t("{n} points", n=row.score))
    return said + [_item(labels.CRITERIA[one], given) for one, given in known.points.get(row.id, ())]


def _returned(row: YearlyReturn, known: _Known) -> list[Any]:
    said: list[Any] = [str(row.on_date.year)]
    for name in RETURN_ITEMS:
        value = getattr(row, name)
        if value is not None:
            shown = Money(value) if labels.RETURN_WIDGETS[name] == "money" else value
            said.append(_item(labels.RETURN_ITEMS[name], shown))
    return said


def _holds(holds: bool) -> Words:
    return labels.YES_NO["yes" if holds else "no"]


#: What a fact is about, and how it is said, by its table.
SAID: dict[type[Fact], tuple[Words, Say]] = {
    PartyName: (t("Name"), lambda row, known: [row.name]),
    PartyPlace: (t("Place"), lambda row, known: [known.places.get(row.place_id, "–")]),
    PartyKind: (t("Kind"), lambda row, known: [labels.KINDS[row.kind]]),
    PartyStatus: (
        t("Operating status"),
        lambda row, known: (
            [t("Founded"), labels.STATUSES[row.status]] if row.founding else [labels.STATUSES[row.status]]
        ),
    ),
    PartyMembers: (t("Members"), _members),
    UnitField: (t("Field of work"), lambda row, known: [known.field(row.field), _holds(row.works)]),
    PartyRating: (t("Rating"), _rating),
    PilotDesignation: (
        t("Model unit"),
        lambda row, known: [known.field(row.field), _holds(row.holds)],
    ),
    Identity: (
        t("Identity"),
        lambda row, known: [labels.IDENTITY_LEVELS[row.level]] + ([row.reference] if row.reference else []),
    ),
    PartyCapital: (t("Charter capital"), lambda row, known: [Money(row.amount)]),
    HighTech: (t("High technology"), lambda row, known: [_holds(row.holds)]),
    YearlyReturn: (t("Yearly return"), _returned),
    RegisterComparison: (
        t("Comparison with the national register"),
        lambda row, known: [t("It agreed") if row.agrees else t("It did not agree")],
    ),
    PartyMerger: (
        t("Merged"),
        lambda row, known: [t("into {party}", party=known.parties.get(row.into_id, ""))],
    ),
}


def list_noted(session: Session, *, party_id: int, papers: bool = True) -> list[Noted]:
    """All that was noted of a party, newest first (``MOST`` of it), with why; without ``papers`` not by which
    ones an identity was verified.
    """
    rows: list[Any] = []
    for table in SAID:
        owner: Any = table
        rows += session.scalars(
            sa.select(table)
            .where(owner.party_id == party_id)
            .order_by(owner.recorded_at.desc(), owner.id.desc())
            .limit(MOST)
        )
    order = {table: number for number, table in enumerate(SAID)}
    rows.sort(key=lambda row: (row.recorded_at, -order[type(row)], row.id), reverse=True)
    rows = rows[:MOST]
    names = _people(session, {row.recorded_by for row in rows if row.recorded_by is not None})
    known = _know(session, rows)
    return [
        Noted(
            what=SAID[type(row)][0],
            said=SAID[type(row)][1](row, known)[: None if papers or type(row) is not Identity else 1],
            on_date=row.on_date,
            recorded_at=row.recorded_at,
            who=names.get(row.recorded_by, ""),
            source=row.source,
            reason=getattr(row, "reason", None),
        )
        for row in rows
    ]


def _people(session: Session, user_ids: Iterable[int]) -> dict[int, str]:
    found = session.execute(sa.select(Person.user_id, Person.name).where(Person.user_id.in_(list(user_ids))))
    return dict(found.all())


def _know(session: Session, rows: list[Any]) -> _Known:
    where = {row.place_id for row in rows if isinstance(row, PartyPlace) and row.place_id is not None}
    into = [row.into_id for row in rows if isinstance(row, PartyMerger)]
    rated = [row.id for row in rows if isinstance(row, PartyRating)]
    named = places.names_of(session, where, on=clock.today()) if where else {}
    points: dict[int, list[tuple[int, int]]] = {}
    for row in session.execute(
        sa.select(RatingPoints.rating_id, RatingPoints.criterion, RatingPoints.points)
        .where(RatingPoints.rating_id.in_(rated))
        .order_by(RatingPoints.criterion)
    ):
        points.setdefault(row.rating_id, []).append((row.criterion, row.points))
    return _Known(
        fields=queries.field_names(session),
        places={place_id: name.name for place_id, name in named.items()},
        parties=dict(session.execute(sa.select(Party.id, Party.name).where(Party.id.in_(into))).all()),
        points=points,
    )


@dataclass(frozen=True, slots=True)
class Merged:
    """Into which party another went, and when."""

    id: int
    code: str
    name: str
    on_date: date


def merged_into(session: Session, *, party_id: int) -> Merged | None:
    """Where a unit went, if it was merged."""
    row = session.execute(
        sa.select(Party.id, Party.code, Party.name, PartyMerger.on_date)
        .join(PartyMerger, PartyMerger.into_id == Party.id)
        .where(PartyMerger.party_id == party_id)
    ).first()
    return Merged(row.id, row.code, row.name, row.on_date) if row else None
