"""What falls due by the clock: provisional links whose condition did not come in time."""

from __future__ import annotations

from market.links import conditions
from market.runtime import Job, Runtime


def lapse(runtime: Runtime) -> int:
    """Let lapse what waited in vain, each in a transaction of its own: its lots are held only so long."""
    with runtime.database.reading() as session:
        due = conditions.list_due(session)
    lapsed = 0
    for link_id in due:
        with runtime.database.writing() as session:
            lapsed += conditions.lapse(session, link_id=link_id)
    return lapsed


JOBS = (Job("lapse provisional links", 30.0, lapse),)
