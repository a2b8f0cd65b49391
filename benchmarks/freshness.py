"""How long after its commit a change can be found, under twenty writes a second, on both profiles with all
processes running as it is served. Measured as the market measures itself (`market/listings/freshness.py`).
"""

import random
import time
from functools import partial

import sqlalchemy as sa

from benchmarks.lib import engines, market
from benchmarks.lib.report import percentile, tell
from market import changes, clock
from market.changes import IndexState
from market.db import Database
from market.engine import make_engine
from market.listings import freshness
from market.listings.freshness import IndexBatch
from market.listings.models import Listing
from tests import processes

LISTINGS = 2_000
SECONDS = 30
A_SECOND = 20


def main() -> None:
    """Measure and print."""
    with engines.folder() as where:
        for name in market.PROFILES:
            with market.profile(name, where / name) as profile:
                settings = profile.empty(where / name / "data")
                market.fill(settings, LISTINGS)
                market.index(settings)
                with processes.serving(settings):
                    database = Database(make_engine(settings.database))
                    # A process that starts looks at every listing once: that is over first.
                    processes.wait_for(partial(looked_at, database), seconds=60)
                    with database.writing() as session:
                        session.execute(sa.delete(IndexBatch))
                    write(database)
                    processes.wait_for(partial(followed, database))
                    lags = measured(database)
                    database.close()
            for share in (0.5, 0.95, 0.99):
                tell("freshness", f"{name}: p{share * 100:.0f}", percentile(lags, share), "ms", n=len(lags))


def write(database: Database) -> None:
    """Change a listing at a time, so many a second."""
    dice = random.Random(5)
    began = time.monotonic()
    for number in range(SECONDS * A_SECOND):
        time.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
        listing_id = dice.randrange(1, LISTINGS + 1)
        with database.writing() as session:
            session.execute(
                sa.update(Listing)
                .where(Listing.id == listing_id)
                .values(title=f"Tôm sú đổi lần {number}", published_at=clock.now())
            )
            changes.touch(session, changes.LISTING, [listing_id])


def looked_at(database: Database) -> bool:
    """Whether the day's look at the calendar has been followed."""
    with database.reading() as session:
        return session.get(IndexState, freshness.CALENDAR) is not None and followed(database)


def followed(database: Database) -> bool:
    """Whether the index has followed every change."""
    with database.reading() as session:
        return not session.scalar(sa.select(sa.func.count()).select_from(changes.Change))


def measured(database: Database) -> list[float]:
    """How long each change waited, in milliseconds."""
    with database.reading() as session:
        return [float(lag) for lags in session.scalars(sa.select(IndexBatch.lags_ms)) for lag in lags]


if __name__ == "__main__":
    main()
