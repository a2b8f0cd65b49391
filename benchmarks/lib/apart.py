"""Programs of others that are no requirement of ours: each in a throw-away environment under .setup, made
when it is first asked for and kept for the next run.
"""

import re
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.lib.rows import Missing

_UNDER = Path(__file__).parents[2] / ".setup"


def environment(name: str, *requirements: str) -> Path:
    """The folder of its programs. ``requirements`` as pip takes them, the first is what it is made for.

    Raises Missing where it cannot be made.
    """
    place = _UNDER / re.sub(r"[^\w.]+", "-", requirements[0])
    mark = place / "ready"
    if not mark.exists():
        print(f"setting up {name} in .setup", file=sys.stderr)
        venv.create(place, with_pip=True, clear=True)
        done = subprocess.run(
            [place / "bin/python", "-m", "pip", "install", "--quiet", *requirements],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise Missing(f"pip could not install {requirements[0]}; is the package index reachable?")
        mark.touch()
    return place / "bin"
