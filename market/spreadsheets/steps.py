"""What an import has to do, row by row, once nothing in the file is wrong. A step calls the services of the
feature that owns the row, so that history and events are kept as if somebody had typed it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Options:
    """How an import is to be done; ``draft``: listings are not published."""

    draft: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do for a row; ``do`` is called with the session and ``actor``."""

    row: int
    do: Callable[..., Any]
