"""What a process does with its memory, seen from outside: a process of its own says how many heaps it has."""

from __future__ import annotations

import os
import subprocess
import sys

from market import memory

#: Twelve threads that hold something at once; then the heaps are counted in what the C library tells.
THREADS = """
import ctypes, sys, threading
from market import memory
if "set up" in sys.argv:
    memory.set_up()
together = threading.Barrier(12)
def hold():
    held = [bytes(1000) for _ in range(100)]
    together.wait()
threads = [threading.Thread(target=hold) for _ in range(12)]
for one in threads: one.start()
for one in threads: one.join()
ctypes.CDLL(None).malloc_stats()
"""


def _heaps(*arguments: str) -> int:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC")}
    ended = subprocess.run(
        [sys.executable, "-c", THREADS, *arguments], env=clean, capture_output=True, text=True, check=True
    )
    return ended.stderr.count("Arena ")


def test_threads_share_few_heaps() -> None:
    assert _heaps() > memory.HEAPS
    assert _heaps("set up") == memory.HEAPS
