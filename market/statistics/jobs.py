"""What statistics do by the clock: which trade figures stand in public is chosen anew."""

from __future__ import annotations

from market import clock
from market.runtime import Job, Runtime
from market.statistics import publication


def publish(runtime: Runtime) -> int:
    """Choose the public trade figures of the years that are due; says of how many. What takes long is read
    beside everybody's work, and only the choice is written.
    """
    with runtime.database.reading() as session:
        due = publication.list_due(session)
    for year in due:
        with runtime.database.reading() as session:
            found = publication.choose(session, year, today=clock.today())
        with runtime.database.writing() as session:
            publication.keep(session, year, found)
    return len(due)


JOBS = (Job("statistics:publish", 600.0, publish, long=True),)
