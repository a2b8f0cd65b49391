"""What a backup says of itself: what it holds, of which version and moment, with the SHA-256 of every file,
and the settings it was made under without their secrets. A folder without it is no backup.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, ValidationError

from market.errors import Misconfigured
from market.settings import Settings

NAME = "manifest.json"
#: The folder of files within a backup.
FILES = "files"

#: Settings whose names say so are left out.
SECRET = re.compile("key|secret|password|token")
#: Of other addresses no more than scheme, host and port is told: a path may be a password too.
WITH_PATH = ("base_url", "database_url")


def _within(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or str(path) != name or not path.parts:
        raise ValueError("a name that leads out of the backup")
    return name


class Entry(BaseModel):
    """A file as it was when it was copied."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    size: int = Field(ge=0)


class Manifest(BaseModel):
    """The document. ``missing`` are files that rows name and that were not there when it was made."""

    format: Literal[1] = 1
    program: Literal["cho-lien-ket"] = "cho-lien-ket"
    version: str
    made_at: AwareDatetime
    dialect: Literal["sqlite", "postgresql"]
    server: str
    schema_revision: str
    #: Rows of each table.
    counts: dict[str, int]
    database: Annotated[str, AfterValidator(_within)]
    files: dict[Annotated[str, AfterValidator(_within)], Entry]
    missing: list[str]
    settings: dict[str, str]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def bytes(self) -> int:
        return sum(one.size for one in self.files.values())

    @property
    def uploads(self) -> list[str]:
        """The files that people sent, as they are called within the folder of files."""
        return [name.removeprefix(f"{FILES}/") for name in self.files if name.startswith(f"{FILES}/")]


def read(folder: Path) -> Manifest:
    """The manifest of a backup; refuses a folder that has none and one that cannot be read."""
    path = folder / NAME
    if not folder.is_dir():
        raise Misconfigured(f"{folder}: there is no such folder")
    if not path.is_file():
        raise Misconfigured(f"{folder}: no backup, or one that was cut short: it has no {NAME}")
    try:
        found = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise Misconfigured(f"{path}: no manifest of this program ({where}: {first['msg']})") from None
    if found.database not in found.files:
        raise Misconfigured(f"{path}: no manifest of this program (it names no database)")
    return found


def without_secrets(settings: Settings) -> dict[str, str]:
    """The settings by name, for whoever sets up the place to restore in."""
    told = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if not SECRET.search(name):
            plain = "" if value is None else str(value)
            is_address = name.endswith("_url") or "://" in plain
            told[f"MARKET_{name.upper()}"] = _plain(name, plain) if plain and is_address else plain
    return told


def _plain(name: str, address: str) -> str:
    """An address without user, password and query. What of it cannot be told apart is not told."""
    scheme, mark, _ = address.partition("://")
    if not mark:
        return "…"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return f"{scheme}://…"
    # A bare / or ? in a password makes parts of it look like host, path or query.
    if "@" in f"{parts.path}{parts.query}{parts.fragment}":
        return f"{scheme}://…"
    path = parts.path if name in WITH_PATH else ""
    return f"{scheme}://{host}{f':{port}' if port else ''}{path}"
