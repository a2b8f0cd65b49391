"""What an officer may change in the register: for each kind of change its words, its form, and the service
that writes it. The pages are in record_routes.py; what was changed before is read by past.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy.orm import Session

from market.events import Actor
from market.parties import change_forms as said
from market.parties import details, history, labels, returns
from market.parties.register_models import CRITERIA
from market.words import Words, t

Write = Callable[[Session, Actor, int, Any], object]
Widget = Literal["line", "day", "number", "money", "select", "ticks", "area"]


@dataclass(frozen=True, slots=True)
class Box:
    """A field of a change's form; ``choices`` names the list that the page puts in (record_routes.py)."""

    name: str
    label: Words
    widget: Widget = "line"
    choices: str = ""
    required: bool = True
    hint: Words | None = None
    empty: Words | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A kind of change: how it is called, what its form holds, and what writes it."""

    name: Words
    form: type[BaseModel]
    boxes: tuple[Box, ...]
    write: Write
    note: Words | None = None


def _dated(value: Any) -> dict[str, Any]:
    return {"on_date": value.on_date, "source": value.source}


def _name(session: Session, actor: Actor, party_id: int, value: said.NameForm) -> object:
    return history.rename_party(session, actor=actor, party_id=party_id, name=value.name, **_dated(value))


def _place(session: Session, actor: Actor, party_id: int, value: said.PlaceForm) -> object:
    return history.move_party(
        session, actor=actor, party_id=party_id, place_id=value.place_id, **_dated(value)
    )


def _kind(session: Session, actor: Actor, party_id: int, value: said.KindForm) -> object:
    return history.change_kind(session, actor=actor, party_id=party_id, kind=value.kind, **_dated(value))


def _status(session: Session, actor: Actor, party_id: int, value: said.StatusForm) -> object:
    return history.change_status(
        session, actor=actor, party_id=party_id, status=value.status, **_dated(value)
    )


def _founding(session: Session, actor: Actor, party_id: int, value: said.FoundingForm) -> object:
    return details.learn_founding(
        session, actor=actor, party_id=party_id, founded_on=value.founded_on, source=value.source
    )


def _members(session: Session, actor: Actor, party_id: int, value: said.MembersForm) -> object:
    return history.report_members(
        session,
        actor=actor,
        party_id=party_id,
        official=value.official,
        associate=value.associate or 0,
        households=value.households,
        **_dated(value),
    )


def _fields(session: Session, actor: Actor, party_id: int, value: said.FieldsForm) -> object:
    return history.set_fields(session, actor=actor, party_id=party_id, fields=value.fields, **_dated(value))


def _capital(session: Session, actor: Actor, party_id: int, value: said.CapitalForm) -> object:
    return returns.set_capital(session, actor=actor, party_id=party_id, amount=value.amount, **_dated(value))


def _high_tech(session: Session, actor: Actor, party_id: int, value: said.HighTechForm) -> object:
    holds = value.holds == "yes"
    return returns.note_high_tech(session, actor=actor, party_id=party_id, holds=holds, **_dated(value))


def _pilot(session: Session, actor: Actor, party_id: int, value: said.PilotForm) -> object:
    return history.designate_pilot(
        session,
        actor=actor,
        party_id=party_id,
        field=value.field,
        holds=value.holds == "yes",
        **_dated(value),
    )


def _return(session: Session, actor: Actor, party_id: int, value: said.ReturnForm) -> object:
    return returns.report_year(
        session, actor=actor, party_id=party_id, year=value.year, items=value.items, source=value.source
    )


def _rating(session: Session, actor: Actor, party_id: int, value: said.RatingForm) -> object:
    return returns.rate_unit(
        session,
        actor=actor,
        party_id=party_id,
        year=value.year,
        points=value.points,
        found=value.found or None,
        reason=value.reason,
        **_dated(value),
    )


def _comparison(session: Session, actor: Actor, party_id: int, value: said.ComparisonForm) -> object:
    agrees = value.agrees == "yes"
    return returns.compare_with_national(
        session, actor=actor, party_id=party_id, agrees=agrees, **_dated(value)
    )


_YEAR = Box("year", t("Year"), "number")

#: By code, in the order of the page.
CHANGES: dict[str, Change] = {
    "name": Change(t("Rename"), said.NameForm, (Box("name", t("Name as registered")),), _name),
    "place": Change(
        t("Move to another commune"),
        said.PlaceForm,
        (Box("place_id", t("Commune or ward"), "select", "communes"),),
        _place,
    ),
    "kind": Change(
        t("Change the legal form"), said.KindForm, (Box("kind", t("Kind"), "select", "kinds"),), _kind
    ),
    "status": Change(
        t("Suspend, stop, take up again or dissolve"),
        said.StatusForm,
        (Box("status", t("Status from this day on"), "select", "statuses"),),
        _status,
        t(
            "A dissolved unit stays so. What it has on sale is no longer shown; its agreements stay as they "
            "are."
        ),
    ),
    "founding": Change(
        t("Note the day of its founding"),
        said.FoundingForm,
        (Box("founded_on", t("Founded on"), "day"),),
        _founding,
    ),
    "members": Change(
        t("Members and households"),
        said.MembersForm,
        (
            Box("official", t("Official members"), "number"),
            Box("associate", t("Associate members"), "number", required=False),
            Box("households", t("Households"), "number", required=False),
        ),
        _members,
    ),
    "fields": Change(
        t("Fields of work"),
        said.FieldsForm,
        (Box("fields", t("What the unit does"), "ticks", "fields"),),
        _fields,
    ),
    "capital": Change(
        t("Charter capital"), said.CapitalForm, (Box("amount", t("Charter capital"), "money"),), _capital
    ),
    "rating": Change(
        t("Rating of a year"),
        said.RatingForm,
        (
            _YEAR,
            *(
                Box(f"points{one}", labels.CRITERIA[one], "number", required=False)
                for one in range(1, CRITERIA + 1)
            ),
            Box(
                "found",
                t("Another class was found"),
                "select",
                "ratings",
                required=False,
                empty=t("As it follows from the points"),
            ),
            Box("reason", t("Why another class, or why it is not rated"), "area", required=False),
        ),
        _rating,
        t(
            "The points that the unit gave itself for the fifteen criteria of Circular 01/2020/TT-BKHĐT: "
            "good from 80 on, fair from 65, average from 50, else weak. A unit that is younger than twelve "
            "months or stopped for more than three months of the year is not rated: leave the points empty "
            "and say why."
        ),
    ),
    "pilot": Change(
        t("Model unit for a field"),
        said.PilotForm,
        (
            Box("field", t("Field of work"), "select", "fields"),
            Box("holds", t("A model for this field from this day on"), "select", "yes_no"),
        ),
        _pilot,
    ),
    "high_tech": Change(
        t("High technology"),
        said.HighTechForm,
        (Box("holds", t("Works with high technology from this day on"), "select", "yes_no"),),
        _high_tech,
    ),
    "return": Change(
        t("Yearly return"),
        said.ReturnForm,
        (
            _YEAR,
            *(
                Box(name, labels.RETURN_ITEMS[name], widget, required=False)
                for name, widget in labels.RETURN_WIDGETS.items()
            ),
        ),
        _return,
        t("What the unit reported of a year that has ended. What it did not say is left empty."),
    ),
    "comparison": Change(
        t("Comparison with the national register"),
        said.ComparisonForm,
        (Box("agrees", t("What is entered here agrees with it"), "select", "yes_no"),),
        _comparison,
    ),
}
