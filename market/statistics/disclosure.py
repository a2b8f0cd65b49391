"""Which cells of a table of sums may stand in public, so that no adding and subtracting of those that do
gives one behind which too few stand. Pure: it knows sets of numbered contributions and nothing of the market;
what a cell is of the province's figures is in publication.py.

A cell's sum is a row of a linear system over the contributions. A sum that must stay hidden can be computed
from the published ones exactly when its row is a combination of theirs. The published rows are kept reduced
(each has a column of its own, its pivot, that no other row has), and so are the hidden ones by them: one more
row gives a hidden one away exactly when the two, reduced, are multiples of each other. Rows are kept sparse:
most cells are small, and what large ones bring in stays within reach of their pivots.

Numbers are remainders modulo a prime, and two rows are compared by a random sum over their columns. What is
no combination is taken for one by a chance of one in two thousand million, which errs on the side of hiding;
one is overlooked only where the prime happens to divide a determinant of the table, which is as unlikely.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

Cell = TypeVar("Cell", bound=Hashable)
#: A row of the system: what is not there is zero.
Row = dict[int, int]

PRIME = 2**31 - 1
#: Numbers in all rows together: beyond it finer cells stay hidden rather than the memory fill up.
MOST_ENTRIES = 10_000_000


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
    hidden = [one for one in secrets if len(one)]
    if not hidden:
        return list(order)
    atoms = _atoms([*cells.values(), *hidden])
    columns = len(set(atoms.values()))
    system = _System(np.random.default_rng(seed).integers(1, PRIME, size=columns).tolist())
    for members in dict.fromkeys(_at(one, atoms) for one in hidden):
        system.hide(members)
    return [cell for cell in order if system.take(_at(cells.get(cell, ()), atoms))]


@dataclass(eq=False, slots=True)
class _Kept:
    """A row, and its random sum."""

    row: Row
    sum: int
    hidden: bool


class _System:
    """The rows that are published, and those that are hidden, reduced by them."""

    def __init__(self, random: list[int]) -> None:
        #: What each column counts for in a row's random sum.
        self._random = random
        #: The published row whose pivot a column is.
        self._published: dict[int, _Kept] = {}
        #: Who has a number in a column.
        self._holders: list[set[_Kept]] = [set() for _ in random]
        self._entries = 0

    def hide(self, members: Iterable[int]) -> None:
        """A row that must not be computed. All are named before any is taken."""
        self._keep(dict.fromkeys(members, 1), hidden=True)

    def take(self, members: Sequence[int]) -> bool:
        """Publish a row if it gives no hidden one away."""
        row = self._reduced(members)
        if not row:
            return True  # nothing at all is zero, and says so; or what is taken says this already
        if self._entries > MOST_ENTRIES:
            return False
        pivot = min(row, key=lambda column: (len(self._holders[column]), column))
        inverse = pow(row[pivot], -1, PRIME)
        row = {column: value * inverse % PRIME for column, value in row.items()}
        total = self._sum(row)
        met = list(self._holders[pivot])
        for one in met:
            alike = one.hidden and len(one.row) == len(row)
            if alike and (one.sum - one.row[pivot] * total) % PRIME == 0:
                return False
        for one in met:
            self._subtract(one, row, one.row[pivot], total)
        self._published[pivot] = self._keep(row, hidden=False)
        return True

    def _reduced(self, members: Sequence[int]) -> Row:
        row = dict.fromkeys(members, 1)
        for column in members:
            # No published row has another's pivot, so none brings one in.
            if (found := self._published.get(column)) is not None:
                for at, value in found.row.items():
                    row[at] = row.get(at, 0) - value
        return {column: left for column, value in row.items() if (left := value % PRIME)}

    def _keep(self, row: Row, *, hidden: bool) -> _Kept:
        kept = _Kept(row, self._sum(row), hidden)
        for column in row:
            self._holders[column].add(kept)
        self._entries += len(row)
        return kept

    def _subtract(self, kept: _Kept, row: Row, times: int, total: int) -> None:
        mine, before = kept.row, len(kept.row)
        for column, value in row.items():
            had = mine.get(column)
            left = ((had or 0) - times * value) % PRIME
            if left:
                mine[column] = left
                if had is None:
                    self._holders[column].add(kept)
            elif had is not None:
                del mine[column]
                self._holders[column].discard(kept)
        kept.sum = (kept.sum - times * total) % PRIME
        self._entries += len(mine) - before

    def _sum(self, row: Row) -> int:
        return sum(self._random[column] * value for column, value in row.items()) % PRIME


def _atoms(sets: Sequence[Sequence[int]]) -> dict[int, int]:
    """Contributions that stand in the same sets are one: the number of its atom, by contribution."""
    seen: dict[int, list[int]] = {}
    for number, members in enumerate(sets):
        for one in members:
            seen.setdefault(one, []).append(number)
    numbers: dict[tuple[int, ...], int] = {}
    return {one: numbers.setdefault(tuple(where), len(numbers)) for one, where in seen.items()}


def _at(members: Sequence[int], atoms: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(sorted({atoms[one] for one in members}))
