"""A loss that falls below what is committed of a lot: which agreements and held parts draw on the lot, what
of each may be lowered, pro rata or as their seller chooses, and who is told. What was delivered stays
committed. The loss itself is a lot's (listings/lots.py), how volume is given back stands in commitments.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import events
from market.db import lock
from market.errors import Conflict, Invalid, InvalidFields
from market.events import Actor, Event
from market.inquiries import queries as asked
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.inquiries.proposals import unit_of
from market.links import commitments, queries
from market.links import service as links
from market.links.models import Commitment, Link
from market.listings import service as listings
from market.listings.models import Lot
from market.parties.models import Party
from market.words import Volume, Words, t

Kind = Literal["link", "inquiry"]


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss to be reported of a lot: base units, as ``listings.report_loss`` takes it."""

    lot_id: int
    amount: int
    cause: str
    on_date: date


@dataclass(frozen=True, slots=True)
class Draw:
    """An agreement, or a part held for a whole order (kind ``inquiry``), that draws on a lot: what of the lot
    is committed to it and what of that was handed over, in base units. ``parts``: each of its commitments and
    what of it may be lowered.
    """

    kind: Kind
    id: int
    buyer: str
    state: str
    state_words: Words
    tone: str
    from_date: date | None
    to_date: date | None
    held_until: datetime | None
    committed: int
    parts: tuple[tuple[int, int], ...]

    @property
    def name(self) -> str:
        """What it is called where something is chosen for it."""
        return name_of(self.kind, self.id)

    @property
    def free(self) -> int:
        """What of it may be lowered."""
        return sum(free for _, free in self.parts)

    @property
    def delivered(self) -> int:
        """What of it was handed over."""
        return self.committed - self.free


def name_of(kind: Kind, number: int) -> str:
    """What an agreement, or an inquiry, is called where something is chosen for it."""
    return f"{kind}{number}"


def is_name(text: str) -> bool:
    """Whether something could be called so."""
    return re.fullmatch(r"(link|inquiry)[1-9][0-9]{0,18}", text) is not None


def share_out(total: int, parts: Sequence[int]) -> list[int]:
    """Split ``total`` over parts pro rata, in whole units, none above its part (largest remainders first)."""
    whole = sum(parts)
    if total > whole:
        raise ValueError("more than there is")
    shares = [total * part // whole if whole else 0 for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (-(total * parts[i] % whole) if whole else 0, i))
    for index in order[: total - sum(shares)]:
        shares[index] += 1
    return shares


def propose(short: int, draws: Sequence[Draw], *, step: int) -> dict[str, int]:
    """What each would be lowered by pro rata, by its name; in whole steps of base units (a kilogram) where
    all that is to be shared can be said in them.
    """
    frees = [draw.free for draw in draws]
    if short % step or any(free % step for free in frees):
        step = 1
    shares = share_out(short // step, [free // step for free in frees])
    return {draw.name: share * step for draw, share in zip(draws, shares, strict=True)}


def draws_on(session: Session, *, lot_id: int) -> list[Draw]:
    """What draws on a lot, the oldest first; agreements before what is only held."""
    held = session.scalars(sa.select(Commitment).where(_of_lot(lot_id)).order_by(Commitment.id)).all()
    return _draws(session, held)


def reach(session: Session, loss: Loss) -> tuple[int, list[Draw]]:
    """What a loss would take from what is committed, and from whom it may be taken; nothing is written.
    Refuses the loss as ``report`` does.
    """
    short = listings.short_by(
        session, lot_id=loss.lot_id, amount=loss.amount, cause=loss.cause, on_date=loss.on_date
    )
    draws = draws_on(session, lot_id=loss.lot_id)
    _check_reach(session, loss.lot_id, short, *_both(draws))
    return short, draws


def report(session: Session, *, actor: Actor, loss: Loss, chosen: Mapping[str, int]) -> Lot:
    """Report a loss that lowers agreements and held parts as their seller has chosen: by the name of each,
    how much. Judged once all of them are taken. Refuses, beside its name, what may not be lowered by so much;
    at ``choose`` what does not add up to what is missing; and whatever ``listings.report_loss`` refuses.
    """
    lock(session, session.get_one(Lot, loss.lot_id))
    short = listings.short_by(
        session, lot_id=loss.lot_id, amount=loss.amount, cause=loss.cause, on_date=loss.on_date
    )
    draws = _draws(session, _take(session, loss.lot_id))
    _check_reach(session, loss.lot_id, short, *_both(draws))
    known = {draw.name: draw for draw in draws}
    _check_chosen(session, loss.lot_id, short, known, chosen)
    choose: dict[int, int] = {}
    for name, amount in chosen.items():
        parts = known[name].parts if amount else ()
        shares = share_out(amount, [free for _, free in parts]) if parts else []
        choose |= {id_: share for (id_, _), share in zip(parts, shares, strict=True) if share}
    return listings.report_loss(
        session,
        actor=actor,
        lot_id=loss.lot_id,
        amount=loss.amount,
        cause=loss.cause,
        on_date=loss.on_date,
        choose=choose or None,
    )


def on_lot_short(session: Session, event: Event) -> None:
    """A loss report goes below what is committed: lower the commitments, mark the links, tell the buyers.

    Pro rata, or as the manager chose (``choose``: commitment id to amount). Delivered volume stays committed.
    """
    short = int(event.data["short"])
    held = _take(session, event.subject_id)
    free = commitments.undelivered(session, held)
    committed = sum(one.volume - one.released for one in held)
    _check_reach(session, event.subject_id, short, committed, sum(free.values()))
    chosen = event.data.get("choose")
    if chosen:
        wanted = {int(key): int(value) for key, value in dict(chosen).items()}
        shares = [wanted.get(one.id, 0) for one in held]
        if sum(shares) != short or any(
            not 0 <= share <= free[one.id] for share, one in zip(shares, held, strict=True)
        ):
            raise Invalid(t("The parts do not add up to what is missing."), field="choose")
    else:
        shares = share_out(short, [free[one.id] for one in held])
    on_date = date.fromisoformat(event.data["on_date"])
    commitments.lower(session, list(zip(held, shares, strict=True)), "loss", on_date)
    lowered = [one for one, share in zip(held, shares, strict=True) if share]
    _held_less(session, event, lowered)
    for link_id in sorted({one.link_id for one in lowered if one.link_id}):
        link = session.get_one(Link, link_id, populate_existing=True)
        link.at_risk = True
        link.version += 1
        events.record(session, Event("link.at_risk", link.id, event.actor, {"cause": event.data["cause"]}))
        words = t("A loss was reported: your agreement may be delivered short.")
        links.tell(session, link, to="buyer", kind="link.at_risk", actor=event.actor, words=words)


def _held_less(session: Session, event: Event, lowered: Sequence[Commitment]) -> None:
    """What is held for a whole order has become less: its buyer is told, as of an agreement."""
    for inquiry_id in sorted({one.inquiry_id for one in lowered if one.inquiry_id and not one.link_id}):
        inquiry = session.get_one(Inquiry, inquiry_id)
        data = {"cause": event.data["cause"]}
        events.record(session, Event("inquiry.at_risk", inquiry.id, event.actor, data))
        words = t("A loss was reported: less is held for you than was accepted.")
        inquiries.tell(session, inquiry, to="buyer", kind="inquiry.at_risk", actor=event.actor, words=words)


def _of_lot(lot_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(Commitment.lot_id == lot_id, Commitment.volume > Commitment.released)


def _take(session: Session, lot_id: int) -> list[Commitment]:
    """What is committed of a lot that the caller has taken, to be written to."""
    # The links first: no delivery is recorded on them while it is reckoned what is still to be delivered.
    session.execute(
        sa.select(Link.id)
        .where(Link.id.in_(sa.select(Commitment.link_id).where(_of_lot(lot_id))))
        .order_by(Link.id)
        .with_for_update(key_share=True)
    ).all()
    return list(
        session.scalars(
            sa.select(Commitment)
            .where(_of_lot(lot_id))
            .order_by(Commitment.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def _draws(session: Session, held: Sequence[Commitment]) -> list[Draw]:
    free = commitments.undelivered(session, held)
    by_link: dict[int, list[Commitment]] = {}
    by_inquiry: dict[int, list[Commitment]] = {}
    for one in held:
        if one.link_id is not None:
            by_link.setdefault(one.link_id, []).append(one)
        elif one.inquiry_id is not None:
            by_inquiry.setdefault(one.inquiry_id, []).append(one)
    links = session.execute(
        sa.select(Link, Party.name)
        .join(Party, Party.id == Link.buyer_id)
        .where(Link.id.in_(by_link))
        .order_by(Link.id)
    )
    kept = session.execute(
        sa.select(Inquiry, Party.name)
        .join(Party, Party.id == Inquiry.buyer_id)
        .where(Inquiry.id.in_(by_inquiry))
        .order_by(Inquiry.id)
    )
    return [
        Draw(
            "link",
            link.id,
            buyer,
            link.state,
            queries.state_words(link),
            queries.state_tone(link),
            link.from_date,
            link.to_date,
            None,
            *_sums(by_link[link.id], free),
        )
        for link, buyer in links
    ] + [
        Draw(
            "inquiry",
            inquiry.id,
            buyer,
            inquiry.state,
            asked.state_words(inquiry),
            asked.state_tone(inquiry.state),
            None,
            None,
            inquiry.held_until,
            *_sums(by_inquiry[inquiry.id], free),
        )
        for inquiry, buyer in kept
    ]


def _sums(held: Sequence[Commitment], free: Mapping[int, int]) -> tuple[int, tuple[tuple[int, int], ...]]:
    return sum(one.volume - one.released for one in held), tuple((one.id, free[one.id]) for one in held)


def _both(draws: Sequence[Draw]) -> tuple[int, int]:
    return sum(draw.committed for draw in draws), sum(draw.free for draw in draws)


def _check_reach(session: Session, lot_id: int, short: int, committed: int, free: int) -> None:
    """Refuse a loss of goods that were handed over."""
    if free < short:
        raise Conflict(
            t(
                "{volume} of this lot has been delivered already; the loss cannot reach it.",
                volume=Volume(committed - free, _unit_of_lot(session, lot_id)),
            ),
            field="amount",
        )


def _check_chosen(
    session: Session, lot_id: int, short: int, known: Mapping[str, Draw], chosen: Mapping[str, int]
) -> None:
    """Refuse parts that cannot be lowered so, each by its name, and a sum that is not what is missing."""
    unit = _unit_of_lot(session, lot_id)
    wrong: dict[str, Words] = {}
    for name, amount in chosen.items():
        if name not in known:
            if amount:
                wrong[name] = t("Nothing of this lot is kept for it any more. Please look at it again.")
        elif not 0 <= amount <= known[name].free:
            wrong[name] = t("At most {most} can be lowered here.", most=Volume(known[name].free, unit))
    if wrong:
        raise InvalidFields(wrong)
    total = sum(chosen.values())
    if short <= 0 and total:
        words = t("This loss does not reach what is promised any more: nothing has to be lowered.")
    elif total < short:
        words = t(
            "{short} have to be lowered in all; these parts add up to {total}: {missing} too little.",
            short=Volume(short, unit),
            total=Volume(total, unit),
            missing=Volume(short - total, unit),
        )
    elif total > max(short, 0):
        words = t(
            "{short} have to be lowered in all; these parts add up to {total}: {over} too much.",
            short=Volume(short, unit),
            total=Volume(total, unit),
            over=Volume(total - short, unit),
        )
    else:
        return
    raise Invalid(words, field="choose")


def _unit_of_lot(session: Session, lot_id: int) -> str:
    listing_id = session.scalar(sa.select(Lot.listing_id).where(Lot.id == lot_id)) or 0
    return unit_of(session, listings.product_of(session, listing_id))
