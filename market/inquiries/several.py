"""An inquiry about several listings of one seller at once: what the plan for a demand takes of each of them,
asked for together at one price. Of an inquiry about one listing nothing stands here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.inquiries.models import Inquiry, InquiryListing
from market.listings.models import Listing


@dataclass(frozen=True, slots=True)
class Part:
    """What is asked of one listing: volume in base units, and the price in đồng per kg or piece at which it
    counts in the one price of the whole.
    """

    listing_id: int
    volume: int
    price: int


@dataclass(frozen=True, slots=True)
class PartShown(Part):
    """The same with the listing's title, as both sides read it."""

    title: str


def keep(session: Session, inquiry: Inquiry, parts: Sequence[Part]) -> None:
    """Note what is asked of each listing; nothing where there is but one."""
    if len(parts) > 1:
        session.add_all(
            InquiryListing(
                inquiry_id=inquiry.id, listing_id=one.listing_id, volume=one.volume, price=one.price
            )
            for one in parts
        )


def volumes_of(session: Session, inquiry_id: int | None) -> dict[int, int]:
    """What is asked of each listing, in base units; empty where there is but one."""
    if inquiry_id is None:
        return {}
    rows = session.execute(
        sa.select(InquiryListing.listing_id, InquiryListing.volume)
        .where(InquiryListing.inquiry_id == inquiry_id)
        .order_by(InquiryListing.listing_id)
    )
    return {row.listing_id: row.volume for row in rows}


def listings_of(session: Session, *, inquiry_id: int | None, listing_id: int) -> list[int]:
    """The listings that an inquiry is about, or the agreement that it became; its own alone, where it is
    about one.
    """
    return list(volumes_of(session, inquiry_id)) or [listing_id]


def parts_of(session: Session, inquiry_id: int) -> tuple[PartShown, ...]:
    """What is asked of each listing, that of which most is asked first; empty where there is but one."""
    rows = session.execute(
        sa.select(InquiryListing, Listing.title)
        .join(Listing, Listing.id == InquiryListing.listing_id)
        .where(InquiryListing.inquiry_id == inquiry_id)
        .order_by(InquiryListing.volume.desc(), InquiryListing.listing_id)
    )
    return tuple(PartShown(one.listing_id, one.volume, one.price, title) for one, title in rows)


def count() -> sa.ScalarSelect[int]:
    """How many listings an inquiry of the outer SELECT is about; 0 where there is but one."""
    mine = sa.select(sa.func.count()).where(InquiryListing.inquiry_id == Inquiry.id)
    return mine.correlate_except(InquiryListing).scalar_subquery()


def is_about(listing_ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Inquiries about any of these listings."""
    beside = sa.select(InquiryListing.inquiry_id).where(
        InquiryListing.inquiry_id == Inquiry.id, InquiryListing.listing_id.in_(listing_ids)
    )
    return sa.or_(Inquiry.listing_id.in_(listing_ids), beside.exists())


def pairs(which: sa.ColumnElement[bool]) -> sa.Subquery:
    """Every listing that inquiries for which ``which`` holds are about: ``inquiry_id``, ``listing_id``."""
    own = sa.select(Inquiry.id.label("inquiry_id"), Inquiry.listing_id).where(which)
    beside = (
        sa.select(InquiryListing.inquiry_id, InquiryListing.listing_id)
        .join(Inquiry, Inquiry.id == InquiryListing.inquiry_id)
        .where(which)
    )
    return sa.union(own, beside).subquery()
