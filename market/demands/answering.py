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


@dataclass(frozen=True, slots=True)
class Beside:
    """A demand beside the unit's lots, the best first: what no agreement brings yet, and what those of its
    lots against which nothing speaks could bring of it, in base units.
    """

    fits: tuple[Fit, ...]
    missing: int
    serves: int


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
    return list(beside(session, unit_id=unit_id, demands=[demand], on=on)[demand.id].fits)


def beside(session: Session, *, unit_id: int, demands: Sequence[Demand], on: date) -> dict[int, Beside]:
    """Several demands beside the unit's own open lots of their goods, by the demands' ids, in a fixed few
    SELECTs.
    """
    needs = wanted.of_each(session, demands)
    of_all = goods.of_each(session, needs)
    agreed = progress.agreed_of(session, needs)
    # Of the buyer's own lots nothing is hidden here: the asker is somebody else.
    asked = {key: (replace(need, buyer_id=None), of_all[key]) for key, need in needs.items()}
    mine = candidates.find_each(session, asked, on=on, unit_id=unit_id)
    made = {}
    for key, need in needs.items():
        missing = [
            max(line.volume - had, 0) if line.to_date >= on else 0
            for line, had in zip(need.lines, agreed[key], strict=True)
        ]
        fitting = [_fit(one, need, missing) for one in mine[key]]
        fitting.sort(key=lambda fit: (not fit.may_be_offered, len(fit.lot.reasons), fit.lot.lot_id))
        can = can_serve(need, missing, [one for one in mine[key] if one.fits])
        made[key] = Beside(tuple(fitting), sum(missing), can)
    return made


def can_serve(need: Wanted, missing: Sequence[int], lots: Sequence[Candidate]) -> int:
    """What lots bring of what is missing in their days, line by line, of the lots that end first first: no
    way brings more, unless lines lie within one another.
    """
    left = {lot.lot_id: lot.available for lot in lots}
    by_end = sorted(lots, key=lambda one: (one.to_date, one.lot_id))
    served = 0
    lines = zip(need.lines, missing, strict=True)
    for line, volume in sorted(lines, key=lambda pair: (pair[0].from_date, pair[0].to_date)):
        lacks = volume
        for lot in by_end:
            if lot.from_date <= line.to_date and line.from_date <= lot.to_date:
                part = min(lacks, left[lot.lot_id])
                left[lot.lot_id] -= part
                lacks -= part
        served += volume - lacks
    return served


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
