"""What a recount is made of: one line for each thing that counts, and the first questions to the plain tables
that several counts ask. Nothing here may use market/statistics.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.statistics.tables import Asked, Tables, held


@dataclass(frozen=True, slots=True)
class Line:
    """Something that counts: ``amount`` under ``key``, who stands behind it, where, and what it is."""

    key: int
    seller: int | None
    place: int | None
    former: int | None
    amount: int = 1
    buyer: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    #: Holds for precisely its place, sector and product, and is part of no other.
    exact: bool = False


def units(t: Tables, asked: Asked) -> list[tuple[str, Line]]:
    """The collective units of the last day, each with its kind; the amount is its members."""
    found = []
    for party in t.parties:
        kind = held(t.kinds.get(party.id, ()), asked.day, asked.moment)
        status = held(t.statuses.get(party.id, ()), asked.day, asked.moment)
        if kind is None or kind.kind not in ("cooperative", "group", "union"):
            continue
        if status is None or status.status == "dissolved" or party.standing != "confirmed":
            continue
        seen = [event.at for event in t.confirmed if event.subject_id == party.id]
        if seen and min(seen) >= asked.moment:
            continue
        members = held(t.members.get(party.id, ()), asked.day, asked.moment)
        number = members.official + members.associate if members else 0
        place, former = place_of(t, party.id, asked)
        facts = {"kind": kind.kind, "state": status.status}
        found.append((kind.kind, Line(party.id, party.id, place, former, number, facts=facts)))
    return found


def place_of(t: Tables, party_id: int, asked: Asked) -> tuple[int | None, int | None]:
    """Where a party was on the last day: its place, and the old commune if that was said."""
    row = held(t.party_places.get(party_id, ()), asked.day, asked.moment)
    return (row.place_id, row.former_place_id) if row else (None, None)


def days_in_force(t: Tables, link: Any, asked: Asked) -> list[Any]:
    """For each day of the window on which something may have turned, and the link was in force: its terms."""
    states, terms = t.link_states.get(link.id, []), t.link_terms.get(link.id, [])
    turns = {asked.start} | {row.on_date for row in [*states, *terms]}
    found = []
    for day in sorted(turns):
        if asked.holds(day):
            state = held(states, day, asked.moment)
            if state is not None and state.state == "active":
                found.append(held(terms, day, asked.moment))
    return found


def is_confirmed(entry: Any, asked: Asked) -> bool:
    """Whether a unit had said by then that what an officer entered for it by phone is so."""
    return bool(entry.state == "confirmed" and entry.answered_at < asked.moment)


def of_listing(t: Tables, listing: Any, asked: Asked) -> dict[str, Any]:
    product = t.products[listing.product_id]
    entered = [one for one in t.entries if one.listing_id == listing.id]
    own = all(is_confirmed(one, asked) for one in entered)
    return {
        "sector": product.sector_code,
        "product": product.id,
        "goods": product.unit,
        "evidence": "own" if own else "unconfirmed",
    }


def of_link(t: Tables, link: Any, terms: Any, asked: Asked, delivery: Any = None) -> dict[str, Any]:
    behind = [
        one
        for one in t.entries
        if (one.link_id == link.id and one.kind in ("accept", "offer"))
        or (delivery is not None and one.delivery_id == delivery.id)
    ]
    return {
        "sector": link.sector_code,
        "product": link.product_id,
        "goods": t.products[link.product_id].unit,
        "buyer_kind": link.buyer_kind,
        "destination": link.destination,
        "evidence": link.origin if all(is_confirmed(one, asked) for one in behind) else "unconfirmed",
        "price_kind": link.price_kind,
        "contract": terms.contract if terms else None,
        "kind": terms.kind if terms else None,
        "form": terms.form if terms else None,
    }


def delivered(t: Tables, asked: Asked) -> list[tuple[Any, Any]]:
    """Every delivery that the other side, or an officer, has said yes to by then, with that step."""
    found = []
    for delivery in t.deliveries:
        step = held(t.delivery_states.get(delivery.id, ()), asked.day, asked.moment)
        if step is not None and step.state in ("confirmed", "settled"):
            found.append((delivery, step))
    return found
