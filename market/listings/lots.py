"""Lots: how much of a listing there is in which window. Every change of a volume is a row; the columns on the
lot follow by conditional UPDATEs, so that nothing is sold twice (rule 1). Called as ``listings.service``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import changes, clock, events
from market.catalogue import queries as catalogue
from market.catalogue.models import Product, Season
from market.db import lock, refused_by_database
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.listings import rules
from market.listings.models import LOSS_CAUSES, LOT_KINDS, Listing, Lot, LotChange
from market.words import Volume, t

MEANWHILE = t("This lot has changed meanwhile. Please look at it again.")

# Whoever holds the object in this session reads it anew; the statement itself must not guess its values.
_PLAIN = {"synchronize_session": False}


def open_lot(
    session: Session,
    *,
    actor: Actor,
    listing_id: int,
    from_date: date,
    to_date: date,
    volume: int,
    kind: str = "forecast",
    spec: Mapping[str, Any] | None = None,
    season_id: int | None = None,
) -> Lot:
    """Open a lot of ``volume`` base units; without a quality of its own it has the listing's.

    Refuses a withdrawn listing, a window that is over or turned round, a volume out of bounds.
    """
    listing = session.get(Listing, listing_id)
    if listing is None:
        raise NotFound
    lock(session, listing)
    if listing.state == "withdrawn":
        raise Conflict(t("This listing has been withdrawn. Please write a new one."))
    product = session.get_one(Product, listing.product_id)
    rules.check_volume(volume, product.unit)
    rules.check_window(from_date, to_date)
    if kind not in LOT_KINDS:
        raise Invalid(t("Please choose one of the values in the list."), field="kind")
    if season_id is not None and session.get(Season, season_id) is None:
        raise Invalid(t("Please choose one of the values in the list."), field="season")
    quality = dict(listing.spec)
    if spec is not None:
        quality = rules.check_spec(catalogue.specs_of(session, product), spec)
    lot = Lot(
        listing_id=listing_id,
        from_date=from_date,
        to_date=to_date,
        volume=volume,
        kind=kind,
        spec=quality,
        season_id=season_id,
    )
    session.add(lot)
    session.flush()  # the change row needs the lot's id
    _note(session, actor, lot.id, "opened", volume)
    events.record(session, Event("lot.opened", lot.id, actor, {"listing": listing_id, "volume": volume}))
    changes.touch(session, changes.LISTING, [listing_id])
    return lot


def change_volume(
    session: Session, *, actor: Actor, lot_id: int, volume: int, version: int | None = None
) -> Lot:
    """Set a lot's whole volume (base units, what is committed included).

    ``Conflict`` below what is committed, and when the lot is no longer the ``version`` that was read.
    """
    lot, unit = _open_lot(session, lot_id)
    if version is not None and lot.version != version:
        raise _moved_on(lot, unit)
    if volume:
        rules.check_volume(volume, unit)
    if volume < lot.committed:
        raise Conflict(
            t(
                "{committed} of this lot is already agreed with buyers. Report a loss if it cannot be kept.",
                committed=Volume(lot.committed, unit),
            ),
            field="volume",
        )
    amount = volume - lot.volume
    if amount == 0:
        return lot
    _set_volume(session, lot, volume, unit)
    _note(session, actor, lot_id, "raised" if amount > 0 else "lowered", amount)
    events.record(session, Event("lot.changed", lot_id, actor, {"amount": amount}))
    changes.touch(session, changes.LISTING, [lot.listing_id])
    return lot


def report_loss(
    session: Session,
    *,
    actor: Actor,
    lot_id: int,
    amount: int,
    cause: str,
    on_date: date,
    choose: Mapping[int, int] | None = None,
) -> Lot:
    """Lower a lot by ``amount`` base units lost on a day, at any time (glossary, Lot).

    Where that falls below what is committed, ``lot.short`` is recorded first; who listens lowers commitments
    in this transaction, pro rata or by ``choose`` (commitment id to amount). Refuses more than the lot holds.
    """
    lot, unit = _held_lot(session, lot_id)
    short = _short_by(session, lot, unit, amount, cause, on_date)
    left = lot.volume - amount
    if short > 0:
        told = {"short": short, "cause": cause, "on_date": on_date.isoformat()}
        if choose:
            told["choose"] = {str(key): value for key, value in choose.items()}
        events.record(session, Event("lot.short", lot_id, actor, told))
        session.refresh(lot)
        if lot.committed > left:
            raise Conflict(
                t(
                    "{committed} of this lot is already agreed with buyers.",
                    committed=Volume(lot.committed, unit),
                ),
                field="amount",
            )
    _set_volume(session, lot, left, unit)
    _note(session, actor, lot_id, "loss", -amount, cause=cause, on_date=on_date)
    events.record(
        session,
        Event(
            "lot.loss",
            lot_id,
            actor,
            {"amount": amount, "cause": cause, "on_date": on_date.isoformat(), "short": max(short, 0)},
        ),
    )
    changes.touch(session, changes.LISTING, [lot.listing_id])
    return lot


def short_by(session: Session, *, lot_id: int, amount: int, cause: str, on_date: date) -> int:
    """What of a lot's committed volume such a loss would take, 0 where what is left bears it; nothing is
    written. Refuses what ``report_loss`` refuses of the loss itself.
    """
    lot, unit = _found_lot(session, lot_id)
    return max(0, _short_by(session, lot, unit, amount, cause, on_date))


def _short_by(session: Session, lot: Lot, unit: str, amount: int, cause: str, on_date: date) -> int:
    rules.check_volume(amount, unit, "amount")
    if cause not in LOSS_CAUSES:
        raise Invalid(t("Please choose one of the values in the list."), field="cause")
    if amount > lot.volume:
        raise Invalid(t("This lot holds only {volume}.", volume=Volume(lot.volume, unit)), field="amount")
    _check_loss_day(session, lot, amount, on_date, unit)
    return lot.committed - (lot.volume - amount)


def close_lot(session: Session, *, actor: Actor, lot_id: int, version: int | None = None) -> Lot:
    """Sell nothing more of a lot: its volume becomes what is committed."""
    lot, unit = _open_lot(session, lot_id)
    if version is not None and lot.version != version:
        raise _moved_on(lot, unit)
    amount = lot.committed - lot.volume
    if amount == 0:
        return lot
    _set_volume(session, lot, lot.committed, unit)
    _note(session, actor, lot_id, "closed", amount)
    events.record(session, Event("lot.closed", lot_id, actor, {"amount": amount}))
    changes.touch(session, changes.LISTING, [lot.listing_id])
    return lot


def take_volume(session: Session, *, lot_ids_and_amounts: Sequence[tuple[int, int]]) -> bool:
    """Commit base units of lots, all or nothing, in ascending lot id (opposite orders deadlock PostgreSQL).

    ``Conflict`` says what the first lot that cannot give them has left.
    """
    touched: set[int] = set()
    for lot_id, amount in _in_order(lot_ids_and_amounts):
        with refused_by_database(Conflict(MEANWHILE)):
            listing_id = session.scalar(
                sa.update(Lot)
                .where(Lot.id == lot_id, Lot.committed + amount <= Lot.volume)
                .values(committed=Lot.committed + amount, version=Lot.version + 1)
                .returning(Lot.listing_id),
                execution_options=_PLAIN,
            )
        _forget(session, lot_id)
        if listing_id is None:
            raise _too_little(session, lot_id)
        touched.add(listing_id)
    changes.touch(session, changes.LISTING, touched)
    return True


def give_back(session: Session, *, amounts: Sequence[tuple[int, int]]) -> None:
    """Return committed base units to lots, in ascending lot id; ``Conflict`` for more than is committed."""
    touched: set[int] = set()
    for lot_id, amount in _in_order(amounts):
        with refused_by_database(Conflict(MEANWHILE)):
            listing_id = session.scalar(
                sa.update(Lot)
                .where(Lot.id == lot_id, Lot.committed >= amount)
                .values(committed=Lot.committed - amount, version=Lot.version + 1)
                .returning(Lot.listing_id),
                execution_options=_PLAIN,
            )
        _forget(session, lot_id)
        if listing_id is None:
            raise Conflict(t("More would be given back than was agreed. Please look at it again."))
        touched.add(listing_id)
    changes.touch(session, changes.LISTING, touched)


def _in_order(amounts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    by_lot: dict[int, int] = {}
    for lot_id, amount in amounts:
        if amount < 0:
            raise ValueError("an amount below zero")
        by_lot[lot_id] = by_lot.get(lot_id, 0) + amount
    return [(lot_id, amount) for lot_id, amount in sorted(by_lot.items()) if amount]


def _found_lot(session: Session, lot_id: int) -> tuple[Lot, str]:
    row = session.execute(
        sa.select(Lot, Product.unit)
        .join(Listing, Listing.id == Lot.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(Lot.id == lot_id)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def _held_lot(session: Session, lot_id: int) -> tuple[Lot, str]:
    """To be written to: whoever commits or loses volume meanwhile waits."""
    lot, unit = _found_lot(session, lot_id)
    lock(session, lot)
    return lot, unit


def _open_lot(session: Session, lot_id: int) -> tuple[Lot, str]:
    lot, unit = _held_lot(session, lot_id)
    if lot.to_date < clock.today():
        raise Conflict(t("The days of this lot are over. Please add a new lot."))
    return lot, unit


def _set_volume(session: Session, lot: Lot, volume: int, unit: str) -> None:
    """Write the volume if the lot is still as it was read."""
    with refused_by_database(Conflict(MEANWHILE)):
        done = session.scalar(
            sa.update(Lot)
            .where(Lot.id == lot.id, Lot.version == lot.version, Lot.committed <= volume)
            .values(volume=volume, version=Lot.version + 1)
            .returning(Lot.id),
            execution_options=_PLAIN,
        )
    session.refresh(lot)
    if done is None:
        raise _moved_on(lot, unit)


def _check_loss_day(session: Session, lot: Lot, amount: int, on_date: date, unit: str) -> None:
    """A loss holds from its day on: on no day since may the lot have held less than what was lost."""
    if on_date > clock.today():
        raise Invalid(t("This day is still to come."), field="on_date")
    held, least = 0, None
    rows = session.execute(
        sa.select(LotChange.on_date, LotChange.amount)
        .where(LotChange.lot_id == lot.id)
        .order_by(LotChange.on_date, LotChange.id)
    ).all()
    if rows and on_date < rows[0].on_date:
        raise Invalid(t("The lot was opened only on {day}.", day=rows[0].on_date), field="on_date")
    by_day: dict[date, int] = {}
    for day, change in rows:
        held += change
        by_day[day] = held
    before = [day for day in by_day if day <= on_date]
    since = [by_day[day] for day in by_day if day > on_date] + ([by_day[max(before)]] if before else [])
    least = min(since, default=lot.volume)
    if least < amount:
        raise Invalid(
            t("On that day the lot held only {volume}.", volume=Volume(max(least, 0), unit)), field="on_date"
        )


def _too_little(session: Session, lot_id: int) -> Conflict:
    lot, unit = _found_lot(session, lot_id)
    return Conflict(
        t(
            "This lot has only {left} left. You may ask for that, or choose another seller for the rest.",
            left=Volume(lot.volume - lot.committed, unit),
        ),
        field="volume",
    )


def _moved_on(lot: Lot, unit: str) -> Conflict:
    return Conflict(
        t(
            "This lot has changed meanwhile: {left} of {volume} is left now.",
            left=Volume(lot.volume - lot.committed, unit),
            volume=Volume(lot.volume, unit),
        ),
        field="volume",
    )


def _note(
    session: Session,
    actor: Actor,
    lot_id: int,
    kind: str,
    amount: int,
    *,
    cause: str | None = None,
    on_date: date | None = None,
) -> None:
    session.add(
        LotChange(
            lot_id=lot_id,
            kind=kind,
            cause=cause,
            amount=amount,
            on_date=on_date or clock.today(),
            recorded_at=clock.now(),
            recorded_by=actor.user_id,
            channel=actor.channel,
        )
    )


def _forget(session: Session, lot_id: int) -> None:
    held = session.identity_map.get(sa.orm.util.identity_key(Lot, lot_id))
    if held is not None:
        session.expire(held)
