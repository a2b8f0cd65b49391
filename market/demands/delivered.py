"""What goods cost where they are handed over: the carriage from the unit's commune, and whether that is above
the highest price of a need. As plans and what came of them judge it.
"""

from __future__ import annotations

import math

from market.demands.wanted import Wanted
from market.places.models import Place

#: Kilometres; the mean radius of the Earth (IUGG).
EARTH = 6371.0088


def carriage_to(to: Place | None, wanted: Wanted, *, where: Place | None, basis: str) -> int:
    """Đồng per kg from the unit's commune, by the great circle, rounded half up; none where the price holds
    at the buyer's (``basis``).
    """
    if wanted.carriage_rate is None or to is None or where is None or basis == "buyer":
        return 0
    return math.floor(kilometres(where, to) * wanted.carriage_rate / 1000 + 0.5)


def is_dear(wanted: Wanted, price: int, carriage: int) -> bool:
    """Whether goods that count at a price cost more, at the demanded basis, than the highest price."""
    delivered = price + carriage if wanted.price_basis == "buyer" else price
    return wanted.price_max is not None and delivered > wanted.price_max


def kilometres(one: Place, other: Place) -> float:
    """The great circle between two places (haversine)."""
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    half = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(across / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(half))
