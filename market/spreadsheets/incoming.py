"""The folder of files that were sent to be taken in, outside of what is served, under names that say nothing.
Beside a file that is being carried out lies how far it is, for the page that waits; a page and the worker may
be two processes.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from market.errors import Conflict
from market.spreadsheets import reading
from market.words import t


class Incoming:
    """The folder. It is made when the first file is sent."""

    def __init__(self, files: Path) -> None:
        self.folder = (files / "incoming").absolute()

    def keep(self, file: BinaryIO) -> str:
        """Write a file, whole or not at all; gives its name. Refuses (Conflict) where there is no room. Of a
        file that is larger than is taken as much is kept as shows it.
        """
        name = secrets.token_hex(20)
        half = self.folder / f".{name}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with half.open("xb") as made:
                made.write(file.read(reading.MOST_BYTES + 1))
            os.replace(half, self.folder / name)
        except OSError as error:
            with suppress(OSError):
                half.unlink()
            raise Conflict(t("There is no room for files at the moment. Please try again later.")) from error
        return name

    def read(self, name: str) -> bytes | None:
        """The contents of a file; None where it is gone."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def forget(self, name: str) -> None:
        """Remove a file, and how far it was."""
        for path in (self.folder / name, self._progress(name)):
            path.unlink(missing_ok=True)

    def remove_strays(self, *, older_than: float, known: Callable[[list[str]], set[str]]) -> int:
        """Remove files from before that moment (seconds since 1970) that ``known`` does not give back."""
        old = [path for path in self.folder.glob("*") if _changed(path) < older_than]
        names = known(sorted({path.stem for path in old})) if old else set()
        removed = [path for path in old if path.stem not in names]
        for path in removed:
            path.unlink(missing_ok=True)
        return len(removed)

    def note(self, name: str, done: int, of: int) -> None:
        """Say how far it is; where the disk takes no more it is not said, and the work goes on."""
        path = self._progress(name)
        draft = path.with_suffix(".new")
        with suppress(OSError):
            draft.write_text(f"{done} {of}")
            os.replace(draft, path)

    def progress(self, name: str) -> tuple[int, int] | None:
        """How far it is: steps done, and of how many; None where nothing was said yet."""
        try:
            done, of = self._progress(name).read_text().split()
        except (FileNotFoundError, ValueError):
            return None
        return int(done), int(of)

    def _progress(self, name: str) -> Path:
        return self.folder / f"{name}.progress"


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
