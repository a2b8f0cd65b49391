"""The form of a proposal, filled with what a listing or an agreement says: for recording what was agreed by
phone, for amending and for renewing. Sensible values only; no rule stands here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.inquiries import present
from market.inquiries.forms import ProposalForm
from market.links.models import Link
from market.listings import queries as listings
from market.listings.models import Listing
from market.listings.terms import Terms
from market.web import language
from market.web.forms import Filled, blank


def of_listing(session: Session, listing: Listing) -> Filled[ProposalForm]:
    """Window from the earliest open lot, price, quality and terms from the listing."""
    product = catalogue.get_product(session, listing.product_id)
    return blank(
        ProposalForm,
        price=language.number(listing.price_from) if listing.price_from else None,
        price_basis=listing.price_basis,
        kind="spot",
        version=1,
        **_window(session, listing.id),
        **_terms(Terms.of(listing)),
        **present.spec_fields(session, product, listing.spec),
    )


def of_link(
    session: Session, link: Link, *, listing: Listing | None = None, window: tuple[date, date] | None = None
) -> Filled[ProposalForm]:
    """What an agreement says; its window, or another one, or that of the listing's next lot."""
    product = catalogue.get_product(session, link.product_id)
    if listing is not None:
        days: dict[str, Any] = _window(session, listing.id)
    else:
        first, last = window or (link.from_date, link.to_date)
        days = {"from": first.isoformat(), "to": last.isoformat()}
    return blank(
        ProposalForm,
        volume=_volume(product, link.volume),
        price=language.number(link.price) if link.price else None,
        price_basis=link.price_basis,
        kind=link.kind,
        covers_inputs="1" if link.covers_inputs else None,
        covers_production="1" if link.covers_production else None,
        covers_processing="1" if link.covers_processing else None,
        area=None if link.area_m2 is None else language.number(link.area_m2 / 10_000),
        households=link.households,
        version=link.version,
        **days,
        **_terms(Terms.of(link)),
        **present.spec_fields(session, product, link.spec),
    )


def _volume(product: Product, volume: int) -> str:
    return language.volume(volume, product.unit, catalogue.piece_of(product))


def _window(session: Session, listing_id: int) -> dict[str, str]:
    today = clock.today()
    lots = [lot for lot in listings.open_lots(session, listing_id=listing_id, on=today) if lot.available]
    if not lots:
        return {}
    return {"from": max(lots[0].from_date, today).isoformat(), "to": lots[0].to_date.isoformat()}


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "delivery_place": terms.delivery_place_id,
        "carrier": terms.carrier,
        "payment": terms.payment,
        "payment_days": terms.payment_days,
        "tolerance": None if terms.tolerance is None else terms.tolerance // 100,
        "deposit": terms.deposit,
        "contract_wanted": "1" if terms.contract_wanted else None,
        "weighed_at": terms.weighed_at,
        "deductions": terms.deductions,
    }
