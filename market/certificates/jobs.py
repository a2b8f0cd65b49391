"""What falls due by the clock: certificates that end, and the warnings before. That the index follows on the
day is seen to twice: by the event of the end, and by the calendar of listings/jobs.py.
"""

from __future__ import annotations

from market.certificates import service as certificates
from market.runtime import Job, Runtime, one_by_one


def end(runtime: Runtime) -> int:
    """End what is over."""
    return one_by_one(runtime, certificates.list_over, certificates.end)


def warn(runtime: Runtime) -> int:
    """Say what ends soon."""
    return one_by_one(runtime, certificates.list_ending, certificates.warn)


JOBS = (Job("certificates:end", 60.0, end), Job("certificates:warn", 60.0, warn))
