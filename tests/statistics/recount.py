"""Figures counted a second time, as one would by hand: plain lists and loops. Written from the glossary and
from what the indicators say they mean, never from the SELECTs that it is held against; nothing here may use
market/statistics.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from tests.statistics.tables import Asked, Tables, held, is_inside, is_known

HANOI = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Line:
    """Something that counts: ``amount`` under ``key``, who stands behind it, where, and what it is."""

    key: int
    seller: int
    place: int | None
    former: int | None
    amount: int = 1
    buyer: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


# --- the register ---


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
        found.append((kind.kind, Line(party.id, party.id, place, former, number, facts={"kind": kind.kind})))
    return found


def place_of(t: Tables, party_id: int, asked: Asked) -> tuple[int | None, int | None]:
    """Where a party was on the last day: its place, and the old commune if that was said."""
    row = held(t.party_places.get(party_id, ()), asked.day, asked.moment)
    return (row.place_id, row.former_place_id) if row else (None, None)


def of_kind(kind: str) -> Callable[[Tables, Asked], list[Line]]:
    def count(t: Tables, asked: Asked) -> list[Line]:
        return [replace(one, amount=1) for is_a, one in units(t, asked) if is_a == kind]

    return count


def members(t: Tables, asked: Asked) -> list[Line]:
    return [one for _, one in units(t, asked)]


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


def selling(*, linked: bool) -> Callable[[Tables, Asked], list[Line]]:
    """Cooperatives that sell by an agreement in force on some day; ``linked``: one with form and contract."""

    def count(t: Tables, asked: Asked) -> list[Line]:
        found = []
        for kind, unit in units(t, asked):
            for link in t.links.values():
                if kind != "cooperative" or link.seller_id != unit.seller:
                    continue
                days = days_in_force(t, link, asked)
                if linked:
                    days = [on for on in days if on and on.form is not None and on.contract != "none"]
                if days:
                    facts = of_link(t, link, None)
                    found.append(
                        Line(unit.key, unit.seller, unit.place, unit.former, 1, link.buyer_id, facts)
                    )
        return found

    return count


# --- agreements and deliveries ---


def of_link(t: Tables, link: Any, terms: Any) -> dict[str, Any]:
    return {
        "sector": link.sector_code,
        "product": link.product_id,
        "goods": t.products[link.product_id].unit,
        "buyer_kind": link.buyer_kind,
        "destination": link.destination,
        "evidence": link.origin,
        "price_kind": link.price_kind,
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


def agreements(which: str, amount: str = "") -> Callable[[Tables, Asked], list[Line]]:
    """Agreements ``in_force`` on the last day, ``new`` within the window, or ``judged``: season and linkage
    agreements that ended within it, not by force majeure."""

    def is_one(t: Tables, link: Any, terms: Any, asked: Asked) -> bool:
        states = t.link_states.get(link.id, [])
        state = held(states, asked.day, asked.moment)
        if state is None:
            return False
        if which == "in_force":
            return bool(state.state == "active")
        if which == "new":
            began = [row.on_date for row in states if row.state == "active" and is_known(row, asked)]
            return bool(began) and asked.holds(min(began))
        ended = state.state in ("fulfilled", "short", "ended_early") and asked.holds(state.on_date)
        return ended and terms.kind in ("season", "linkage") and not state.force_majeure

    def count(t: Tables, asked: Asked) -> list[Line]:
        found = []
        for link in t.links.values():
            terms = held(t.link_terms.get(link.id, ()), asked.day, asked.moment)
            if not is_one(t, link, terms, asked):
                continue
            much = 1
            if amount == "volume":
                much = terms.volume
            elif amount == "value":
                much = 0 if link.price_kind == "labour" else terms.value
            elif amount == "delivered":
                much = sum(step.accepted for one, step in delivered(t, asked) if one.link_id == link.id)
            facts = of_link(t, link, terms)
            found.append(
                Line(link.id, link.seller_id, link.place_id, link.former_place_id, much, link.buyer_id, facts)
            )
        return found

    return count


def handed_over(amount: str) -> Callable[[Tables, Asked], list[Line]]:
    def count(t: Tables, asked: Asked) -> list[Line]:
        found = []
        for delivery, step in delivered(t, asked):
            if not asked.holds(step.on_date):
                continue
            link = t.links[delivery.link_id]
            much = step.accepted
            if amount == "value":
                much = 0 if link.price_kind == "labour" else step.value
            terms = held(t.link_terms.get(link.id, ()), asked.day, asked.moment)
            facts = of_link(t, link, terms)
            place, former = link.place_id, link.former_place_id
            found.append(Line(delivery.id, link.seller_id, place, former, much, link.buyer_id, facts))
        return found

    return count


# --- what was offered and asked for ---


def published(t: Tables, asked: Asked) -> list[Line]:
    found = []
    for listing in t.listings.values():
        state = held(t.listing_states.get(listing.id, ()), asked.day, asked.moment)
        if state is not None and state.state == "published":
            place, former = place_of(t, listing.party_id, asked)
            product = t.products[listing.product_id]
            facts = {"sector": product.sector_code, "product": product.id, "goods": product.unit}
            found.append(Line(listing.id, listing.party_id, place, former, facts=facts))
    return found


def offered(*, available: bool) -> Callable[[Tables, Asked], list[Line]]:
    """What lots of published listings hold whose days are not over; what is taken names its buyer."""

    def count(t: Tables, asked: Asked) -> list[Line]:
        found = []
        shown = {one.key: one for one in published(t, asked)}
        for lot in t.lots:
            if lot.listing_id not in shown or lot.to_date < asked.day:
                continue
            listing = shown[lot.listing_id]
            changes = [row.amount for row in t.lot_changes.get(lot.id, ()) if is_known(row, asked)]
            if not changes:
                continue
            about = (listing.seller, listing.place, listing.former)
            found.append(Line(lot.id, *about, sum(changes), None, listing.facts))
            taken: dict[tuple[int | None, int | None], int] = {}
            for move in t.moves.get(lot.id, ()):
                if is_known(move, asked):
                    one = t.commitments[move.commitment_id]
                    owner = (one.link_id, one.inquiry_id)
                    taken[owner] = taken.get(owner, 0) + move.amount
            for (link_id, inquiry_id), amount in taken.items():
                if amount:
                    buyer = t.links[link_id] if link_id else t.inquiries[inquiry_id or 0]
                    less = -amount if available else 0
                    found.append(Line(lot.id, *about, less, buyer.buyer_id, listing.facts))
        return found

    return count


def asked_for(which: str) -> Callable[[Tables, Asked], list[Line]]:
    """Inquiries ``sent`` or ``matched`` within the window, or sent within it and matched by its end."""

    def count(t: Tables, asked: Asked) -> list[Line]:
        found = []
        for inquiry in t.inquiries.values():
            steps = [row for row in t.inquiry_states.get(inquiry.id, ()) if is_known(row, asked)]
            sent = min((row.on_date for row in steps if row.state == "negotiating"), default=None)
            matched = min((row.on_date for row in steps if row.state == "matched"), default=None)
            is_sent = sent is not None and asked.holds(sent)
            counts = {
                "sent": is_sent,
                "matched": matched is not None and asked.holds(matched),
                "came_true": is_sent and matched is not None,
            }[which]
            if counts:
                place, former = place_of(t, inquiry.seller_id, asked)
                product = t.products[inquiry.product_id]
                facts = {"sector": product.sector_code, "product": product.id}
                found.append(Line(inquiry.id, inquiry.seller_id, place, former, 1, inquiry.buyer_id, facts))
        return found

    return count


Counted = Callable[[Tables, Asked], list[Line]]

#: What is counted for each code; of a share, what stands above and below.
COUNTS: dict[str, tuple[Counted, ...]] = {
    "cooperatives": (of_kind("cooperative"),),
    "groups": (of_kind("group"),),
    "unions": (of_kind("union"),),
    "members": (members,),
    "linked_cooperatives": (selling(linked=True),),
    "linked_share": (selling(linked=True), of_kind("cooperative")),
    "trading_cooperatives": (selling(linked=False),),
    "links_in_force": (agreements("in_force"),),
    "links_new": (agreements("new"),),
    "contracted_volume": (agreements("new", "volume"),),
    "contracted_value": (agreements("new", "value"),),
    "delivered_volume": (handed_over("volume"),),
    "delivered_value": (handed_over("value"),),
    "fulfilment": (agreements("judged", "delivered"), agreements("judged", "volume")),
    "listings_published": (published,),
    "listed_volume": (offered(available=False),),
    "available_volume": (offered(available=True),),
    "inquiries_sent": (asked_for("sent"),),
    "inquiries_matched": (asked_for("matched"),),
    "match_rate": (asked_for("came_true"), asked_for("sent")),
}
#: Counted by different cooperatives, not by their agreements.
OF_DIFFERENT = ("linked_cooperatives", "linked_share", "trading_cooperatives")
#: Counted within the period; all others on its last day (without a period: on the day).
FLOWS = (
    "links_new",
    "contracted_volume",
    "contracted_value",
    "delivered_volume",
    "delivered_value",
    "fulfilment",
    "inquiries_sent",
    "inquiries_matched",
    "match_rate",
)
#: Where goods by weight and by the piece are told apart: what each is called.
APART = {
    "contracted_volume": {"gram": "kg", "piece": "piece"},
    "delivered_volume": {"gram": "kg", "piece": "piece"},
    "listed_volume": {"gram": "kg", "piece": "piece"},
    "available_volume": {"gram": "kg", "piece": "piece"},
    "fulfilment": {"gram": "share", "piece": "share_of_pieces"},
}


def window(code: str, period: tuple[date, date] | None, as_of: date) -> Asked:
    """The days that a code is asked for; what lies after ``as_of`` nobody knows."""
    if period is None:
        period = (date(as_of.year, 1, 1), date(as_of.year, 12, 31)) if code in FLOWS else (as_of, as_of)
    known_before = datetime.combine(as_of + timedelta(days=1), time(), HANOI)
    return Asked(period[0], min(period[1], as_of), known_before)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a figure must be: its value, and how many rows, sellers and buyers stand behind each side."""

    value: int | float | None
    sides: tuple[tuple[int, int, int], ...]
    amounts: tuple[int, ...]


def expect(
    t: Tables,
    code: str,
    *,
    period: tuple[date, date] | None,
    as_of: date,
    place_id: int,
    sector: str | None = None,
    product_id: int | None = None,
    by: str | None = None,
    children: Sequence[int] = (),
) -> dict[tuple[str, Any], Expected]:
    """What there is to count, by unit (or "" where goods are not kept apart) and group of the breakdown."""

    def counts(line: Line) -> bool:
        return (
            (is_inside(t, line.place, place_id) or is_inside(t, line.former, place_id))
            and sector in (None, line.facts.get("sector"))
            and product_id in (None, line.facts.get("product"))
        )

    def group_of(line: Line) -> Any:
        if by != "place":
            return None if by is None else line.facts.get(by)
        for where in (line.place, line.former):
            for child in children:
                if is_inside(t, where, child):
                    return child
        return None

    asked = window(code, period, as_of)
    piles: dict[tuple[str, Any], list[list[Line]]] = {}
    for side, count in enumerate(COUNTS[code]):
        for line in count(t, asked):
            if counts(line):
                unit = APART[code][line.facts["goods"]] if code in APART else ""
                pile = piles.setdefault((unit, group_of(line)), [[] for _ in COUNTS[code]])
                pile[side].append(line)
    return {key: _sum_up(code, pile) for key, pile in piles.items()}


def _sum_up(code: str, pile: Sequence[Sequence[Line]]) -> Expected:
    amounts = tuple(
        len({line.key for line in lines}) if code in OF_DIFFERENT else sum(line.amount for line in lines)
        for lines in pile
    )
    value: int | float | None = amounts[0]
    if len(amounts) == 2:
        value = amounts[0] / amounts[1] if amounts[1] else None
    sides = tuple(
        (
            len({line.key for line in lines}),
            len({line.seller for line in lines}),
            len({line.buyer for line in lines} - {None}),
        )
        for lines in pile
    )
    return Expected(value, sides, amounts)
