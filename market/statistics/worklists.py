"""The department's lists to work through: whose goods have no outlet, which agreements are about to end, are
at risk or run short, whom no message reaches. Each is one SELECT over the places of an officer's duty, in one
order, paged; what is told to a unit about a line is in telling.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.parties.models import Party
from market.places import queries as place_queries
from market.places.models import PlaceCover
from market.statistics import work_links, work_people, work_supply
from market.words import Named, Words, t

PAGE_SIZE = 30
#: The places that an officer's duty covers, with all below them; None: everywhere.
Places = Collection[int] | None


@dataclass(frozen=True, slots=True)
class Worklist:
    """A list. ``rows`` gives ``party_id``, ``subject_id`` (whatever the line is about), ``product_id``,
    ``link_id``, ``volume`` in base units, ``first`` and ``last`` day (each null where there is none), and
    ``place_id`` and ``former_place_id`` of it. ``volume`` and ``days`` are what the two columns are called.
    """

    code: str
    name: Words
    meaning: Words
    duty: str
    rows: Callable[[date], sa.Select[Any]]
    volume: Words | None
    days: Words
    #: What the unit is told, with {product} and {number} where the list has them; and where that leads.
    told: Words
    path: str


ALL: tuple[Worklist, ...] = (
    Worklist(
        "no_outlet",
        t("Goods without an outlet"),
        t(
            "Units whose season plans, or lots on sale, hold more of a product than agreements have taken; "
            "those without any agreement for it first."
        ),
        "trade_data",
        work_supply.without_outlet,
        t("Without an outlet"),
        t("Harvest or sale"),
        t(
            "The department sees that your {product} has no buyer yet. Please list it, or see who is looking "
            "for it; the department will help to find one."
        ),
        "/listings/mine",
    ),
    Worklist(
        "ending",
        t("Agreements about to end"),
        t("Season and linkage agreements in force that end within 60 days and are not being renewed."),
        "trade_data",
        work_links.ending,
        t("Volume"),
        t("From – to"),
        t("Agreement {number} for {product} ends soon. Please talk with the buyer about renewing it."),
        "/links/{link}",
    ),
    Worklist(
        "overdue",
        t("Past their last day, not closed"),
        t(
            "Agreements of any kind that are still in force though their last day has passed. Their two "
            "sides are asked once, two weeks after it."
        ),
        "trade_data",
        work_links.overdue,
        t("Volume"),
        t("From – to"),
        t(
            "Agreement {number} for {product} is past its last day. Please record what was delivered and "
            "close it, or agree on a later day."
        ),
        "/links/{link}",
    ),
    Worklist(
        "at_risk",
        t("Agreements at risk"),
        t("Agreements in force for which goods were reported lost, so that less is left than was agreed."),
        "trade_data",
        work_links.at_risk,
        t("Volume"),
        t("From – to"),
        t(
            "Agreement {number} for {product} is at risk. Please agree with the buyer on what can still be "
            "delivered; the department will help where it can."
        ),
        "/links/{link}",
    ),
    Worklist(
        "short",
        t("Agreements running short"),
        t(
            "Agreements in force of which less was delivered and confirmed than the schedule says by today, "
            "the agreed tolerance taken off."
        ),
        "trade_data",
        work_links.short,
        t("Missing"),
        t("From – to"),
        t("Less was delivered of agreement {number} for {product} than agreed by now. Please look at it."),
        "/links/{link}",
    ),
    Worklist(
        "unreached",
        t("People whom no message reached"),
        t(
            "People of units and buyers who have neither e-mail nor phone number here, or whose last message "
            "could not be delivered."
        ),
        "register",
        work_people.unreached,
        None,
        t("Since"),
        t(
            "A message to somebody of your unit did not arrive. Please see to it that addresses and phone "
            "numbers are right."
        ),
        "/account",
    ),
)
BY_CODE = {one.code: one for one in ALL}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list. ``volume`` in base units of ``unit``."""

    party_id: int
    party: str
    code: str
    is_unit: bool
    place: str
    subject_id: int
    link_id: int | None
    product: Named | None
    unit: str
    piece: Named | None
    volume: int | None
    first: date | None
    last: date | None


def _inside(rows: sa.Subquery, places: Places) -> sa.ColumnElement[bool]:
    if places is None:
        return sa.true()
    covered = sa.select(PlaceCover.place_id).where(PlaceCover.ancestor_id.in_(tuple(places)))
    return sa.or_(rows.c.place_id.in_(covered), rows.c.former_place_id.in_(covered))


def count(session: Session, one: Worklist, *, places: Places, on: date) -> int:
    """How many lines a list has."""
    rows = one.rows(on).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(rows).where(_inside(rows, places))) or 0


def count_all(session: Session, *, place_ids: Places, on: date) -> dict[str, int]:
    """The same of every list."""
    return {one.code: count(session, one, places=place_ids, on=on) for one in ALL}


def lines(
    session: Session,
    one: Worklist,
    *,
    places: Places,
    on: date,
    limit: int | None = PAGE_SIZE,
    offset: int = 0,
) -> list[Line]:
    """Some of a list's lines, or all, in its order (``rank`` of its rows, then by party and subject)."""
    rows = one.rows(on).subquery()
    found = session.execute(
        sa.select(rows, Party.name, Party.code, Party.kind)
        .join(Party, Party.id == rows.c.party_id)
        .where(_inside(rows, places))
        .order_by(rows.c.rank, rows.c.party_id, rows.c.subject_id)
        .limit(limit)
        .offset(offset)
    ).all()
    named = place_queries.names_of(
        session, {row.place_id or row.former_place_id for row in found} - {None}, on=on
    )
    products = _products(session)
    return [_line(row, products, named) for row in found]


def find_line(
    session: Session, one: Worklist, *, places: Places, on: date, party_id: int, subject_id: int
) -> Line | None:
    """The line about a party and a subject, if it stands in the list and in these places."""
    rows = one.rows(on).subquery()
    row = session.execute(
        sa.select(rows, Party.name, Party.code, Party.kind)
        .join(Party, Party.id == rows.c.party_id)
        .where(_inside(rows, places), rows.c.party_id == party_id, rows.c.subject_id == subject_id)
        .limit(1)
    ).first()
    if row is None:
        return None
    ids = {row.place_id or row.former_place_id} - {None}
    return _line(row, _products(session), place_queries.names_of(session, ids, on=on))


def _products(session: Session) -> dict[int, Product]:
    return {one.id: one for one in catalogue.list_products(session)}


def _line(row: Any, products: dict[int, Product], named: dict[int, place_queries.PlaceName]) -> Line:
    product = products.get(row.product_id)
    place = named.get(row.place_id or row.former_place_id or 0)
    return Line(
        party_id=row.party_id,
        party=row.name,
        code=row.code,
        is_unit=row.kind in ("cooperative", "group", "union"),
        place=place.name if place else "",
        subject_id=row.subject_id,
        link_id=row.link_id,
        product=Named(product.name_vi, product.name_en) if product else None,
        unit=product.unit if product else "gram",
        piece=catalogue.piece_of(product) if product else None,
        volume=row.volume,
        first=clock.day_of(row.first) if isinstance(row.first, datetime) else row.first,
        last=row.last,
    )
