"""What belongs to one seller, together: its shares of a plan, or what it was asked for a demand. A seller is
asked once in a plan, however many of its listings have a share (asking.py).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Part(Protocol):
    """Something of one listing. Volume in base units."""

    @property
    def volume(self) -> int: ...


P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Seller(Generic[P]):
    """All parts of one seller, in the order in which they came."""

    parts: tuple[P, ...]

    @property
    def first(self) -> P:
        """Any of them: seller and place are the same in all."""
        return self.parts[0]

    @property
    def several(self) -> bool:
        """Whether more than one of its listings has a part."""
        return len(self.parts) > 1

    @property
    def volume(self) -> int:
        """Of all parts, in base units."""
        return sum(part.volume for part in self.parts)


def gathered(parts: Iterable[P], seller: Callable[[P], Hashable]) -> tuple[Seller[P], ...]:
    """The parts by their sellers, who stand in the order of their first part."""
    found: dict[Hashable, list[P]] = {}
    for part in parts:
        found.setdefault(seller(part), []).append(part)
    return tuple(Seller(tuple(one)) for one in found.values())
