"""Volume taken and given back: which lots serve a link, what returns when a link ends; what a loss takes from
whom is in losses.py. Every change is a move row; the lots' own sums are kept by listings/service.py in the
same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.db import lock
from market.errors import Conflict
from market.inquiries import several
from market.inquiries.models import Inquiry, OfferLine
from market.inquiries.proposals import unit_of
from market.links import drawing
from market.links.drawing import Stock, Take
from market.links.models import Commitment, CommitmentMove, Delivery, Link, LinkLine
from market.listings import service as listings
from market.listings.models import Lot
from market.words import Volume, t


def choose_lots(
    session: Session,
    *,
    listing_ids: Sequence[int],
    lines: Sequence[tuple[date, date, int]],
    shares: Mapping[int, int] | None = None,
) -> list[Take]:
    """Which lots of a seller's listings serve the lines: overlapping windows only, earliest window first, of
    each listing first its ``shares``.

    Locks the lots in ascending id where the database locks rows; ``Conflict`` says what is left.
    """
    first, last = min(line[0] for line in lines), max(line[1] for line in lines)
    found = session.execute(
        sa.select(
            Lot.id, Lot.listing_id, Lot.from_date, Lot.to_date, (Lot.volume - Lot.committed).label("left")
        )
        .where(Lot.listing_id.in_(listing_ids), Lot.from_date <= last, Lot.to_date >= first)
        .order_by(Lot.id)
        .with_for_update(key_share=True)
    ).all()
    stocks = [Stock(lot.id, lot.listing_id, lot.from_date, lot.to_date, int(lot.left)) for lot in found]
    takes = drawing.draw(stocks, lines, shares)
    left = sum(one.volume for one in takes)
    if left < sum(volume for _, _, volume in lines):
        raise _too_little(session, listing_ids[0], left)
    return takes


def choose_for(session: Session, inquiry: Inquiry, lines: Sequence[OfferLine]) -> list[Take]:
    """Which lots serve the lines of an inquiry's standing offer, as ``choose_lots``."""
    shares = several.volumes_of(session, inquiry.id)
    return choose_lots(
        session,
        listing_ids=list(shares) or [inquiry.listing_id],
        lines=[(line.from_date, line.to_date, line.volume) for line in lines],
        shares=shares,
    )


def hold_lots(session: Session, *, listing_ids: Sequence[int] = (), inquiry_ids: Sequence[int] = ()) -> None:
    """Take all lots of several listings, and those that held inquiries draw on, in ascending id, where the
    database locks rows.
    """
    drawn_on = sa.select(Commitment.lot_id).where(Commitment.inquiry_id.in_(inquiry_ids))
    chosen = sa.select(Lot.id).where(sa.or_(Lot.listing_id.in_(listing_ids), Lot.id.in_(drawn_on)))
    session.execute(chosen.order_by(Lot.id).with_for_update(key_share=True)).all()


def _too_little(session: Session, listing_id: int, left: int) -> Conflict:
    product_id = listings.product_of(session, listing_id)
    return Conflict(
        t(
            "Of what was agreed only {volume} can still be bought in these days. You may offer that, "
            "or choose another seller for the rest.",
            volume=Volume(left, unit_of(session, product_id)),
        ),
        field="volume",
    )


def take(session: Session, *, link: Link, lines: Sequence[LinkLine], takes: Sequence[Take]) -> None:
    """Commit the chosen volume to a link's lines, lots in ascending id."""
    _take(
        session,
        takes,
        lambda one: Commitment(
            lot_id=one.lot_id, link_id=link.id, line_id=lines[one.line].id, volume=one.volume
        ),
    )


def take_held(session: Session, *, inquiry: Inquiry, takes: Sequence[Take]) -> None:
    """Commit the chosen volume to a held inquiry; a commitment to each line of its offer."""
    _take(
        session,
        takes,
        lambda one: Commitment(lot_id=one.lot_id, inquiry_id=inquiry.id, line=one.line, volume=one.volume),
    )


def _take(session: Session, takes: Sequence[Take], made: Callable[[Take], Commitment]) -> None:
    by_lot: dict[int, int] = {}
    for one in takes:
        by_lot[one.lot_id] = by_lot.get(one.lot_id, 0) + one.volume
    listings.take_volume(session, lot_ids_and_amounts=sorted(by_lot.items()))
    for one in sorted(takes, key=lambda each: (each.lot_id, each.line)):
        commitment = made(one)
        session.add(commitment)
        session.flush()  # the move needs the commitment's id
        _move(session, commitment, one.volume, "agreed")


def hand_over(session: Session, *, inquiry_id: int, link: Link, lines: Sequence[LinkLine]) -> int:
    """What a held inquiry holds becomes the link's, line by line; nothing is taken or given back. Says how
    much that is.
    """
    held = held_by(session, inquiry_id=inquiry_id)
    for one in held:
        one.link_id, one.line_id = link.id, lines[one.line or 0].id
    return sum(one.volume - one.released for one in held)


def release_held(session: Session, *, inquiry_id: int) -> None:
    """Give back all that a held inquiry holds."""
    held = held_by(session, inquiry_id=inquiry_id)
    lower(session, [(one, one.volume - one.released) for one in held], "released")


def held_by(session: Session, *, inquiry_id: int) -> list[Commitment]:
    """The commitments of a held inquiry, lots in ascending id, to be written to."""
    session.execute(
        sa.select(Lot.id)
        .where(Lot.id.in_(sa.select(Commitment.lot_id).where(Commitment.inquiry_id == inquiry_id)))
        .order_by(Lot.id)
        .with_for_update(key_share=True)
    ).all()
    return list(
        session.scalars(
            sa.select(Commitment)
            .where(Commitment.inquiry_id == inquiry_id, Commitment.link_id.is_(None))
            .order_by(Commitment.lot_id, Commitment.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def _move(
    session: Session, commitment: Commitment, amount: int, reason: str, on_date: date | None = None
) -> None:
    session.add(
        CommitmentMove(
            commitment_id=commitment.id,
            lot_id=commitment.lot_id,
            amount=amount,
            reason=reason,
            on_date=on_date or clock.today(),
            recorded_at=clock.now(),
        )
    )


def undelivered(session: Session, commitments: Iterable[Commitment]) -> dict[int, int]:
    """What each commitment still holds beyond what was delivered on its link (all states count: goods that
    were handed over stay committed). Deliveries are set against a link's commitments in their order.
    """
    held = list(commitments)
    links = {one.link_id for one in held if one.link_id is not None}
    delivered = {
        link_id: int(total)
        for link_id, total in session.execute(
            sa.select(Delivery.link_id, sa.func.sum(Delivery.accepted))
            .where(Delivery.link_id.in_(links))
            .group_by(Delivery.link_id)
        )
    }
    siblings = session.scalars(
        sa.select(Commitment).where(Commitment.link_id.in_(links)).order_by(Commitment.id)
    ).all()
    free: dict[int, int] = {}
    for one in siblings:
        holds = one.volume - one.released
        used = min(holds, delivered.get(one.link_id or 0, 0))
        if one.link_id is not None:
            delivered[one.link_id] = delivered.get(one.link_id, 0) - used
        free[one.id] = holds - used
    return {one.id: free.get(one.id, one.volume - one.released) for one in held}


def drawn_on(session: Session, link: Link) -> list[int]:
    """The listings from whose lots an agreement may take; none of one that was made without a listing."""
    if link.listing_id is None:
        return []
    return several.listings_of(session, inquiry_id=link.inquiry_id, listing_id=link.listing_id)


def hold(session: Session, *, link: Link, whole_listing: bool = False) -> None:
    """Take a link to be written to, its lots before it (the order in which a loss comes to them); with
    ``whole_listing`` all lots from which it could take more.
    """
    which: sa.ColumnElement[bool] = Lot.id.in_(
        sa.select(Commitment.lot_id).where(Commitment.link_id == link.id)
    )
    if whole_listing:
        which = sa.or_(which, Lot.listing_id.in_(drawn_on(session, link)))
    session.execute(sa.select(Lot.id).where(which).order_by(Lot.id).with_for_update(key_share=True)).all()
    lock(session, link)


def handed_over(session: Session, *, link: Link) -> int:
    """What was delivered on a link, in base units, whatever the other side has said of it yet."""
    total = sa.select(sa.func.sum(Delivery.accepted)).where(Delivery.link_id == link.id)
    return int(session.scalar(total) or 0)


def amend(session: Session, *, link: Link, before: int, lines: Sequence[LinkLine]) -> int:
    """Let a link hold what its new lines need: what they need less returns, from the latest windows first;
    what they need more than ``before`` is taken from lots of their days. What was delivered stays committed,
    and what is held stays this link's however the days move. Says how much of the new volume there is.
    """
    held = session.scalars(
        sa.select(Commitment)
        .join(Lot, Lot.id == Commitment.lot_id)
        .where(Commitment.link_id == link.id)
        .order_by(Lot.from_date.desc(), Lot.id.desc(), Commitment.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    free = undelivered(session, held)
    covered = handed_over(session, link=link) + sum(free.values())
    wanted = sum(line.volume for line in lines)
    parts, surplus = [], max(0, covered - wanted)
    for one in held:
        part = min(surplus, free[one.id])
        parts.append((one, part))
        surplus -= part
    lower(session, parts, "amended")
    _assign(lines, list(reversed(held)))
    # What a loss took before is not taken anew: it was promised, and the lots had not that much.
    extra = max(0, wanted - max(covered, before))
    if extra and link.listing_id is not None:
        lacking = _lacking(lines, wanted - extra)
        takes = choose_lots(
            session,
            listing_ids=drawn_on(session, link),
            lines=[(line.from_date, line.to_date, volume) for line, volume in lacking],
        )
        take(session, link=link, lines=[line for line, _ in lacking], takes=takes)
    return min(wanted, covered + extra)


def _assign(lines: Sequence[LinkLine], held: Sequence[Commitment]) -> None:
    """Each commitment, the earliest first, stands on the first line that is not full yet; one that is larger
    than its line fills the next ones as well.
    """
    ordered = sorted(lines, key=lambda one: (one.to_date, one.from_date, one.id))
    at, filled = 0, 0
    for one in held:
        while at < len(ordered) - 1 and filled >= ordered[at].volume:
            filled -= ordered[at].volume
            at += 1
        one.line_id = ordered[at].id
        filled += one.volume - one.released


def _lacking(lines: Sequence[LinkLine], covered: int) -> list[tuple[LinkLine, int]]:
    """Of each line, the earliest filled first, what ``covered`` does not reach."""
    found = []
    for line in sorted(lines, key=lambda one: (one.to_date, one.from_date, one.id)):
        part = min(covered, line.volume)
        covered -= part
        if line.volume > part:
            found.append((line, line.volume - part))
    return found


def release(session: Session, *, link: Link, reason: str, only_open_lots: bool) -> int:
    """Give back what a link does not need any more; says how much, in base units."""
    query = sa.select(Commitment).where(Commitment.link_id == link.id).order_by(Commitment.lot_id)
    if only_open_lots:
        query = query.join(Lot, Lot.id == Commitment.lot_id).where(Lot.to_date >= clock.today())
    held = session.scalars(query).all()
    free = undelivered(session, held)
    lower(session, [(one, free[one.id]) for one in held], reason)
    return sum(free.values())


def lower(
    session: Session, parts: Sequence[tuple[Commitment, int]], reason: str, on_date: date | None = None
) -> None:
    """Take from commitments and give back to their lots; what a loss took, from the loss's day on."""
    by_lot: dict[int, int] = {}
    taken = _taken_on(session, [one.id for one, _ in parts]) if on_date else {}
    for commitment, amount in parts:
        if amount:
            commitment.released += amount
            # Of a loss learned late nothing comes back before the day on which it was taken.
            on = max(on_date, taken[commitment.id]) if on_date else None
            _move(session, commitment, -amount, reason, on)
            by_lot[commitment.lot_id] = by_lot.get(commitment.lot_id, 0) + amount
    session.flush()  # the CHECK on released must speak before the lot's own sum moves
    listings.give_back(session, amounts=sorted(by_lot.items()))


def _taken_on(session: Session, commitment_ids: Sequence[int]) -> dict[int, date]:
    """The day on which each commitment was made."""
    rows = session.execute(
        sa.select(CommitmentMove.commitment_id, sa.func.min(CommitmentMove.on_date).label("first"))
        .where(CommitmentMove.commitment_id.in_(commitment_ids))
        .group_by(CommitmentMove.commitment_id)
    )
    return {row.commitment_id: row.first for row in rows}
