"""Figures counted a second time, as one would by hand, from the glossary and from what indicators say they
mean, never from the SELECTs that it is held against; nothing here may use market/statistics.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from statistics import median
from typing import Any

from tests.statistics import publishing
from tests.statistics import recount_more as more
from tests.statistics import recount_returns as returned
from tests.statistics.lines import Line, days_in_force, delivered, of_link, of_listing, place_of, units
from tests.statistics.tables import Asked, Tables, held, is_inside, is_known

HANOI = timezone(timedelta(hours=7))

# --- the register ---


def of_kind(kind: str) -> Callable[[Tables, Asked], list[Line]]:
    def count(t: Tables, asked: Asked) -> list[Line]:
        return [replace(one, amount=1) for is_a, one in units(t, asked) if is_a == kind]

    return count


def members(t: Tables, asked: Asked) -> list[Line]:
    return [one for _, one in units(t, asked)]


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
                    facts = of_link(t, link, None, asked)
                    found.append(
                        Line(unit.key, unit.seller, unit.place, unit.former, 1, link.buyer_id, facts)
                    )
        return found

    return count


# --- agreements and deliveries ---


def agreements(which: str, amount: str = "") -> Callable[[Tables, Asked], list[Line]]:
    """Agreements ``in_force`` or ``provisional`` on the last day; ``new``, ``ended``, ``lapsed``, ``renewed``
    within the window; ``judged``: season and linkage agreements that ended in it, not by force majeure."""

    def is_one(t: Tables, link: Any, terms: Any, asked: Asked) -> bool:
        states = t.link_states.get(link.id, [])
        state = held(states, asked.day, asked.moment)
        if state is None:
            return False
        if which == "in_force":
            return bool(state.state == "active")
        if which == "provisional":
            return bool(state.state == "provisional")
        if which == "lapsed":
            return bool(state.state == "lapsed" and asked.holds(state.on_date))
        if which == "new":
            began = [row.on_date for row in states if row.state == "active" and is_known(row, asked)]
            return bool(began) and asked.holds(min(began))
        ended = state.state in ("fulfilled", "short", "ended_early") and asked.holds(state.on_date)
        if which == "ended":
            return bool(ended)
        if which == "renewed":
            return bool(ended and more.renewals(t, link, asked))
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
            elif amount == "season_no":
                much = more.place_in_chain(t, link)
            facts = of_link(t, link, terms, asked)
            facts["state"] = held(t.link_states[link.id], asked.day, asked.moment).state
            found.append(
                Line(link.id, link.seller_id, link.place_id, link.former_place_id, much, link.buyer_id, facts)
            )
        return found

    return count


def handed_over(amount: str, *, direct: bool = False) -> Callable[[Tables, Asked], list[Line]]:
    def count(t: Tables, asked: Asked) -> list[Line]:
        found = []
        for delivery, step in delivered(t, asked):
            if not asked.holds(step.on_date):
                continue
            link = t.links[delivery.link_id]
            if direct and link.buyer_kind in ("collector", "depot"):
                continue
            much = step.accepted
            if amount == "value":
                much = 0 if link.price_kind == "labour" else step.value
            terms = held(t.link_terms.get(link.id, ()), asked.day, asked.moment)
            facts = of_link(t, link, terms, asked, delivery) | {"state": step.state}
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
            facts = of_listing(t, listing, asked)
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
            first = max(lot.from_date, asked.day)
            facts = listing.facts | {"month": first.year * 100 + first.month}
            found.append(Line(lot.id, *about, sum(changes), None, facts))
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
                    found.append(Line(lot.id, *about, less, buyer.buyer_id, facts))
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
            reply = more.first_reply(t, inquiry, asked) if is_sent else None
            counts = {
                "replied": reply is not None,
                "sent": is_sent,
                "matched": matched is not None and asked.holds(matched),
                "came_true": is_sent and matched is not None,
            }[which]
            if counts:
                place, former = place_of(t, inquiry.seller_id, asked)
                product = t.products[inquiry.product_id]
                facts: dict[str, Any] = {"sector": product.sector_code, "product": product.id}
                much = 1
                if which == "replied" and reply is not None:
                    much = int((reply - inquiry.created_at).total_seconds())
                seller, buyer = inquiry.seller_id, inquiry.buyer_id
                found.append(Line(inquiry.id, seller, place, former, much, buyer, facts))
        return found

    return count


Counted = Callable[[Tables, Asked], list[Line]]

#: What is counted for each code; of a share, what stands above and below.
COUNTS: dict[str, tuple[Counted, ...]] = {
    "cooperatives": (of_kind("cooperative"),),
    "groups": (of_kind("group"),),
    "unions": (of_kind("union"),),
    "operating": (more.operating,),
    "members": (members,),
    "cooperatives_founded": (more.turned("cooperative", "founded"),),
    "cooperatives_dissolved": (more.turned("cooperative", "dissolved"),),
    "groups_founded": (more.turned("group", "founded"),),
    "groups_dissolved": (more.turned("group", "dissolved"),),
    "rated_cooperatives": (more.rated("good", "fair", "average", "weak"),),
    "rated_good_share": (more.rated("good", "fair"), more.rated("good", "fair", "average", "weak")),
    "pilot_cooperatives": (more.pilots,),
    **returned.COUNTS,
    "linked_cooperatives": (selling(linked=True),),
    "linked_share": (selling(linked=True), of_kind("cooperative")),
    "trading_cooperatives": (selling(linked=False),),
    "links_in_force": (agreements("in_force"),),
    "links_new": (agreements("new"),),
    "links_ended": (agreements("ended"),),
    "links_provisional": (agreements("provisional"),),
    "links_lapsed": (agreements("lapsed"),),
    "contracted_volume": (agreements("new", "volume"),),
    "contracted_value": (agreements("new", "value"),),
    "delivered_volume": (handed_over("volume"),),
    "delivered_value": (handed_over("value"),),
    "fulfilment": (agreements("judged", "delivered"), agreements("judged", "volume")),
    "linked_area": (more.under_contract("area_m2"),),
    "linked_households": (more.under_contract("households"),),
    "area_linkage_rate": (more.under_contract("area_m2"), publishing.published("sown", "land", "pond")),
    "output_linkage_rate": (more.under_contract("volume"), publishing.published("gram", "piece")),
    "renewal_rate": (agreements("renewed"), agreements("ended")),
    "link_seasons": (agreements("in_force", "season_no"),),
    "outlet_volume": (handed_over("volume"),),
    "buyers_active": (more.buyers,),
    "direct_share": (handed_over("volume", direct=True), handed_over("volume")),
    "supply_without_outlet": (more.without_outlet,),
    "ocop_products": (more.ocop,),
    "certified_area": (more.papers("verified", codes=False, amount="area_m2"),),
    "certified_cooperatives": (more.certified,),
    "area_codes": (more.papers("verified", codes=True),),
    "certificates_claimed": (more.papers("claimed", codes=None),),
    "listings_published": (published,),
    "listed_volume": (offered(available=False),),
    "available_volume": (offered(available=True),),
    "inquiries_sent": (asked_for("sent"),),
    "inquiries_matched": (asked_for("matched"),),
    "match_rate": (asked_for("came_true"), asked_for("sent")),
    "first_reply_hours": (asked_for("replied"),),
    "unmet_searches": (more.hardly_found,),
    "unmet_volume": (more.unmet,),
}
#: Counted by different cooperatives, not by their agreements.
OF_DIFFERENT = (
    "linked_cooperatives",
    "linked_share",
    "trading_cooperatives",
    "buyers_active",
    "certified_cooperatives",
    "unmet_searches",
)
#: Of which the middle value is taken.
MIDDLE = ("link_seasons", "first_reply_hours")
#: Counted within the period; all others on its last day (without a period: on the day).
FLOWS = (
    "cooperatives_founded",
    "cooperatives_dissolved",
    "groups_founded",
    "groups_dissolved",
    "links_ended",
    "links_lapsed",
    "renewal_rate",
    "area_linkage_rate",
    "output_linkage_rate",
    "outlet_volume",
    "direct_share",
    "supply_without_outlet",
    "first_reply_hours",
    "unmet_searches",
    "unmet_volume",
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
OF_AREA = ("linked_area", "area_linkage_rate")
#: What is told apart, goods by weight and by the piece, areas by their base, and what each is called.
APART = {
    "outlet_volume": {"gram": "kg", "piece": "piece"},
    "supply_without_outlet": {"gram": "kg", "piece": "piece"},
    "unmet_volume": {"gram": "kg", "piece": "piece"},
    "direct_share": {"gram": "share", "piece": "share_of_pieces"},
    "linked_area": {"sown": "ha", "land": "ha_land", "pond": "ha_pond"},
    "area_linkage_rate": {"sown": "share", "land": "share_of_land", "pond": "share_of_ponds"},
    "output_linkage_rate": {"gram": "share", "piece": "share_of_pieces"},
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
    return Asked(period[0], min(period[1], as_of), known_before, period[1])


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
        if line.exact:
            return publishing.holds_for(line, place_id, sector, product_id, by, children)
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
                kept = line.facts.get("area_base" if code in OF_AREA else "goods")
                unit = APART[code][kept] if code in APART else ""
                pile = piles.setdefault((unit, group_of(line)), [[] for _ in COUNTS[code]])
                pile[side].append(line)
    return {key: _sum_up(code, pile) for key, pile in piles.items()}


def _sum_up(code: str, pile: Sequence[Sequence[Line]]) -> Expected:
    amounts = tuple(
        len({line.key for line in lines}) if code in OF_DIFFERENT else sum(line.amount for line in lines)
        for lines in pile
    )
    value: int | float | None = amounts[0]
    if code in MIDDLE:
        value = median(line.amount for line in pile[0])
    if len(amounts) == 2:
        value = amounts[0] / amounts[1] if amounts[1] else None
    sides = tuple(
        (
            len({line.key for line in lines}),
            len({line.seller for line in lines} - {None}),
            len({line.buyer for line in lines} - {None}),
        )
        for lines in pile
    )
    return Expected(value, sides, amounts)
