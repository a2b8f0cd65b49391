"""``market figures``: the figures, the rows behind one, and the check of everything stored. From the shell
one acts as the administrator: nothing is hidden.
"""

from __future__ import annotations

import argparse
from datetime import date

from market import clock, features
from market.errors import Invalid
from market.places import queries as places
from market.settings import Settings
from market.shell import Commands, database, print_json
from market.statistics import drilldown, figures, indicators, periods, shown, verify
from market.words import t


def register(commands: Commands) -> None:
    """Add the command with its two further forms."""
    command = commands.add_parser("figures", help="the province's figures, and the rows behind them")
    command.add_argument("what", nargs="?", choices=["rows", "verify"], help="rows behind one; verify all")
    command.add_argument("--period", help="2026, 2026-H1, 2026-9M, 2026-Q3, 2026-07 or FROM..TO")
    command.add_argument("--place", help="CODE or CODE@2022-01-01")
    command.add_argument("--indicator", action="append", default=[])
    command.add_argument("--as-of", help="what was known at the end of this day")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=run_figures)


def run_figures(args: argparse.Namespace, settings: Settings) -> int:
    """Print figures, rows or the differences that verify finds (then 1)."""
    features.load_models()
    with database(settings) as opened, opened.reading() as session:
        if args.what == "verify":
            found = list(verify.differences(session))
            if args.json:
                print_json({"differences": found})
            else:
                print("\n".join(found) or "every stored value equals its history")
            return 1 if found else 0
        as_of = _day(args.as_of)
        period = periods.parse(args.period) if args.period else None
        place = places.resolve(session, text=args.place, on=as_of) if args.place else None
        wanted = [indicators.get(code) for code in args.indicator] or list(indicators.ALL)
        if args.what == "rows":
            if len(args.indicator) != 1:
                raise Invalid(t("Name one indicator whose rows to print."))
            rows = drilldown.rows(session, indicator=wanted[0], period=period, place=place, as_of=as_of)
            if args.json:
                print_json({"rows": [shown.row_as_dict(row) for row in rows]})
            else:
                for row in rows:
                    print(row.part, row.key, shown.amount(row.value, row.unit), row.unit, sep="\t")
            return 0
        found_figures = figures.compute(session, indicators=wanted, period=period, place=place, as_of=as_of)
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
