"""What falls due by the clock: provisional links whose condition did not come in time, and parts that were
held for a whole that did not come together.
"""

from __future__ import annotations

from market.links import conditions, holding, overdue, silence
from market.runtime import Job, Runtime, one_by_one


def lapse(runtime: Runtime) -> int:
    """Let lapse what waited in vain."""
    return one_by_one(runtime, conditions.list_due, conditions.lapse)


def release(runtime: Runtime) -> int:
    """Release what was held for too long."""
    return one_by_one(runtime, holding.list_due, holding.release_due)


def remind(runtime: Runtime) -> int:
    """Remind of deliveries that wait for an answer."""
    return one_by_one(runtime, silence.list_to_remind, silence.remind)


def confirm(runtime: Runtime) -> int:
    """Let count what nobody answered for a week."""
    return one_by_one(runtime, silence.list_silent, silence.confirm_by_silence)


def ask_to_close(runtime: Runtime) -> int:
    """Ask of agreements whose last day is long past."""
    return one_by_one(runtime, overdue.list_overdue, overdue.ask)


JOBS = (
    Job("lapse provisional links", 30.0, lapse),
    Job("release held parts", 30.0, release),
    Job("remind of deliveries", 600.0, remind),
    Job("confirm deliveries by silence", 600.0, confirm),
    Job("ask to close agreements", 3600.0, ask_to_close),
)
