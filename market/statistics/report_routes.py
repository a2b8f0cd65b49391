"""The half-year and year reports: which there are; one of them to read and print, and as files. Part of the
routes that routes.py hands to the application.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts.current import Officer, Who
from market.errors import NotAllowed
from market.places import queries as places
from market.spreadsheets import writing
from market.statistics import contexts, report, report_docx, report_text
from market.statistics.report import Report
from market.web import language
from market.web.downloads import download
from market.web.inputs import PathCode
from market.web.pages import page
from market.web.session import Db
from market.words import t

router = APIRouter()

DUTY = "figures"
ReportFile = Annotated[str, InPath(pattern=r"^report\.(xlsx|docx)$")]


@router.get("/department/reports", name="statistics:reports")
def index(request: Request, session: Db, who: Officer) -> Response:
    """The half-years and years of which there are reports."""
    current.need_reading(who, DUTY)
    found = [report.find_period(session, code) for code in report.list_codes(clock.today())]
    lines = [(one.period.code, language.say(one.period.words), one) for one in found]
    return page(request, contexts.Reports(lines=lines))


@router.get("/department/reports/{period}", name="statistics:report")
def show(request: Request, session: Db, who: Officer, period: PathCode) -> Response:
    """A report, to be read and printed."""
    made = _make(session, who, period)
    context = contexts.ReportPage(
        report=made,
        title=report_text.title(made),
        sections=report_text.sections(made),
        heads=report_text.HEADS,
        rows=[(row, report_text.cells(row)) for row in made.rows],
        marks={note.code: note.mark for note in report_text.notes(made)},
        notes=report_text.notes(made),
        state=report_text.state(made),
        source=report_text.source(made),
        not_held=report_text.NOT_HELD,
    )
    return page(request, context)


@router.get("/department/reports/{period}/{file}", name="statistics:report_file")
def take(session: Db, who: Officer, period: PathCode, file: ReportFile) -> Response:
    """A report as a file."""
    made = _make(session, who, period)
    name = f"report-{made.period.code}{Path(file).suffix}"
    if name.endswith(".docx"):
        return download(report_docx.write(made), name)
    heads = [language.say(head) for head in report_text.HEADS]
    rows = [report_text.numbers(row) for row in made.rows]
    return download(writing.write(".xlsx", title=made.period.code, heads=heads, rows=rows), name)


def _make(session: Session, who: Who, code: str) -> Report:
    """The report, for whoever has the figures of the whole province among her duties."""
    current.need_reading(who, DUTY)
    known = report.find_period(session, code)
    province = places.province_on(session, day=min(known.period.end, clock.today()))
    if not places.is_held(session, who.read_places(DUTY), province.id):
        raise NotAllowed(t("This is outside the places of your duty."))
    return report.make(session, known)
