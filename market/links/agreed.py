"""What an agreement gives for delivered goods: the price that its terms say, by its kind. Of a table the line
of the size found, of a reference the stated price within its limits. The table is written here too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.catalogue.spec import Definition
from market.errors import Invalid
from market.inquiries import queries as inquiries
from market.inquiries.models import Offer
from market.links.models import Link, Weighing
from market.links.price_models import LinkPrice
from market.listings import pricing, wording
from market.listings import queries as listings
from market.listings.pricing import PriceLine, Pricing
from market.words import t


@dataclass(frozen=True, slots=True)
class Weighed:
    """A weighing line: gross and deducted in base units, the price in đồng (None: as agreed)."""

    gross: int
    deducted: int = 0
    reason: str | None = None
    price: int | None = None
    spec: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agreed:
    """How an agreement's price is made, by which quality its table is sorted, and the agreed size."""

    pricing: Pricing
    size: Definition | None = None
    stated: Sequence[int] | None = None

    def found(self, quality: Mapping[str, Any]) -> Sequence[int] | None:
        """The size of what was weighed: as found, else as agreed."""
        return None if self.size is None else quality.get(self.size.key) or self.stated


def of(session: Session, link: Link) -> Agreed:
    """What an agreement says of its price now."""
    if link.price_kind != "table":
        return Agreed(pricing_of(session, link))
    product = catalogue.get_product(session, link.product_id)
    size = listings.size_of(catalogue.specs_of(session, product))
    stated = link.spec.get(size.key) if size is not None else None
    return Agreed(pricing_of(session, link), size, stated)


def pricing_of(session: Session, link: Link) -> Pricing:
    """How its price is made; the table is read where it has one."""
    lines = lines_of(session, link_id=link.id) if link.price_kind == "table" else ()
    return Pricing(link.price_kind, link.price, lines, pricing.reference_of(link.price_reference))


def lines_of(session: Session, *, link_id: int) -> tuple[PriceLine, ...]:
    """The table of prices as it stands."""
    rows = session.scalars(
        sa.select(LinkPrice)
        .where(LinkPrice.link_id == link_id, LinkPrice.replaced_at.is_(None))
        .order_by(LinkPrice.position)
    )
    return tuple(PriceLine(row.size_from, row.size_to, row.price) for row in rows)


def write_table(session: Session, link: Link, offer: Offer) -> None:
    """The table of an accepted offer becomes the agreement's; what held so far stays as replaced. One that
    has no table never gets one: how its price is made is not amended.
    """
    if link.price_kind != "table":
        return
    session.execute(
        sa.update(LinkPrice)
        .where(LinkPrice.link_id == link.id, LinkPrice.replaced_at.is_(None))
        .values(replaced_at=clock.now()),
        execution_options={"synchronize_session": "fetch"},
    )
    for position, line in enumerate(inquiries.pricing_of(session, offer).lines, start=1):
        session.add(
            LinkPrice(
                link_id=link.id,
                position=position,
                size_from=line.size_from,
                size_to=line.size_to,
                price=line.price,
            )
        )


def price_for(agreed: Agreed, weighed: Weighed) -> tuple[int, bool]:
    """The price of what was weighed, in đồng per kg or piece, and whether its size is outside the table.

    Refuses what no price follows from (the words ask for it), and one outside a reference's limits.
    """
    made, said = agreed.pricing, weighed.price
    if made.kind == "table":
        size = agreed.found(weighed.spec)
        line = None if size is None else pricing.line_of(made.lines, size)
        if said is not None:
            return said, size is not None and line is None
        if line is not None:
            return line.price, False
        if size is None:
            name = agreed.size.field if agreed.size else "price"
            raise Invalid(t("Please write the size that was found: the price follows from it."), field=name)
        words = t(
            "{size} is in no line of the agreed table of prices. Please write the price for it.",
            size=wording.size(agreed.size, size[0], size[1]),
        )
        raise Invalid(words, field="price")
    if made.kind == "reference":
        if said is None:
            raise Invalid(
                t("Please write the price of this delivery: so far it is estimated."), field="price"
            )
        pricing.check_within(made.reference, said)
        return said, False
    return (made.price or 0) if said is None else said, False


def as_it_stands(agreed: Agreed, weighed: Weighed, rows: Sequence[Weighing]) -> Weighed:
    """What was found at the price of the weighings that it is about, unless another price, or another size
    of a table, was found. Refuses to guess where they have several prices.
    """
    if weighed.price is not None:
        return weighed
    quality = dict(weighed.spec)
    if agreed.pricing.kind == "table" and agreed.size is not None:
        key = agreed.size.key
        if key in quality:
            return weighed
        if key in rows[0].spec and all(row.spec.get(key) == rows[0].spec[key] for row in rows):
            quality[key] = rows[0].spec[key]
    if any(row.price != rows[0].price for row in rows):
        raise Invalid(t("The weighings have several prices: please write the one that holds."), field="price")
    return replace(weighed, price=rows[0].price, spec=quality)
