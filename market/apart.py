"""Runs a program of ours in a process of its own: what strangers send is read where it cannot take this
process along. The program sets itself the bounds on memory and time that the system then holds.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

#: Seconds after which a program that says nothing is given up.
PATIENCE = 90


def run(
    program: str | Path, *words: str, data: bytes | None = None, cwd: Path | None = None, patience: float
) -> subprocess.CompletedProcess[bytes]:
    """Run one of our files with words after it and data on its standard input.

    Raises subprocess.TimeoutExpired with what it had said until then.
    """
    # -I: neither the environment nor the folder where it stands says what it imports.
    command = [sys.executable, "-I", str(program), *words]
    return subprocess.run(  # noqa: S603 - this very interpreter, on a file of ours
        command, input=data, capture_output=True, timeout=patience, check=False, cwd=cwd
    )
