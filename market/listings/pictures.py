"""Photos on the disk: uploads are read by picture_reader.py in a process of its own, what it wrote is kept
under content names, in folders of two levels, and found again. Which photo is whose stands in the database
(photos.py); a file that no row names is removed by ``remove_orphans``.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from market import apart
from market.errors import Conflict, Invalid
from market.listings import picture_reader
from market.words import t

log = logging.getLogger("market")

#: The largest file that is read.
MOST_BYTES = 15 * 1024 * 1024
WIDTHS = picture_reader.WIDTHS
#: The form's field that all this is about.
FIELD = "photos"
PATIENCE = apart.PATIENCE
#: Within the folder: what is being read.
COMING = "coming"

REFUSALS = {
    "picture": t("{name} is no photo that can be read. Send a JPEG, PNG, WebP or HEIC that opens elsewhere."),
    "pixels": t("{name} has too many pixels. A photo has 50 megapixels at most."),
}


class Upload(Protocol):
    """A file as it was sent: what it was called, how long it is, its content."""

    @property
    def filename(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...
    @property
    def file(self) -> BinaryIO: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that was read; its files lie in ``folder`` until they are kept. Pixels of the widest."""

    name: str
    width: int
    height: int
    folder: Path


def widths_of(width: int) -> list[tuple[int, int]]:
    """The files of a photo whose widest is so wide: the width in the name, and the real one."""
    found = []
    for one in WIDTHS:
        found.append((one, min(one, width)))
        if one >= width:
            break
    return found


def file_name(name: str, width: int) -> str:
    """How a photo's file of this width is called, on the disk and in addresses."""
    return f"{name}-{width}.webp"


class Store:
    """The folder of photos. It is made when the first is sent."""

    def __init__(self, files: Path) -> None:
        self.folder = (files / "photos").absolute()

    def path(self, name: str, width: int) -> Path:
        """Where a photo's file of this width lies, whether it is there or not."""
        return self.folder / name[:2] / name[2:4] / file_name(name, width)

    @contextmanager
    def coming(self) -> Iterator[Path]:
        """A folder for uploads that are being read, on the same disk; afterwards it is gone."""
        with ExitStack() as held:
            with _room():
                coming = self.folder / COMING
                coming.mkdir(parents=True, exist_ok=True)
                made = tempfile.TemporaryDirectory(dir=coming, ignore_cleanup_errors=True)
                folder = held.enter_context(made)
            yield Path(folder)

    def keep(self, pictures: Sequence[Picture]) -> None:
        """Put the files in their places, each whole or not at all. One that lies there counts as new."""
        with _room(), self._alone():
            for picture in pictures:
                for width, _ in widths_of(picture.width):
                    path = self.path(picture.name, width)
                    try:
                        os.utime(path)
                    except FileNotFoundError:
                        path.parent.mkdir(parents=True, exist_ok=True)
                        os.replace(picture.folder / path.name, path)

    def remove_orphans(self, *, older_than: float, named: Callable[[Sequence[str]], set[str]]) -> int:
        """Remove files from before that moment (seconds since 1970) that ``named`` does not give back, and
        what an upload that was cut short has left. Says how many.

        Younger ones may belong to a transaction that is not over.
        """
        removed = 0
        for folder in self._folders():
            old = [path for path in folder.glob("*.webp") if _changed(path) < older_than]
            known = named(sorted({_name(path) for path in old})) if old else set()
            with self._alone():
                for path in old:
                    # Looked at again: by now somebody may have sent it once more.
                    if _name(path) not in known and _changed(path) < older_than:
                        path.unlink(missing_ok=True)
                        removed += 1
        for left in self._left():
            if _changed(left) < older_than:
                shutil.rmtree(left, ignore_errors=True)
                removed += 1
        return removed

    def _folders(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]"))

    def _left(self) -> list[Path]:
        return sorted((self.folder / COMING).glob("*"))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else keeps or removes meanwhile, in this process or another."""
        with (self.folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@contextmanager
def _room() -> Iterator[None]:
    """What the disk refuses is a refusal in words; the operator reads why in the log."""
    try:
        yield
    except OSError as failure:
        log.exception("photos cannot be kept")
        words = t("The photos cannot be kept just now. Please try again later; nothing else is lost.")
        raise Conflict(words, field=FIELD) from failure


def _changed(path: Path) -> float:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime
    return float("inf")


def _name(path: Path) -> str:
    return path.name.partition("-")[0]


def read(uploads: Sequence[Upload], folder: Path) -> list[Picture]:
    """Read uploads, all or none; what is made of them lies in the folder.

    Refuses a file that is too large, no photo, or has too many pixels.
    """
    for upload in uploads:
        if (upload.size or 0) > MOST_BYTES:
            words = t("{name} is too large. A photo has {n} MB at most.", name=_called(upload), n=15)
            raise Invalid(words, field=FIELD)
    with _room():
        paths = [folder / str(number) for number in range(len(uploads))]
        for upload, path in zip(uploads, paths, strict=True):
            with path.open("wb") as file:
                upload.file.seek(0)
                shutil.copyfileobj(upload.file, file)
        answers = _ask_reader(folder, paths)
    for upload, answer in zip(uploads, answers, strict=True):
        if code := answer.get("refused"):
            raise Invalid(t(REFUSALS[code].text, name=_called(upload)), field=FIELD)
    return [Picture(one["name"], one["width"], one["height"], folder) for one in answers]


def _ask_reader(folder: Path, paths: Sequence[Path]) -> list[dict[str, Any]]:
    """An answer for each file. The one at which the reader fell or was stopped is no photo."""
    if not paths:
        return []
    words = (str(folder), *map(str, paths))
    try:
        ended = apart.run(picture_reader.__file__, *words, cwd=folder, patience=PATIENCE)
        said, code, why = ended.stdout, ended.returncode, ended.stderr
    except subprocess.TimeoutExpired as late:
        said, code, why = late.stdout or b"", -1, b""
    answers = [json.loads(line) for line in said.splitlines()]
    if code > 0:
        # It did not fall over a picture: it could not work at all.
        raise OSError(f"the reader of photos failed: {why.decode(errors='replace')[-500:]}")
    if len(answers) < len(paths):
        answers += [{"refused": "picture"}] * (len(paths) - len(answers))
    return answers


def _called(upload: Upload) -> str:
    """What a file was called, short and fit to be shown."""
    name = "".join(sign if sign.isprintable() else " " for sign in upload.filename or "")
    name = " ".join(name.replace("\\", "/").rpartition("/")[2].split())
    return name if len(name) <= 40 else f"{name[:30]}…{name[-8:]}"
