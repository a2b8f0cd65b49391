"""A delivery as programs of the agreement's two sides are told it: its weighings, and what was said of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.catalogue.spec import Definition
from market.errors import NotFound
from market.links import claims, documents, queries
from market.links.claims import Claim, WeighedLine
from market.links.documents import DeliveryTold
from market.listings.documents import Qualities
from market.listings.searching import as_number
from market.web.api import Amount, Model


class WeighingTold(Model):
    """A weighing as it was recorded."""

    line: int = Field(description="counted from 1: by it a weighing is contested")
    gross: Amount
    deducted: Amount
    reason: str | None = Field(description="why something was deducted")
    accepted: Amount
    price: int = Field(description="đồng per kg or piece")
    value: int = Field(description="đồng")
    off_table: bool = Field(description="its size is in no line of the agreed table of prices")
    spec: Qualities
    turn: str | None = Field(description="seller or buyer: who may now say what it found of this weighing")


class ClaimTold(Model):
    """What a side, or the department, found of the whole delivery or of one weighing."""

    line: int | None = Field(description="the weighing's; null: of the whole delivery")
    side: str = Field(description="seller, buyer or officer")
    what: str = Field(description="volume, size, deduction or price")
    gross: Amount
    deducted: Amount
    reason: str | None = Field(description="why something was deducted")
    accepted: Amount
    price: int = Field(description="đồng per kg or piece")
    value: int = Field(description="đồng")
    off_table: bool = Field(description="its size is in no line of the agreed table of prices")
    spec: Qualities
    made_at: datetime
    settled: bool = Field(description="the other side agreed, or an officer has said it")
    ground: str | None = Field(description="of an officer's; told in answers to GET alone")
    message: str | None = Field(description="written beside it; told in answers to GET alone")


class DeliveryDocument(DeliveryTold):
    """A delivery with its weighings, and all that was found of them."""

    weighings: list[WeighingTold]
    claims: list[ClaimTold] = Field(
        description="the first one first; once settled the last, or the last of each weighing, counts"
    )


def tell(session: Session, *, party_id: int, link_id: int, delivery_id: int, words: bool) -> DeliveryDocument:
    """A delivery of a side's agreement; ``words``: with what an officer wrote."""
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    card = next((one for one in queries.deliveries_of(session, link, side) if one.id == delivery_id), None)
    if card is None:
        raise NotFound
    product = catalogue.get_product(session, link.product_id)
    definitions = catalogue.specs_of(session, product)
    claimed = claims.of_link(session, link_id=link_id)
    lines = claims.lines_of(session, link_id=link_id, said=claimed)
    told = documents.tell_delivery(card, link_id, product.unit)
    return DeliveryDocument(
        **dict(told),
        weighings=[_weighing(one, product.unit, definitions) for one in lines[delivery_id]],
        claims=[_claim(one, product.unit, definitions, words=words) for one in claimed.get(delivery_id, ())],
    )


def _weighing(one: WeighedLine, unit: str, definitions: Sequence[Definition]) -> WeighingTold:
    return WeighingTold(
        line=one.line,
        gross=as_number(one.gross, unit),
        deducted=as_number(one.deducted, unit),
        reason=one.reason,
        accepted=as_number(one.accepted, unit),
        price=one.price,
        value=one.value,
        off_table=one.off_table,
        spec=spec.tell(definitions, one.spec),
        turn=one.turn,
    )


def _claim(one: Claim, unit: str, definitions: Sequence[Definition], *, words: bool) -> ClaimTold:
    return ClaimTold(
        line=one.line,
        side=one.side,
        what=one.code,
        gross=as_number(one.gross, unit),
        deducted=as_number(one.deducted, unit),
        reason=one.reason,
        accepted=as_number(one.accepted, unit),
        price=one.price,
        value=one.value,
        off_table=one.off_table,
        spec=spec.tell(definitions, one.spec),
        made_at=one.made_at,
        settled=one.settled,
        ground=one.ground if words else None,
        message=one.words if words else None,
    )
