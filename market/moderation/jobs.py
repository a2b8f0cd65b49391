"""What moderation does by the clock: what has been kept long enough is deleted,
and new rules of operation are made known."""

from market.moderation import flags, retention, rules_texts
from market.runtime import Job

JOBS = [
    Job("moderation.retention", 86400.0, retention.purge),
    Job("moderation.flags", 3600.0, flags.look, long=True),
    Job("moderation.rules", 3600.0, rules_texts.announce_due),
]
