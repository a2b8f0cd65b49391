"""Figures as an asker may see them: those whose period is not open are left out, those behind which too few
stand are hidden. Pages and API compute by this one way; the rules themselves are in access.py. What the
public sees of trade in periods that are not closed is what was known when its cells were chosen
(publication.py), the same until the next choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from market import clock
from market.statistics import access, calendar, figures, publication, stored
from market.statistics.aggregates import Dimension, Question, Split
from market.statistics.asked import Asked
from market.statistics.definition import Indicator
from market.statistics.figures import Figure, Wish
from market.statistics.periods import Period
from market.statistics.remembered import Remembered

#: Before which moment the public's figures of each year were known.
Released = Mapping[int, datetime]


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
    released: Released | None = None,
    remembered: Remembered | None = None,
    counted_ahead: bool = False,
) -> tuple[list[Figure], list[Figure]]:
    """The figures that the asker may see, and if wanted those of the period before. ``released``: of
    publication.moments, for those who ask several times; ``remembered``: what the process has counted;
    ``counted_ahead``: an officer's may be some minutes old, where counting takes long.
    """
    earlier = calendar.before(session, of.period) if with_before else None
    before = earlier.period if earlier else of.period
    seen = [one for one in wanted if is_open(one, of, everything=everything) and of.fits(one)]
    seen = [one for one in seen if not with_before or is_open(one, of, everything=everything, period=before)]
    if not seen:
        return [], []
    asked_for = [(of.period, of.known_before)]
    if earlier is not None:
        # Asked as of another day, a period is counted by what was known on that day.
        asked_for.append((before, earlier.known_before if of.as_of == clock.today() else None))
    split = figures.split_by(session, by, [period for period, _ in asked_for], _question(of, None))
    counted = _count(
        session,
        seen,
        of,
        [(period, at, split) for period, at in asked_for],
        everything=everything,
        released=released,
        remembered=remembered,
        counted_ahead=counted_ahead,
    )
    found = [hidden(session, one, everything=everything, by=by) for one in counted]
    return found[0], found[1] if earlier is not None else []


def compute_by(
    session: Session,
    indicator: Indicator,
    of: Asked,
    dimensions: Sequence[Dimension | None],
    *,
    everything: bool,
    released: Released,
    remembered: Remembered,
) -> list[list[Figure]]:
    """A figure broken down by each of some dimensions, by None as a whole, as the asker may see it; all
    counted together.
    """
    if not dimensions or not is_open(indicator, of, everything=everything) or not of.fits(indicator):
        return [[] for _ in dimensions]
    splits = [figures.split_by(session, by, [of.period], _question(of, None)) for by in dimensions]
    counted = _count(
        session,
        [indicator],
        of,
        [(of.period, of.known_before, split) for split in splits],
        everything=everything,
        released=released,
        remembered=remembered,
    )
    return [
        hidden(session, found, everything=everything, by=by)
        for found, by in zip(counted, dimensions, strict=True)
    ]


def _count(
    session: Session,
    wanted: Sequence[Indicator],
    of: Asked,
    asked_for: Sequence[tuple[Period, datetime | None, Split]],
    *,
    everything: bool,
    released: Released | None,
    remembered: Remembered | None = None,
    counted_ahead: bool = False,
) -> list[list[Figure]]:
    """The figures of each period and breakdown, all together: of a closed one by what was known when it was
    closed, of another by what is known now, to the public of trade by what was known when its cells were
    chosen.
    """
    if everything and all(split.by is None for _, _, split in asked_for):
        return stored.compute(
            session,
            wanted,
            [(period, at) for period, at, _ in asked_for],
            _question(of, None),
            counted_ahead=counted_ahead,
        )
    if everything:
        wishes = [Wish(wanted, period, _question(of, at), split) for period, at, split in asked_for]
        return figures.compute_all(session, wishes)
    if released is None:
        released = publication.moments(session)
    trade = [one for one in wanted if publication.is_chosen(one)]
    others = [one for one in wanted if not publication.is_chosen(one)]
    wishes = []
    for period, at, split in asked_for:
        wishes += [
            Wish(trade, period, _question(of, at or released.get(period.start.year)), split),
            Wish(others, period, _question(of, at), split),
        ]
    told = (remembered or figures).compute_all(session, wishes)
    place = {one.code: number for number, one in enumerate(wanted)}
    found = []
    for number, (period, at, _) in enumerate(asked_for):
        of_trade, of_others = told[2 * number : 2 * number + 2]
        chosen_at = released.get(period.start.year)
        if at is None:
            # To be known up to a moment makes no period closed.
            of_trade = [replace(one, status="final") for one in of_trade]
        elif chosen_at is None or chosen_at < at:
            # Closed, or revised, since: the choice was made of other numbers.
            of_trade = [access.suppressed(one) for one in of_trade]
        found.append(sorted(of_trade + of_others, key=lambda one: place[one.indicator.code]))
    return found


def compute_each(
    session: Session,
    questions: Iterable[tuple[Iterable[Indicator], Asked]],
    *,
    by: Dimension | None,
    released: Released,
) -> list[list[Figure]]:
    """The figures of several questions as the public may see them. Each is counted by itself: the rows of
    different periods have nothing in common, and one statement for all of them takes longer. What stands in
    public is asked once.
    """
    counted: list[list[Figure]] = []
    for wanted, of in questions:
        seen = [one for one in wanted if is_open(one, of, everything=False) and of.fits(one)]
        if not seen:
            counted.append([])
            continue
        split = figures.split_by(session, by, [of.period], _question(of, None))
        at = [(of.period, of.known_before, split)]
        counted += _count(session, seen, of, at, everything=False, released=released)
    shown = iter(hidden(session, [one for some in counted for one in some], everything=False, by=by))
    return [[next(shown) for _ in some] for some in counted]


def released_on(released: Released, of: Asked) -> date | None:
    """The day as known on which the public sees the trade of a period that has ended and is open."""
    if of.known_before is not None or not of.period.has_ended(clock.today()):
        return None
    at = released.get(of.period.start.year)
    return clock.day_of(at) if at else None


def _question(of: Asked, known_before: datetime | None) -> Question:
    return Question(of.place, of.as_of, of.sector, of.product_id, of.product, known_before)


def hidden(
    session: Session, found: Sequence[Figure], *, everything: bool, by: Dimension | None = None
) -> list[Figure]:
    """Figures, perhaps broken down, with those hidden that the asker may not have. Of a figure that is broken
    down by two dimensions at once no trade stands in public.
    """
    if everything:
        return access.for_officers(found)
    return publication.only_published(session, access.for_public(found), by)
