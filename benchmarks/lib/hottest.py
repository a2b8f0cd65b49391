"""Where the time goes: which pages of the mix cost most, and what the first of them is at. One web process is
looked at (`sampling.py`) while one visitor asks, so that nobody waits for anybody else.
"""

from __future__ import annotations

import json
import signal
from collections import Counter

from benchmarks.lib import loops
from benchmarks.lib.report import tell
from market.settings import Settings
from tests import processes
from tests.services import free_port

PAGES, FUNCTIONS = 6, 15


def look(settings: Settings, deal: loops.Deal, *, seconds: float, **more: str) -> None:
    """Serve, let somebody come, and print the shares of time."""
    file, port = settings.data_dir / "samples.json", free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = (str(file), "serve", "--port", str(port))
    web = processes.start_module(settings, "sampled", "benchmarks.lib.sampling", *arguments, **more)
    try:
        processes.wait_for(lambda: processes.answers(f"{url}/readyz"), web.log, seconds=120)
        loops.closed(url, deal, visitors=1, seconds=seconds / 2)
        web.process.send_signal(signal.SIGUSR1)
        met = loops.closed(url, deal, visitors=1, seconds=seconds)
    finally:
        web.stop()
    assert not met.errors, met.errors[:3]
    seen = json.loads(file.read_text())
    pages, parts, functions = Counter[str](), Counter[str](), Counter[str]()
    for page, _, number in seen["parts"]:
        pages[page] += number
    [(hot, of_hot)] = Counter({page: number for page, number in pages.items() if page}).most_common(1)
    for page, number in pages.most_common(PAGES):
        share = number / pages.total()
        tell("load", f"time of all pages: {page or 'around them'}", 100 * share, "%", n=pages.total())
    for found, name in ((parts, "parts"), (functions, "functions")):
        found.update({what: number for page, what, number in seen[name] if page == hot})
    for what, number in [*parts.most_common(), *functions.most_common(FUNCTIONS)]:
        tell("load", f"time of {hot}: {what}", 100 * number / of_hot, "%", n=of_hot)
