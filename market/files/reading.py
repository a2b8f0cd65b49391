"""Uploads are never read by this process: they are laid into a folder and a program of their own
(picture_reader.py, pdf_reader.py) says what each is. What is made of it is for whoever asks.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from market import apart

#: The programs, which this process need not import.
OF_PICTURES = str(Path(__file__).with_name("picture_reader.py"))
OF_PDF = str(Path(__file__).with_name("pdf_reader.py"))
#: Seconds after which a program that says nothing is given up.
PATIENCE = apart.PATIENCE
#: Of what a file was called, so much is shown.
LONGEST_CALLED = 40


class Upload(Protocol):
    """A file as it was sent: what it was called, how long it is, its content."""

    @property
    def filename(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...
    @property
    def file(self) -> BinaryIO: ...


def lay(uploads: Sequence[Upload], folder: Path) -> list[Path]:
    """Write uploads into a folder, each under its number."""
    paths = [folder / str(number) for number in range(len(uploads))]
    for upload, path in zip(uploads, paths, strict=True):
        with path.open("wb") as file:
            upload.file.seek(0)
            shutil.copyfileobj(upload.file, file)
    return paths


def ask(program: str, words: Sequence[str], paths: Sequence[Path], *, folder: Path) -> list[dict[str, Any]]:
    """What the program says of each file, with ``words`` before them; what it makes lies in the folder. The
    file at which it fell or was stopped is ``refused``, and so are those after it.

    Raises OSError where the program could not work at all.
    """
    if not paths:
        return []
    said_before = (*words, str(folder), *map(str, paths))
    try:
        ended = apart.run(program, *said_before, cwd=folder, patience=PATIENCE)
        said, code, why = ended.stdout, ended.returncode, ended.stderr
    except subprocess.TimeoutExpired as late:
        said, code, why = late.stdout or b"", -1, b""
    answers = [json.loads(line) for line in said.splitlines()]
    if code > 0:
        # It did not fall over a file: it could not work at all.
        raise OSError(f"the reader of files failed: {why.decode(errors='replace')[-500:]}")
    if len(answers) < len(paths):
        answers += [{"refused": "picture"}] * (len(paths) - len(answers))
    return answers


def called(upload: Upload, *, longest: int = LONGEST_CALLED) -> str:
    """What a file was called, short and fit to be shown: without folders, its ending kept."""
    name = "".join(sign if sign.isprintable() else " " for sign in upload.filename or "")
    name = " ".join(name.replace("\\", "/").rpartition("/")[2].split())
    return name if len(name) <= longest else f"{name[: longest - 10]}…{name[-8:]}"
