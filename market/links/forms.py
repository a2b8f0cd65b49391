"""What people fill in on an agreement: a delivery (a number, with gross and deductions folded under it), the
signed contract, the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from market.catalogue import amounts
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.errors import Invalid
from market.links.deliveries import Weighed
from market.web.forms import Day, Filled, Line, OptionalLine, Whole, fill


class DeliveryForm(BaseModel):
    """A delivery as typed; volumes are text, because their units are the product's."""

    gross: Line
    on_date: Day
    deducted: OptionalLine = ""
    deduction_reason: OptionalLine = ""
    price: OptionalLine = ""


class ContractForm(BaseModel):
    """The signed paper that a side puts up."""

    contract_number: Line
    contract_date: Day


class EndForm(BaseModel):
    """Closing an agreement."""

    version: Whole
    reason: OptionalLine = "agreed"


def read_delivery(
    session: Session, raw: Mapping[str, Any], product: Product, language: str
) -> tuple[Filled[DeliveryForm], Weighed | None]:
    """The form and, when it holds, its one weighing line in base units."""
    form = fill(DeliveryForm, dict(raw))
    found: dict[str, int | None] = {"gross": 0, "deducted": 0, "price": None}
    packs, piece = catalogue.pack_sizes_of(session, product), catalogue.piece_of(product)
    for name in ("gross", "deducted"):
        text = str(raw.get(name) or "").strip()
        if not text or (name == "deducted" and text.strip("0,. ") == ""):
            continue
        try:
            found[name] = amounts.parse_volume(
                text, unit=product.unit, language=language, packs=packs, piece=piece, field=name
            )
        except Invalid as wrong:
            form.errors.setdefault(name, wrong.words)
    if text := str(raw.get("price") or "").strip():
        try:
            found["price"] = amounts.parse_price(text, language=language)
        except Invalid as wrong:
            form.errors.setdefault("price", wrong.words)
    if not form.ok or form.value is None:
        form.status = 422
        return form, None
    return form, Weighed(
        gross=found["gross"] or 0,
        deducted=found["deducted"] or 0,
        reason=form.value.deduction_reason or None,
        price=found["price"],
    )
