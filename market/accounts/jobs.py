"""What is due by the clock: sessions, codes, failed tries and used keys (market/once.py) that have had their
time go; in the evening the day's news are gathered (digest.py).
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from market import clock
from market.accounts import digest
from market.accounts.models import FailedTry, OneTimeCode, SignIn
from market.once import Once
from market.runtime import Job, Runtime

#: Ended sessions stay for a while, so that a person who asks what happened can be answered.
KEPT = timedelta(days=30)
#: Codes and failed tries say nothing any more a day later.
SHORTLY = timedelta(days=1)


def purge(runtime: Runtime) -> int:
    """Delete what ended long enough ago; gives how many rows."""
    now = clock.now()
    ended = (
        sa.delete(SignIn).where(sa.or_(SignIn.expires_at < now - KEPT, SignIn.revoked_at < now - KEPT)),
        sa.delete(OneTimeCode).where(OneTimeCode.expires_at < now - SHORTLY),
        sa.delete(FailedTry).where(FailedTry.at < now - SHORTLY),
        sa.delete(Once).where(Once.at < now - KEPT),
    )
    with runtime.database.writing() as session:
        return sum(len(session.execute(one.returning(sa.literal(1))).all()) for one in ended)


JOBS = [Job("accounts.purge", 86400.0, purge), Job("accounts.digest", 60.0, digest.gather)]
