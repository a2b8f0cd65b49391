"""The questions about places: which one a code meant on a day, who came after it, what it covers, and the
keys by which addresses and facets name it. Writes nothing; the rows come from service.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market.errors import Invalid, NotFound
from market.places.models import LEVELS, Place, PlaceCover, PlaceSuccession
from market.words import t


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place as pages name it: ``key`` is what addresses carry, ``parent_name`` tells namesakes apart."""

    id: int
    code: str
    key: str
    name: str
    parent_name: str | None


def valid_on(day: date) -> sa.ColumnElement[bool]:
    """The condition that a place was valid on a day."""
    return sa.and_(Place.valid_from <= day, sa.or_(Place.valid_to.is_(None), Place.valid_to > day))


def is_valid(place: Place, day: date) -> bool:
    """Whether a place was valid on a day."""
    return place.valid_from <= day and (place.valid_to is None or day < place.valid_to)


def get_place(session: Session, place_id: int) -> Place:
    """The place with this id; refuses NotFound."""
    place = session.get(Place, place_id)
    if place is None:
        raise NotFound(t("No such place."))
    return place


def find_place(session: Session, *, code: str, on: date) -> Place | None:
    """The place that bore the code on that day."""
    return session.scalars(sa.select(Place).where(Place.code == code, valid_on(on))).one_or_none()


def resolve(session: Session, *, text: str, on: date) -> Place:
    """The place meant by ``CODE`` or ``CODE@2022-01-01``.

    A bare code is read as of ``on``; if no place bore it that day but exactly one ever did, it is that one.
    A dated code is read as of its date alone. Refuses NotFound for an unknown code, Invalid for a code whose
    meaning cannot be told or a date that is none.
    """
    code = text.strip().partition("@")[0]
    bearers = session.scalars(sa.select(Place).where(Place.code == code).order_by(Place.valid_from)).all()
    return choose(bearers, text=text, on=on)


def choose(bearers: Sequence[Place], *, text: str, on: date) -> Place:
    """``resolve`` among the places that ever bore the code, by first day; for whoever reads many codes."""
    code, dated, day_text = text.strip().partition("@")
    if dated:
        try:
            on = date.fromisoformat(day_text)
        except ValueError:
            raise Invalid(
                t("“{typed}” is no place: a date after @ is written 2022-01-01.", typed=text), field="place"
            ) from None
    for place in bearers:
        if is_valid(place, on):
            return place
    if not bearers or dated:
        raise NotFound(t("No place has the code {code} on {day}.", code=code, day=on))
    if len(bearers) > 1:
        keys = ", ".join(key_of(place, on) for place in bearers)
        raise Invalid(
            t("The code {code} named several places: write one of {keys}.", code=code, keys=keys),
            field="place",
        )
    return bearers[0]


def successor(session: Session, place_id: int) -> Place | None:
    """The place that took over the land of this one, if it was dissolved into one."""
    return session.scalars(
        sa.select(Place)
        .join(PlaceSuccession, PlaceSuccession.new_id == Place.id)
        .where(PlaceSuccession.old_id == place_id)
    ).one_or_none()


def province_on(session: Session, *, day: date) -> Place:
    """The one province of the data valid on a day; refuses NotFound without one, Invalid with several."""
    provinces = session.scalars(sa.select(Place).where(Place.level == "province", valid_on(day))).all()
    if not provinces:
        raise NotFound(t("No province is known for {day}.", day=day))
    if len(provinces) > 1:
        raise Invalid(t("Several provinces are known for {day}: name one.", day=day), field="place")
    return provinces[0]


def list_valid(session: Session, *, on: date) -> list[tuple[Place, str | None]]:
    """All places valid on a day, the widest first, each with the code of the one above it."""
    above = aliased(Place)
    rows = session.execute(
        sa.select(Place, above.code)
        .outerjoin(above, above.id == Place.parent_id)
        .where(valid_on(on))
        .order_by(Place.sort_key, Place.id)
    ).all()
    found = [(place, code) for place, code in rows]
    return sorted(found, key=lambda pair: LEVELS.index(pair[0].level))


def list_communes(session: Session, *, on: date) -> Sequence[Place]:
    """All communes valid on a day, in alphabetical order."""
    return session.scalars(
        sa.select(Place).where(Place.level == "commune", valid_on(on)).order_by(Place.sort_key, Place.id)
    ).all()


def list_children(session: Session, *, place_id: int, on: date) -> Sequence[Place]:
    """The places directly below one that were valid on a day, in alphabetical order."""
    return session.scalars(
        sa.select(Place).where(Place.parent_id == place_id, valid_on(on)).order_by(Place.sort_key, Place.id)
    ).all()


def covered_by(place_id: int) -> sa.Select[int]:
    """A SELECT of the ids of all places that this one covers, itself included; for ``IN``."""
    return sa.select(PlaceCover.place_id).where(PlaceCover.ancestor_id == place_id)


def covers(session: Session, place_ids: Collection[int]) -> dict[int, set[int]]:
    """The ids of all places that each of these covers, itself included, by its id."""
    found: dict[int, set[int]] = {place_id: set() for place_id in place_ids}
    rows = sa.select(PlaceCover.ancestor_id, PlaceCover.place_id).where(PlaceCover.ancestor_id.in_(place_ids))
    for place_id, covered in session.execute(rows):
        found[place_id].add(covered)
    return found


def is_held(session: Session, by: Collection[int] | None, place_id: int) -> bool:
    """Whether places hold another one, as those of an officer's duty do (None: everywhere); each itself."""
    if by is None:
        return True
    held = sa.select(PlaceCover.place_id).where(
        PlaceCover.ancestor_id.in_(by), PlaceCover.place_id == place_id
    )
    return session.scalar(held.limit(1)) is not None


def key_of(place: Place, today: date) -> str:
    """The key that ``resolve`` reads back on that day: the code, dated where the code alone would not do.

    A place of the past is dated by its last day, one yet to come by its first.
    """
    return make_key(place.code, place.valid_from, place.valid_to, today)


def make_key(code: str, valid_from: date, valid_to: date | None, today: date) -> str:
    """``key_of`` for the columns of a place that was not fetched whole."""
    if valid_to is not None and valid_to <= today:
        return f"{code}@{(valid_to - timedelta(days=1)).isoformat()}"
    return code if valid_from <= today else f"{code}@{valid_from.isoformat()}"


def list_covering(session: Session, *, place_id: int) -> list[Place]:
    """All places that cover this one, from the widest to itself, which stands last."""
    found = session.scalars(
        sa.select(Place)
        .join(PlaceCover, PlaceCover.ancestor_id == Place.id)
        .where(PlaceCover.place_id == place_id)
        .order_by(Place.id)
    ).all()
    # Of one level the later is the wider: it took the earlier in.
    return sorted(found, key=lambda p: (p.id == place_id, LEVELS.index(p.level), -p.valid_from.toordinal()))


def keys_covering(session: Session, *, place_id: int, on: date) -> list[str]:
    """The keys, as read on a day, of all places that cover this one, itself last."""
    return [key_of(place, on) for place in list_covering(session, place_id=place_id)]


def names_covering(session: Session, *, place_id: int) -> list[str]:
    """The names of all places that cover this one, itself last."""
    return [place.name for place in list_covering(session, place_id=place_id)]


def names_of(session: Session, place_ids: Iterable[int], *, on: date) -> dict[int, PlaceName]:
    """The names by id, with keys as read on a day, in one SELECT; ids that no place has are left out."""
    parent = aliased(Place)
    rows = session.execute(
        sa.select(
            Place.id,
            Place.code,
            Place.valid_from,
            Place.valid_to,
            Place.name,
            parent.name.label("parent_name"),
        )
        .join(parent, Place.parent_id == parent.id, isouter=True)
        .where(Place.id.in_(set(place_ids)))
    )
    return {
        row.id: PlaceName(
            id=row.id,
            code=row.code,
            key=make_key(row.code, row.valid_from, row.valid_to, on),
            name=row.name,
            parent_name=row.parent_name,
        )
        for row in rows
    }


def name_of(session: Session, place_id: int, *, on: date) -> PlaceName:
    """One place's name, with its key as read on a day; refuses NotFound."""
    found = names_of(session, [place_id], on=on)
    if place_id not in found:
        raise NotFound(t("No such place."))
    return found[place_id]
