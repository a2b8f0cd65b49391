"""Whether anything has been committed to a SQLite database since something was read of it: if not, what was
read then is what would be read now. PostgreSQL has nothing as cheap to ask, and is read each time.
"""

from __future__ import annotations

import sqlite3
import threading

from sqlalchemy.orm import Session

#: The same as long as nothing is committed, by whichever process.
Mark = tuple[int, int]
#: Under which name a session has its watch.
WATCH = "watch"


class Watch:
    """A connection of its own that never writes. Any thread may ask it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened = 0

    def mark(self) -> Mark | None:
        """The mark of this moment; None where the file cannot be asked."""
        with self._lock:
            try:
                if self._connection is None:
                    self._opened += 1
                    self._connection = sqlite3.connect(
                        self._path, isolation_level=None, check_same_thread=False
                    )
                [count] = self._connection.execute("PRAGMA data_version").fetchone()
            except sqlite3.Error:
                self._close()
                return None
            # By connection: what one counts cannot be compared with what another does.
            return self._opened, count

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def mark(session: Session) -> Mark | None:
    """The mark of this moment in the database of a session that only looks; None where there is none."""
    watch: Watch | None = session.info.get(WATCH)
    return watch.mark() if watch is not None else None
