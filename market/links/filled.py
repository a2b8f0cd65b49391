"""The form of a proposal, filled with what an agreement says: for amending and for renewing. With what a
listing says it is filled in inquiries/present.py. Sensible values only; no rule stands here.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.inquiries import present, schedules
from market.inquiries.forms import ProposalForm
from market.links import agreed
from market.links import service as links
from market.links.models import Link
from market.listings.models import Listing
from market.listings.terms import Terms
from market.web import language
from market.web.forms import Filled, blank


def of_link(session: Session, link: Link, *, listing: Listing | None = None) -> Filled[ProposalForm]:
    """What an agreement says with its schedule; with a listing from its next lot's first day on."""
    product = catalogue.get_product(session, link.product_id)
    show = partial(language.volume, unit=product.unit, piece=catalogue.piece_of(product))
    lines = [(line.from_date, line.to_date, line.volume) for line in links.lines_of(session, link)]
    if listing is not None:
        days: dict[str, Any] = {"volume": show(link.volume), **present.next_window(session, listing.id)}
        if len(lines) > 1 and days.get("from"):
            days = schedules.fields(schedules.moved(lines, date.fromisoformat(days["from"])), show)
    else:
        days = schedules.fields(lines or [(link.from_date, link.to_date, link.volume)], show)
    return blank(
        ProposalForm,
        price_basis=link.price_basis,
        kind=link.kind,
        covers_inputs="1" if link.covers_inputs else None,
        covers_production="1" if link.covers_production else None,
        covers_processing="1" if link.covers_processing else None,
        area=present.hectares(link.area_m2),
        area_base=link.area_base,
        all_output="1" if link.all_output else None,
        households=link.households,
        lead=link.lead,
        version=link.version,
        **days,
        **present.price_fields(session, product, agreed.pricing_of(session, link)),
        **present.terms_fields(Terms.of(link)),
        **present.spec_fields(session, product, link.spec),
    )
