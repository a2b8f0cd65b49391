"""What falls due by the clock: inquiries that nobody answered in time."""

from __future__ import annotations

from market.inquiries import service as inquiries
from market.runtime import Job, Runtime


def expire(runtime: Runtime) -> int:
    """End the inquiries whose time is over; the GET before the write keeps SQLite's one writer free."""
    with runtime.database.reading() as session:
        if not inquiries.any_due(session):
            return 0
    with runtime.database.writing() as session:
        return inquiries.expire_due(session)


JOBS = (Job("expire inquiries", 30.0, expire),)
