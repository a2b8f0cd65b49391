"""What somebody would pick instead of our search: PostgreSQL's full text, SQLite's, Datasette. Here they are
put up beside each other; how each searches is its own file's, and `rows.py` says what they are filled with.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.lib.datasette_rival import DatasetteRival
from benchmarks.lib.postgres_rival import PostgresRival
from benchmarks.lib.rows import Missing, Rival
from benchmarks.lib.sqlite_rival import SqliteRival


@contextmanager
def standing(where: Path) -> Iterator[list[Rival]]:
    """All rivals that this machine can have, empty, until the block ends. Of each other one a line says what
    to install.
    """
    sqlite = SqliteRival(where / "rivals.sqlite")
    makers: dict[str, Callable[[], Rival]] = {
        PostgresRival.name: PostgresRival,
        SqliteRival.name: lambda: sqlite,
        DatasetteRival.name: lambda: DatasetteRival(sqlite),
    }
    with ExitStack() as stack:
        found = []
        for name, make in makers.items():
            try:
                rival = make()
            except Missing as missing:
                print(f"without {name}: {missing}", file=sys.stderr, flush=True)
                continue
            stack.callback(rival.close)
            found.append(rival)
        yield found
