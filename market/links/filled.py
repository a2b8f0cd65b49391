"""The form of a proposal, filled with what an agreement says: for amending and for renewing. With what a
listing says it is filled in inquiries/present.py. Sensible values only; no rule stands here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.inquiries import present
from market.inquiries.forms import ProposalForm
from market.links.models import Link
from market.listings.models import Listing
from market.listings.terms import Terms
from market.web import language
from market.web.forms import Filled, blank


def of_link(
    session: Session, link: Link, *, listing: Listing | None = None, window: tuple[date, date] | None = None
) -> Filled[ProposalForm]:
    """What an agreement says; its window, or another one, or that of the listing's next lot."""
    product = catalogue.get_product(session, link.product_id)
    if listing is not None:
        days: dict[str, Any] = present.next_window(session, listing.id)
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
        **present.terms_fields(Terms.of(link)),
        **present.spec_fields(session, product, link.spec),
    )


def _volume(product: Product, volume: int) -> str:
    return language.volume(volume, product.unit, catalogue.piece_of(product))
