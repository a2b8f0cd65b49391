"""A small disk that can be made full: memory mounted as a file system. Where none may be mounted (only root
can) a way that leads to no disk at all once it is "full" stands for it: the system refuses to write there.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

#: What is written at a time; the last bytes go one page at a time.
PIECES = (2**20, 512)
NAME = "ballast"


@dataclass(frozen=True)
class Disk:
    """``folder``: where it is mounted; ``is_real`` unless something stands for it."""

    folder: Path
    is_real: bool

    def fill(self) -> None:
        """From now on it takes no byte."""
        if not self.is_real:
            self._lead(Path("/dev/full"))
            return
        with (self.folder / NAME).open("ab", buffering=0) as ballast:
            for size in PIECES:
                with suppress(OSError):
                    while True:
                        ballast.write(b"\0" * size)

    def make_room(self) -> None:
        """As an operator does who removes what is not needed."""
        if self.is_real:
            (self.folder / NAME).unlink(missing_ok=True)
        else:
            self._lead(self.folder.with_name(f"{self.folder.name}-held"))

    def _lead(self, where: Path) -> None:
        self.folder.unlink(missing_ok=True)
        self.folder.symlink_to(where)


@contextmanager
def small_disk(folder: Path, *, megabytes: int, mode: str = "0700") -> Iterator[Disk]:
    """A disk of this size in a folder that is made, until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode={mode}", "tmpfs", folder]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        folder.rename(folder.with_name(f"{folder.name}-held"))
        disk = Disk(folder, is_real=False)
        disk.make_room()
        yield disk
        return
    try:
        yield Disk(folder, is_real=True)
    finally:
        subprocess.run(["umount", "-l", folder], check=True, capture_output=True)
