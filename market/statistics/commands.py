"""``market figures``: the figures, the rows behind one, and the check of everything stored; ``market period``
closes and reopens. From the shell one acts as the administrator: nothing is hidden.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date

from sqlalchemy.orm import Session

from market import clock, features
from market.errors import Invalid
from market.events import Actor
from market.places import queries as places
from market.settings import Settings
from market.shell import Commands, database, print_json
from market.spreadsheets import commands as exports
from market.spreadsheets import writing
from market.statistics import (
    calendar,
    closing,
    drilldown,
    figures,
    indicators,
    shown,
    stored,
    verify,
)
from market.statistics.aggregates import Question
from market.words import t

#: Whoever runs the installation.
SHELL = Actor(channel="shell")


def register(commands: Commands) -> None:
    """Add the command with its two further forms."""
    command = commands.add_parser("figures", help="the province's figures, and the rows behind them")
    command.add_argument("what", nargs="?", choices=["rows", "verify"], help="rows behind one; verify all")
    command.add_argument("--period", help="2026, 2026-H1, 2026-9M, 2026-Q3, 2026-07 or FROM..TO")
    command.add_argument("--place", help="CODE or CODE@2022-01-01")
    command.add_argument("--indicator", nargs="+", action="extend", default=[])
    command.add_argument("--as-of", help="what was known at the end of this day")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=run_figures)
    command = commands.add_parser("period", help="close a reporting period, reopen it, list them")
    command.add_argument("what", choices=["close", "reopen", "list"])
    command.add_argument("code", nargs="?", help="2026, 2026-H1, 2026-9M, 2026-Q3, 2026-07 or FROM..TO")
    command.add_argument("--reason", default="", help="why it is reopened")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=run_period)
    exports.EXPORTS["figures"] = export


def export(session: Session, ending: str) -> bytes:
    """Today's figures of the province as ``market figures`` prints them, a row each."""
    today = clock.today()
    found = figures.compute(session, indicators=indicators.ALL, period=None, place=None, as_of=today)
    rows = [[one[name] for name in shown.FIELDS] for one in shown.as_dicts(session, found)]
    return writing.write(ending, title="figures", heads=shown.FIELDS, rows=rows)


def run_figures(args: argparse.Namespace, settings: Settings) -> int:
    """Print figures, rows or the differences that verify finds (then 1)."""
    if args.what == "rows" and len(args.indicator) != 1:
        print("market figures rows: --indicator: name the one whose rows to print", file=sys.stderr)
        return 2
    features.load_models()
    with database(settings) as opened, opened.reading() as session:
        if args.what == "verify":
            found = verify.everything(session)
            if args.json:
                print_json({"differences": found})
            else:
                print("\n".join(found) or "every stored value equals its history")
            if found:
                print(f"market: {len(found)} stored values differ from their history", file=sys.stderr)
            return 1 if found else 0
        as_of = _day(args.as_of)
        known = calendar.read(session, args.period, as_of=as_of) if args.period else None
        period = known.period if known else None
        # Asked as of another day, a period is counted by what was known on that day.
        frozen_at = known.known_before if known and not args.as_of else None
        place = places.resolve(session, text=args.place, on=as_of) if args.place else None
        wanted = [indicators.get(code) for code in args.indicator] or list(indicators.ALL)
        if args.what == "rows":
            rows = drilldown.rows(
                session,
                indicator=wanted[0],
                period=period,
                place=place,
                as_of=as_of,
                known_before=frozen_at,
            )
            if args.json:
                print_json({"rows": [shown.row_as_dict(row) for row in rows]})
            else:
                for row in rows:
                    print(row.part, row.key, shown.amount(row.value, row.unit), row.unit, sep="\t")
            return 0
        if period is not None and frozen_at is not None:
            where = place or figures.default_place(session, period=period, as_of=as_of)
            [found_figures] = stored.compute(session, wanted, [(period, frozen_at)], Question(where, as_of))
        else:
            found_figures = figures.compute(
                session, indicators=wanted, period=period, place=place, as_of=as_of
            )
        plain = shown.as_dicts(session, found_figures)
        if args.json:
            print_json({"figures": plain})
        else:
            for one in plain:
                value = "-" if one["value"] is None else one["value"]
                print(one["indicator"], one["place"], one["period"], value, one["unit"], sep="\t")
    return 0


def _day(text: str | None) -> date:
    if not text:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(t("Write the day as 2021-12-31.")) from None


def run_period(args: argparse.Namespace, settings: Settings) -> int:
    """Close a period (prepared and closed in one, by whoever runs the installation), reopen one, list all."""
    if args.what != "list" and not args.code:
        print(f"market period {args.what}: name the period", file=sys.stderr)
        return 2
    features.load_models()
    with database(settings) as opened:
        if args.what == "list":
            with opened.reading() as session:
                _list_periods(session, as_json=args.json)
            return 0
        with opened.writing() as session:
            if args.what == "close":
                closing.prepare(session, actor=SHELL, over=None, code=args.code)
                row = closing.close(session, actor=SHELL, over=None, code=args.code)
            else:
                row = closing.reopen(session, actor=SHELL, over=None, code=args.code, reason=args.reason)
            told = {"period": row.code, "state": row.state, "revision": row.revision}
        if args.json:
            print_json(told)
        else:
            print(row.code, row.state, "-" if row.revision is None else row.revision, sep="\t")
    return 0


def _list_periods(session: Session, *, as_json: bool) -> None:
    rows = [
        {
            "period": row.code,
            "from": row.first_day.isoformat(),
            "to": row.last_day.isoformat(),
            "state": row.state,
            "revision": row.revision,
            "known_before": row.known_before.isoformat() if row.known_before else None,
        }
        for row in closing.list_periods(session)
    ]
    if as_json:
        print_json({"periods": rows})
        return
    for one in rows:
        print(*("-" if value is None else value for value in one.values()), sep="\t")
