"""``market import`` and ``market export``: files into the database, all rows or none, and out of it again.
Run from the shell they act as the administrator.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from market import events, features, progress
from market.errors import Invalid
from market.listings import indexing
from market.places import boundaries
from market.settings import Settings
from market.shell import Commands, database, print_json
from market.spreadsheets import reading, service, writing
from market.spreadsheets.report import Report, Wrong
from market.spreadsheets.steps import Options
from market.web import language
from market.web.context import speaking
from market.words import t

#: Outlines of communes come as GeoJSON and are no rows.
BOUNDARIES = "boundaries"
#: Makes a file of an ending (writing.ENDINGS).
Exporter = Callable[[Session, str], bytes]


def _kind(kind: str, session: Session, ending: str) -> bytes:
    return service.export(session, kind=kind, ending=ending)


#: What can be exported; a feature above this one adds what import does not take back.
EXPORTS: dict[str, Exporter] = {kind: partial(_kind, kind) for kind in service.KINDS}


def register(commands: Commands) -> None:
    """Add the commands."""
    taking = commands.add_parser("import", help="take in a spreadsheet: all rows or none")
    taking.add_argument("kind", choices=(*service.KINDS, BOUNDARIES))
    taking.add_argument("file", metavar="FILE", type=Path, help=".xlsx, .xls, .ods, .csv; or .geojson")
    taking.add_argument("--dry-run", action="store_true", help="only say what would be done")
    taking.add_argument("--draft", action="store_true", help="leave new listings as drafts")
    taking.add_argument("--json", action="store_true")
    taking.set_defaults(run=run_import)
    giving = commands.add_parser("export", help="write a spreadsheet; import takes back what it knows")
    giving.add_argument("kind", choices=EXPORTS)
    giving.add_argument("file", metavar="FILE", type=Path, help=".xlsx or .csv")
    giving.set_defaults(run=run_export)


def run_import(args: argparse.Namespace, settings: Settings) -> int:
    """Take in a file; 1 when anything in it is wrong, and then nothing is kept."""
    if args.draft and args.kind != "listings":
        print("market import: --draft is for listings", file=sys.stderr)
        return 2
    features.load_models()
    if args.kind == BOUNDARIES:
        return _import_boundaries(args, settings)
    for name in ("party.renamed", "party.moved", "party.status_changed"):
        # As in the serving process: what a unit's listings show of it has to be found anew.
        events.subscribe(name, indexing.on_party_changed)
    file = service.open_file(_read(args.file))
    options = Options(draft=args.draft)
    with database(settings) as opened:
        if args.dry_run:
            with opened.reading() as session:
                report = service.preview(session, kind=args.kind, file=file, options=options).report
        else:
            try:
                with opened.writing() as session:
                    found = service.preview(session, kind=args.kind, file=file, options=options)
                    report = service.apply(session, found, actor=service.CLERK, told=_rows_done)
            except service.NotApplied as refusal:
                report = refusal.report
    return _told(report, args, settings)


def _rows_done(done: int, of: int) -> None:
    progress.told("rows", done, of)


def _told(report: Report, args: argparse.Namespace, settings: Settings) -> int:
    """Say what a file held and what became of it; the exit code."""
    with speaking(settings.language):
        if args.json:
            print_json(report.as_document(language.say))
        else:
            _tell(report)
    if not report.ok:
        print("market: nothing was imported", file=sys.stderr)
    return 0 if report.ok else 1


def _import_boundaries(args: argparse.Namespace, settings: Settings) -> int:
    """Take in the outlines of a file, all or none."""
    data = _read(args.file, boundaries.MOST_BYTES)
    with database(settings) as opened, opened.session(write=not args.dry_run) as session:
        found = boundaries.read(session, data)
        report = Report(BOUNDARIES, rows=found.features)
        for one in found.wrong:
            report.refuse(one.number, "code" if one.code else "", one.code, one.reason)
        if report.ok:
            changed = boundaries.keep(session, found, source=args.file.name)
            report.counts |= {"new": changed, "same": found.features - changed}
            if not args.dry_run:
                session.commit()
                report.applied = True
    return _told(report, args, settings)


def _read(path: Path, most: int = reading.MOST_BYTES) -> bytes:
    with path.open("rb") as file:
        # One more than is taken, so that a file without end is not read to its end.
        return file.read(most + 1)


def _tell(report: Report) -> None:
    for wrong in report.warnings:
        print(_line(wrong), file=sys.stderr)
    for wrong in report.errors:
        print(_line(wrong), file=sys.stderr)
    counts = report.counts
    print(f"{report.kind}: {report.rows} rows: {counts['new']} new, {counts['changed']} changed, "
          f"{counts['same']} same, {len({one.row for one in report.errors})} wrong")  # fmt: skip


def _line(wrong: Wrong) -> str:
    where = f"row {wrong.row}" if wrong.row else "file"
    column = f", {wrong.column}" if wrong.column else ""
    value = f" “{wrong.value}”" if wrong.value else ""
    return f"{where}{column}{value}: {language.say(wrong.reason)}"


def run_export(args: argparse.Namespace, settings: Settings) -> int:
    """Write a file."""
    features.load_models()
    ending = writing.ending_of(args.file)
    if args.file.is_dir():
        raise Invalid(t("Name the file with the ending .xlsx or .csv."), field="file")
    with database(settings) as opened, opened.reading() as session:
        made = EXPORTS[args.kind](session, ending)
    args.file.write_bytes(made)
    return 0
