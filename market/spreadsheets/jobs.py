"""What spreadsheets do by the clock: files that were sent are seen to, and cleared away."""

from market.runtime import Job
from market.spreadsheets import working

JOBS = [
    # Its lock is its own, and it may take minutes.
    Job("spreadsheets:uploads", every=0.5, run=working.work, shared=True, long=True),
    Job("spreadsheets:clear", every=3600.0, run=working.clear_away),
]
