"""The table of model units: of each place and each of the six fields of the pilots how many there
are, against the target of two. In the old geography (districts) or the new one (communes).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.parties.models import Party
from market.places import queries as places
from market.places.models import Place, PlaceCover
from market.statistics import rows_register
from market.statistics.history import Ask

#: So many models each place ought to have in each field.
WANTED = 2

Geography = Literal["old", "new"]
GEOGRAPHIES: tuple[Geography, ...] = get_args(Geography)


@dataclass(frozen=True, slots=True)
class Model:
    """A unit that is a model in a field of the table; ``place_id`` None: nobody has said where it lies."""

    party_id: int
    code: str
    name: str
    place_id: int | None
    field: str


def fields(session: Session) -> list[str]:
    """The fields of the table in their order; several of a unit's own may stand under one."""
    return list(dict.fromkeys(one.pilot_code for one in catalogue.list_fields(session) if one.pilot_code))


def rows_of(session: Session, geography: Geography, *, on: date) -> Sequence[Place]:
    """The places of the table: the communes of the day, or the districts of the last day that had any."""
    if geography == "new":
        return places.list_communes(session, on=on)
    end = session.scalar(sa.select(sa.func.max(Place.valid_to)).where(Place.level == "district"))
    day = on if end is None else min(on, end - timedelta(days=1))
    return session.scalars(
        sa.select(Place)
        .where(Place.level == "district", places.valid_on(day))
        .order_by(Place.sort_key, Place.id)
    ).all()


def models(session: Session, where: Sequence[Place], *, on: date) -> list[Model]:
    """The model units of a day, each once a field of the table, by name; in the order of the register's rows
    (rows_register.pilots), of which ``pilot_cooperatives`` is counted.
    """
    under = {one.code: one.pilot_code for one in catalogue.list_fields(session)}
    row = rows_register.pilots(Ask.of(on, on, on)).subquery()

    def inside() -> sa.Subquery:
        return (
            sa.select(PlaceCover.place_id, sa.func.min(PlaceCover.ancestor_id).label("above"))
            .where(PlaceCover.ancestor_id.in_([one.id for one in where]))
            .group_by(PlaceCover.place_id)
            .subquery()
        )

    now, former = inside(), inside()
    found = session.execute(
        sa.select(
            row.c.party_id,
            Party.code,
            Party.name,
            row.c.field,
            sa.func.coalesce(now.c.above, former.c.above).label("place_id"),
        )
        .select_from(row)
        .join(Party, Party.id == row.c.party_id)
        .outerjoin(now, now.c.place_id == row.c.place_id)
        .outerjoin(former, former.c.place_id == row.c.former_place_id)
        .order_by(Party.sort_key, Party.id)
    )
    return list(
        dict.fromkeys(
            Model(one.party_id, one.code, one.name, one.place_id, str(under[one.field]))
            for one in found
            if under.get(one.field)
        )
    )
