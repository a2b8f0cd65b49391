"""The half-year and year report: its lines are the figures, a closed period's never change, files hold what
the page says, and what nobody knows is left open.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import docx
import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from market import clock
from market.links.models import LinkState, LinkTerms
from market.parties import service as parties
from market.places import queries as places
from market.statistics import (
    closing,
    figures,
    indicators,
    report,
    report_docx,
    report_lines,
    report_text,
    targets,
)
from market.web import language
from market.web.context import speaking
from tests import make, trade
from tests.make import SHELL
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]

THEN, NOW = date(2026, 3, 10), date(2026, 9, 1)
HALF = "2026-H1"
LINKAGE: dict[str, Any] = {
    "kind": "linkage",
    "covers_production": True,
    "area_m2": 50_000,
    "area_base": "sown",
    "households": 7,
}


@pytest.fixture
def traded(session: Session) -> None:
    """Three cooperatives, one with a linkage, sell; a group does not. A year before there was one sale."""
    for day, count in ((THEN.replace(year=2025), 1), (THEN, 3)):
        with clock.at(day):
            for number in range(count):
                seller = make.make_unit(session, members=20)
                listing, _ = trade.make_listing(session, seller)
                more = LINKAGE if not number else {}
                trade.make_link(session, seller, make.make_buyer(session), listing, **more)
    with clock.at(THEN):
        make.make_unit(session, kind="group", members=9)
    session.commit()


def made(session: Session, code: str = HALF) -> report.Report:
    return report.make(session, report.find_period(session, code))


def test_the_report_says_what_the_figures_say(session: Session, traded: None) -> None:
    with clock.at(NOW):
        found = made(session)
        known = report.find_period(session, HALF)
        for row in found.rows:
            if row.line.figure is None or row.line.cut:
                continue
            same = figures.compute(
                session,
                indicators=[indicators.get(row.line.figure)],
                period=known.period,
                place=None,
                as_of=clock.today(),
            )
            value = next((one.value for one in same if row.line.apart in ("", one.unit)), 0)
            if row.line.reported and not value:
                value = None
            unit = row.line.apart or same[0].unit
            assert row.actual == (None if value is None else report.written(value, unit)), row.line
        assert (found.of("KT09", "cooperative"), found.of("KT10", "group")) == (80, 9)
        assert found.value("contracted_volume") == 12
        assert found.value("contracted_volume", before=True) == 4
        # A flow grows as it did a year before: all of that year's came in its first half.
        (row,) = [row for row in found.rows if row.line.figure == "contracted_volume"]
        assert row.estimate == 12
        assert row.of_plan is None


def test_what_nobody_has_stated_is_left_open_and_not_zero(session: Session) -> None:
    with clock.at(THEN):
        unit = make.make_unit(session)
    with clock.at(NOW):
        before = made(session)
        stated = ("workers", "charter_capital", "assets", "rated_cooperatives")
        assert [before.value(one) for one in stated] == [None] * 4
        assert (before.of("KT18", "good"), before.of("KT18", "weak")) == (None, None)
        assert (before.value("cooperatives_dissolved"), before.value("high_tech_cooperatives")) == (0, 0)
    with clock.at(THEN + timedelta(days=1)):
        parties.rate_party(session, actor=SHELL, party_id=unit.party.id, year=2025, rating="good", score=88)
    with clock.at(NOW):
        after = made(session)
        assert after.value("rated_cooperatives") == 1
        assert (after.of("KT18", "good"), after.of("KT18", "weak")) == (1, 0)
        assert after.value("workers") is None


def test_every_report_code_has_its_line() -> None:
    codes = list(dict.fromkeys(line.code for line in report_lines.ALL))
    assert codes == [f"KT{number:02}" for number in range(1, 31)]
    assert {line.figure for line in report_lines.ALL if line.figure} <= set(indicators.BY_CODE)


def test_the_report_of_a_closed_period_never_changes(session: Session, traded: None) -> None:
    with clock.at(NOW):
        before = made(session)
        assert before.revision is None
        closing.prepare(session, actor=SHELL, over=None, code=HALF)
        closing.close(session, actor=SHELL, over=None, code=HALF)
        session.commit()
        closed = made(session)
        assert [row.actual for row in closed.rows] == [row.actual for row in before.rows]
        assert closed.evidence == before.evidence
    with clock.at(NOW + timedelta(days=9)):
        make.make_unit(session, members=1000)
        _learn_of_the_year_before(session)
        assert made(session) == closed
        assert "chốt" in _in_vietnamese(report_text.state(closed))
        assert "chưa chốt" in _in_vietnamese(report_text.state(made(session, "2026")))


def _learn_of_the_year_before(session: Session) -> None:
    """A target of the year and a link of the year before become known; open periods see both."""
    targets.set_target(
        session,
        actor=SHELL,
        over=None,
        indicator="contracted_volume",
        place_id=places.province_on(session, day=clock.today()).id,
        period="2026",
        value="20 tấn",
        language="vi",
        document="Nghị quyết thử",
        document_number="01/NQ",
        document_date=date(2025, 12, 1),
    )
    seller = make.make_unit(session, members=20)
    listing, _ = trade.make_listing(session, seller)
    link = trade.make_link(session, seller, make.make_buyer(session), listing)
    for kept in (LinkState, LinkTerms):
        session.execute(
            sa.update(kept).where(kept.link_id == link.id).values(on_date=THEN.replace(year=2025))
        )
    session.flush()
    (year,) = [row for row in made(session, "2026").rows if row.line.figure == "contracted_volume"]
    assert (year.plan, year.before) == (20, 8)


def _in_vietnamese(words: Any) -> str:
    with speaking("vi"):
        return language.say(words)


def test_evidence_stands_under_the_table(session: Session, browser: Open, traded: None) -> None:
    with clock.at(NOW):
        page = signed_in(browser, make.make_officer(session)).get(f"/department/reports/{HALF}")
        (note,) = [
            one.text() for one in page.css("ol.report-notes li") if "Sản lượng thỏa thuận" in one.text()
        ]
        assert "thỏa thuận trên sàn: 12" in note
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in page.text
        assert "Nơi nhận" in page.text
        assert "6 tháng đầu năm 2026" in page.text
        assert "3 hợp tác xã" not in page.css("nav")[0].text()
        # Each number leads to its note, each note to the figure.
        for link in page.css("sup a"):
            assert page.css(link.attributes["href"] or "")
        assert page.follow("tính từ những gì").status == 200


def test_files_hold_what_the_page_says(session: Session, browser: Open, traded: None) -> None:
    with clock.at(NOW):
        here = signed_in(browser, make.make_officer(session))
        page = here.get(f"/department/reports/{HALF}")
        shown = [[" ".join(cell.text().split()) for cell in row.css("td")] for row in page.css("tbody tr")]
        book = CalamineWorkbook.from_filelike(
            io.BytesIO(here.get(f"/department/reports/{HALF}/report.xlsx").response.content)
        )
        rows = book.get_sheet_by_index(0).to_python()[1:]
        assert [row[0] for row in rows] == [cells[0] for cells in shown]
        contracted = next(row for row in rows if row[1] == "Sản lượng thỏa thuận trong kỳ")
        assert contracted[2:5] == ["tấn", "", 12.0]
        held = here.get(f"/department/reports/{HALF}/report.docx").response.content
        document = docx.Document(io.BytesIO(held))
        table = [[cell.text for cell in row.cells] for row in document.tables[1].rows][1:]
        assert [[line[0], *line[2:]] for line in table] == shown
        text = "\n".join(one.text for one in document.paragraphs)
        for paragraph in page.css(".report-text"):
            assert paragraph.text() in text
        assert here.get(f"/department/reports/{HALF}/report.pdf").status == 404


def test_the_same_report_is_the_same_document(session: Session, traded: None) -> None:
    with clock.at(NOW):
        found = made(session)
        texts = []
        for _ in range(2):
            document = docx.Document(io.BytesIO(report_docx.write(found)))
            texts.append(document.element.xml)
        assert texts[0] == texts[1]


def test_only_whole_provinces_and_known_periods_are_reported(session: Session, browser: Open) -> None:
    with clock.at(NOW):
        here = signed_in(browser, make.make_officer(session))
        listed = here.get("/department/reports")
        assert {f"/department/reports/{code}" for code in ("2026", "2026-H1", "2026-H2", "2025")} <= set(
            listed.links()
        )
        for code in ("2027", "2026-Q1", "2026-03", "nonsense", "1950", "2026-H3"):
            assert here.get(f"/department/reports/{code}").status == 404, code
        commune = make.make_officer(session, place_id=make.some_commune(session).id)
        assert signed_in(browser, commune).get("/department/reports/2026").status == 403
        without = make.make_officer(session, duties=("register",))
        assert signed_in(browser, without).get("/department/reports").status == 403
