"""Which cells of a table of sums may stand in public, so that no adding and subtracting of those that do
gives one behind which too few stand. Pure: it knows sets of numbered contributions and nothing of the market;
what a cell is of the province's figures is in publication.py.

A cell's sum is a row of a linear system over the contributions. A sum that must stay hidden can be computed
from the published ones exactly when its row is a combination of theirs, that is when it vanishes on every
vector on which all of theirs do. We keep random vectors on which the published rows vanish (modulo a prime):
if the hidden row does not vanish on one of them, it is no combination; if it does, it is one, but for a
chance of one in two thousand million, which errs on the side of hiding.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Cell = TypeVar("Cell", bound=Hashable)
Vector = npt.NDArray[np.int64]

#: A prime below 2^31: products of two remainders fit 63 bits.
PRIME = 2**31 - 1
#: Entries of all vectors together: beyond it finer cells stay hidden rather than the memory fill up.
MOST_ENTRIES = 20_000_000


def choose(
    cells: Mapping[Cell, Sequence[int]],
    secrets: Iterable[Sequence[int]],
    order: Sequence[Cell],
    *,
    seed: int = 1,
) -> list[Cell]:
    """The cells of ``order``, each taken if no secret can be computed from it and those taken before.

    A cell and a secret are the numbers of their contributions; contributions that always stand together are
    counted as one. A secret that is a cell of ``order`` is never taken.
    """
    table = _Table(cells, list(secrets), seed)
    return [cell for cell in order if table.take(cell)]


class _Table:
    def __init__(self, cells: Mapping[Cell, Sequence[int]], secrets: list[Sequence[int]], seed: int) -> None:
        atoms = _atoms([*cells.values(), *secrets])
        self.cells = {cell: _at(members, atoms) for cell, members in cells.items()}
        self.hidden = _Rows([_at(members, atoms) for members in secrets if len(members)])
        count = len(set(atoms.values()))
        random = np.random.default_rng(seed)
        width = min(count + 2, max(2, MOST_ENTRIES // max(count, 1)))
        #: A column each; on all of them the taken rows vanish.
        self.vectors = random.integers(1, PRIME, size=(count, width), dtype=np.int64)

    def take(self, cell: Any) -> bool:
        """Take a cell if it gives nothing away."""
        members = self.cells.get(cell)
        if members is None or not len(members):
            return True  # nothing at all is zero, and says so
        sums = self.vectors[members].sum(axis=0) % PRIME
        told = np.flatnonzero(sums)
        if not len(told) or not len(self.hidden.flat):
            return True  # what is taken says this already, or there is nothing to hide
        if self.vectors.shape[1] < 2:
            return False
        pivot = int(told[0])
        factor = int(sums[pivot])
        other = self.vectors.shape[1] - 1 if pivot != self.vectors.shape[1] - 1 else 0
        ratio = int(sums[other]) * pow(factor, -1, PRIME) % PRIME
        tried = (self.vectors[:, other] - self.vectors[:, pivot] * ratio) % PRIME
        if self.hidden.vanishes(tried):
            return False
        ratios = sums * pow(factor, -1, PRIME) % PRIME
        rest = np.delete(np.arange(self.vectors.shape[1]), pivot)
        moved = self.vectors[:, rest] - self.vectors[:, [pivot]] * ratios[rest] % PRIME
        self.vectors = moved % PRIME
        return True


class _Rows:
    """Rows of ones, asked all at once whether one of them vanishes on a vector."""

    def __init__(self, rows: list[Vector]) -> None:
        self.flat = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
        lengths = [len(row) for row in rows]
        self.starts = np.cumsum([0, *lengths[:-1]]) if rows else np.empty(0, dtype=np.int64)

    def vanishes(self, vector: Vector) -> bool:
        if not len(self.flat):
            return False
        return bool((np.add.reduceat(vector[self.flat], self.starts) % PRIME == 0).any())


def _atoms(sets: Sequence[Sequence[int]]) -> dict[int, int]:
    """Contributions that stand in the same sets are one: the number of its atom, by contribution."""
    seen: dict[int, list[int]] = {}
    for number, members in enumerate(sets):
        for one in members:
            seen.setdefault(one, []).append(number)
    numbers: dict[tuple[int, ...], int] = {}
    return {one: numbers.setdefault(tuple(where), len(numbers)) for one, where in seen.items()}


def _at(members: Sequence[int], atoms: Mapping[int, int]) -> Vector:
    return np.array(sorted({atoms[one] for one in members}), dtype=np.int64)
