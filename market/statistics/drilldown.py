"""The rows behind a figure: the same SELECT that was counted, one row a key. Their names for people are in
present.py, who may read them in access.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.db import joining_many
from market.places.models import Place
from market.statistics.aggregates import Part, Question, ask_of, inside, picked, rows_for
from market.statistics.definition import Count, Indicator, Median, Ratio, Sum
from market.statistics.figures import check_kept, default_place
from market.statistics.periods import Period


@dataclass(frozen=True, slots=True)
class Row:
    """What was counted under one key. ``value`` is what it adds to the figure.

    A ratio has rows of two parts, ``over`` and ``under``, which add up to what stands above and below.
    """

    part: str
    key: int
    value: int
    unit: str
    facts: dict[str, Any]
    link_ids: tuple[int, ...]
    buyer_ids: tuple[int, ...]


def rows(
    session: Session,
    *,
    indicator: Indicator,
    period: Period | None,
    place: Place | None,
    as_of: date,
    sector: str | None = None,
    product_id: int | None = None,
    known_before: datetime | None = None,
    of_party: int | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[Row]:
    """The rows that the figure was counted from, by key: their values add up to it.

    ``of_party`` keeps those in which this party is one of the two sides. Goods by weight and by the piece
    stand in one list, each row with its unit.
    """
    where = place or default_place(session, period=period, as_of=as_of)
    asked = Question(where, as_of, sector, product_id, known_before=known_before)
    check_kept(indicator, asked, None)
    ask = ask_of(indicator, period, asked)
    names = ("over", "under") if isinstance(indicator.measure, Ratio) else ("",)
    found: list[Row] = []
    for name, part in zip(names, indicator.parts, strict=True):
        found += _rows_of_part(session, name, Part(part, ask, None), asked, of_party, limit, offset)
    return found


def count_rows(
    session: Session,
    *,
    indicator: Indicator,
    period: Period | None,
    place: Place,
    as_of: date,
    sector: str | None = None,
    product_id: int | None = None,
    known_before: datetime | None = None,
    of_party: int | None = None,
) -> int:
    """How many rows ``rows`` would give (of a ratio: of the longer part)."""
    asked = Question(place, as_of, sector, product_id, known_before=known_before)
    ask = ask_of(indicator, period, asked)
    counts = []
    for part in indicator.parts:
        source = rows_for(part.rows, ask)
        where = [*inside(source, asked, part), picked(source, Part(part, ask, None))]
        if of_party is not None:
            where.append(_of(source, of_party))
        counts.append(sa.select(sa.func.count(sa.distinct(source.c.key))).where(*where))
    with joining_many(session):
        return max(session.scalar(one) or 0 for one in counts)


def _of(source: sa.FromClause, party_id: int) -> sa.ColumnElement[bool]:
    sides = [source.c.party_id == party_id]
    if "buyer_id" in source.c:
        sides.append(source.c.buyer_id == party_id)
    return sa.or_(*sides)


def _rows_of_part(
    session: Session,
    name: str,
    part: Part,
    asked: Question,
    of_party: int | None,
    limit: int | None,
    offset: int,
) -> list[Row]:
    source = rows_for(part.indicator.rows, part.ask)
    where = [*inside(source, asked, part.indicator), picked(source, part)]
    if of_party is not None:
        where.append(_of(source, of_party))
    chosen = sa.select(source).where(*where).order_by(source.c.key)
    if limit is not None:
        again = part.indicator.rows(part.ask).subquery()
        keys = sa.select(again.c.key).where(*inside(again, asked, part.indicator), picked(again, part))
        if of_party is not None:
            keys = keys.where(_of(again, of_party))
        page = keys.distinct().order_by(again.c.key).limit(limit).offset(offset).subquery()
        chosen = chosen.where(source.c.key.in_(sa.select(page.c.key)))
    held: dict[int, list[dict[str, Any]]] = {}
    with joining_many(session):
        lines = session.execute(chosen).mappings().all()
    for found in lines:
        held.setdefault(found["key"], []).append(dict(found))
    return [_fold(name, part.indicator, key, lines) for key, lines in held.items()]


def _fold(name: str, indicator: Indicator, key: int, lines: Sequence[dict[str, Any]]) -> Row:
    """The lines of one key as one row: measures added, links and buyers gathered."""
    match indicator.measure:
        case Sum(column) | Median(column):
            value = sum(line[column] or 0 for line in lines)
        case Count():
            value = len(lines)
        case _:
            value = 1
    unit = indicator.unit
    if indicator.apart is not None:
        unit = indicator.apart.units[lines[0][indicator.apart.column]]
    return Row(
        name,
        key,
        int(value),
        unit,
        lines[0],
        tuple(sorted({line["link_id"] for line in lines if line.get("link_id")})),
        tuple(sorted({line["buyer_id"] for line in lines if line.get("buyer_id")})),
    )
