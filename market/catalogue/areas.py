"""By what an area is measured: sown (it counts anew each season), land, or ponds. Where nobody says, it
follows from the sector of the goods, in one way for plans, offers, what is entered and what is counted.
"""

from __future__ import annotations

BASES = ("sown", "land", "pond")
#: Of sectors that are measured otherwise than by land.
OF_SECTORS = {"rice": "sown", "shrimp": "pond", "aquaculture": "pond"}
OTHERWISE = "land"


def base_of(sector_code: str) -> str:
    """What is measured of a sector where nobody says otherwise."""
    return OF_SECTORS.get(sector_code, OTHERWISE)
