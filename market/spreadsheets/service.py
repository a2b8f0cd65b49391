"""Importing and exporting: a file is read whole, compared with what is there in a few SELECTs, and applied by
the services of the features that own its rows, all of it or nothing. What a row means stands with its kind:
cooperatives.py, listings.py, links.py, plans.py, official.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.errors import Conflict, Invalid, MarketError
from market.events import Actor
from market.spreadsheets import (
    cells,
    cooperatives,
    headings,
    links,
    listings,
    official,
    plans,
    reading,
    writing,
)
from market.spreadsheets.headings import Column, Table
from market.spreadsheets.lookups import Lookups
from market.spreadsheets.reading import Sheet
from market.spreadsheets.report import Report
from market.spreadsheets.scope import Scope
from market.spreadsheets.steps import Options, Step
from market.words import t

#: Is told how many steps are done, and of how many.
Told = Callable[[int, int], None]

#: The administrator at the shell, by the way of a file.
CLERK = Actor(channel="import")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its columns, how its rows are planned, and how they are written."""

    title: str
    columns: Callable[[Lookups], tuple[Column, ...]]
    plan: Callable[[Session, Lookups, Table, Report, Options], list[Step]]
    export: Callable[..., Iterator[list[Any]]]
    #: Whether a row is about a place, and no unit's.
    of_place: bool = False


KINDS = {
    "cooperatives": Kind(cooperatives.TITLE, cooperatives.columns, cooperatives.plan, cooperatives.export),
    "listings": Kind(listings.TITLE, listings.columns, listings.plan, listings.export),
    "links": Kind(links.TITLE, links.columns, links.plan, links.export),
    "season-plans": Kind(plans.TITLE, plans.columns, plans.plan, plans.export),
    "denominators": Kind(
        official.DENOMINATORS,
        official.denominator_columns,
        official.plan_denominators,
        official.export_denominators,
        of_place=True,
    ),
    "official-figures": Kind(
        official.FIGURES,
        official.figure_columns,
        official.plan_figures,
        official.export_figures,
        of_place=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import found, and what it would do."""

    report: Report
    steps: list[Step]


def open_file(held: bytes) -> list[Sheet] | Invalid:
    """The sheets of a file, or why it cannot be taken; asked before a transaction, for it takes time."""
    try:
        return reading.read(held)
    except Invalid as refusal:
        return refusal


def preview(
    session: Session,
    *,
    kind: str,
    file: list[Sheet] | Invalid,
    options: Options | None = None,
    scope: Scope | None = None,
) -> Plan:
    """Compare a file with what is there; writes nothing. Rows outside of the scope are refused."""
    report = Report(kind)
    if isinstance(file, Invalid):
        report.refuse(0, "", "", file.words)
        return Plan(report, [])
    look = Lookups(session, on=clock.today(), scope=scope)
    columns = [replace(one, read=cells.remembered(one.read)) for one in KINDS[kind].columns(look)]
    table = headings.find(file, columns, report)
    steps: list[Step] = []
    if table is not None:
        steps = KINDS[kind].plan(session, look, table, report, options or Options())
        if not report.rows:
            report.refuse(0, "", "", t("There is no row under the headings."))
    report.in_order()
    return Plan(report, steps)


def apply(session: Session, found: Plan, *, actor: Actor, told: Told | None = None) -> Report:
    """Do what was planned, telling how far it is; raises ``NotApplied`` at the first row that a service
    refuses after all, so that the caller's transaction goes back as a whole.
    """
    report = found.report
    if not report.ok:
        raise NotApplied(report)
    for number, step in enumerate(found.steps):
        if told is not None:
            told(number, len(found.steps))
        try:
            step.do(session, actor=actor)
        except MarketError as refusal:
            report.refuse(step.row, refusal.field or "", "", refusal.words)
            raise NotApplied(report) from refusal
    report.applied = True
    return report


class NotApplied(Conflict):
    """Nothing of the file was kept; the report says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(t("Nothing was imported. Wrong cells: {n}.", n=len(report.errors)))
        self.report = report


def export(
    session: Session, *, kind: str, ending: str, scope: Scope | None = None, empty: bool = False
) -> bytes:
    """The rows of a kind as a file of this ending (writing.ENDINGS), as ``preview`` reads it back; within a
    scope those of its units and places alone. ``empty``: the headings, for somebody to fill in.
    """
    people = ending == ".xlsx"
    look = Lookups(session, on=clock.today(), scope=scope)
    rows = iter(()) if empty else KINDS[kind].export(session, look, people=people)
    if scope is not None:
        if KINDS[kind].of_place:
            mine = {look.place_keys[place_id] for place_id in scope.places}
        else:
            mine = {look.parties[unit_id].code for unit_id in scope.units if unit_id in look.parties}
        # Every kind begins with the code of the unit, or of the place, that the row is about.
        rows = (row for row in rows if row[0] in mine)
    return writing.write(
        ending,
        title=KINDS[kind].title,
        heads=[column.name if people else column.key for column in KINDS[kind].columns(look)],
        rows=rows,
    )


def columns_of(session: Session, *, kind: str) -> tuple[Column, ...]:
    """The columns of a kind in their order."""
    return KINDS[kind].columns(Lookups(session, on=clock.today()))
