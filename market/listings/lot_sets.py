"""The whole set of a listing's open lots, put in place of the one that stands: those named by their number
are changed, new ones opened, and those that are left out closed. A lot is open while its days are not over
and something of it is left. Called as ``listings.service``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.db import lock
from market.errors import Conflict, Invalid, NotFound, under
from market.events import Actor
from market.listings import lots
from market.listings.models import Listing, Lot
from market.words import Volume, t


@dataclass(frozen=True, slots=True)
class LotWish:
    """A lot as it is to be. ``volume`` in base units, what is committed included. With an ``id`` an existing
    one, whose days and kind may be left out (None) and do not change.
    """

    volume: int
    id: int | None = None
    version: int | None = None
    from_date: date | None = None
    to_date: date | None = None
    kind: str | None = None
    spec: Mapping[str, Any] | None = None
    season_id: int | None = None


def replace_lots(
    session: Session, *, actor: Actor, listing_id: int, unit: str, wishes: Sequence[LotWish]
) -> None:
    """Make these the open lots of a listing; ``unit`` is the product's base unit.

    Refuses a number that no lot of the listing has or that stands twice, other days or another kind for a lot
    that is there, and to leave out a lot of which something is committed (``Conflict``). What is refused of
    a lot names it by its position (``lots.0.volume``).
    """
    listing = session.get(Listing, listing_id)
    if listing is None:
        raise NotFound
    lock(session, listing)
    held = {
        lot.id: lot
        for lot in session.scalars(
            sa.select(Lot)
            .where(Lot.listing_id == listing_id)
            .order_by(Lot.id)
            .execution_options(populate_existing=True)
        )
    }
    named: dict[int, tuple[int, LotWish]] = {}
    for position, wish in enumerate(wishes):
        with under(f"lots.{position}"):
            if wish.id is None:
                continue
            if wish.id in named:
                raise Invalid(t("Give this once."), field="id")
            if wish.id not in held:
                raise Invalid(t("This listing has no such lot."), field="id")
            _check_same(held[wish.id], wish)
        named[wish.id] = position, wish
    for lot in held.values():
        if lot.id not in named and _is_open(lot) and lot.committed:
            raise _still_committed(lot, unit)
    # In ascending id, as whoever commits volume takes them.
    for lot_id, lot in sorted(held.items()):
        if lot_id in named:
            position, wish = named[lot_id]
            with under(f"lots.{position}"):
                lots.change_volume(
                    session, actor=actor, lot_id=lot_id, volume=wish.volume, version=wish.version
                )
        elif _is_open(lot):
            lots.close_lot(session, actor=actor, lot_id=lot_id)
            if lot.committed:  # by whoever was quicker; what is raised takes the closing back
                raise _still_committed(lot, unit)
    for position, wish in enumerate(wishes):
        if wish.id is None:
            with under(f"lots.{position}"):
                open_wished(session, actor=actor, listing_id=listing_id, wish=wish)


def open_wished(session: Session, *, actor: Actor, listing_id: int, wish: LotWish) -> Lot:
    """Open a new lot as it is wished; its days must be said."""
    for name, day in (("from", wish.from_date), ("to", wish.to_date)):
        if day is None:
            raise Invalid(t("Please fill this in."), field=name)
    assert wish.from_date is not None
    assert wish.to_date is not None
    return lots.open_lot(
        session,
        actor=actor,
        listing_id=listing_id,
        from_date=wish.from_date,
        to_date=wish.to_date,
        volume=wish.volume,
        kind=wish.kind or "forecast",
        spec=wish.spec,
        season_id=wish.season_id,
    )


def _is_open(lot: Lot) -> bool:
    return lot.to_date >= clock.today() and lot.volume > lot.committed


def _check_same(lot: Lot, wish: LotWish) -> None:
    said = (("from", wish.from_date, lot.from_date), ("to", wish.to_date, lot.to_date))
    more = (
        ("kind", wish.kind, lot.kind),
        ("spec", wish.spec, lot.spec),
        ("season", wish.season_id, lot.season_id),
    )
    for name, wanted, stands in (*said, *more):
        if wanted is not None and wanted != stands:
            words = t("This does not change for a lot that is there: leave it out, and open another one.")
            raise Invalid(words, field=name)


def _still_committed(lot: Lot, unit: str) -> Conflict:
    return Conflict(
        t(
            "Lot {id} is left out, but {committed} of it is already agreed with buyers: name it as well.",
            id=str(lot.id),
            committed=Volume(lot.committed, unit),
        ),
        field="lots",
    )
