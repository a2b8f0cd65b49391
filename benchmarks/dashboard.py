"""How long the department's front page takes while there are many agreements (`MARKET_BENCH_LINKS`, default
100000), on both profiles: as it is served, from what the worker counted ahead; beside counting it all, which
the worker does.
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
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            assert browser.get("/department").status == 200
            times.append(time.perf_counter() - began)
    tell("dashboard", f"{name}: counted by the worker", counted, "s", n=SIZE)
    for share in (0.5, 0.95):
        value = percentile(times, share)
        tell("dashboard", f"{name}: page p{share * 100:.0f}", value, "s",
             against="counted by the worker", ratio=value / counted, n=SIZE)  # fmt: skip


if __name__ == "__main__":
    main()
