"""The rows of the market itself: what was offered and what was asked for. A unit's place is that of the
register on the day. The definitions are in indicators_market.py.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from market import clock
from market.catalogue.models import Product
from market.db import seconds_between
from market.inquiries.models import Inquiry, InquiryState, Offer
from market.links.models import Commitment, CommitmentMove, Link
from market.listings.models import Listing, ListingState, Lot, LotChange
from market.parties.models import PartyPlace
from market.statistics import rows_evidence
from market.statistics.definition import own_keys
from market.statistics.history import Ask, known, latest


def listings(ask: Ask) -> sa.Select[Any]:
    """One row a listing that was published on the day."""
    state = latest(ListingState.listing_id, ListingState.state, ListingState.on_date, ask=ask)
    place = latest(PartyPlace.party_id, PartyPlace.place_id, PartyPlace.former_place_id, ask=ask)
    return (
        sa.select(
            Listing.id.label("key"),
            Listing.id.label("listing_id"),
            Listing.party_id.label("party_id"),
            place.c.place_id,
            place.c.former_place_id,
            Product.sector_code.label("sector"),
            Listing.product_id.label("product_id"),
            rows_evidence.of_listings(ask),
            state.c.on_date,
        )
        .select_from(Listing)
        .join(Product, Product.id == Listing.product_id)
        .join(state, state.c.listing_id == Listing.id)
        .outerjoin(place, place.c.party_id == Listing.party_id)
        .where(state.c.state == "published")
    )


def lots(ask: Ask) -> sa.Select[Any]:
    """The lots of published listings whose window had not ended on the day, in base units.

    A lot is a row with what is ``listed`` and ``available``, and a row for each link (or held inquiry) that
    volume is committed to, which takes from ``available`` and names the buyer. So a lot's links stand behind
    it, and the buyers behind a figure can be counted. ``month`` (202607): the first in which it can be had.
    """
    # Worked out once and first: SQLite would hold every lot against every published listing otherwise.
    listing = listings(ask).cte()
    volume = (
        sa.select(LotChange.lot_id, sa.func.sum(LotChange.amount).label("amount"))
        .where(known(LotChange, ask))
        .group_by(LotChange.lot_id)
        .subquery()
    )
    moves = (
        sa.select(
            CommitmentMove.lot_id,
            Commitment.link_id,
            Commitment.inquiry_id,
            sa.func.sum(CommitmentMove.amount).label("amount"),
        )
        .join(Commitment, Commitment.id == CommitmentMove.commitment_id)
        .where(known(CommitmentMove, ask))
        .group_by(CommitmentMove.lot_id, Commitment.link_id, Commitment.inquiry_id)
        .subquery()
    )
    nobody = sa.cast(sa.null(), sa.BigInteger)

    def of_lot(link: Any, buyer: Any, listed: Any, available: Any) -> sa.Select[Any]:
        return (
            sa.select(
                Lot.id.label("key"),
                listing.c.listing_id,
                listing.c.party_id,
                listing.c.place_id,
                listing.c.former_place_id,
                listing.c.sector,
                listing.c.product_id,
                listing.c.evidence,
                Product.unit,
                link.label("link_id"),
                buyer.label("buyer_id"),
                _month(sa.case((Lot.from_date < ask.day, ask.day), else_=Lot.from_date)).label("month"),
                listed.label("listed"),
                available.label("available"),
            )
            .select_from(Lot)
            .join(listing, listing.c.listing_id == Lot.listing_id)
            .join(Product, Product.id == listing.c.product_id)
            .where(Lot.to_date >= ask.day)
        )

    whole = of_lot(nobody, nobody, volume.c.amount, volume.c.amount).join(volume, volume.c.lot_id == Lot.id)
    taken = (
        of_lot(
            moves.c.link_id,
            sa.func.coalesce(Link.buyer_id, Inquiry.buyer_id),
            sa.literal(0, sa.BigInteger),
            -moves.c.amount,
        )
        .join(moves, moves.c.lot_id == Lot.id)
        .outerjoin(Link, Link.id == moves.c.link_id)
        .outerjoin(Inquiry, Inquiry.id == moves.c.inquiry_id)
        # What was given back whole stands behind nothing any more.
        .where(moves.c.amount != 0)
    )
    both = sa.union_all(whole, taken).subquery()
    return sa.select(both)


@own_keys
def inquiries(ask: Ask) -> sa.Select[Any]:
    """One row an inquiry that was sent or matched within the window.

    Flags (1 or 0): ``sent`` and ``matched`` within the window, ``came_true`` (sent within it and matched by
    its last day), ``replied`` (a buyer's that was sent within it and had a reply by then, after
    ``reply_seconds``: another offer, a yes or a no).
    """
    sent, matched = _first("negotiating", ask), _first("matched", ask)
    place = latest(PartyPlace.party_id, PartyPlace.place_id, PartyPlace.former_place_id, ask=ask)
    is_sent = ask.within(sent.c.on_date)
    is_matched = sa.and_(matched.c.on_date.is_not(None), ask.within(matched.c.on_date))
    came_true = sa.and_(is_sent, matched.c.on_date.is_not(None))
    reply = _replies(ask)
    replied = sa.and_(is_sent, reply.c.at.is_not(None))
    return (
        sa.select(
            Inquiry.id.label("key"),
            Inquiry.id.label("inquiry_id"),
            Inquiry.listing_id.label("listing_id"),
            Link.id.label("link_id"),
            Inquiry.seller_id.label("party_id"),
            Inquiry.buyer_id.label("buyer_id"),
            place.c.place_id,
            place.c.former_place_id,
            Product.sector_code.label("sector"),
            Inquiry.product_id.label("product_id"),
            sent.c.on_date,
            sa.case((is_sent, 1), else_=0).label("sent"),
            sa.case((is_matched, 1), else_=0).label("matched"),
            sa.case((came_true, 1), else_=0).label("came_true"),
            sa.case((replied, 1), else_=0).label("replied"),
            sa.case((replied, seconds_between(Inquiry.created_at, reply.c.at))).label("reply_seconds"),
        )
        .select_from(Inquiry)
        .join(Product, Product.id == Inquiry.product_id)
        .join(sent, sent.c.inquiry_id == Inquiry.id)
        .outerjoin(matched, matched.c.inquiry_id == Inquiry.id)
        .outerjoin(place, place.c.party_id == Inquiry.seller_id)
        .outerjoin(Link, Link.inquiry_id == Inquiry.id)
        .outerjoin(reply, reply.c.inquiry_id == Inquiry.id)
        .where(sa.or_(is_sent, is_matched))
    )


def _replies(ask: Ask) -> sa.Subquery:
    """When the seller first said something to a question that a buyer had opened."""
    opened = sa.select(Offer.inquiry_id).where(Offer.sequence == 1, Offer.side == "buyer").subquery()
    said = sa.union_all(
        sa.select(Offer.inquiry_id, Offer.made_at.label("at")).where(
            Offer.side == "seller", Offer.inquiry_id.is_not(None), Offer.made_at < ask.moment
        ),
        sa.select(InquiryState.inquiry_id, InquiryState.recorded_at.label("at")).where(
            InquiryState.by_side == "seller",
            InquiryState.state.in_(("matched", "held", "declined")),
            InquiryState.recorded_at < ask.moment,
        ),
    ).subquery()
    return (
        sa.select(said.c.inquiry_id, sa.func.min(said.c.at, type_=Offer.made_at.type).label("at"))
        .join(opened, opened.c.inquiry_id == said.c.inquiry_id)
        .where(said.c.at < clock.end_of(ask.day))
        .group_by(said.c.inquiry_id)
        .subquery()
    )


def _month(day: sa.ColumnElement[date]) -> sa.ColumnElement[int]:
    """202607 for a day of July 2026."""
    year, month = sa.extract("year", day), sa.extract("month", day)
    return sa.cast(year * 100 + month, sa.Integer)


def _first(state: str, ask: Ask) -> sa.Subquery:
    return (
        sa.select(InquiryState.inquiry_id, sa.func.min(InquiryState.on_date).label("on_date"))
        .where(InquiryState.state == state, known(InquiryState, ask))
        .group_by(InquiryState.inquiry_id)
        .subquery()
    )
