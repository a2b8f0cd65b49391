"""What the plan for a demand asks of one seller, as one proposal: all of its lots and lines that the plan
takes, of one listing or of several. A plan is of one product in one state (planning.py): what is asked of a
seller is one kind of goods, at one price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from market.demands.models import Demand
from market.demands.planning import Part
from market.inquiries import several
from market.inquiries.proposals import Line, Proposal
from market.listings import queries as listings
from market.listings.models import Listing
from market.listings.pricing import Pricing
from market.listings.terms import Terms


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: of the listing that gives most, and of each where there are ``several``."""

    listing_id: int
    proposal: Proposal
    several: tuple[several.Part, ...]


def question(session: Session, demand: Demand, parts: Sequence[Part]) -> Question:
    """What to ask the seller of all these parts."""
    listed = _by_listing(parts)
    first = listed[0][0].lot
    made = _made(session, listed)
    prices = [_average(own) for own in listed]
    by_size = any(own[0].lot.price_kind == "table" for own in listed)
    alike = all(part.lot.size == first.size for part in parts)
    proposal = Proposal(
        lines=_lines(parts),
        price=_average(parts, less=first.carriage),
        price_kind=made.kind,
        prices=made.lines,
        reference=made.reference,
        price_basis=first.price_basis,
        spec={**demand.spec, **(first.size if alike and by_size else {})},
        terms=Terms(delivery_place_id=demand.delivery_place_id),
    )
    asked = (
        several.Part(own[0].lot.listing_id, sum(part.volume for part in own), price)
        for own, price in zip(listed, prices, strict=True)
    )
    return Question(first.listing_id, proposal, tuple(asked) if len(listed) > 1 else ())


def _lines(parts: Sequence[Part]) -> tuple[Line, ...]:
    """What comes when; of the same days together, from whichever lots."""
    found: dict[tuple[date, date], int] = {}
    for part in sorted(parts, key=lambda part: (part.from_date, part.lot.lot_id)):
        days = part.from_date, part.to_date
        found[days] = found.get(days, 0) + part.volume
    return tuple(Line(first, last, volume) for (first, last), volume in found.items())


def _by_listing(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts listing by listing, that of which most is taken first."""
    found: dict[int, list[Part]] = {}
    for part in parts:
        found.setdefault(part.lot.listing_id, []).append(part)
    return sorted(found.values(), key=lambda own: (-sum(part.volume for part in own), own[0].lot.listing_id))


def _made(session: Session, listed: Sequence[Sequence[Part]]) -> Pricing:
    """How the price is made: what all listings leave open alike stays open; where they differ a fixed price
    is asked for.
    """
    first, *others = [_left_open(session, own[0].lot.listing_id) for own in listed]
    return first if all(one == first for one in others) else Pricing()


def _left_open(session: Session, listing_id: int) -> Pricing:
    """What a listing leaves open of its price: a table is asked for whole, a reference is an estimate."""
    made = listings.pricing_of(session, session.get_one(Listing, listing_id))
    if made.kind == "reference":
        return Pricing(made.kind, reference=made.reference)
    return Pricing(made.kind, lines=made.lines) if made.lines else Pricing()


def _average(parts: Sequence[Part], *, less: int | None = None) -> int:
    """The price at which parts cost what they cost in the plan, in đồng per kg or piece, rounded half up:
    with carriage, ``less`` that of the goods at whose basis it is said; by itself each at its own basis.
    """
    volume = sum(part.volume for part in parts)
    worth = sum(
        part.volume * ((part.lot.price or 0) + (0 if less is None else part.lot.carriage - less))
        for part in parts
    )
    return max((2 * worth + volume) // (2 * volume), 1)
