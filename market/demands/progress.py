"""How far a demand is: what its inquiries have asked, hold and have agreed, line by line. Sums over the
inquiries' offers and their commitments; nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market.catalogue.models import Product
from market.demands import delivered
from market.demands.models import Demand, DemandInquiry
from market.demands.plans import Line
from market.demands.wanted import Wanted
from market.inquiries import deal_words
from market.inquiries import queries as inquiries
from market.inquiries.models import Inquiry, Offer, OfferLine
from market.links.models import Commitment, Link, LinkLine
from market.listings.models import Listing
from market.parties.models import Party
from market.places.models import Place
from market.words import Money, Named, Words

#: States in which an inquiry's volume is agreed, or held for the whole.
AGREED = ("matched", "held")

_Days = tuple[date, date, int]
_Lines = dict[int, list[_Days]]


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of what a seller was asked or has agreed: ``line`` of the demand, volume in base units."""

    line: int
    volume: int


@dataclass(frozen=True, slots=True)
class Sent:
    """An inquiry that was sent for a demand. ``volume`` is what it still stands for: of an agreement what is
    committed, of an open inquiry what is asked; price in đồng per kg or piece, ``value`` in đồng.
    ``offered``: the seller began it, of its own accord; ``too_dear``: its price lies above the demand's
    highest, judged as a plan judges it. ``pieces`` are for lines of the demand, ``days`` when they come.
    """

    inquiry_id: int
    link_id: int | None
    seller_id: int
    seller_name: str
    seller_code: str
    title: str
    product_id: int
    product: str
    product_name: Named
    state: str
    state_words: Words
    tone: str
    turn: str
    volume: int
    asked: int
    price: int
    price_kind: str
    price_words: Words
    value: int
    value_words: Words | Money
    at_risk: bool
    offered: bool
    too_dear: bool
    pieces: tuple[Piece, ...]
    days: tuple[Line, ...]

    @property
    def is_agreed(self) -> bool:
        """Agreed, or held for the whole."""
        return self.state in AGREED

    @property
    def is_open(self) -> bool:
        """Somebody has yet to answer."""
        return self.state == "negotiating"


@dataclass(frozen=True, slots=True)
class Progress:
    """What came of a demand so far; ``agreed`` and ``asked`` by line, in base units."""

    sent: tuple[Sent, ...]
    agreed: tuple[int, ...]
    asked: tuple[int, ...]

    @property
    def taken(self) -> list[int]:
        """What a new plan need not bring, by line."""
        return [had + asked for had, asked in zip(self.agreed, self.asked, strict=True)]


def of(session: Session, demand: Demand, wanted: Wanted) -> Progress:
    """All inquiries of a demand, the first sent first."""
    rows = session.execute(
        sa.select(
            Inquiry,
            Link.id.label("link_id"),
            Link.at_risk,
            Party.name,
            Party.code,
            Listing.title,
            Product.slug,
            Product.name_vi,
            Product.name_en,
            Offer.volume,
            Offer.price,
            Offer.price_kind,
            Offer.price_basis,
            Offer.value,
            Offer.all_output,
            _first_side().label("first_side"),
            Place,
            Product.unit,
            Product.piece_vi,
            Product.piece_en,
        )
        .join(DemandInquiry, DemandInquiry.inquiry_id == Inquiry.id)
        .join(Party, Party.id == Inquiry.seller_id)
        .join(Listing, Listing.id == Inquiry.listing_id)
        .join(Product, Product.id == Inquiry.product_id)
        .join(Offer, Offer.id == Inquiry.last_offer_id)
        .outerjoin(Link, Link.inquiry_id == Inquiry.id)
        .outerjoin(Place, Place.id == Party.place_id)
        .where(DemandInquiry.demand_id == demand.id)
        .order_by(Inquiry.id)
        .execution_options(populate_existing=True)
    ).all()
    ids = [row.Inquiry.id for row in rows]
    asked, kept, amended = _asked(session, ids), _kept(session, ids), _amended(session, ids)
    to = session.get(Place, wanted.delivery_place_id) if wanted.carriage_rate and rows else None
    sent = []
    for row in rows:
        inquiry = row.Inquiry
        lines = kept.get(inquiry.id, []) if inquiry.state in AGREED else []
        if inquiry.state == "negotiating":
            lines = asked.get(inquiry.id, [])
        carriage = delivered.carriage_to(to, wanted, where=row.Place, basis=row.price_basis)
        pieces = _brings(wanted, lines, asked.get(inquiry.id, []) if inquiry.id in amended else None)
        sent.append(
            Sent(
                inquiry_id=inquiry.id,
                link_id=row.link_id,
                seller_id=inquiry.seller_id,
                seller_name=row.name,
                seller_code=row.code,
                title=row.title,
                product_id=inquiry.product_id,
                product=row.slug,
                product_name=Named(row.name_vi, row.name_en),
                state=inquiry.state,
                state_words=inquiries.state_words(inquiry),
                tone=inquiries.state_tone(inquiry.state),
                turn=inquiry.turn,
                volume=sum(piece.volume for piece in pieces),
                asked=row.volume,
                price=row.price,
                price_kind=row.price_kind,
                price_words=deal_words.price(
                    row.price_kind,
                    row.price,
                    row.unit,
                    Named(row.piece_vi, row.piece_en) if row.piece_vi else None,
                ),
                value=row.value,
                value_words=deal_words.value(row.value, row.price_kind, all_output=row.all_output),
                at_risk=bool(row.at_risk),
                offered=row.first_side == "seller",
                too_dear=delivered.is_dear(wanted, row.price, carriage),
                pieces=pieces,
                days=tuple(Line(first, last, volume) for first, last, volume in lines),
            )
        )
    return Progress(
        tuple(sent),
        agreed=_by_line(wanted, [one for one in sent if one.is_agreed]),
        asked=_by_line(wanted, [one for one in sent if one.is_open]),
    )


def _first_side() -> sa.ScalarSelect[str]:
    """Which side began an inquiry."""
    first = aliased(Offer)
    return (
        sa.select(first.side)
        .where(first.inquiry_id == Inquiry.id, first.sequence == 1)
        .correlate(Inquiry)
        .scalar_subquery()
    )


def _by_line(wanted: Wanted, sent: Sequence[Sent]) -> tuple[int, ...]:
    found = [0] * len(wanted.lines)
    for one in sent:
        for piece in one.pieces:
            found[piece.line] += piece.volume
    return tuple(found)


def agreed_of(session: Session, needs: Mapping[int, Wanted]) -> dict[int, tuple[int, ...]]:
    """What is agreed or held of several demands, line by line, by the demands' ids: ``Progress.agreed``."""
    rows = session.execute(
        sa.select(DemandInquiry.inquiry_id, DemandInquiry.demand_id)
        .join(Inquiry, Inquiry.id == DemandInquiry.inquiry_id)
        .where(DemandInquiry.demand_id.in_(list(needs)), Inquiry.state.in_(AGREED))
    ).all()
    found = {demand_id: [0] * len(need.lines) for demand_id, need in needs.items()}
    ids = [row.inquiry_id for row in rows]
    if not ids:
        return {demand_id: tuple(volumes) for demand_id, volumes in found.items()}
    asked, kept, amended = _asked(session, ids), _kept(session, ids), _amended(session, ids)
    for inquiry_id, demand_id in rows:
        moved = asked.get(inquiry_id, []) if inquiry_id in amended else None
        for piece in _brings(needs[demand_id], kept.get(inquiry_id, []), moved):
            found[demand_id][piece.line] += piece.volume
    return {demand_id: tuple(volumes) for demand_id, volumes in found.items()}


def _brings(
    wanted: Wanted, lines: Sequence[_Days], asked: Sequence[_Days] | None = None
) -> tuple[Piece, ...]:
    """What lines bring to those of the demand; of an agreement that was amended beside what was ``asked``."""
    pieces = _pieces(wanted, lines)
    return pieces if asked is None else _for_what_was_asked(pieces, _pieces(wanted, asked))


def _pieces(wanted: Wanted, lines: Sequence[_Days]) -> tuple[Piece, ...]:
    return tuple(Piece(line_of(wanted, first, last), volume) for first, last, volume in lines)


def _for_what_was_asked(pieces: Sequence[Piece], asked: Sequence[Piece]) -> tuple[Piece, ...]:
    """What both sides have moved to other days is still for the lines for which it was asked: it is not to be
    bought a second time there.
    """
    lacks: dict[int, int] = {}
    for one in asked:
        lacks[one.line] = lacks.get(one.line, 0) + one.volume
    found: dict[int, int] = {}
    beyond: list[Piece] = []
    for one in pieces:
        own = min(one.volume, lacks.get(one.line, 0))
        lacks[one.line] = lacks.get(one.line, 0) - own
        found[one.line] = found.get(one.line, 0) + own
        beyond.append(Piece(one.line, one.volume - own))
    for one in beyond:
        left = one.volume
        for line in sorted(lacks):
            part = min(left, lacks[line])
            lacks[line] -= part
            found[line] = found.get(line, 0) + part
            left -= part
        found[one.line] = found.get(one.line, 0) + left
    return tuple(Piece(line, volume) for line, volume in sorted(found.items()) if volume)


def line_of(wanted: Wanted, first: date, last: date) -> int:
    """The line of the demand that a window serves: the one that holds it, else the one it overlaps most."""

    def shared(number: int) -> int:
        line = wanted.lines[number]
        return (min(last, line.to_date) - max(first, line.from_date)).days

    return max(range(len(wanted.lines)), key=lambda number: (shared(number), -number))


def _asked(session: Session, inquiry_ids: Sequence[int]) -> _Lines:
    rows = session.execute(
        sa.select(Inquiry.id, OfferLine.from_date, OfferLine.to_date, OfferLine.volume)
        .join(OfferLine, OfferLine.offer_id == Inquiry.last_offer_id)
        .where(Inquiry.id.in_(inquiry_ids))
        .order_by(OfferLine.id)
    )
    return _grouped(rows)


def _kept(session: Session, inquiry_ids: Sequence[int]) -> _Lines:
    """What the agreements and holds have of lots today: a loss has lowered it, and so has an early end."""
    left = Commitment.volume - Commitment.released
    held = (
        sa.select(Commitment.inquiry_id, OfferLine.from_date, OfferLine.to_date, left)
        .join(Inquiry, Inquiry.id == Commitment.inquiry_id)
        .join(
            OfferLine,
            sa.and_(OfferLine.offer_id == Inquiry.last_offer_id, OfferLine.position == Commitment.line + 1),
        )
        .where(Commitment.inquiry_id.in_(inquiry_ids), Commitment.link_id.is_(None), left > 0)
    )
    return _grouped([*_of_links(session, inquiry_ids), *session.execute(held)])


def _of_links(session: Session, inquiry_ids: Sequence[int]) -> list[tuple[int, date, date, int]]:
    """What the agreements hold, line by line of what is agreed today: no line more than it is to bring, what
    is held beyond that (an amendment may have cut one lot's volume into several lines) the others in order.
    """
    held = sa.func.coalesce(sa.func.sum(Commitment.volume - Commitment.released), 0)
    rows = session.execute(
        sa.select(Link.inquiry_id, LinkLine.from_date, LinkLine.to_date, LinkLine.volume, held.label("held"))
        .join(LinkLine, sa.and_(LinkLine.link_id == Link.id, LinkLine.replaced_at.is_(None)))
        .outerjoin(Commitment, Commitment.line_id == LinkLine.id)
        .where(Link.inquiry_id.in_(inquiry_ids))
        .group_by(Link.inquiry_id, LinkLine.id)
        .order_by(LinkLine.to_date, LinkLine.from_date, LinkLine.id)
    ).all()
    beyond: dict[int, int] = {}
    for row in rows:
        beyond[row.inquiry_id] = beyond.get(row.inquiry_id, 0) + max(int(row.held) - row.volume, 0)
    found = []
    for row in rows:
        own = min(int(row.held), row.volume)
        more = min(row.volume - own, beyond[row.inquiry_id])
        beyond[row.inquiry_id] -= more
        if own + more:
            found.append((row.inquiry_id, row.from_date, row.to_date, own + more))
    return found


def _amended(session: Session, inquiry_ids: Sequence[int]) -> set[int]:
    """The inquiries whose agreements have another schedule than was asked for."""
    rows = (
        sa.select(Link.inquiry_id)
        .join(LinkLine, LinkLine.link_id == Link.id)
        .where(Link.inquiry_id.in_(inquiry_ids), LinkLine.replaced_at.is_not(None))
    )
    return {inquiry_id for inquiry_id in session.scalars(rows) if inquiry_id is not None}


def _grouped(rows: Any) -> _Lines:
    found: _Lines = {}
    for inquiry_id, first, last, volume in rows:
        found.setdefault(inquiry_id, []).append((first, last, int(volume)))
    return found
