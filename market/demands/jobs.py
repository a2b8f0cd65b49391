"""What falls due by the clock: demands whose last day has passed."""

from __future__ import annotations

from market.demands import service as demands
from market.runtime import Job, Runtime, one_by_one


def expire(runtime: Runtime) -> int:
    """End what is over."""
    return one_by_one(runtime, demands.list_due, demands.expire)


JOBS = (Job("expire demands", 60.0, expire),)
