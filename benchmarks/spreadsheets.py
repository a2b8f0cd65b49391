"""How long a preview of a spreadsheet takes and what memory it needs, beside the bare reader on the same
file: all cells of the sheet as Python values, nothing understood. `MARKET_BENCH_ROWS` (default 20000) is how
many rows. Each figure is of a process of its own, so that the memory is that of the preview alone.
"""

import csv
import io
import json
import os
import resource
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from benchmarks.lib import engines, market
from benchmarks.lib.report import tell
from market import clock, commands, features
from market.db import Database
from market.engine import make_engine
from market.places import queries as places
from market.settings import Settings
from market.spreadsheets import service, writing
from tests.make import environment

SIZE = int(os.environ.get("MARKET_BENCH_ROWS", "20000"))
UNITS = 700
ROUNDS = 2


def main() -> None:
    """Measure and print; or, called with arguments, be the process that is measured."""
    if len(sys.argv) > 1:
        print(json.dumps(measured(*sys.argv[1:])))
        return
    with engines.folder() as where:
        for name in market.PROFILES:
            with market.profile(name, where / name) as profile:
                settings = profile.empty(where / name / "data")
                prepare(settings)
                for kind, held in made(settings).items():
                    for ending, content in held.items():
                        compare(settings, name, kind, where / f"{kind}{ending}", content)


def prepare(settings: Settings) -> None:
    """A migrated database with units that listings and links point to."""
    features.load_models()
    database = Database(make_engine(settings.database))
    commands.migrate(database)
    with database.writing() as session:
        file = service.open_file(_csv(_units(_communes(session), UNITS, "U")))
        found = service.preview(session, kind="cooperatives", file=file)
        service.apply(session, found, actor=service.CLERK)
    database.close()


def made(settings: Settings) -> dict[str, dict[str, bytes]]:
    """Files of new rows, of each kind and ending."""
    database = Database(make_engine(settings.database))
    with database.reading() as session:
        units = _units(_communes(session), SIZE, "N")
    database.close()
    today = clock.today()
    offers: list[list[Any]] = [
        ["cooperative_code", "product", "title", "description", "price_from", "unit", "spec", "volume",
         "from", "to", "min_order", "standards"],
    ]  # fmt: skip
    deals: list[list[Any]] = [
        ["cooperative_code", "buyer", "buyer_kind", "product", "kind", "form", "season", "from", "to",
         "volume", "unit", "price", "area", "households", "contract_no", "contract_date", "state"],
    ]  # fmt: skip
    for number in range(SIZE):
        unit, first = f"U{number % UNITS}", today + timedelta(days=number % 300)
        offers.append(
            [unit, "Lúa ST25", f"Lúa vụ {number // UNITS // 2}", "Lúa sạch, giao tại ruộng.", 9400, "tấn",
             "moisture<=14,5; paddy_state=dry", 12.5, today + timedelta(days=40 * (number // UNITS % 2)),
             today + timedelta(days=40 * (number // UNITS % 2) + 30), "1 tấn", "SRP"]
        )  # fmt: skip
        deals.append(
            [unit, f"Công ty {number % 500}", "Nhà chế biến", "lua-st25", "linkage", 4, "Hè Thu 2025",
             first - timedelta(days=700), first - timedelta(days=500), 300, "tấn", 7200, "45,5", 32,
             f"{number}/HĐ", date(2025, 1, 2), "Đang thực hiện"]
        )  # fmt: skip
    return {
        kind: {ending: _file(ending, rows) for ending in writing.ENDINGS}
        for kind, rows in (("cooperatives", units), ("listings", offers), ("links", deals))
    }


def compare(settings: Settings, profile: str, kind: str, path: Path, held: bytes) -> None:
    """Preview a file and read it bare, in turns; the better of each."""
    path.write_bytes(held)
    own, bare = (_best(settings, way, kind, path) for way in ("preview", "bare"))
    what = f"{profile}: preview of {kind} in {path.suffix}"
    for figure, name, unit in (
        ("", "seconds", "s"),
        (": computing", "computing", "s"),
        (": memory", "megabytes", "MB"),
    ):
        tell("spreadsheets", what + figure, own[name], unit, against="the bare reader", n=SIZE,
             ratio=own[name] / bare[name])  # fmt: skip


def _best(settings: Settings, way: str, kind: str, path: Path) -> dict[str, float]:
    runs = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.spreadsheets", way, kind, str(path), settings.database],
            capture_output=True, check=True, env={**os.environ, **environment(settings)},
        )  # fmt: skip
        runs.append(json.loads(done.stdout))
    return {name: min(run[name] for run in runs) for name in runs[0]}


def measured(way: str, kind: str, path: str, database_url: str) -> dict[str, float]:
    """Seconds and megabytes of one reading, from the file's bytes to the end of the report."""
    features.load_models()
    database = Database(make_engine(database_url))
    began, computed, before = time.perf_counter(), time.process_time(), _of_children()
    held = Path(path).read_bytes()
    if way == "bare":
        rows = _bare(held)
    else:
        with database.reading() as session:
            found = service.preview(session, kind=kind, file=service.open_file(held))
        rows = found.report.counts["new"]
    took = time.perf_counter() - began
    assert rows == SIZE, (rows, SIZE)
    spent = time.process_time() - computed + _of_children() - before
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"seconds": took, "computing": spent, "megabytes": most / 1024}


def _of_children() -> float:
    """Seconds that processes of ours have computed: a workbook is read by one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _bare(held: bytes) -> int:
    if not held.startswith(b"PK"):
        return len(list(csv.reader(io.StringIO(held.decode("utf-8-sig"), newline="")))) - 1
    return len(CalamineWorkbook.from_filelike(io.BytesIO(held)).get_sheet_by_index(0).to_python()) - 1


def _communes(session: Any) -> list[str]:
    return [place.code for place in places.list_communes(session, on=clock.today())]


def _units(communes: list[str], count: int, prefix: str) -> list[list[Any]]:
    heads = ["code", "name", "form", "place_code", "fields", "sectors", "tax_code", "status", "members",
             "households", "representative", "position", "founded", "phone", "email", "rating", "rating_year",
             "pilot_field"]  # fmt: skip
    return [
        heads,
        *(
            [f"{prefix}{i}", f"Hợp tác xã Nông nghiệp {i}", "HTX", communes[i % len(communes)],
             "Lúa; Dịch vụ nông nghiệp", "Lúa gạo", f"{prefix}19{i:08d}", "Đang hoạt động", 20 + i % 90,
             10 + i % 50, f"Nguyễn Văn {i}", "Giám đốc", date(2015, 1, 1) + timedelta(days=i % 3000),
             f"0912{i:06d}", f"htx{i}@vidu.test", "Tốt", 2024, "Lúa"]
            for i in range(count)
        ),
    ]  # fmt: skip


def _file(ending: str, rows: list[list[Any]]) -> bytes:
    return writing.write(ending, title="x", heads=rows[0], rows=rows[1:])


def _csv(rows: list[list[Any]]) -> bytes:
    return _file(".csv", rows)


if __name__ == "__main__":
    main()
