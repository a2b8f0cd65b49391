"""``market figures verify``: every current value stored beside its history is computed anew and compared.
Differences are named one by one; there should never be any.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import progress
from market.links.models import (
    Commitment,
    CommitmentMove,
    Delivery,
    DeliveryState,
    Link,
    LinkState,
    LinkTerms,
)
from market.listings.models import Listing, ListingState, Lot, LotChange
from market.parties.models import Party, PartyKind, PartyMembers, PartyName, PartyPlace, PartyStatus
from market.statistics import ahead, frozen, kept


def everything(session: Session) -> list[str]:
    """One line for each stored, frozen or kept value that is not as it is counted anew."""
    with progress.doing("what is stored"):
        found = list(differences(session))
    found += frozen.differences(session)
    with progress.doing("what is counted ahead"):
        return [*found, *kept.differences(session), *ahead.differences(session)]


def differences(session: Session) -> Iterator[str]:
    """One line for each stored value that its history does not bear out."""
    yield from _lots(session)
    yield from _last(session, Link, LinkState, "link_id", ("state",))
    yield from _last(session, Link, LinkTerms, "link_id", ("volume", "value", "kind", "form", "contract"))
    yield from _last(session, Listing, ListingState, "listing_id", ("state",))
    yield from _last(session, Delivery, DeliveryState, "delivery_id", ("state", "accepted", "value"))
    yield from _last(session, Party, PartyStatus, "party_id", ("status",))
    yield from _last(session, Party, PartyKind, "party_id", ("kind",))
    yield from _last(session, Party, PartyName, "party_id", ("name",))
    yield from _last(session, Party, PartyPlace, "party_id", ("place_id", "former_place_id"))
    yield from _members(session)


def _lots(session: Session) -> Iterator[str]:
    sums = {
        "volume": _sums(session, LotChange.lot_id, LotChange.amount),
        "committed": _sums(session, CommitmentMove.lot_id, CommitmentMove.amount),
        "commitments": _sums(session, Commitment.lot_id, Commitment.volume - Commitment.released),
    }
    for lot_id, volume, committed in session.execute(sa.select(Lot.id, Lot.volume, Lot.committed)):
        if volume != sums["volume"].get(lot_id, 0):
            yield f"lot {lot_id}: volume {volume}, its changes add up to {sums['volume'].get(lot_id, 0)}"
        for name in ("committed", "commitments"):
            if committed != sums[name].get(lot_id, 0):
                yield f"lot {lot_id}: committed {committed}, by {name} {sums[name].get(lot_id, 0)}"
        if not 0 <= committed <= volume:
            yield f"lot {lot_id}: committed {committed} of {volume}"


def _sums(session: Session, owner: Any, amount: Any) -> dict[int, int]:
    rows = session.execute(sa.select(owner, sa.func.sum(amount)).group_by(owner))
    return {key: int(total) for key, total in rows}


def _last(session: Session, table: Any, history: Any, owner: str, columns: tuple[str, ...]) -> Iterator[str]:
    """Compare the columns of a row with those of the newest row of its history, which every row has."""
    order = [history.on_date.desc(), history.recorded_at.desc(), history.id.desc()]
    if history is DeliveryState:
        order = order[1:]  # A delivery's states all hold on the day of the delivery.
    key = getattr(history, owner)
    ranked = sa.select(
        key.label("owner"),
        *(getattr(history, name).label(name) for name in columns),
        sa.func.row_number().over(partition_by=key, order_by=order).label("rank_"),
    ).subquery()
    stored = [getattr(table, name) for name in columns]
    rows = session.execute(
        sa.select(table.id, ranked.c.owner, *stored, *(ranked.c[name] for name in columns))
        .select_from(table)
        .outerjoin(ranked, sa.and_(ranked.c.owner == table.id, ranked.c.rank_ == 1))
        .order_by(table.id)
    )
    for row in rows:
        if row.owner is None:
            yield f"{table.__name__.lower()} {row.id}: no history of its {', '.join(columns)}"
            continue
        now, then = row[2 : 2 + len(columns)], row[2 + len(columns) :]
        for name, value, held in zip(columns, now, then, strict=True):
            if value != held:
                yield f"{table.__name__.lower()} {row[0]}: {name} is {value}, its history says {held}"


def _members(session: Session) -> Iterator[str]:
    order: list[Any] = [PartyMembers.on_date.desc(), PartyMembers.recorded_at.desc(), PartyMembers.id.desc()]
    ranked = sa.select(
        PartyMembers.party_id,
        (PartyMembers.official + PartyMembers.associate).label("members"),
        sa.func.row_number().over(partition_by=PartyMembers.party_id, order_by=order).label("rank_"),
    ).subquery()
    # Without any report there is no number (None on both sides).
    for party_id, members, reported in session.execute(
        sa.select(Party.id, Party.members, ranked.c.members)
        .select_from(Party)
        .outerjoin(ranked, sa.and_(ranked.c.party_id == Party.id, ranked.c.rank_ == 1))
        .order_by(Party.id)
    ):
        if members != reported:
            yield f"party {party_id}: members is {members}, its history says {reported}"
