"""Figures as an asker may see them: those whose period is not open are left out, those behind which too few
stand are hidden. Pages and API compute by this one way; the rules themselves are in access.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from market import clock
from market.statistics import access, calendar, figures, publication
from market.statistics.aggregates import Dimension, Question
from market.statistics.asked import Asked
from market.statistics.definition import Indicator
from market.statistics.figures import Figure
from market.statistics.periods import Period


def is_open(indicator: Indicator, of: Asked, *, everything: bool, period: Period | None = None) -> bool:
    """Whether somebody may ask for this figure; ``everything``: an officer whose duty it is."""
    return everything or access.is_open(indicator, period or of.period, as_of=of.as_of, today=clock.today())


def compute(
    session: Session,
    wanted: Iterable[Indicator],
    of: Asked,
    *,
    everything: bool,
    by: Dimension | None = None,
    with_before: bool = False,
) -> tuple[list[Figure], list[Figure]]:
    """The figures that the asker may see, and if wanted those of the period before."""
    earlier = calendar.before(session, of.period) if with_before else None
    before = earlier.period if earlier else of.period
    seen = [one for one in wanted if is_open(one, of, everything=everything) and of.fits(one)]
    seen = [one for one in seen if not with_before or is_open(one, of, everything=everything, period=before)]
    if not seen:
        return [], []
    wanted_periods, moments = [of.period], [of.known_before]
    if earlier is not None:
        wanted_periods.append(before)
        # Asked as of another day, a period is counted by what was known on that day.
        moments.append(earlier.known_before if of.as_of == clock.today() else None)
    found = figures.compute_for(
        session,
        indicators=seen,
        periods_=wanted_periods,
        asked=Question(of.place, of.as_of, of.sector, of.product_id, of.product),
        by=by,
        moments=moments,
    )
    now, then = found[0], found[1] if earlier is not None else []
    return (
        hidden(session, now, everything=everything, by=by),
        hidden(session, then, everything=everything, by=by),
    )


def hidden(
    session: Session, found: Sequence[Figure], *, everything: bool, by: Dimension | None = None
) -> list[Figure]:
    """Figures, perhaps broken down, with those hidden that the asker may not have. Of a figure that is broken
    down by two dimensions at once no trade stands in public.
    """
    if everything:
        return access.for_officers(found)
    return publication.only_published(session, access.for_public(found), by)
