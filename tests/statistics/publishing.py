"""What others publish in the random worlds, to divide by; and how it is counted a second time. The recount
itself uses nothing of market/statistics.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from market import clock
from market.catalogue import queries as catalogue
from market.official import service as official
from market.official.models import BASES
from market.places import queries as places
from tests.make import SHELL
from tests.statistics.dealings import GOODS
from tests.statistics.lines import Line
from tests.statistics.tables import Asked, Tables
from tests.statistics.worlds import Step, World, pick, places_to_ask, verb

#: At the end of a story: of all its days each base for all, a sector and a product; one is corrected, another
#: taken back.
ALL_PUBLISHED = (
    *(Step("publish", 0, a, b, 5) for b in range(5) for a in range(3)),
    Step("publish", 0, 0, 0, 12),
    Step("publish", 0, 1, 1, 999),
)


def _days(step: Step, world: World) -> tuple[date, date]:
    """A whole year, half, quarter or month, or all the days of the world."""
    day = world.ago(step.b)
    if step.c % 7 == 5 or step.c == 999:
        return world.start, clock.today()
    length = (12, 6, 3, 1, 1)[step.c % 5]
    first = (day.month - 1) // length * length + 1
    end = date(day.year + (first + length) // 13, (first + length - 1) % 12 + 1, 1)
    return date(day.year, first, 1), date.fromordinal(end.toordinal() - 1)


@verb
def publish(world: World, step: Step) -> None:
    """Somebody publishes how much there was, or corrects it, or takes it back."""
    session = world.session
    first, last = _days(step, world)
    which = step.a // 3
    product = catalogue.get_product(session, pick(GOODS, step.b // 5))
    known = places_to_ask(session)
    place = places.province_on(session, day=min(last, clock.today())) if not which else pick(known, which)
    official.enter_denominator(
        session,
        actor=SHELL,
        over=None,
        place_id=place.id,
        base=BASES[step.b % 5],
        from_date=first,
        to_date=last,
        amount=0 if step.c == 999 else 1_000_000 * (1 + step.c),
        source="Nguồn thử",
        source_date="2024",
        sector=product.sector_code if step.a % 3 == 1 else None,
        product_id=product.id if step.a % 3 == 2 else None,
    )


def published(*bases: str) -> Callable[[Tables, Asked], list[Line]]:
    """What was published of precisely these days, of each thing the last that had been entered by then."""

    def count(t: Tables, asked: Asked) -> list[Line]:
        last: dict[tuple[Any, ...], Any] = {}
        for row in sorted(t.denominators, key=lambda one: (one.recorded_at, one.id)):
            if (
                row.base in bases
                and (row.from_date, row.to_date) == (asked.start, asked.end)
                and row.recorded_at < asked.moment
            ):
                last[row.place_id, row.base, row.sector_code, row.product_id] = row
        return [_line(row) for row in last.values() if row.amount]

    return count


def _line(row: Any) -> Line:
    facts = {"sector": row.sector_code, "product": row.product_id, "area_base": row.base, "goods": row.base}
    return Line(row.id, None, row.place_id, None, row.amount, facts=facts, exact=True)


def holds_for(
    line: Line,
    place_id: int,
    sector: str | None,
    product_id: int | None,
    by: str | None,
    children: Sequence[int],
) -> bool:
    """Whether a published number is of precisely what is asked, or of one of the groups."""
    of_sector, of_product = line.facts["sector"], line.facts["product"]
    if line.place not in (children if by == "place" else (place_id,)) or sector not in (None, of_sector):
        return False
    if by == "product" or product_id is not None:
        return of_product is not None and product_id in (None, of_product)
    if by == "sector" or sector is not None:
        return of_product is None and of_sector is not None
    return of_product is None and of_sector is None
