"""What moderation does by the clock: what has been kept long enough is deleted."""

from market.moderation import retention
from market.runtime import Job

JOBS = [Job("moderation.retention", 86400.0, retention.purge)]
