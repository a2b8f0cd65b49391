"""What a recount stands on: every table read as a plain list of rows, what held on a day as far as was known,
and which place lies in which. Nothing here may use market/statistics: it is held against it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.assisted.models import AssistedEntry
from market.catalogue.models import Product, Standard
from market.certificates.models import Certificate, CertificateProduct, CertificateUnit, CertificateVerdict
from market.demands.models import Demand, DemandInquiry, DemandLine, DemandState
from market.events import EventRow
from market.inquiries.models import Inquiry, InquiryState, Offer
from market.links.models import (
    Commitment,
    CommitmentMove,
    Delivery,
    DeliveryState,
    Link,
    LinkState,
    LinkTerms,
)
from market.listings.ledger_models import Search, SearchSubject
from market.listings.models import Listing, ListingState, Lot, LotChange, SeasonPlan
from market.official.models import Denominator
from market.parties.models import (
    Party,
    PartyKind,
    PartyMembers,
    PartyPlace,
    PartyRating,
    PartyStatus,
    PilotDesignation,
)
from market.parties.register_models import HighTech, PartyCapital, PartyMerger, YearlyReturn
from market.places.models import Place, PlaceSuccession


@dataclass(frozen=True, slots=True)
class Asked:
    """The days from ``start`` to ``day``, by what had been written down before ``moment``; ``end`` is the
    last day of the period, which may be still to come.
    """

    start: date
    day: date
    moment: datetime
    end: date

    def holds(self, day: date) -> bool:
        return self.start <= day <= self.day


class Tables:
    """All rows that figures may come from, by their owners."""

    def __init__(self, session: Session) -> None:
        turns: set[date] = set()

        def read(table: type[Any]) -> list[Any]:
            rows = list(session.execute(sa.select(table.__table__)))
            turns.update(row.on_date for row in rows if hasattr(row, "on_date"))
            return rows

        def by(table: type[Any], owner: str) -> dict[int, list[Any]]:
            found: dict[int, list[Any]] = {}
            for row in read(table):
                found.setdefault(getattr(row, owner), []).append(row)
            return found

        self.places = {row.id: row for row in read(Place)}
        self.successor = {row.old_id: row.new_id for row in read(PlaceSuccession)}
        self.products = {row.id: row for row in read(Product)}
        self.parties = read(Party)
        self.confirmed = [row for row in read(EventRow) if row.name == "party.confirmed"]
        self.kinds = by(PartyKind, "party_id")
        self.statuses = by(PartyStatus, "party_id")
        self.party_places = by(PartyPlace, "party_id")
        self.members = by(PartyMembers, "party_id")
        self.links = {row.id: row for row in read(Link)}
        self.link_states = by(LinkState, "link_id")
        self.link_terms = by(LinkTerms, "link_id")
        self.deliveries = read(Delivery)
        self.delivery_states = by(DeliveryState, "delivery_id")
        self.entries = read(AssistedEntry)
        self.listings = {row.id: row for row in read(Listing)}
        self.listing_states = by(ListingState, "listing_id")
        self.lots = read(Lot)
        self.lot_changes = by(LotChange, "lot_id")
        self.commitments = {row.id: row for row in read(Commitment)}
        self.moves = by(CommitmentMove, "lot_id")
        self.inquiries = {row.id: row for row in read(Inquiry)}
        self.inquiry_states = by(InquiryState, "inquiry_id")
        self.offers = by(Offer, "inquiry_id")
        self.ratings = by(PartyRating, "party_id")
        self.pilots = by(PilotDesignation, "party_id")
        self.capitals = by(PartyCapital, "party_id")
        self.returns = by(YearlyReturn, "party_id")
        self.high_tech = by(HighTech, "party_id")
        self.mergers = by(PartyMerger, "party_id")
        self.plans = read(SeasonPlan)
        self.denominators = read(Denominator)
        self.standards = {row.code: row for row in read(Standard)}
        self.certificates = read(Certificate)
        self.verdicts = by(CertificateVerdict, "certificate_id")
        self.covered = by(CertificateUnit, "certificate_id")
        self.named = by(CertificateProduct, "certificate_id")
        self.searches = {row.id: row for row in read(Search)}
        self.subjects = read(SearchSubject)
        self.demands = read(Demand)
        self.demand_lines = by(DemandLine, "demand_id")
        self.demand_states = by(DemandState, "demand_id")
        self.demand_inquiries = by(DemandInquiry, "demand_id")
        #: The days on which anything turned, and those on which an agreement did: where a wrong edge shows.
        self.turns = sorted(turns)
        of_links = (row for rows in (self.link_states, self.link_terms) for row in rows.values())
        self.link_turns = sorted({one.on_date for rows in of_links for one in rows})


def held(rows: Iterable[Any], day: date, moment: datetime) -> Any:
    """The row that held on a day as far as was known: of the latest day, of those the last written down."""
    found = None
    for row in rows:
        if row.on_date > day or row.recorded_at >= moment:
            continue
        if found is None or (row.on_date, row.recorded_at, row.id) > (
            found.on_date,
            found.recorded_at,
            found.id,
        ):
            found = row
    return found


def is_known(row: Any, asked: Asked) -> bool:
    """Whether a row had been written down by then, and is of the last day or earlier."""
    return bool(row.on_date <= asked.day and row.recorded_at < asked.moment)


def is_inside(t: Tables, place_id: int | None, ancestor: int) -> bool:
    """Whether a place is another, lies below it, or came to be part of it later."""
    if place_id is None:
        return False
    if place_id == ancestor:
        return True
    above = (t.places[place_id].parent_id, t.successor.get(place_id))
    return any(is_inside(t, one, ancestor) for one in above)
