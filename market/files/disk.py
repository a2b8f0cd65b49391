"""Files on the disk, kept under names made of their content, in folders of two levels, outside of anything
that a web server shows. Which file is whose stands in the database; what no row names is removed by
``remove_orphans``. How uploads are read is in reading.py.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from market.errors import Conflict
from market.words import Words

log = logging.getLogger("market")

#: Within the folder: what is being read.
COMING = "coming"
#: So many hexadecimal digits of the SHA-256 of its content name a file.
DIGITS = 40


class Folder:
    """A folder of such files, made when the first is sent. ``sorry`` is said, beside ``field``, when the disk
    takes nothing.
    """

    def __init__(self, folder: Path, *, sorry: Words, field: str) -> None:
        self.folder = folder.absolute()
        self._sorry, self._field = sorry, field

    def place(self, file: str) -> Path:
        """Where a file lies, whether it is there or not; it is called by ``DIGITS`` and its ending."""
        return self.folder / file[:2] / file[2:4] / file

    @contextmanager
    def coming(self) -> Iterator[Path]:
        """A folder for uploads that are being read, on the same disk; afterwards it is gone."""
        with ExitStack() as held:
            with self.room():
                coming = self.folder / COMING
                coming.mkdir(parents=True, exist_ok=True)
                made = tempfile.TemporaryDirectory(dir=coming, ignore_cleanup_errors=True)
                folder = held.enter_context(made)
            yield Path(folder)

    def put(self, files: Iterable[Path]) -> None:
        """Put files in their places, each whole or not at all. One that lies there counts as new."""
        with self.room(), self._alone():
            for file in files:
                path = self.place(file.name)
                try:
                    os.utime(path)
                except FileNotFoundError:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    os.replace(file, path)

    def remove_orphans(self, *, older_than: float, named: Callable[[Sequence[str]], set[str]]) -> int:
        """Remove files from before that moment (seconds since 1970) whose ``DIGITS`` ``named`` does not give
        back, and what an upload that was cut short has left. Says how many.

        Younger ones may belong to a transaction that is not over.
        """
        removed = 0
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
            old = [path for path in folder.glob("*.*") if _changed(path) < older_than]
            known = named(sorted({_name(path) for path in old})) if old else set()
            with self._alone():
                for path in old:
                    # Looked at again: by now somebody may have sent it once more.
                    if _name(path) not in known and _changed(path) < older_than:
                        path.unlink(missing_ok=True)
                        removed += 1
        for left in sorted((self.folder / COMING).glob("*")):
            if _changed(left) < older_than:
                shutil.rmtree(left, ignore_errors=True)
                removed += 1
        return removed

    @contextmanager
    def room(self) -> Iterator[None]:
        """What the disk refuses is a refusal in words; the operator reads why in the log."""
        try:
            yield
        except OSError as failure:
            log.exception("files cannot be kept")
            raise Conflict(self._sorry, field=self._field) from failure

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else keeps or removes meanwhile, in this process or another."""
        with (self.folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _changed(path: Path) -> float:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime
    return float("inf")


def _name(path: Path) -> str:
    return path.name[:DIGITS]
