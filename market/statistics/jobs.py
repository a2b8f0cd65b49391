"""Figures that are counted ahead of whoever looks at them."""

from __future__ import annotations

from market.runtime import Job, Runtime
from market.statistics import kept


def count_ahead(runtime: Runtime) -> int:
    """Count the dashboards whose data has moved on; says how many."""
    with runtime.database.reading() as session:
        due = kept.list_due(session)
    for place_id in due:
        with runtime.database.reading() as session:
            found = kept.counted(session, place_id)
        with runtime.database.writing() as session:
            kept.keep(session, place_id, found)
    return len(due)


JOBS = (Job("count dashboards", 20.0, count_ahead, long=True),)
