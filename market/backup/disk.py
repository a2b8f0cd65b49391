"""Files copied into a backup and out of it, each counted by its SHA-256 on the way. Names are relative, with
``/`` between their parts.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from market import progress
from market.backup.manifest import Entry, Manifest
from market.errors import Misconfigured
from market.files.disk import COMING

STEP = 2**20


def names(folder: Path) -> Iterator[str]:
    """What lies in the folder of files and below: not what is still being read, nor locks and drafts."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one != COMING and not one.startswith("."))
        for one in sorted(files):
            path = Path(root, one)
            if not one.startswith(".") and path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix()


def copy_new(source: Path, target: Path, held: dict[str, Entry]) -> None:
    """Copy what ``held`` has not yet, and put it there. What goes away meanwhile is not copied."""
    for name in progress.counted(names(source), "files"):
        path = target / name
        if name in held:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            held[name] = _copy(source / name, os.open(path, os.O_WRONLY | os.O_CREAT, 0o666))
        except FileNotFoundError:
            path.unlink(missing_ok=True)


def _copy(source: Path, target: int) -> Entry:
    sum_, size = hashlib.sha256(), 0
    with os.fdopen(target, "wb") as out, source.open("rb") as found:
        while part := found.read(STEP):
            out.write(part)
            sum_.update(part)
            size += len(part)
    return Entry(sha256=sum_.hexdigest(), size=size)


def entry(path: Path) -> Entry:
    """A file as it is."""
    with path.open("rb") as file:
        sum_ = hashlib.file_digest(file, "sha256").hexdigest()
    return Entry(sha256=sum_, size=path.stat().st_size)


def check(folder: Path, manifest: Manifest) -> None:
    """Refuse a backup of which a file is missing or another than it was."""
    for name, wanted in progress.counted(manifest.files.items(), "looking at files", len(manifest.files)):
        path = folder / name
        if path.is_symlink() or not path.is_file():
            raise Misconfigured(f"{folder}: the backup is not whole: {name} is missing")
        if path.stat().st_size != wanted.size or entry(path) != wanted:
            raise Misconfigured(f"{folder}: the backup is damaged: {name} is not as it was")


def put_back(source: Path, target: Path, manifest: Manifest) -> int:
    """Copy the files that people sent into their places, each whole or not at all; says how many came. One
    that lies there as it was stays.
    """
    came = 0
    for name in progress.counted(manifest.uploads, "files", len(manifest.uploads)):
        path = target / name
        if path.is_file() and entry(path) == manifest.files[f"files/{name}"]:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        draft, made = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            _copy(source / name, draft)
            os.replace(made, path)
        except BaseException:
            Path(made).unlink(missing_ok=True)
            raise
        came += 1
    return came
