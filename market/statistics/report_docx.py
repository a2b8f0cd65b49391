"""The report as a .docx, in the form of an administrative document (Decree 30/2020/NĐ-CP): what a person has
to fill in (agency, number, day, recipients, signature) is left open.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from docx.table import _Cell

from market.statistics import report_text
from market.statistics.report import Report
from market.web import language
from market.words import Words, t

#: When every document says that it was made: the same report is the same text.
FIRST_MADE = datetime(2000, 1, 1, tzinfo=UTC)
DOTS = "…" * 8
#: Widths of the table's columns in centimetres.
WIDTHS = (1.4, 7.0, 2.2, 2.2, 2.4, 2.2, 2.8, 2.8)


def write(report: Report) -> bytes:
    """The document's bytes."""
    document = docx.Document()
    _prepare(document)
    _head(document, report)
    for section in report_text.sections(report):
        _paragraph(document, section.heading, bold=True)
        for one in section.paragraphs:
            _paragraph(document, one, indent=True)
    _paragraph(document, t("IV. Table of figures"), bold=True)
    _table(document, report)
    _paragraph(document, report_text.state(report), size=10)
    _paragraph(document, report_text.source(report), size=10)
    for note in report_text.notes(report):
        words = f"({note.mark}) {note.name}: {language.say(note.meaning)}"
        if note.evidence:
            words += " " + "; ".join(f"{name}: {value}" for name, value in note.evidence) + "."
        document.add_paragraph(words).runs[0].font.size = Pt(9)
    _foot(document)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _prepare(document: Document) -> None:
    properties = document.core_properties
    properties.created = properties.modified = FIRST_MADE
    properties.author = properties.comments = ""
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin = Cm(2.5), Cm(1.5)
    page.top_margin = page.bottom_margin = Cm(2)


def _paragraph(
    document: Document, words: Words, *, bold: bool = False, size: int = 0, indent: bool = False
) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(language.say(words))
    run.bold = bold
    if size:
        run.font.size = Pt(size)
    if indent:
        paragraph.paragraph_format.first_line_indent = Cm(1)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _centred(cell: _Cell, *lines: tuple[str, bool]) -> None:
    for at, (text, bold) in enumerate(lines):
        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(text).bold = bold


def _head(document: Document, report: Report) -> None:
    table = document.add_table(rows=1, cols=2)
    people = language.say(t("People's Committee of {place}", place=report.province.name)).upper()
    _centred(
        table.rows[0].cells[0],
        (people, False),
        (DOTS, True),
        (language.say(t("No.: …/BC-…")), False),
    )
    _centred(
        table.rows[0].cells[1],
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True),
        ("Độc lập - Tự do - Hạnh phúc", True),
        (language.say(t("…, day … month … year …")), False),
    )
    for words, bold in ((t("REPORT"), True), (report_text.title(report), True)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(language.say(words)).bold = bold


def _table(document: Document, report: Report) -> None:
    table = document.add_table(rows=1, cols=len(report_text.HEADS), style="Table Grid")
    lines = [tuple(language.say(head) for head in report_text.HEADS)]
    lines += [report_text.cells(row) for row in report.rows]
    for at, line in enumerate(lines):
        row = table.rows[0] if at == 0 else table.add_row()
        for column, (cell, text) in enumerate(zip(row.cells, line, strict=True)):
            cell.width = Cm(WIDTHS[column] * 0.75)
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.bold = Pt(10), at == 0
            if column > 2 and at:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _foot(document: Document) -> None:
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    cells[0].paragraphs[0].add_run(language.say(t("Recipients:"))).bold = True
    for _ in range(2):
        cells[0].add_paragraph(f"- {DOTS}")
    _centred(cells[1], (language.say(t("HEAD OF THE AGENCY")), True), ("", False), ("", False), (DOTS, False))
