"""What the clock does to files: removes the bytes that no row names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from market import clock
from market.files.models import StoredFile
from market.files.papers import Papers
from market.runtime import Job, Runtime

#: A file that no row names is kept so long: its transaction may not be over.
SPARED = timedelta(days=1)


def remove_orphans(runtime: Runtime) -> int:
    """Remove the files that no row names: of papers taken away, of transactions rolled back."""

    def named(names: Sequence[str]) -> set[str]:
        with runtime.database.reading() as session:
            return set(session.scalars(sa.select(StoredFile.name).where(StoredFile.name.in_(names))))

    before = (clock.now() - SPARED).timestamp()
    store = Papers(runtime.settings.files, most_bytes=runtime.settings.file_bytes)
    return store.remove_orphans(older_than=before, named=named)


JOBS = [Job("files:orphans", every=3600.0, run=remove_orphans)]
