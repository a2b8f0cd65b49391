"""How often Python looks for objects that hold each other and nobody else: as it comes, after each seven
hundred new ones. A statement that counts figures is made of hundreds of thousands, none of which is lost so;
a fifth of what a page of them took went into looking for such (`benchmarks/figures.py`).
"""

from __future__ import annotations

import gc

#: New objects before the youngest are looked through, a few megabytes of them; of the two older generations
#: as Python has it.
AFTER = 10_000


def look_seldom() -> None:
    """For each process that answers people or counts."""
    gc.set_threshold(AFTER, 10, 10)
