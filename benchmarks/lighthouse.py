"""What Google's Lighthouse says of the demo's home, search, listing and statistics pages as a telephone sees
them (its own slowed processor and line): four scores of 100 each, the middle of three looks.

Lighthouse is large and no part of the set-up: `npm install --prefix FOLDER lighthouse@13`, then
`MARKET_LIGHTHOUSE=FOLDER/node_modules/.bin/lighthouse`. A search with words is kept from crawlers on purpose,
which it would count against it, so the page of all goods stands for it.
"""

import json
import os
import shutil
import statistics
import subprocess
from pathlib import Path

import httpx2

from benchmarks.lib import engines, market
from benchmarks.lib.report import tell
from tests import processes
from tests.browser import chrome

KINDS = ("performance", "accessibility", "best-practices", "seo")
WANTED, LOOKS, TRIES = 95, 3, 4


def main() -> None:
    """Load the demo, look, print."""
    program = os.environ.get("MARKET_LIGHTHOUSE") or shutil.which("lighthouse")
    assert program, "Lighthouse is missing: set MARKET_LIGHTHOUSE to its program"
    with engines.folder() as where, market.profile("embedded", where) as profile:
        settings = profile.empty(where / "data")
        for arguments in (("migrate",), ("demo",)):
            done = processes.start(settings, *arguments)
            assert done.process.wait(timeout=900) == 0, done.log.read_text()
        with processes.serving(settings) as url:
            first = httpx2.get(f"{url}/api/v1/listings").json()["hits"][0]["id"]
            for name, path in {
                "home": "/",
                "search": "/listings",
                "a listing": f"/listings/{first}",
                "statistics": "/statistics",
            }.items():
                httpx2.get(url + path, timeout=60)  # what is remembered of it is there, as it mostly is
                looks = [scores(program, url + path, where / "seen.json") for _ in range(LOOKS)]
                for kind in KINDS:
                    value = statistics.median(one[kind] for one in looks)
                    tell("lighthouse", f"{name}: {kind}", value, "of 100", against=f"{WANTED} wanted",
                         ratio=value / WANTED, n=LOOKS)  # fmt: skip


def scores(program: str, url: str, seen: Path) -> dict[str, float]:
    """One look at a page: each kind's score."""
    flags = " ".join(("--headless", *chrome.FLAGS))
    browser = {"CHROME_PATH": shutil.which("chromium") or ""}
    asked = [program, url, "--quiet", "--output=json", f"--output-path={seen}", f"--chrome-flags={flags}",
             f"--only-categories={','.join(KINDS)}"]  # fmt: skip
    for tries in range(TRIES):  # now and then it finds no browser at the other end
        done = subprocess.run(
            asked, check=False, timeout=180, env={**os.environ, **browser}, capture_output=True, text=True
        )
        if done.returncode == 0:
            break
        assert tries < TRIES - 1, done.stderr
    found = json.loads(seen.read_text())["categories"]
    return {kind: round(100 * found[kind]["score"]) for kind in KINDS}


if __name__ == "__main__":
    main()
