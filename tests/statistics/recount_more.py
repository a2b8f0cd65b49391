"""The second half of the recount: who was founded and rated, papers, plans, chains, replies and what nobody
brought. Plain lists and loops, as in recount.py; nothing here may use market/statistics.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from market.catalogue import areas
from tests.statistics.lines import Line, days_in_force, delivered, of_link, place_of, units
from tests.statistics.tables import Asked, Tables, held, is_known

HANOI = timezone(timedelta(hours=7))
Counted = Callable[[Tables, Asked], list[Line]]


# --- the register ---


def operating(t: Tables, asked: Asked) -> list[Line]:
    found = []
    for kind, unit in units(t, asked):
        if kind == "cooperative" and unit.facts["state"] == "active":
            found.append(Line(unit.key, unit.seller, unit.place, unit.former, facts=unit.facts))
    return found


def turned(kind: str, which: str) -> Counted:
    """Units of a kind that were ``founded`` or ``dissolved`` within the window."""

    def count(t: Tables, asked: Asked) -> list[Line]:
        found = []
        for party in t.parties:
            is_a = held(t.kinds.get(party.id, ()), asked.day, asked.moment)
            steps = [row for row in t.statuses.get(party.id, ()) if is_known(row, asked)]
            confirmed = [event.at for event in t.confirmed if event.subject_id == party.id]
            if is_a is None or is_a.kind != kind or not steps or party.standing != "confirmed":
                continue
            if confirmed and min(confirmed) >= asked.moment:
                continue
            now = held(steps, asked.day, asked.moment)
            if which == "dissolved":
                gone = held(t.mergers.get(party.id, ()), asked.day, asked.moment)
                counts = now.status == "dissolved" and asked.holds(now.on_date) and gone is None
            else:
                first = min((row.on_date for row in steps if row.founding), default=None)
                counts = first is not None and asked.holds(first)
            if counts:
                place, former = place_of(t, party.id, asked)
                found.append(Line(party.id, party.id, place, former, facts={"kind": kind}))
        return found

    return count


def rated(*classes: str) -> Counted:
    """Cooperatives in one of these classes, of the latest year in which anybody is known to be rated."""

    def count(t: Tables, asked: Asked) -> list[Line]:
        known = [row for rows in t.ratings.values() for row in rows if is_known(row, asked)]
        year = max((row.year for row in known), default=0)
        found = []
        for kind, unit in units(t, asked):
            mine = [row for row in known if row.party_id == unit.key and row.year == year]
            last = held(mine, asked.day, asked.moment)
            if kind == "cooperative" and last is not None and last.rating in classes:
                facts = {"rating": last.rating}
                found.append(Line(unit.key, unit.seller, unit.place, unit.former, facts=facts))
        return found

    return count


def pilots(t: Tables, asked: Asked) -> list[Line]:
    found = []
    for kind, unit in units(t, asked):
        mine = t.pilots.get(unit.key, [])
        for field in sorted({row.field for row in mine}):
            last = held([row for row in mine if row.field == field], asked.day, asked.moment)
            if last is not None and last.holds:
                facts = {"field": field, "kind": kind}
                found.append(Line(last.id, unit.seller, unit.place, unit.former, facts=facts))
    return found


# --- papers ---


def _papers(t: Tables, asked: Asked) -> list[tuple[Any, str]]:
    """What stood claimed or verified on the last day and was valid then, with that state."""
    found = []
    for paper in t.certificates:
        last = held(t.verdicts.get(paper.id, ()), asked.day, asked.moment)
        begun = paper.valid_from is None or paper.valid_from <= asked.day
        over = paper.valid_to is not None and paper.valid_to <= asked.day
        if last is not None and last.state in ("claimed", "verified") and begun and not over:
            found.append((paper, last.state))
    return found


def _is_code(paper: Any) -> bool:
    return paper.standard_code in ("MSVT", "MS-NUOI")


def papers(state: str, *, codes: bool | None, amount: str = "") -> Counted:
    def count(t: Tables, asked: Asked) -> list[Line]:
        found = []
        for paper, stands in _papers(t, asked):
            if stands != state or codes not in (None, _is_code(paper)):
                continue
            place, former = place_of(t, paper.unit_id, asked)
            much = (paper.area_m2 or 0) if amount else 1
            facts = {"state": state, "standard": paper.standard_code}
            found.append(Line(paper.id, paper.unit_id, place, former, much, facts=facts))
        return found

    return count


def ocop(t: Tables, asked: Asked) -> list[Line]:
    found = []
    for paper, stands in _papers(t, asked):
        if stands != "verified" or t.standards[paper.standard_code].stars is None:
            continue
        place, former = place_of(t, paper.unit_id, asked)
        for product_id in [row.product_id for row in t.named.get(paper.id, ())] or [None]:
            facts: dict[str, Any] = {"state": stands, "standard": paper.standard_code, "product": product_id}
            facts["sector"] = t.products[product_id].sector_code if product_id else None
            found.append(Line(paper.id, paper.unit_id, place, former, facts=facts))
    return found


def certified(t: Tables, asked: Asked) -> list[Line]:
    found = []
    for kind, unit in units(t, asked):
        for paper, stands in _papers(t, asked):
            covers = unit.key in {row.party_id for row in t.covered.get(paper.id, ())}
            if kind == "cooperative" and covers and stands == "verified" and not _is_code(paper):
                facts = {"state": stands, "standard": paper.standard_code}
                found.append(Line(unit.key, unit.seller, unit.place, unit.former, facts=facts))
    return found


# --- agreements ---


def under_contract(amount: str) -> Counted:
    """Agreements that on some day of the window were in force with a form and a contract."""

    def count(t: Tables, asked: Asked) -> list[Line]:
        found = []
        for link in t.links.values():
            days = days_in_force(t, link, asked)
            if not any(on and on.form is not None and on.contract != "none" for on in days):
                continue
            terms = held(t.link_terms.get(link.id, ()), asked.day, asked.moment)
            facts = of_link(t, link, terms, asked) | {
                "area_base": terms.area_base or areas.base_of(link.sector_code)
            }
            much = getattr(terms, amount) or 0
            found.append(
                Line(link.id, link.seller_id, link.place_id, link.former_place_id, much, link.buyer_id, facts)
            )
        return found

    return count


def buyers(t: Tables, asked: Asked) -> list[Line]:
    found = []
    for link in t.links.values():
        if days_in_force(t, link, asked):
            terms = held(t.link_terms.get(link.id, ()), asked.day, asked.moment)
            facts = of_link(t, link, terms, asked)
            place, former = link.place_id, link.former_place_id
            found.append(Line(link.buyer_id, link.seller_id, place, former, 1, link.buyer_id, facts))
    return found


def renewals(t: Tables, link: Any, asked: Asked) -> list[Any]:
    """The agreements that renew one and had come into force."""
    return [
        one
        for one in t.links.values()
        if one.renews_id == link.id
        and any(row.state == "active" and is_known(row, asked) for row in t.link_states.get(one.id, ()))
    ]


def place_in_chain(t: Tables, link: Any) -> int:
    count = 1
    while link.renews_id is not None:
        link, count = t.links[link.renews_id], count + 1
    return count


def without_outlet(t: Tables, asked: Asked) -> list[Line]:
    """What plans expect of harvests that begin in the period, less what agreements have taken of each."""
    latest: dict[tuple[int, int, int], Any] = {}
    for plan in t.plans:
        about = (plan.party_id, plan.product_id, plan.season_id)
        rows = [one for one in t.plans if (one.party_id, one.product_id, one.season_id) == about]
        latest[about] = held(rows, asked.day, asked.moment)
    plans = [one for one in latest.values() if one is not None and one.expected > 0]
    taken: dict[int, list[tuple[Any, int]]] = {}
    for link in sorted(t.links.values(), key=lambda one: int(one.id)):
        state = held(t.link_states.get(link.id, ()), asked.day, asked.moment)
        terms = held(t.link_terms.get(link.id, ()), asked.day, asked.moment)
        if state is None or state.state not in ("active", "fulfilled", "short", "ended_early"):
            continue
        much = terms.volume
        if state.state != "active":
            much = sum(step.accepted for one, step in delivered(t, asked) if one.link_id == link.id)
        fitting = [
            one
            for one in plans
            if (one.party_id, one.product_id) == (link.seller_id, link.product_id)
            and (
                one.season_id == link.season_id
                if link.season_id
                else one.from_date <= terms.to_date and one.to_date >= terms.from_date
            )
        ]
        if fitting and much:
            plan = min(fitting, key=lambda one: (one.from_date, one.id))
            taken.setdefault(plan.id, []).append((link, much))
    found = []
    for plan in plans:
        if not asked.start <= plan.from_date <= asked.end:
            continue
        place, former = place_of(t, plan.party_id, asked)
        product = t.products[plan.product_id]
        facts = {"sector": product.sector_code, "product": product.id, "goods": product.unit}
        left = plan.expected
        found.append(Line(plan.id, plan.party_id, place, former, left, None, facts))
        for link, much in taken.get(plan.id, ()):
            less = min(much, left)
            left -= less
            found.append(Line(plan.id, plan.party_id, place, former, -less, link.buyer_id, facts))
    return found


# --- what is asked for ---


def first_reply(t: Tables, inquiry: Any, asked: Asked) -> datetime | None:
    """When the seller first said something to a question that the buyer had opened, as far as known."""
    offers = t.offers.get(inquiry.id, [])
    if not any(one.sequence == 1 and one.side == "buyer" for one in offers):
        return None
    said = [one.made_at for one in offers if one.side == "seller"]
    said += [
        row.recorded_at
        for row in t.inquiry_states.get(inquiry.id, ())
        if row.by_side == "seller" and row.state in ("matched", "held", "declined")
    ]
    until = min(asked.moment, datetime.combine(asked.day + timedelta(days=1), time(), HANOI))
    return min((at for at in said if at < until), default=None)


def _province(t: Tables, day: date) -> int:
    return next(
        one.id
        for one in t.places.values()
        if one.level == "province" and one.valid_from <= day and (one.valid_to is None or one.valid_to > day)
    )


def hardly_found(t: Tables, asked: Asked) -> list[Line]:
    found = []
    products = {row.slug: row for row in t.products.values()}
    for subject in t.subjects:
        search = t.searches[subject.search_id]
        day = search.searched_at.astimezone(HANOI).date()
        if search.found == "some" or not asked.holds(day) or search.searched_at >= asked.moment:
            continue
        product = products.get(subject.product)
        facts = {
            "state": search.found,
            "month": int(subject.month.replace("-", "")) if subject.month else None,
            "product": product.id if product else None,
            "sector": product.sector_code if product else None,
        }
        place = _place_of_key(t, subject.place, asked.day) if subject.place else None
        found.append(Line(search.id, None, place or _province(t, asked.day), None, facts=facts))
    return found


def _place_of_key(t: Tables, key: str, day: date) -> int | None:
    code, _, dated = key.partition("@")
    on = date.fromisoformat(dated) if dated else day
    for one in t.places.values():
        if one.code == code and one.valid_from <= on and (one.valid_to is None or one.valid_to > on):
            return int(one.id)
    return None


def unmet(t: Tables, asked: Asked) -> list[Line]:
    found = []
    of_demands = {row.inquiry_id for rows in t.demand_inquiries.values() for row in rows}

    def facts(product_id: int) -> dict[str, Any]:
        product = t.products[product_id]
        return {"sector": product.sector_code, "product": product.id, "goods": product.unit}

    def volume(inquiry: Any) -> int:
        return next(one.volume for one in t.offers[inquiry.id] if one.id == inquiry.last_offer_id)

    for inquiry in t.inquiries.values():
        last = held(t.inquiry_states.get(inquiry.id, ()), asked.day, asked.moment)
        if last is None or last.state != "expired" or not asked.holds(last.on_date):
            continue
        if inquiry.id not in of_demands:
            place, former = place_of(t, inquiry.seller_id, asked)
            about = facts(inquiry.product_id)
            much, key = volume(inquiry), 2 * inquiry.id
            found.append(Line(key, inquiry.seller_id, place, former, much, inquiry.buyer_id, about))
    for demand in t.demands:
        last = held(t.demand_states.get(demand.id, ()), asked.day, asked.moment)
        if last is None or last.state not in ("closed", "expired") or not asked.holds(last.on_date):
            continue
        left = sum(line.volume for line in t.demand_lines[demand.id])
        for row in t.demand_inquiries.get(demand.id, ()):
            steps = t.inquiry_states.get(row.inquiry_id, ())
            if any(step.state == "matched" and is_known(step, asked) for step in steps):
                left -= volume(t.inquiries[row.inquiry_id])
        if left > 0:
            place_id = demand.source_place_id or _province(t, asked.day)
            about = {"sector": demand.sector_code, "goods": demand.unit}
            if demand.product_id is not None:
                about = facts(demand.product_id)
            found.append(Line(2 * demand.id + 1, None, place_id, None, left, demand.buyer_id, about))
    return found
