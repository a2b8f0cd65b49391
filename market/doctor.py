"""``market doctor``: settings, database, schema, passwords, index, files, mail and clock, each ok or what to
do. All are looked at whatever is wrong with some, so that one fault hides no other; how is in checks.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from pydantic import ValidationError

from market import features, schema
from market.checks import CHECKS, FIRST, Look, Seen
from market.db import Database
from market.engine import make_engine
from market.errors import Misconfigured
from market.settings import Settings
from market.shell import Commands, print_json
from search.errors import SearchError


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of one thing."""

    name: str
    ok: bool
    words: str


def register(commands: Commands) -> None:
    """Add ``doctor``."""
    doctor = commands.add_parser("doctor", help="whether all is set up well, and what to do where it is not")
    doctor.add_argument(
        "--only", action="append", choices=tuple(CHECKS), help="look at this alone; repeatable"
    )
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(run=run_doctor, read_settings=readable)


def readable() -> Settings:
    """The settings with those that cannot be read left at their defaults, so that the rest is looked at."""
    try:
        return Settings()
    except UnicodeDecodeError:  # of a .env that is no text; what_is_set says so
        return Settings(_env_file=None)
    except ValidationError as wrong:
        names = {str(error["loc"][0]) for error in wrong.errors()}
        return Settings(**{name: Settings.model_fields[name].default for name in names})


def run_doctor(args: argparse.Namespace, found: Settings) -> int:
    """Say how each thing is; 1 unless all are well."""
    features.load_models()
    lines = examine(found, args.only or CHECKS)
    ok = all(line.ok for line in lines)
    if args.json:
        print_json({"ok": ok, "checks": [asdict(line) for line in lines]})
    else:
        for line in lines:
            print(f"{line.name}: {'ok' if line.ok else 'NOT OK'}, {line.words}")
    if not ok:
        wrong = ", ".join(line.name for line in lines if not line.ok)
        print(f"market: not all is well: {wrong}", file=sys.stderr)
    return 0 if ok else 1


def examine(found: Settings, wanted: Collection[str]) -> list[Line]:
    """Look at all that is wanted, whatever is wrong with some of it, and before at what others build on."""
    seen = Seen(found, Database(make_engine("sqlite://")))
    try:
        lines = [
            _line(seen, name, looks) for name, looks in CHECKS.items() if name in wanted or name in FIRST
        ]
        return [line for line in lines if line.name in wanted]
    finally:
        seen.database.close()


def _line(seen: Seen, name: str, looks: tuple[Look, ...]) -> Line:
    ok, said = True, []
    for look in looks:
        try:
            said.append(look(seen))
        except (Misconfigured, SearchError, OSError) as failure:
            ok = False
            said.append(str(failure))
        except sa.exc.DBAPIError as failure:
            ok = False
            said.append(f"the database does not answer: {schema.reason(failure)}")
    return Line(name, ok, "; ".join(said))
