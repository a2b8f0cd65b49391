"""What falls due by the clock: provisional links whose condition did not come in time."""

from __future__ import annotations

from market.links import conditions
from market.runtime import Job, Runtime, one_by_one


def lapse(runtime: Runtime) -> int:
    """Let lapse what waited in vain."""
    return one_by_one(runtime, conditions.list_due, conditions.lapse)


JOBS = (Job("lapse provisional links", 30.0, lapse),)
