"""What falls due by the clock: provisional links whose condition did not come in time."""

from __future__ import annotations

from market.links import conditions
from market.runtime import Job, Runtime


def lapse(runtime: Runtime) -> int:
    """Let lapse what waited in vain; looks before it takes the writer's lock."""
    with runtime.database.reading() as session:
        if not conditions.any_due(session):
            return 0
    with runtime.database.writing() as session:
        return conditions.lapse_due(session)


JOBS = (Job("lapse provisional links", 30.0, lapse),)
