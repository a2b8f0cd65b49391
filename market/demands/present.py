"""What the pages of demands are filled with: the choices of the form, a demand with its progress and plan, in
numbers that a page only has to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.catalogue.models import Product
from market.demands import by_seller, facts, goods, planning, progress, queries, service, wanted, wording
from market.demands.by_seller import Seller
from market.demands.candidates import Candidate
from market.demands.facts import Facts
from market.demands.goods import Goods, Name
from market.demands.models import OPEN_STATES, Demand
from market.demands.planning import Planned
from market.demands.progress import Progress, Sent
from market.demands.wanted import Wanted
from market.inquiries import present as inquiries
from market.places import queries as places
from market.web import language
from market.words import Named, Words, t

#: How goods of a sector are counted.
COUNTED = {"gram": t("by weight"), "piece": t("by the piece")}


def choices(session: Session, asked: Goods) -> dict[str, Any]:
    """What the form of a demand offers to choose from: for a product first of all its own qualities, with
    the products that could stand beside it.
    """
    first = asked.products[0]
    offered = inquiries.proposal_choices(session, first)
    standards = catalogue.list_standards(session, sector=asked.sector_code)
    specs = offered["specs"]
    if asked.sector is not None:
        shared = {one.field for one in goods.described(session, asked)}
        specs = [one for one in specs if one["name"] in shared]
    return {
        "sector": asked.sector.code if asked.sector else "",
        "units": [(unit, language.say(COUNTED[unit])) for unit in goods.units_of(session, asked.sector.code)]
        if asked.sector
        else [],
        "product": first.slug if asked.sector is None else "",
        "product_name": language.say(goods.name_of(first) if asked.sector is None else asked.name),
        "others": _others(session, first) if asked.sector is None else [],
        "poolable": all(product.poolable for product in asked.products),
        "specs": specs,
        "communes": offered["communes"],
        "bases": offered["bases"],
        "standards": [(one.code, language.say(Named(one.name_vi, one.name_en))) for one in standards],
        "per": language.per_unit(asked.unit, asked.piece),
    }


def _others(session: Session, first: Product) -> list[tuple[str, str]]:
    """Products of the same sector that are counted alike, those of the same group first."""
    alike = [
        product
        for product in catalogue.list_products(session, sector=first.sector_code)
        if product.unit == first.unit and product.id != first.id
    ]
    alike.sort(key=lambda product: product.group_vi != first.group_vi)
    return [(product.slug, language.say(goods.name_of(product))) for product in alike]


def sectors(session: Session) -> list[tuple[str, str]]:
    """All sectors as a select takes them."""
    return [
        (sector.code, language.say(Named(sector.name_vi, sector.name_en)))
        for sector in catalogue.list_sectors(session)
    ]


def filters(session: Session, *, party_id: int, as_seller: bool) -> dict[str, list[tuple[str, str]]]:
    """What a list of demands can be narrowed by; nothing where there is nothing to choose from."""
    products = queries.list_goods(session, party_id=party_id, as_seller=as_seller)
    had = {product.sector_code for product in products}
    made = {
        "products": [(product.slug, language.say(goods.name_of(product))) for product in products],
        "sectors": [(code, name) for code, name in sectors(session) if code in had],
    }
    return {name: held if len(held) > 1 else [] for name, held in made.items()}


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of the fill bar: from ``x`` on, so wide, in thousandths of what is wanted."""

    kind: str
    x: int
    width: int
    label: str


@dataclass(frozen=True, slots=True)
class Share:
    """A listing's part of the plan, its lots and lines together."""

    name: str
    code: str
    place: str
    listing_id: int
    title: str
    volume: int
    price: int
    carriage: int
    total: int
    is_estimate: bool
    doubts: tuple[Words, ...]
    windows: tuple[tuple[date, date, int], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why lots are left out, and which ones."""

    words: Words
    lots: tuple[tuple[str, str, int, int], ...]  # seller, title, listing id, available


@dataclass(frozen=True, slots=True)
class Asked:
    """A lot that a question would bring in."""

    name: str
    title: str
    listing_id: int
    available: int
    doubts: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """What another product would give instead: volume in base units, cost in đồng."""

    product: Named
    volume: int
    cost: int
    units: int


@dataclass(frozen=True, slots=True)
class Less:
    """The plan with fewer sellers: cost in đồng, and how much ``more`` that is."""

    max_units: int
    product: Named
    units: int
    cost: int
    more: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A demand as its buyer reads it. Volumes in base units, money in đồng."""

    id: int
    product: Name
    several: bool
    unit: str
    piece: Named | None
    state: str
    state_words: Words
    tone: str
    is_open: bool
    facts: Facts
    volume: int
    agreed: int
    asked: int
    price_max: int | None
    part_will_do: bool
    sent: tuple[Seller[Sent], ...]
    some_offered: bool
    some_held: bool
    bars: tuple[Bar, ...]
    planned: Planned | None
    planned_product: Named | None
    others: tuple[Other, ...]
    shares: tuple[Seller[Share], ...]
    planned_volume: int
    missing: int
    unknown: tuple[Asked, ...]
    reasons: tuple[Reason, ...]
    status: Words | None
    mark: str
    #: The most sellers that the plan may have, where it is the one with fewer; and the next one's.
    max_units: int | None
    fewer: Less | None


def show(session: Session, demand: Demand, *, max_units: int | None = None) -> Shown:
    """Everything that the page of a demand says to its buyer; its plan has at most ``max_units``, if given,
    fewer than the demand's own limit (Invalid).
    """
    today = clock.today()
    need = wanted.of_fewer(wanted.of(session, demand), max_units)
    asked_for = goods.of(session, need)
    done = progress.of(session, demand, need)
    planned = queries.plan_of_rest(session, demand, need, done, on=today)
    agreed, asked = sum(done.agreed), sum(done.asked)
    described = goods.described(session, asked_for)
    doubts = _doubts_by(session, described) if planned and (planned.unknown or need.unknown_will_do) else None
    shares = _shares(planned, doubts) if planned else ()
    covered = agreed + asked + sum(share.volume for share in shares)
    return Shown(
        id=demand.id,
        product=asked_for.name,
        several=asked_for.several,
        unit=asked_for.unit,
        piece=asked_for.piece,
        state=demand.state,
        state_words=wording.STATES[demand.state],
        tone=wording.TONES[demand.state],
        is_open=demand.state in OPEN_STATES,
        facts=facts.of(session, demand, need, asked_for, agreed=done.agreed),
        volume=need.volume,
        agreed=agreed,
        asked=asked,
        price_max=demand.price_max,
        part_will_do=demand.part_will_do,
        sent=by_seller.gathered(done.sent, lambda one: one.seller_id),
        some_offered=any(one.offered for one in done.sent),
        some_held=any(one.state == "held" for one in done.sent),
        bars=_bars(need, done, shares, asked_for),
        planned=planned,
        planned_product=goods.name_of(planned.product) if planned else None,
        others=tuple(
            Other(goods.name_of(product), plan.volume, plan.cost, plan.units)
            for product, plan in (planned.others if planned else ())
        ),
        shares=_by_seller(shares),
        planned_volume=sum(share.volume for share in shares),
        missing=max(need.volume - covered, 0),
        unknown=_unknown(planned, doubts) if planned and doubts else (),
        reasons=_reasons(planned) if planned else (),
        status=_status(planned, max_units) if planned else None,
        mark=service.mark(planned) if planned else "",
        max_units=max_units if planned else None,
        fewer=_less(planned) if planned else None,
    )


def _status(planned: Planned, max_units: int | None) -> Words:
    return (wording.STATUSES_OF_FEWER if max_units else wording.STATUSES)[planned.plan.status]


def _less(planned: Planned) -> Less | None:
    other = planned.fewer
    if other is None:
        return None
    more = other.plan.cost - planned.plan.cost
    return Less(other.max_units, goods.name_of(other.product), other.plan.units, other.plan.cost, more)


_Doubts = Callable[[Candidate], tuple[Words, ...]]


def _doubts_by(session: Session, described: Sequence[spec.Definition]) -> _Doubts:
    """What is not known of a lot, in words."""
    names = facts.standard_names(session)
    return lambda lot: tuple(wording.doubts(lot, described, names))


def _unknown(planned: Planned, doubts: _Doubts) -> tuple[Asked, ...]:
    return tuple(
        Asked(one.unit_name, one.title, one.listing_id, one.available, doubts(one)) for one in planned.unknown
    )


def _shares(planned: Planned, doubts: _Doubts | None) -> tuple[Share, ...]:
    by_listing: dict[int, list[planning.Part]] = {}
    for part in planned.parts:
        by_listing.setdefault(part.lot.listing_id, []).append(part)
    made = []
    for parts in by_listing.values():
        lot = parts[0].lot
        made.append(
            Share(
                name=lot.unit_name,
                code=lot.unit_code,
                place=lot.place,
                listing_id=lot.listing_id,
                title=lot.title,
                volume=sum(part.volume for part in parts),
                price=lot.price or 0,
                carriage=lot.carriage,
                total=sum(part.total for part in parts),
                is_estimate=any(part.lot.is_estimate for part in parts),
                doubts=tuple(dict.fromkeys(words for part in parts for words in doubts(part.lot)))
                if doubts
                else (),
                windows=tuple(sorted((part.from_date, part.to_date, part.volume) for part in parts)),
            )
        )
    return tuple(sorted(made, key=lambda share: (-share.volume, share.name)))


def _by_seller(shares: Sequence[Share]) -> tuple[Seller[Share], ...]:
    """Who brings most first."""
    found = by_seller.gathered(shares, lambda share: share.code)
    return tuple(sorted(found, key=lambda seller: -seller.volume))


def _bars(need: Wanted, done: Progress, shares: tuple[Share, ...], of_all: Goods) -> tuple[Bar, ...]:
    """The fill bar: what is agreed, what is asked, what the plan would bring; the rest stays empty."""
    pieces = [("agreed", one.seller_name, one.volume) for one in done.sent if one.is_agreed]
    pieces += [("asked", one.seller_name, one.volume) for one in done.sent if one.is_open]
    pieces += [("planned", share.name, share.volume) for share in shares]
    bars, before = [], 0
    for kind, name, volume in pieces:
        x, end = (min(1000, amount * 1000 // need.volume) for amount in (before, before + volume))
        label = f"{name}: {language.volume(volume, of_all.unit, of_all.piece)}"
        bars.append(Bar(kind, x, max(end - x, 0), label))
        before += volume
    return tuple(bars)


def _reasons(planned: Planned) -> tuple[Reason, ...]:
    found: dict[str, list[tuple[str, str, int, int]]] = {}
    for one, reasons in planned.left_out:
        if reasons[0] != "unknown":
            found.setdefault(reasons[0], []).append((one.unit_name, one.title, one.listing_id, one.available))
    return tuple(
        Reason(words, tuple(found[code])) for code, words in wording.REASONS.items() if code in found
    )


def communes(session: Session) -> list[tuple[int, str]]:
    """Today's communes as a select takes them."""
    return [(place.id, place.name) for place in places.list_communes(session, on=clock.today())]
