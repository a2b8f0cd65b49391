"""The API as a program made by others reads it: Schemathesis asks every operation of the OpenAPI document
over HTTP, with what fits and with what does not. No answer is a fault, none has a status, a type, a header or
a body that is not declared.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from market import worker
from tests import processes
from tests.house import operations, world
from tests.house.rights import TABLE
from tests.house.world import World
from tests.machines import API
from tests.profiles import Profile
from tests.server import in_a_thread

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
PROGRAM = Path(sys.executable).with_name("schemathesis")


def _what_there_is(document: Mapping[str, Any], made: World, asker: str) -> str:
    """A file that says which ids there are; most of what is asked is about these."""
    known: dict[str, set[str]] = {}
    for name, _, path, _ in operations.named(document):
        there = made.filled(TABLE[name].path, asker).split("/")
        for part, value in zip(path.split("/"), there, strict=True):
            if part.startswith("{"):
                known.setdefault(part.strip("{}"), set()).add(value)
    lines = []
    for one, values in sorted(known.items()):
        numbers = [int(value) if value.isdigit() else value for value in sorted(values)]
        lines.append(f"[dictionaries.{one}]\nvalues = {json.dumps(numbers)}\n")
        lines.append(f"[parameters.'path.{one}']\ndictionary = '{one}'\nprobability = 0.8\n")
    return "\n".join(lines)


def _ask(tmp_path: Path, profile: Profile, asker: str, *more: str) -> None:
    """All operations as somebody who trades, on a market where there is something of everything."""
    worker.subscribe_all()
    known, report = tmp_path / "known.toml", tmp_path / "asked.json"
    with in_a_thread(profile.own(tmp_path / "served")) as served:
        assert served.app is not None
        served.app.state.write_limit.most = 10**9
        document = served.app.state.api_document()
        with served.database.session(write=True) as session:
            made = world.build(session)
            known.write_text(_what_there_is(document, made, asker))
            session.commit()
        done = subprocess.run(
            [
                *(PROGRAM, "--config-file", known, "run", f"{served.url}{API}/openapi.json"),
                *("--header", f"Authorization: Bearer {made.tokens[asker]}"),
                *("--checks", ",".join(CHECKS), "--continue-on-failure", "--no-color", "--warnings", "off"),
                *("--report", "json", "--report-json-path", report, *more),
            ],
            cwd=tmp_path,
            env=processes.surroundings(served.settings),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    told = json.loads(report.read_text())
    assert told["complete"]
    assert told["operations"]["tested"] == len(list(operations.named(document)))
    # It went beyond the first look: that each operation can be done is test_rights.py's.
    accepted = [
        one for one in told["valid_rates"].values() if any(phase["accepted"] for phase in one.values())
    ]
    assert len(accepted) > told["operations"]["tested"] // 6


@pytest.mark.parametrize("asker", ["seller:all", "buyer:all"])
@pytest.mark.long
def test_no_answer_is_a_fault_or_undeclared(tmp_path: Path, profile: Profile, asker: str) -> None:
    _ask(tmp_path, profile, asker, "--phases", "examples,fuzzing", "--max-examples", "3")


@pytest.mark.parametrize("asker", ["seller:all", "buyer:all"])
@pytest.mark.soak
def test_no_answer_of_very_many_is_a_fault_or_undeclared(
    tmp_path: Path, profile: Profile, asker: str
) -> None:
    _ask(tmp_path, profile, asker, "--phases", "examples,coverage,fuzzing", "--max-examples", "20")
