"""What an officer may change in the register: for each kind of change its words, its form, and the service
that writes it and is given what the form holds. The pages are in record_routes.py; what was changed before
is read by past.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from market.parties import change_forms as said
from market.parties import details, history, labels, returns
from market.parties.register_models import CRITERIA
from market.words import Words, t

Widget = Literal["line", "day", "number", "money", "select", "ticks", "area"]


@dataclass(frozen=True, slots=True)
class Box:
    """A field of a change's form; ``choices`` names the list that the page puts in (record_routes.py)."""

    name: str
    label: Words
    widget: Widget = "line"
    choices: str = ""
    required: bool = True
    empty: Words | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A kind of change: how it is called, what its form holds, and what writes it."""

    name: Words
    form: type[said.ChangeForm]
    boxes: tuple[Box, ...]
    write: Callable[..., object]
    note: Words | None = None


_YEAR = Box("year", t("Year"), "number")

#: By code, in the order of the page.
CHANGES: dict[str, Change] = {
    "name": Change(t("Rename"), said.NameForm, (Box("name", t("Name as registered")),), history.rename_party),
    "place": Change(
        t("Move to another commune"),
        said.PlaceForm,
        (Box("place_id", t("Commune or ward"), "select", "communes"),),
        history.move_party,
    ),
    "kind": Change(
        t("Change the legal form"),
        said.KindForm,
        (Box("kind", t("Kind"), "select", "kinds"),),
        history.change_kind,
    ),
    "status": Change(
        t("Suspend, stop, take up again or dissolve"),
        said.StatusForm,
        (Box("status", t("Status from this day on"), "select", "statuses"),),
        history.change_status,
        t(
            "A dissolved unit stays so. What it has on sale is no longer shown; its agreements stay as they "
            "are."
        ),
    ),
    "founding": Change(
        t("Note the day of its founding"),
        said.FoundingForm,
        (Box("founded_on", t("Founded on"), "day"),),
        details.learn_founding,
    ),
    "members": Change(
        t("Members and households"),
        said.MembersForm,
        (
            Box("official", t("Official members"), "number"),
            Box("associate", t("Associate members"), "number", required=False),
            Box("households", t("Households"), "number", required=False),
        ),
        history.report_members,
    ),
    "fields": Change(
        t("Fields of work"),
        said.FieldsForm,
        (Box("fields", t("What the unit does"), "ticks", "fields"),),
        history.set_fields,
    ),
    "capital": Change(
        t("Charter capital"),
        said.CapitalForm,
        (Box("amount", t("Charter capital"), "money"),),
        returns.set_capital,
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
        returns.rate_unit,
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
        history.designate_pilot,
    ),
    "high_tech": Change(
        t("High technology"),
        said.HighTechForm,
        (Box("holds", t("Works with high technology from this day on"), "select", "yes_no"),),
        returns.note_high_tech,
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
        returns.report_year,
        t("What the unit reported of a year that has ended. What it did not say is left empty."),
    ),
    "comparison": Change(
        t("Comparison with the national register"),
        said.ComparisonForm,
        (Box("agrees", t("What is entered here agrees with it"), "select", "yes_no"),),
        returns.compare_with_national,
    ),
}
