"""The ``market`` command: general commands here and in commands.py, the rest gathered from the features.
Exit codes: 0 done, 1 refused or failed with one line on standard error, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext

import sqlalchemy as sa

from market import commands, doctor, features, memory, progress, settings
from market.accounts import passwords
from market.backup import commands as backup
from market.errors import MarketError, Misconfigured
from market.shell import Command
from search.errors import SearchError


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments."""
    root = argparse.ArgumentParser(prog="market", description="Chợ Liên Kết, the linkage market.")
    root.set_defaults(read_settings=settings.load, watched=True)
    subparsers = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in [commands, doctor, backup, *features.gather("commands")]:
        module.register(subparsers)
    return root


def main(arguments: list[str] | None = None) -> int:
    """Run one command; refusals come out as one clear line."""
    memory.set_up()
    args = parser().parse_args(arguments)
    run: Command = args.run
    try:
        watched = args.watched and sys.stderr.isatty()
        with progress.on_a_line(sys.stderr) if watched else nullcontext():
            found = args.read_settings()
            passwords.use_keys(found.password_keys)
            return run(args, found)
    except (MarketError, Misconfigured, SearchError) as refusal:
        print(f"market: {refusal}", file=sys.stderr)
    except sa.exc.DatabaseError as failure:
        # The kinds below these two are faults of ours: their traceback is wanted.
        if type(failure) not in (sa.exc.DatabaseError, sa.exc.OperationalError):
            raise
        reason = str(failure.orig).splitlines()[0]
        hint = " (run 'market migrate' first)" if "no such table" in reason else ""
        print(f"market: the database does not answer: {reason}{hint}", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()
    except OSError as failure:
        where = f"{failure.filename}: " if failure.filename else ""
        print(f"market: {where}{failure.strerror or failure}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
