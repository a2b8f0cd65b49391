"""Make a database as an earlier version of the program filled it, small enough to keep: its demo, cut down to
all buyers and a few units with whatever belongs to them. tests/shell/test_upgrades.py takes it forward.

Usage: python tools/released.py COMMIT. Writes tests/shell/released/REVISION.json.gz, table by table.
"""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "tests" / "shell" / "released"
#: Of each kind the units with most agreements, and those that have none.
KEPT = """
    SELECT id FROM parties WHERE id NOT IN (SELECT DISTINCT party_id FROM listings)
        AND id IN (SELECT DISTINCT buyer_id FROM links)
    UNION SELECT * FROM (SELECT seller_id FROM links GROUP BY seller_id ORDER BY count(*) DESC LIMIT 6)
    UNION SELECT * FROM (SELECT party_id FROM memberships ORDER BY id LIMIT 4)
    UNION SELECT * FROM (SELECT id FROM parties ORDER BY id DESC LIMIT 6)
"""


def main(commit: str) -> None:
    """Fill, cut down, write."""
    with tempfile.TemporaryDirectory() as folder:
        code, data = Path(folder, "code"), Path(folder, "data")
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--detach", str(code), commit], check=True)
        try:
            outside = {name: value for name, value in os.environ.items() if not name.startswith("MARKET_")}
            environment = {**outside, "PYTHONPATH": str(code), "MARKET_DATA_DIR": str(data)}
            for command in ("migrate", "demo"):
                arguments = [sys.executable, "-m", "market", command]
                subprocess.run(arguments, cwd=code, env=environment, check=True)
        finally:
            subprocess.run([*git, "remove", "--force", str(code)], check=True)
        with closing(sqlite3.connect(data / "market.sqlite")) as database:
            cut_down(database)
            write(database)


def cut_down(database: sqlite3.Connection) -> None:
    """Leave a few parties, and nothing that belongs to another."""
    tables = [
        name
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith("sqlite_")
    ]
    keys = [
        (table, column, other, referred or "id")
        for table in tables
        for _, _, other, column, referred, *_ in database.execute(f'PRAGMA foreign_key_list("{table}")')
    ]
    database.execute(f"CREATE TEMP TABLE kept AS {KEPT}")
    database.execute("DELETE FROM parties WHERE id NOT IN (SELECT * FROM kept)")
    gone = 1
    while gone:
        gone = sum(
            database.execute(
                f'DELETE FROM "{table}" WHERE "{column}" IS NOT NULL'
                f' AND "{column}" NOT IN (SELECT "{referred}" FROM "{other}")'
            ).rowcount
            for table, column, other, referred in keys
        )
    # What happened to those that are gone, and what the index has yet to follow of them.
    database.execute("DELETE FROM events WHERE party_id IS NULL")
    database.execute("DELETE FROM changes WHERE subject_id NOT IN (SELECT id FROM listings)")
    named = " UNION ".join(
        f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'
        for table, column, other, _ in keys
        if other == "users" and table != "persons"
    )
    database.execute(f"DELETE FROM users WHERE NOT is_admin AND id NOT IN ({named})")
    database.execute("DELETE FROM persons WHERE user_id NOT IN (SELECT id FROM users)")
    database.commit()
    assert not database.execute("PRAGMA foreign_key_check").fetchall()


def write(database: sqlite3.Connection) -> None:
    """Every table that holds anything: its columns, then its rows."""
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    document = {}
    for table in sorted(tables):
        found = database.execute(f'SELECT * FROM "{table}"')
        if rows := found.fetchall():
            document[table] = {"columns": [one[0] for one in found.description], "rows": rows}
            print(f"{table}: {len(rows)}", file=sys.stderr)
    revision = document["alembic_version"]["rows"][0][0]
    TARGET.mkdir(exist_ok=True)
    packed = gzip.compress(json.dumps(document, ensure_ascii=False).encode(), 9, mtime=0)
    (TARGET / f"{revision}.json.gz").write_bytes(packed)
    print(f"{revision}: {len(packed) // 1000} kB", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
