"""What a unit says of itself each year and what an officer finds: charter capital, high technology, the
yearly return, the rating with its fifteen criteria, and the comparison with the national register. Each is a
dated row with its source, as in history.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import Invalid
from market.events import Actor
from market.parties import history
from market.parties.models import PartyRating, PartyStatus
from market.parties.register_models import (
    CRITERIA,
    MOST_MONEY,
    MOST_POINTS,
    RETURN_ITEMS,
    RETURN_PEOPLE,
    HighTech,
    PartyCapital,
    RatingPoints,
    RegisterComparison,
    YearlyReturn,
)
from market.words import t

#: The classes of Circular 01/2020/TT-BKHĐT by the points from which they begin.
CLASSES = ((80, "good"), (65, "fair"), (50, "average"), (0, "weak"))
#: A unit is not rated for a year in which it stopped for longer than this.
MOST_DAYS_STOPPED = 92


def set_capital(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    amount: int,
    on_date: date | None = None,
    source: str | None = None,
) -> PartyCapital:
    """The charter capital from a day on, in đồng (0 to 10^14)."""
    party = history.get_unit(session, party_id)
    on = history.past_day(on_date)
    _check_money(amount, "amount")
    row = PartyCapital(party_id=party_id, amount=amount, **history.of_fact(actor, on, source))
    session.add(row)
    history.moved(session, party, actor, "capital_set", on, amount=amount)
    return row


def note_high_tech(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    holds: bool = True,
    on_date: date | None = None,
    source: str | None = None,
) -> HighTech:
    """The unit works with high technology from a day on, or (``holds`` false) no longer."""
    party = history.get_unit(session, party_id)
    on = history.past_day(on_date)
    row = HighTech(party_id=party_id, holds=holds, **history.of_fact(actor, on, source))
    session.add(row)
    history.moved(session, party, actor, "high_tech_noted", on, holds=holds)
    return row


def report_year(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    year: int,
    items: Mapping[str, int | None],
    source: str | None = None,
) -> YearlyReturn:
    """What the unit reported of a year that has ended: ``items`` by the names of ``RETURN_ITEMS``, money in
    đồng; what is missing was not said. A later row corrects it.

    Refuses (Invalid) a year that has not ended, nothing said, and what cannot be: more revenue with members
    than revenue, more trained managers than managers.
    """
    party = history.get_unit(session, party_id)
    if not 1990 <= year < clock.today().year:
        raise Invalid(t("Please give a year that has ended."), field="year")
    said = {name: items.get(name) for name in RETURN_ITEMS}
    if all(value is None for value in said.values()):
        raise Invalid(t("Please give at least one of these numbers."), field="workers")
    for name, value in said.items():
        if name in RETURN_PEOPLE:
            history.check_count(value, name)
        elif value is not None:
            _check_money(value, name, low=-MOST_MONEY if name == "profit" else 0)
    _check_part(said, "member_revenue", "revenue")
    _check_part(said, "trained_managers", "managers")
    on = date(year, 12, 31)
    row = YearlyReturn(party_id=party_id, **said, **history.of_fact(actor, on, source))
    session.add(row)
    history.moved(session, party, actor, "year_reported", on, year=year)
    return row


def _check_money(value: int, field: str, *, low: int = 0) -> None:
    if value < low:
        raise Invalid(t("Please give at least {n}.", n=low), field=field)
    if value > MOST_MONEY:
        raise Invalid(t("Please give at most {n}.", n=MOST_MONEY), field=field)


def _check_part(said: Mapping[str, int | None], part: str, whole: str) -> None:
    of, all_ = said[part], said[whole]
    if of is not None and all_ is None:
        raise Invalid(t("Please give the whole of which this is a part."), field=whole)
    if of is not None and all_ is not None and of > all_:
        raise Invalid(t("This part is more than its whole ({n}).", n=all_), field=part)


def class_of(points: int) -> str:
    """The class that follows from the points (Circular 01/2020/TT-BKHĐT: 80, 65 and 50)."""
    return next(name for low, name in CLASSES if points >= low)


def rate_unit(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    year: int,
    points: Mapping[int, int] | None = None,
    found: str | None = None,
    reason: str | None = None,
    on_date: date | None = None,
    source: str | None = None,
) -> PartyRating:
    """The rating of a year by the fifteen criteria: ``points`` by criterion 1 to 15, 100 in all at most.

    The class follows from their sum; an officer who has ``found`` another says the ``reason``. Without points
    the unit is ``unrated``, for a reason. Refuses (Invalid) a unit that is not to be rated in this year: it
    is younger than twelve months at its end, or stopped for longer than three months of it.
    """
    history.get_unit(session, party_id)
    reason = (reason or "").strip()
    if not points:
        if found not in (None, "unrated"):
            raise Invalid(t("Please give the points of the fifteen criteria."), field="points1")
        found = "unrated"
        if not reason:
            raise Invalid(t("Please say why it is not rated."), field="reason")
        score = None
    else:
        score = _sum(points)
        follows = class_of(score)
        if found not in (None, follows) and not reason:
            raise Invalid(t("Please say why another class was found."), field="reason")
        found = found or follows
    if found != "unrated":
        _check_ratable(session, party_id, year)
    row = history.rate_party(
        session,
        actor=actor,
        party_id=party_id,
        year=year,
        rating=found,
        score=score,
        on_date=on_date,
        source=source,
    )
    row.reason = reason[:2000] or None
    session.flush()  # the points stand under the rating's id
    session.add_all(
        RatingPoints(rating_id=row.id, criterion=one, points=given) for one, given in (points or {}).items()
    )
    return row


def _sum(points: Mapping[int, int]) -> int:
    for criterion in range(1, CRITERIA + 1):
        given = points.get(criterion)
        if given is None:
            raise Invalid(t("Please fill this in."), field=f"points{criterion}")
        if not 0 <= given <= MOST_POINTS:
            raise Invalid(t("Please give at most {n}.", n=MOST_POINTS), field=f"points{criterion}")
    total = sum(points.values())
    if total > MOST_POINTS:
        raise Invalid(
            t("The fifteen criteria come to {sum} points; there are {n} at most.", sum=total, n=MOST_POINTS),
            field="points1",
        )
    return total


def _check_ratable(session: Session, party_id: int, year: int) -> None:
    """The two exceptions of the circular, as far as the register knows the days."""
    steps = session.execute(
        sa.select(PartyStatus.on_date, PartyStatus.status, PartyStatus.founding)
        .where(PartyStatus.party_id == party_id)
        .order_by(PartyStatus.on_date, PartyStatus.recorded_at, PartyStatus.id)
    ).all()
    founded = min((one.on_date for one in steps if one.founding), default=None)
    begun, over = date(year, 1, 1), date(year + 1, 1, 1)
    if founded is not None and founded >= begun:
        raise Invalid(
            t("It was founded on {day}: a unit is rated from its twelfth month on.", day=founded),
            field="year",
        )
    stopped = 0
    for one, following in zip(steps, [*steps[1:], None], strict=True):
        until = min(following.on_date if following else clock.today(), over)
        if one.status in ("stopped", "suspended"):
            stopped += max(0, (until - max(one.on_date, begun)).days)
    if stopped > MOST_DAYS_STOPPED:
        raise Invalid(
            t(
                "It had stopped for {n} days of this year: a unit that stops for longer than three months is "
                "not rated.",
                n=stopped,
            ),
            field="year",
        )


def compare_with_national(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    agrees: bool,
    on_date: date | None = None,
    source: str | None = None,
) -> RegisterComparison:
    """What was entered here was held against the national register on a day, and agreed with it or not."""
    party = history.get_unit(session, party_id)
    on = history.past_day(on_date)
    row = RegisterComparison(party_id=party_id, agrees=agrees, **history.of_fact(actor, on, source))
    session.add(row)
    history.moved(session, party, actor, "compared", on, agrees=agrees)
    return row
