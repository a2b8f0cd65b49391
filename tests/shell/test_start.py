"""How a command starts: what only pages, servers or readers of files need is not imported for it."""

from __future__ import annotations

import subprocess
import sys

from tests.processes import ROOT

HEAVY = ("fastapi", "meilisearch", "pypdf", "pillow_heif", "uvicorn")


def test_a_command_imports_nothing_that_it_does_not_need() -> None:
    program = "import sys; from market.__main__ import parser; parser(); print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True).stdout
    imported = {name.partition(".")[0] for name in said.decode().split()}
    assert {"market", "sqlalchemy"} <= imported
    assert not imported & {*HEAVY}
