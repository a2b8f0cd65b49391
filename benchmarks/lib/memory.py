"""How much memory a group of processes holds, as Linux tells it, looked at every now and then."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def resident(group: int) -> float:
    """Megabytes that the processes of a group hold in memory; pages that several share count for each."""
    pages = 0
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            # The name stands in brackets and may hold anything.
            fields = (one / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                pages += int((one / "statm").read_text().split()[1])
    return pages * 4096 / 2**20


@contextmanager
def watched(group: int, *, every: float) -> Iterator[list[float]]:
    """Megabytes at the beginning, and each time so many seconds have gone, until the block ends."""
    seen, stop = [resident(group)], threading.Event()

    def look() -> None:
        while not stop.wait(every):
            seen.append(resident(group))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()
