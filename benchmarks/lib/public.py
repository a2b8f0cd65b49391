"""Trade figures that stand in public without the monthly job that chooses them: of made-up agreements, spread
thin over all places and goods, it would choose for long. The whole province's stand, and nothing finer.
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy.orm import Session

from market import clock
from market.places import queries as places
from market.statistics import aggregates, periods, publication
from market.statistics.publication import Cell

#: How many whole periods of each kind have ended in the three years that `agreements.py` fills.
ENDED: tuple[tuple[periods.Kind, int], ...] = (("year", 3), ("half", 6), ("quarter", 12), ("month", 36))


def publish(session: Session) -> None:
    """Keep the province's own cells of every year that the job would choose for."""
    parts, at, today = publication.trade_parts(), publication.moment(), clock.today()
    chosen: dict[int, dict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for kind, count in ENDED:
        for period in periods.ended(kind, today=today, count=count):
            place_id = places.province_on(session, day=period.end).id
            for code, part in parts.items():
                for kept in aggregates.kept_apart(part):
                    cell = Cell(place_id, f"{period.code} {kept}" if kept else period.code)
                    chosen[period.start.year][code].append(cell)
    for year in publication.list_due(session):
        publication.keep(session, year, chosen[year], at=at)
