"""Asks whether anything that we install has a known weakness: ``pip-audit`` over the hashed requirement files
(of OSV), ``npm audit`` over package-lock.json (of npm's own service). Both need a network.

Exit code 0: none is known. 1: there are, each on a line. 2: somebody could not be asked, said in one line;
with ``--if-reachable`` (CI, which may have no way out) that is 0 as well.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PIP_AUDIT = "pip-audit>=2.9,<3"
PATIENCE = 120


class NotAsked(Exception):
    """Who knows of weaknesses did not answer."""


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the two commands below
            command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise NotAsked(str(failure)) from failure
    if not done.stdout.strip():
        raise NotAsked((done.stderr.strip().splitlines() or ["no answer"])[-1][:100])
    return done.stdout


def python_packages() -> list[str]:
    """Weaknesses of the Python packages, those for development included."""
    asked = ["-r", "requirements/dev.txt", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    uv = str(ROOT / ".venv" / "bin" / "uv")
    told = _run([uv, "tool", "run", "--quiet", PIP_AUDIT, *asked, "-s", "osv", "-f", "json"])
    return [
        f"{one['name']} {one.get('version', '')}: {weak['id']}"
        for one in json.loads(told)["dependencies"]
        for weak in one.get("vulns", ())
    ]


def browser_packages() -> list[str]:
    """Weaknesses of what is fetched by npm."""
    told = json.loads(_run(["npm", "audit", "--json"]))
    if "vulnerabilities" not in told:
        raise NotAsked(str(told.get("message") or told.get("error", {}).get("summary") or "npm audit"))
    return [f"{name}: {one['severity']}" for name, one in told["vulnerabilities"].items()]


def main(if_reachable: bool) -> int:
    """Ask both; say what was found."""
    found: list[str] = []
    unasked = []
    for name, ask in (("Python", python_packages), ("npm", browser_packages)):
        try:
            found += ask()
        except (NotAsked, ValueError) as failure:
            unasked.append(f"{name}: {failure}")
    for one in found:
        print(one)
    if unasked:
        print(f"audit: not asked, this needs a network: {'; '.join(unasked)}", file=sys.stderr)
    if found:
        return 1
    return 2 if unasked and not if_reachable else 0


if __name__ == "__main__":
    sys.exit(main("--if-reachable" in sys.argv[1:]))
