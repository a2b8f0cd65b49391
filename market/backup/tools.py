"""PostgreSQL's own programs for dumping and loading: found, and run so that no password stands on a command
line. They come with the server, or with the package of its client.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from psycopg.conninfo import make_conninfo

from market.db import Database
from market.errors import Misconfigured

#: Where Debian keeps them, by version.
DEBIAN = Path("/usr/lib/postgresql")
NEEDED = ("pg_dump", "pg_restore", "psql")


@dataclass(frozen=True, slots=True)
class Tools:
    """The programs in a folder, and how they reach the database."""

    folder: Path
    address: str
    environment: dict[str, str]

    def command(self, program: str, *arguments: str) -> list[str]:
        """A program on the database."""
        return [str(self.folder / program), f"--dbname={self.address}", *arguments]

    def run(self, program: str, *arguments: str) -> None:
        """Run one to its end; refuses with what it said last."""
        done = subprocess.run(
            self.command(program, *arguments),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise Misconfigured(f"{program}: {reason(done.stderr)}")

    def load(self, archive: Path, *, before: str, after: str) -> None:
        """Load an archive in one transaction, between statements of ours. Whatever fails or is killed on the
        way, no COMMIT is said, and all stays as it was.
        """
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as told:
            reader = subprocess.Popen(
                # What is in the schema, for the schema itself is there.
                [
                    self.folder / "pg_restore",
                    "--no-owner",
                    "--no-privileges",
                    "--schema=public",
                    "--file=-",
                    archive,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=told,
            )
            writer = subprocess.Popen(
                self.command("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"),
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
            try:
                assert reader.stdout
                assert writer.stdin
                writer.stdin.write(f"BEGIN;\n{before}\n".encode())
                shutil.copyfileobj(reader.stdout, writer.stdin)
                if reader.wait():
                    raise Misconfigured(f"pg_restore: {reason(_said(told))}")
                writer.stdin.write(f"{after}\nCOMMIT;\n".encode())
                writer.stdin.close()
                if writer.wait():
                    raise Misconfigured(f"psql: {reason(_said(said))}")
            except BrokenPipeError:
                writer.wait()
                raise Misconfigured(f"psql: {reason(_said(said))}") from None
            finally:
                for process in (writer, reader):
                    process.kill()
                    process.wait()
                for pipe in (reader.stdout, writer.stdin):
                    _close(pipe)


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with suppress(BrokenPipeError):
            pipe.close()


def _said(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def reason(said: bytes) -> str:
    """What a program complained of first, in one line."""
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    found = next((line for line in lines if "error" in line.lower()), lines[0] if lines else "it failed")
    return re.sub(r"^(pg_dump|pg_restore|psql)(:[^ ]*)?: ", "", found)


def find(database: Database) -> Tools:
    """The programs that fit the server, of its own version rather than a newer one; refuses without them."""
    with database.engine.connect() as connection:
        version = int((connection.dialect.server_version_info or (0,))[0])
        beside = _told_by_server(connection)
    on_path = [Path(one) for one in os.environ.get("PATH", "").split(os.pathsep) if one]
    debian = sorted(one / "bin" for one in DEBIAN.glob("*")) if DEBIAN.is_dir() else []
    found = {
        folder: major
        for folder in (*on_path, *beside, *debian)
        if all(os.access(folder / name, os.X_OK) for name in NEEDED) and (major := _major(folder / "pg_dump"))
    }
    fit = sorted((major, place) for place, major in enumerate(found.values()) if major >= version)
    if not fit:
        seen = f"of version {max(found.values())}, which is older than the server" if found else "not on PATH"
        raise Misconfigured(
            f"{', '.join(NEEDED)}: {seen}: install PostgreSQL's client programs of version {version}"
        )
    return Tools(list(found)[fit[0][1]], *_address(database))


def _told_by_server(connection: sa.Connection) -> list[Path]:
    """The folder of a server on this machine; it tells its administrators alone."""
    try:
        with connection.begin_nested():
            query = sa.text("SELECT setting FROM pg_config WHERE name = 'BINDIR'")
            return [Path(one) for one in connection.scalars(query)]
    except sa.exc.DBAPIError:
        return []


def _major(program: Path) -> int:
    try:
        said = subprocess.run(
            [program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        ).stdout
    except OSError:
        return 0
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0


def _address(database: Database) -> tuple[str, dict[str, str]]:
    """How a program reaches the database; the password goes by its environment."""
    parts: dict[str, Any] = dict(database.engine.dialect.create_connect_args(database.engine.url)[1])
    parts.pop("context", None)
    password = parts.pop("password", None)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return make_conninfo("", **parts), {**kept, **({"PGPASSWORD": password} if password else {})}
