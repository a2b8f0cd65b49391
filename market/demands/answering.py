"""A unit answers a demand of its own accord: which of its lots could serve it, what the others lack, and an
offer to the buyer, who then accepts, offers otherwise or declines as in any inquiry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.db import lock
from market.demands import candidates, goods, progress, service, wanted
from market.demands.candidates import Candidate
from market.demands.models import OPEN_STATES, Demand
from market.demands.wanted import Wanted
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.inquiries.proposals import Line, Proposal
from market.listings.pricing import Pricing
from market.listings.terms import Terms
from market.parties.models import Party
from market.words import t

#: Nothing speaks against an offer for these alone: the buyer may look at it all the same.
MINOR = frozenset({"price", "no_price", "unknown", "asked", "minimum"})
_OVER = t("This demand is not open any more.")


@dataclass(frozen=True, slots=True)
class Fit:
    """A lot of the unit beside a demand; ``most`` is what may be offered of it, in base units."""

    lot: Candidate
    most: int
    first: date
    last: date

    @property
    def may_be_offered(self) -> bool:
        """Whether nothing grave speaks against it."""
        return self.most > 0 and not set(self.lot.reasons) - MINOR


def demand_open_to(session: Session, *, unit_id: int, demand_id: int) -> Demand:
    """A demand that is open; ``NotFound`` for one that is not, or that is the unit's own."""
    demand = demand_of_others(session, unit_id=unit_id, demand_id=demand_id)
    if demand.state not in OPEN_STATES or demand.ends_on < clock.today():
        raise NotFound(_OVER)
    return demand


def demand_of_others(session: Session, *, unit_id: int, demand_id: int) -> Demand:
    """A demand, open or not; ``NotFound`` for none, or for the unit's own."""
    demand = session.get(Demand, demand_id)
    if demand is None or demand.buyer_id == unit_id:
        raise NotFound(_OVER)
    return demand


def fits(session: Session, *, unit_id: int, demand: Demand, on: date) -> list[Fit]:
    """The unit's own open lots of the goods, the best first, each with what it lacks."""
    need = wanted.of(session, demand)
    done = progress.of(session, demand, need)
    missing = [line.volume - had for line, had in zip(need.lines, done.agreed, strict=True)]
    # Of the buyer's own lots nothing is hidden here: the asker is somebody else.
    asked = replace(need, buyer_id=None)
    mine = candidates.find(session, asked, goods.of(session, need), on=on, unit_id=unit_id)
    made = [_fit(one, need, missing) for one in mine]
    return sorted(made, key=lambda fit: (not fit.may_be_offered, len(fit.lot.reasons), fit.lot.lot_id))


def _fit(lot: Candidate, need: Wanted, missing: Sequence[int]) -> Fit:
    """The line that the lot serves best, and how much of it."""
    best = Fit(lot, 0, lot.from_date, lot.to_date)
    for line, left in zip(need.lines, missing, strict=True):
        first, last = max(lot.from_date, line.from_date), min(lot.to_date, line.to_date)
        most = min(lot.available, max(left, 0))
        if first <= last and most > best.most:
            best = Fit(lot, most, first, last)
    return best


def fit_for(session: Session, *, unit_id: int, demand: Demand, lot_id: int) -> Fit:
    """A lot that the unit may offer; refuses NotFound for none of its own, Conflict for what cannot serve."""
    found = fits(session, unit_id=unit_id, demand=demand, on=clock.today())
    fit = next((one for one in found if one.lot.lot_id == lot_id), None)
    if fit is None:
        raise NotFound
    if not fit.may_be_offered:
        raise Conflict(t("This lot cannot serve the demand."))
    return fit


def quality_of(demand: Demand, fit: Fit, *, kind: str) -> dict[str, Any]:
    """What an offer of the lot says of its quality: what is demanded, unless the listing leaves some of it
    unsaid; a table of prices counts at the same size as in a plan.
    """
    said = demand.spec if fit.lot.says_all else {}
    return {**said, **(fit.lot.size if kind == "table" else {})}


def offer(
    session: Session,
    *,
    actor: Actor,
    unit_id: int,
    demand_id: int,
    lot_id: int,
    volume: int,
    made: Pricing,
    remark: str = "",
) -> Inquiry:
    """Offer a lot for a demand, its price ``made`` as the unit says: an inquiry on which it is the buyer's
    turn, beside those of a plan. Refuses pay for work: a demand is for goods.
    """
    demand = demand_of_others(session, unit_id=unit_id, demand_id=demand_id)
    lock(session, session.get_one(Party, demand.buyer_id))  # the order in which a plan is sent
    lock(session, demand)
    demand_open_to(session, unit_id=unit_id, demand_id=demand_id)
    fit = fit_for(session, unit_id=unit_id, demand=demand, lot_id=lot_id)
    if made.kind == "labour":
        raise Invalid(t("The buyer needs goods, not work."), field="price_kind")
    if volume > fit.most:
        raise Invalid(t("This is more than the lot still has, or than is still needed."), field="volume")
    inquiry = inquiries.send_offer(
        session,
        actor=actor,
        seller_id=unit_id,
        buyer_id=demand.buyer_id,
        listing_id=fit.lot.listing_id,
        proposal=Proposal(
            lines=(Line(fit.first, fit.last, volume),),
            price=made.price or 0,
            price_kind=made.kind,
            prices=made.lines,
            reference=made.reference,
            price_basis=fit.lot.price_basis,
            spec=quality_of(demand, fit, kind=made.kind),
            terms=Terms(delivery_place_id=demand.delivery_place_id),
        ),
        remark=remark,
    )
    service.serves(session, inquiry, demand)
    return inquiry
