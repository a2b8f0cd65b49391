"""The rows of unmet demand: searches that found nothing or too little, inquiries that nobody answered, and
what is left of demands that are over. They tell what the province lacks and never who wanted it: access.py
shows them to nobody below five searches or three buyers. The definitions are in indicators_market.py.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from market import clock
from market.catalogue.models import Product
from market.demands.models import Demand, DemandInquiry, DemandLine, DemandState
from market.inquiries.models import Inquiry, InquiryState, Offer
from market.listings.ledger_models import Search, SearchSubject
from market.parties.models import PartyPlace
from market.places import queries as places
from market.places.models import Place
from market.statistics.history import Ask, known, latest

_NOBODY = sa.cast(sa.null(), sa.BigInteger)


def searches(ask: Ask) -> sa.Select[Any]:
    """One row a search within the window that found nothing or few, and what it was for: a product, a month,
    a place, each where it named one. A search that names no place is one for the whole province.
    """
    where, province = (
        sa.select(Place.id, Place.code, Place.valid_from, Place.valid_to).subquery(),
        _province(ask),
    )
    month = sa.case(
        (SearchSubject.month != "", sa.cast(sa.func.replace(SearchSubject.month, "-", ""), sa.Integer))
    )
    return (
        sa.select(
            Search.id.label("key"),
            _NOBODY.label("party_id"),
            sa.func.coalesce(where.c.id, province).label("place_id"),
            _NOBODY.label("former_place_id"),
            Product.sector_code.label("sector"),
            Product.id.label("product_id"),
            month.label("month"),
            Search.found.label("state"),
        )
        .select_from(Search)
        .join(SearchSubject, SearchSubject.search_id == Search.id)
        .outerjoin(Product, Product.slug == SearchSubject.product)
        .outerjoin(where, _is_key_of(where.c, ask))
        .where(
            Search.found.in_(("none", "few")),
            Search.searched_at >= clock.start_of(ask.start),
            Search.searched_at < clock.end_of(ask.day),
            Search.searched_at < ask.moment,
        )
    )


def _is_key_of(place: Any, ask: Ask) -> sa.ColumnElement[bool]:
    """Whether a search's place is this one: by its code where it is valid on the day, else by the code and a
    day on which it was (places/queries.py: make_key).
    """
    key = SearchSubject.place
    day = sa.func.substr(key, sa.func.length(place.code) + 2)
    first, until = sa.cast(place.valid_from, sa.Text), sa.cast(place.valid_to, sa.Text)
    bare = sa.and_(
        key == place.code,
        place.valid_from <= ask.day,
        sa.or_(place.valid_to.is_(None), place.valid_to > ask.day),
    )
    dated = sa.and_(key.like(place.code + "@%"), first <= day, sa.or_(place.valid_to.is_(None), until > day))
    return sa.or_(bare, dated)


def _province(ask: Ask) -> sa.ScalarSelect[Any]:
    return (
        sa.select(sa.func.min(Place.id))
        .where(Place.level == "province", places.valid_on(ask.day))
        .scalar_subquery()
    )


def volumes(ask: Ask) -> sa.Select[Any]:
    """One row an inquiry that expired within the window, and one a demand that ended in it unfilled, with the
    ``volume`` that nobody brought, in base units. An inquiry that was sent for a demand is left to that; a
    demand for several products stands under the first it names, one for a sector under none.
    """
    both = sa.union_all(_expired(ask), _unfilled(ask)).subquery()
    return sa.select(both)


def _expired(ask: Ask) -> sa.Select[Any]:
    over = latest(InquiryState.inquiry_id, InquiryState.state, InquiryState.on_date, ask=ask)
    place = latest(PartyPlace.party_id, PartyPlace.place_id, PartyPlace.former_place_id, ask=ask)
    of_demand = sa.select(DemandInquiry.inquiry_id)
    return (
        sa.select(
            (Inquiry.id * 2).label("key"),
            Inquiry.seller_id.label("party_id"),
            Inquiry.buyer_id.label("buyer_id"),
            place.c.place_id,
            place.c.former_place_id,
            Product.sector_code.label("sector"),
            Inquiry.product_id.label("product_id"),
            Product.unit.label("unit"),
            over.c.on_date,
            Offer.volume.label("volume"),
        )
        .select_from(Inquiry)
        .join(over, over.c.inquiry_id == Inquiry.id)
        .join(Product, Product.id == Inquiry.product_id)
        .join(Offer, Offer.id == Inquiry.last_offer_id)
        .outerjoin(place, place.c.party_id == Inquiry.seller_id)
        .where(over.c.state == "expired", ask.within(over.c.on_date), Inquiry.id.not_in(of_demand))
    )


def _unfilled(ask: Ask) -> sa.Select[Any]:
    over = latest(DemandState.demand_id, DemandState.state, DemandState.on_date, ask=ask)
    wanted = (
        sa.select(DemandLine.demand_id, sa.func.sum(DemandLine.volume).label("volume"))
        .group_by(DemandLine.demand_id)
        .subquery()
    )
    matched = (
        sa.select(InquiryState.inquiry_id)
        .where(InquiryState.state == "matched", known(InquiryState, ask))
        .distinct()
        .subquery()
    )
    brought = (
        sa.select(DemandInquiry.demand_id, sa.func.sum(Offer.volume).label("volume"))
        .join(matched, matched.c.inquiry_id == DemandInquiry.inquiry_id)
        .join(Inquiry, Inquiry.id == DemandInquiry.inquiry_id)
        .join(Offer, Offer.id == Inquiry.last_offer_id)
        .group_by(DemandInquiry.demand_id)
        .subquery()
    )
    left = wanted.c.volume - sa.func.coalesce(brought.c.volume, 0)
    return (
        sa.select(
            (Demand.id * 2 + 1).label("key"),
            _NOBODY.label("party_id"),
            Demand.buyer_id.label("buyer_id"),
            sa.func.coalesce(Demand.source_place_id, _province(ask)).label("place_id"),
            _NOBODY.label("former_place_id"),
            sa.func.coalesce(Product.sector_code, Demand.sector_code).label("sector"),
            Demand.product_id.label("product_id"),
            Demand.unit.label("unit"),
            over.c.on_date,
            left.label("volume"),
        )
        .select_from(Demand)
        .join(over, over.c.demand_id == Demand.id)
        .outerjoin(Product, Product.id == Demand.product_id)
        .join(wanted, wanted.c.demand_id == Demand.id)
        .outerjoin(brought, brought.c.demand_id == Demand.id)
        .where(over.c.state.in_(("closed", "expired")), ask.within(over.c.on_date), left > 0)
    )
