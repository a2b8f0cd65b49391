"""What each process does with its memory.

Python looks for objects that hold each other and nobody else after each seven hundred new ones. A statement
that counts figures is made of hundreds of thousands, none of which is lost so; a fifth of what a page of them
took went into looking for such (`benchmarks/figures.py`).

Linux's C library gives threads heaps of their own, up to eight for each core, and what one of them has got
back serves no other: of forty threads that each draw a large page now and then, every heap grows to the
largest. One thread of Python works at a time, so that two are enough (`benchmarks/load.py` looks at it).
"""

from __future__ import annotations

import ctypes
import gc
import sys

#: New objects before the youngest are looked through, a few megabytes of them; of the two older generations
#: as Python has it.
AFTER = 10_000
#: Heaps for all threads together, and which of the C library's dials says so (`M_ARENA_MAX` in `malloc.h`).
HEAPS, ARENA_MAX = 2, -8


def set_up() -> None:
    """For each process that answers people or counts."""
    gc.set_threshold(AFTER, 10, 10)
    if sys.platform == "linux":
        # Another C library than GNU's has no such dial, and no such heaps.
        dial = getattr(ctypes.CDLL(None), "mallopt", None)
        if dial is not None:
            dial(ARENA_MAX, HEAPS)
