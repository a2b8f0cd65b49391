"""``market backup`` and ``market restore``: the database and the files into a folder, and back from it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from market import features
from market.backup import making, restoring
from market.settings import Settings
from market.shell import Commands, database


def register(commands: Commands) -> None:
    """Add both commands."""
    backup = commands.add_parser("backup", help="database and files into a folder, while all goes on")
    backup.add_argument("folder", type=Path, metavar="DIR", help="a new or an empty folder")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", help="put a backup back; the application is stopped meanwhile")
    restore.add_argument("folder", type=Path, metavar="DIR")
    restore.add_argument("--force", action="store_true", help="replace what is there")
    restore.set_defaults(run=run_restore)


def run_backup(args: argparse.Namespace, settings: Settings) -> int:
    """Make a backup; 1 when a file that the database names was not there to be kept."""
    features.load_models()
    with database(settings, any_schema=True) as opened:
        made = making.make(settings, opened, args.folder)
    print(f"{args.folder}: {made.server}, schema {made.schema_revision}, {made.rows} rows")
    print(f"files: {len(made.uploads)}, in all {made.bytes / 10**6:.1f} MB")
    for name in made.missing:
        print(f"market: {settings.files / name}: the database names it, and it is not there", file=sys.stderr)
    return 1 if made.missing else 0


def run_restore(args: argparse.Namespace, settings: Settings) -> int:
    """Put a backup back and say how all is; 1 when something of it is not as it should be."""
    features.load_models()
    with database(settings, any_schema=True) as opened:
        made, found = restoring.restore(settings, opened, args.folder, force=args.force)
    print(f"restored: {made.rows} rows and {len(made.uploads)} files of {made.made_at:%Y-%m-%d %H:%M:%S} UTC")
    print("everybody has to sign in again; tokens of programs are as they were then")
    print(f"messages that are yet to leave: {found.waiting}, each under the id that it had")
    print("\n".join(found.figures) or "figures: every stored value equals its history")
    print(f"index: {found.listings} listings, {'; '.join(found.index) or 'no difference'}")
    print(f"files: {'all that the database names are there' if not found.missing else 'some are missing'}")
    for name in found.missing:
        print(f"market: {settings.files / name}: the database names it, and it is not there", file=sys.stderr)
    return 0 if found.well else 1
