"""A backup made: files, then the database of one moment, then the files that came meanwhile. So each file
that the database names is there, whatever people and jobs do beside. It is written under another name and
takes its own when it is whole.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from market import VERSION, clock, progress
from market.backup import disk, dumps, manifest
from market.backup.manifest import Entry, Manifest
from market.db import Database
from market.errors import Misconfigured
from market.settings import Settings


def make(settings: Settings, database: Database, folder: Path) -> Manifest:
    """Write a backup into a folder that is new or empty."""
    folder = folder.absolute()
    _check_place(folder, settings.files.absolute())
    mask = os.umask(0o077)  # nobody else reads it, whatever program writes a part of it
    try:
        return _make(settings, database, folder)
    finally:
        os.umask(mask)


def _make(settings: Settings, database: Database, folder: Path) -> Manifest:
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=f".{folder.name}.half-", dir=folder.parent))
    try:
        made = _write(settings, database, half)
        os.sync()
        os.rename(half, folder)
        _sync(folder.parent)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    return made


def _check_place(folder: Path, files: Path) -> None:
    if folder.is_relative_to(files):
        raise Misconfigured(f"{folder}: this lies within the folder of files: choose another place")
    if os.path.ismount(folder):
        raise Misconfigured(f"{folder}: a disk begins here: name a new folder in it")
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if os.path.lexists(folder):
        raise Misconfigured(f"{folder}: there is something already: name a new or an empty folder")


def _write(settings: Settings, database: Database, half: Path) -> Manifest:
    now = clock.now()
    kept: dict[str, Entry] = {}
    disk.copy_new(settings.files, half / manifest.FILES, kept)
    with progress.doing("the database"):
        taken = dumps.save(database, half)
    disk.copy_new(settings.files, half / manifest.FILES, kept)
    files = {f"{manifest.FILES}/{name}": one for name, one in sorted(kept.items())}
    made = Manifest(
        version=VERSION,
        made_at=now,
        dialect="sqlite" if database.is_sqlite else "postgresql",
        server=taken.server,
        schema_revision=taken.revision,
        counts=taken.counts,
        database=taken.file,
        files={taken.file: disk.entry(half / taken.file), **files},
        missing=[name for name in taken.named if name not in kept],
        settings=manifest.without_secrets(settings),
    )
    (half / manifest.NAME).write_text(made.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return made


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
