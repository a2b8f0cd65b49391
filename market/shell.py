"""The shape of a command: how a feature's commands.py adds to ``market``, opens what it needs, and reads
who it acts as. The commands themselves are with their features; the general ones in __main__.py.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from market import schema
from market.db import Database
from market.engine import make_engine
from market.errors import Invalid
from market.runtime import Access, Runtime
from market.settings import Settings
from market.words import t

#: A command gets its arguments and the settings; it returns the exit code (0 done, 1 refused).
Command = Callable[[argparse.Namespace, Settings], int]
Commands = Any  # argparse names its subparsers' type privately


@contextmanager
def opened(settings: Settings, *, access: Access = "read") -> Iterator[Runtime]:
    """The database and the index for the length of a command."""
    with database(settings) as found:
        runtime = Runtime.open(settings, found, access=access)
        try:
            runtime.check_search()
            yield runtime
        finally:
            runtime.close()


@contextmanager
def database(settings: Settings, *, any_schema: bool = False) -> Iterator[Database]:
    """The database alone, for commands that do not search; ``any_schema`` for the one that makes it."""
    found = Database(make_engine(settings.database, slow_ms=settings.slow_sql_ms))
    try:
        if not any_schema:
            schema.check(found)
        yield found
    finally:
        found.close()


def read_secret(prompt: str) -> str:
    """A password or key from standard input; at a terminal it is asked for and not shown."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    # As bytes: a system that takes any byte for a letter would keep a password that no form can send.
    typed = sys.stdin.buffer.readline()
    try:
        return typed.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise Invalid(t("The password on standard input is no text in UTF-8."), field="password") from None


def print_json(document: Any) -> None:
    """One JSON document on standard output and nothing else."""
    print(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=False))
