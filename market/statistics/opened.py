"""The rows behind a figure in words for people: what each is called, what it adds, and where it leads. The
rows themselves are drilldown.py's; whom they are shown to is decided in routes.py by access.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue.models import Product
from market.listings.models import Listing
from market.official import labels as of_official
from market.official import sources
from market.parties.labels import RATINGS
from market.parties.models import Party
from market.places import queries as places
from market.statistics import (
    rows_certificates,
    rows_force,
    rows_market,
    rows_official,
    rows_register,
    rows_returns,
    rows_supply,
    rows_trade,
)
from market.statistics.definition import AREAS, Indicator
from market.statistics.drilldown import Row
from market.web import language
from market.words import Named, Words, t


@dataclass(frozen=True, slots=True)
class Line:
    """A row on the page. ``links``: numbers and addresses of the agreements behind it."""

    part: Words | None
    title: str
    href: str
    detail: str
    adds: str
    links: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Names:
    parties: dict[int, tuple[str, str]]
    products: dict[int, tuple[Named, str, Named | None]]
    listings: dict[int, str]
    places: dict[int, places.PlaceName]


PARTS = {"over": t("counted above the line"), "under": t("counted below the line")}


def lines(session: Session, indicator: Indicator, rows: Sequence[Row], *, base: str) -> list[Line]:
    """The rows with their names, in four SELECTs. Under ``base`` are agreements and inquiries."""
    names = _names(session, rows)
    shares = dict(zip(("over", "under") if len(indicator.parts) > 1 else ("",), indicator.parts, strict=True))
    return [_line(row, shares[row.part], names, base) for row in rows]


def _names(session: Session, rows: Sequence[Row]) -> _Names:
    if not rows:
        return _Names({}, {}, {}, {})

    def ids(column: str) -> set[int]:
        return {row.facts[column] for row in rows if row.facts.get(column)}

    parties = session.execute(
        sa.select(Party.id, Party.name, Party.code).where(Party.id.in_(ids("party_id") | ids("buyer_id")))
    )
    products = session.execute(
        sa.select(
            Product.id, Product.name_vi, Product.name_en, Product.unit, Product.piece_vi, Product.piece_en
        ).where(Product.id.in_(ids("product_id")))
    )
    listings = session.execute(sa.select(Listing.id, Listing.title).where(Listing.id.in_(ids("listing_id"))))
    return _Names(
        parties={row.id: (row.name, row.code) for row in parties},
        products={
            row.id: (
                Named(row.name_vi, row.name_en),
                row.unit,
                Named(row.piece_vi, row.piece_en) if row.piece_vi else None,
            )
            for row in products
        },
        listings={row.id: row.title for row in listings},
        places=places.names_of(session, ids("place_id") | ids("former_place_id"), on=clock.today()),
    )


UNITS = (
    rows_register.units,
    rows_register.traders,
    rows_register.turns,
    rows_register.ratings,
    rows_register.pilots,
    rows_returns.books,
    rows_certificates.holders,
)
PAPERS = (rows_certificates.papers, rows_certificates.products)
#: Rows that gather agreements under another key: they are named beside it.
GATHERED = (
    rows_register.traders,
    rows_market.lots,
    rows_market.inquiries,
    rows_force.buyers,
    rows_supply.plans,
)


def _line(row: Row, part: Indicator, names: _Names, base: str) -> Line:
    facts = row.facts
    party, code = names.parties.get(facts.get("party_id") or 0, ("", ""))
    product = names.products.get(facts.get("product_id") or 0)
    goods = language.say(product[0]) if product else ""
    place = names.places.get(facts.get("place_id") or facts.get("former_place_id") or 0)
    where = place.name if place else ""
    links = tuple((number, f"{base}/links/{number}") for number in row.link_ids)
    href, detail = "", [party, where]
    if part.rows in UNITS:
        title, href, detail = party, f"/cooperatives/{code}", [_about(facts), where]
    elif part.rows in PAPERS:
        title, href = _about(facts), f"/department/certificates/{row.key}"
    elif part.rows in (rows_trade.links, rows_force.links):
        number = str(row.key)
        title, href = language.say(t("Agreement {number}: {goods}", number=number, goods=goods)), links[0][1]
    elif part.rows is rows_force.buyers:
        title = names.parties.get(row.key, ("", ""))[0]
    elif part.rows is rows_trade.deliveries:
        title = language.say(t("Delivery of {day}: {goods}", day=facts["on_date"], goods=goods))
        href = f"{links[0][1]}#delivery-{row.key}"
    elif part.rows in (rows_market.listings, rows_market.lots):
        listing_id = facts["listing_id"]
        title, href = names.listings.get(listing_id, goods), f"/listings/{listing_id}"
        detail = [goods, party, where]
    elif part.rows is rows_supply.plans:
        title = language.say(t("Season plan: {goods}", goods=goods))
    elif part.rows in (rows_official.areas, rows_official.outputs):
        base = facts["area_base"] if part.rows is rows_official.areas else facts["unit"]
        title = f"{language.say(of_official.BASES[base])}: {facts['source']}"
        detail = [sources.show_date(facts["source_date"]), facts["scope"], goods, where]
    else:
        title = language.say(t("Inquiry {number}: {goods}", number=str(row.key), goods=goods))
        if part.rows is rows_market.inquiries:
            href = f"{base}/inquiries/{row.key}"
    return Line(
        part=PARTS.get(row.part),
        title=title,
        href=href,
        detail=" · ".join(one for one in detail if one),
        adds=_adds(row, product),
        links=links if part.rows in GATHERED else (),
    )


def _about(facts: dict[str, Any]) -> str:
    """What a row of the register is about besides the unit: a standard, a field, a class."""
    if "standard" in facts:
        return str(facts["standard"])
    if "rating" in facts:
        return f"{language.say(RATINGS[facts['rating']])} {facts['year']}"
    return ""


def _adds(row: Row, product: tuple[Named, str, Named | None] | None) -> str:
    if row.unit == "kg":
        return language.volume(row.value, "gram")
    if row.unit == "piece":
        return language.volume(row.value, "piece", product[2] if product else None)
    if row.unit == "VND":
        return language.money(row.value)
    if row.unit in AREAS.units.values():
        return language.number(row.value / 10_000, 2) + " ha"
    if row.unit == "hour":
        hours = language.number(round(row.value / 3600, 1), 1)
        return language.say(t("{hours} hours", hours=hours))
    return language.number(row.value)
