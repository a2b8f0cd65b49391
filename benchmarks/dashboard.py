"""How long the department's front page, and the page of all figures, take while there are many agreements
(`MARKET_BENCH_LINKS`, default 100000), on both profiles: as they are served, from what the worker counted
ahead; beside counting it all, which the worker does.
"""

import os
import time

from benchmarks.lib import agreements, engines, market
from benchmarks.lib.report import percentile, tell
from market import app
from market.settings import Settings
from market.statistics import jobs
from tests.pages import Browser

SIZE = int(os.environ.get("MARKET_BENCH_LINKS", "100000"))
ROUNDS = 20


def main() -> None:
    """Fill, count ahead, serve, print."""
    with engines.folder() as where:
        for name in market.PROFILES:
            with market.profile(name, where / name) as profile:
                settings = profile.empty(where / name / "data")
                agreements.fill(settings, SIZE)
                measure(settings, name)


def measure(settings: Settings, name: str) -> None:
    """The page as it is served, and what the worker does for it."""
    served = app.create_app(settings, background=False)
    with Browser(served) as browser:
        browser.sign_in(agreements.LOGIN)
        began = time.perf_counter()
        assert jobs.count_ahead(served.state.runtime) == 1
        counted = time.perf_counter() - began
        _tell(name, "page", counted, _times(browser, "/department"))
        began, done = time.perf_counter(), 0
        while more := jobs.count_figures_ahead(served.state.runtime):
            done += more
        # Of the worker's time what it takes for the two periods that the page shows.
        counted = (time.perf_counter() - began) / done * 2
        _tell(name, "page of all figures", counted, _times(browser, "/statistics"))


def _times(browser: Browser, path: str) -> list[float]:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        assert browser.get(path).status == 200
        times.append(time.perf_counter() - began)
    return times


def _tell(name: str, what: str, counted: float, times: list[float]) -> None:
    tell("dashboard", f"{name}: {what}, counted by the worker", counted, "s", n=SIZE)
    for share in (0.5, 0.95):
        value = percentile(times, share)
        tell("dashboard", f"{name}: {what} p{share * 100:.0f}", value, "s",
             against="counted by the worker", ratio=value / counted, n=SIZE)  # fmt: skip


if __name__ == "__main__":
    main()
