"""The folder the embedded index lives in: numbered generations, a pointer to the current one, a lock.

A generation is never altered by a rebuild: the next one is made beside it and the pointer is replaced in one
step. What is in a generation is `embedded_index.py`'s matter.
"""

import fcntl
import json
import os
import re
import shutil
from pathlib import Path

from search.errors import SearchBroken, SearchUnavailable

REBUILD = "run `market index rebuild`"

_POINTER = "current"
_LOCK = "lock"
_GENERATION = re.compile(r"generation-(\d{6,})")


class Store:
    """The folder of one index. Makes nothing until asked to lock or begin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: int | None = None

    def lock(self) -> None:
        """Take the folder for writing until `unlock` or the end of the process. Raises SearchUnavailable."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise SearchUnavailable(f"the search folder {self.folder} cannot be written: {error}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise SearchUnavailable(
                f"the search index in {self.folder} is locked: stop the other process that writes to it"
            ) from error
        self._lock = lock

    def unlock(self) -> None:
        """Let others write."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def stamp(self) -> tuple[int, ...]:
        """Changes whenever the pointer is replaced; cheap enough for every search."""
        return stamp_of(self.folder / _POINTER)

    def current(self, signature: str) -> Path:
        """The current generation's folder. Raises SearchBroken if there is none of this signature."""
        try:
            pointer = json.loads((self.folder / _POINTER).read_text("utf-8"))
            name, built_as = str(pointer["generation"]), pointer["signature"]
        except FileNotFoundError:
            raise SearchBroken(f"there is no search index in {self.folder} yet: {REBUILD}") from None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise SearchBroken(
                f"the search index in {self.folder} has a broken pointer: {REBUILD}"
            ) from error
        if built_as != signature:
            raise SearchBroken(f"another version of the program built the search index: {REBUILD}")
        if not _GENERATION.fullmatch(name):
            raise SearchBroken(f"the search index in {self.folder} has a broken pointer: {REBUILD}")
        return self.folder / name

    def begin(self) -> Path:
        """An empty folder for the next generation. Only under the lock."""
        numbers = [int(match[1]) for path in self.folder.iterdir() if (match := _named(path))]
        fresh = self.folder / f"generation-{max(numbers, default=0) + 1:06d}"
        fresh.mkdir()
        return fresh

    def point(self, generation: Path, signature: str) -> None:
        """Make a finished generation the current one, at once and for good. Only under the lock."""
        draft = self.folder / f"{_POINTER}.new"
        with draft.open("w", encoding="utf-8") as file:
            json.dump({"generation": generation.name, "signature": signature}, file)
            file.flush()
            os.fsync(file.fileno())
        # The generation's own name must be on the disk before the pointer to it is.
        _sync(generation)
        _sync(self.folder)
        os.replace(draft, self.folder / _POINTER)
        _sync(self.folder)

    def sweep(self, keep: Path) -> None:
        """Remove all other generations. Whoever still reads one keeps its files open and is not disturbed."""
        for path in self.folder.iterdir():
            if _named(path) and path != keep:
                shutil.rmtree(path, ignore_errors=True)


def stamp_of(path: Path) -> tuple[int, ...]:
    """Tells one file replaced by rename from the next; (0,) if there is none."""
    try:
        stat = path.stat()
    except OSError:
        return (0,)
    return (stat.st_mtime_ns, stat.st_ino, stat.st_size)


def _named(path: Path) -> re.Match[str] | None:
    return _GENERATION.fullmatch(path.name)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
