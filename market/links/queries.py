"""Reading links: whose they are, what was delivered, one link with its schedule, commitments and deliveries.
A link exists for its two parties; officers read it with their duty. Their list is read in listed.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market.assisted import queries as assisted
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.errors import NotFound
from market.links import agreed, chain
from market.links.models import ENDED, Commitment, Delivery, Link, LinkLine, LinkState, Weighing
from market.links.record import Record, record_of
from market.listings.pricing import PriceLine, Pricing, Reference
from market.listings.terms import Terms
from market.parties.models import Party, PartyContact
from market.words import Named, Words, t

__all__ = ["Record", "record_of"]

Side = Literal["seller", "buyer"]

#: Delivered is what the other side, or an officer, has said yes to.
COUNTED = ("confirmed", "settled")
PAGE_SIZE = 30


def link_for(session: Session, *, party_id: int, link_id: int) -> tuple[Link, Side]:
    """The party's own link and the side it stands on; ``NotFound`` for anybody else."""
    link = session.get(Link, link_id)
    if link is None or party_id not in (link.buyer_id, link.seller_id):
        raise NotFound
    return link, "buyer" if party_id == link.buyer_id else "seller"


def find_link_of(session: Session, *, inquiry_id: int) -> int | None:
    """The id of the link that an inquiry became."""
    return session.scalar(sa.select(Link.id).where(Link.inquiry_id == inquiry_id))


def delivered(session: Session, *, link_id: int) -> int:
    """Confirmed accepted volume of a link, in base units."""
    total = session.scalar(
        sa.select(sa.func.sum(Delivery.accepted)).where(
            Delivery.link_id == link_id, Delivery.state.in_(COUNTED)
        )
    )
    return int(total or 0)


def most_of(link: Link) -> int | None:
    """What a link takes without the other side's yes to each delivery: the agreed volume and its tolerance.
    None of all that an area gives: its volume is an estimate.
    """
    return None if link.all_output else link.volume * (10_000 + (link.tolerance or 0)) // 10_000


def state_words(link: Any) -> Words:
    """A link's state as both sides read it; takes a row with ``state``, ``at_risk``, ``waits_for`` and
    ``awaits_side``.
    """
    match link.state:
        case "provisional" if link.awaits_side == "buyer":
            return t("Waiting for the buyer's yes")
        case "provisional" if link.awaits_side == "seller":
            return t("Waiting for the seller's yes")
        case "provisional":
            return {
                "deposit": t("Waiting for the deposit"),
                "contract": t("Waiting for the signed contract"),
            }.get(link.waits_for or "", t("Waiting for the signed paper"))
        case "active":
            return t("At risk of falling short") if link.at_risk else t("In force")
        case "lapsed" if link.awaits_side == "buyer":
            return t("The buyer did not say yes")
        case "lapsed" if link.awaits_side == "seller":
            return t("The seller did not say yes")
        case "lapsed":
            return t("Lapsed, the condition was not met")
        case "fulfilled":
            return t("Fulfilled")
        case "short":
            return t("Ended, delivered short")
    return t("Ended early")


def state_tone(link: Any) -> str:
    """The colour of a state's dot; the word says it too."""
    if link.state == "active":
        return "bad" if link.at_risk else "good"
    return {"provisional": "wait", "fulfilled": "good", "short": "bad"}.get(link.state, "off")


class Step(NamedTuple):
    """A state that an agreement came to: on which day, by which side and for which of END_REASONS, if any."""

    state: str
    on_date: date
    side: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class LineCard:
    """A schedule line with what was delivered against it, in base units."""

    id: int
    from_date: date
    to_date: date
    volume: int
    delivered: int


@dataclass(frozen=True, slots=True)
class DeliveryCard:
    """A delivery as both sides see it."""

    id: int
    on_date: date
    state: str
    state_words: Words
    tone: str
    side: Side
    accepted: int
    value: int
    gross: int
    deducted: int
    reason: str | None
    mine_to_confirm: bool
    recorded_at: datetime
    by_silence: bool
    #: With it more than was agreed is delivered: it waits for a yes, silence does not confirm it.
    beyond: bool
    paid_on: date | None
    off_table: bool
    #: Entered by an officer: what the unit says of it (assisted/labels.py).
    assisted: str | None

    @property
    def deduction_stands(self) -> bool:
        """Whether something was deducted, and what counts is what was weighed less that: no longer once
        another volume was settled.
        """
        return bool(self.deducted) and self.gross - self.deducted == self.accepted


@dataclass(frozen=True, slots=True)
class LinkPage:
    """A link as one side sees it. Volumes in base units, money in đồng, area in m²."""

    id: int
    side: Side
    inquiry_id: int | None
    state: str
    state_words: Words
    tone: str
    at_risk: bool
    waits_for: str | None
    awaits_side: str | None
    provisional_until: datetime | None
    kind: str
    form: int | None
    origin: str
    contract: str
    contract_number: str | None
    contract_date: date | None
    product: Named
    unit: str
    piece: Named | None
    product_id: int
    spec: dict[str, Any]
    seller: str
    seller_code: str
    buyer: str
    other_phone: str | None
    price: int
    price_basis: str
    price_kind: str
    prices: tuple[PriceLine, ...]
    reference: Reference | None
    all_output: bool
    area_m2: int | None
    area_base: str | None
    households: int | None
    covers: tuple[str, ...]
    season_id: int | None
    lead: str
    volume: int
    value: int
    delivered: int
    delivered_parts: int
    from_date: date
    to_date: date
    agreed_at: datetime
    terms: Terms
    version: int
    lines: tuple[LineCard, ...]
    deliveries: tuple[DeliveryCard, ...]
    committed: int
    steps: tuple[Step, ...]
    #: A side's yes was entered by an officer: what that side says of it.
    assisted: str | None
    chain: chain.Chain

    @property
    def pricing(self) -> Pricing:
        """How its price is made."""
        return Pricing(self.price_kind, self.price, self.prices, self.reference)

    @property
    def ended(self) -> Step | None:
        """The step by which it came to its end."""
        return ended(self, self.steps)


def get_link(session: Session, *, party_id: int, link_id: int) -> LinkPage:
    """The whole agreement for one of its two sides, in seven SELECTs whatever its length,
    eight with a table of prices."""
    link, side = link_for(session, party_id=party_id, link_id=link_id)
    seller, buyer = aliased(Party), aliased(Party)
    other_id = link.buyer_id if side == "seller" else link.seller_id
    product, seller_name, seller_code, buyer_name, phone, entered, *around = session.execute(
        sa.select(
            Product,
            seller.name,
            seller.code,
            buyer.name,
            PartyContact.phone,
            assisted.of_link(Link.id),
            *chain.columns(),
        )
        .select_from(Link)
        .join(Product, Product.id == Link.product_id)
        .join(seller, seller.id == Link.seller_id)
        .join(buyer, buyer.id == Link.buyer_id)
        .outerjoin(PartyContact, PartyContact.party_id == other_id)
        .where(Link.id == link_id)
    ).one()
    deliveries = deliveries_of(session, link, side)
    done = sum(one.accepted for one in deliveries if one.state in COUNTED)
    committed = session.scalar(
        sa.select(sa.func.sum(Commitment.volume - Commitment.released)).where(Commitment.link_id == link.id)
    )
    made = agreed.pricing_of(session, link)
    return LinkPage(
        id=link.id,
        side=side,
        inquiry_id=link.inquiry_id,
        state=link.state,
        state_words=state_words(link),
        tone=state_tone(link),
        at_risk=link.at_risk,
        waits_for=link.waits_for,
        awaits_side=link.awaits_side,
        provisional_until=link.provisional_until,
        kind=link.kind,
        form=link.form,
        origin=link.origin,
        contract=link.contract,
        contract_number=link.contract_number,
        contract_date=link.contract_date,
        product=Named(product.name_vi, product.name_en),
        unit=product.unit,
        piece=catalogue.piece_of(product),
        product_id=product.id,
        spec=link.spec,
        seller=seller_name,
        seller_code=seller_code,
        buyer=buyer_name,
        other_phone=phone,
        price=link.price,
        price_basis=link.price_basis,
        price_kind=link.price_kind,
        prices=made.lines,
        reference=made.reference,
        all_output=link.all_output,
        area_m2=link.area_m2,
        area_base=link.area_base,
        households=link.households,
        covers=tuple(one for one in ("inputs", "production", "processing") if getattr(link, f"covers_{one}")),
        season_id=link.season_id,
        lead=link.lead,
        volume=link.volume,
        value=link.value,
        delivered=done,
        delivered_parts=min(100, done * 100 // link.volume) if link.volume else 0,
        from_date=link.from_date,
        to_date=link.to_date,
        agreed_at=link.agreed_at,
        terms=Terms.of(link),
        version=link.version,
        lines=lines_of(session, link),
        deliveries=deliveries,
        committed=int(committed or 0),
        steps=steps_of(session, link),
        assisted=entered,
        chain=chain.Chain(*around),
    )


def steps_of(session: Session, link: Link) -> tuple[Step, ...]:
    """Its states one after the other."""
    chosen = sa.select(LinkState.state, LinkState.on_date, LinkState.by_side, LinkState.reason)
    rows = session.execute(chosen.where(LinkState.link_id == link.id).order_by(LinkState.id))
    return tuple(Step(*row) for row in rows)


def ended(link: Any, steps: Sequence[Step]) -> Step | None:
    """The step by which it came to its end, if it has; a no to what was agreed by phone needs no reason.
    Takes a row with ``state`` and ``awaits_side``.
    """
    if link.state not in ENDED:
        return None
    return steps[-1]._replace(reason=None) if link.awaits_side else steps[-1]


def lines_of(session: Session, link: Link) -> tuple[LineCard, ...]:
    """The schedule as it stands, with what was delivered against each line."""
    done = (
        sa.select(sa.func.coalesce(sa.func.sum(Delivery.accepted), 0))
        .where(Delivery.line_id == LinkLine.id, Delivery.state.in_(COUNTED))
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(LinkLine.id, LinkLine.from_date, LinkLine.to_date, LinkLine.volume, done)
        .where(LinkLine.link_id == link.id, LinkLine.replaced_at.is_(None))
        .order_by(LinkLine.position)
    )
    return tuple(LineCard(id_, first, last, volume, int(sum_)) for id_, first, last, volume, sum_ in rows)


DELIVERY_WORDS = {
    "recorded": (t("Waiting to be confirmed"), "wait"),
    "confirmed": (t("Confirmed"), "good"),
    "contested": (t("Contested"), "bad"),
    "settled": (t("Settled"), "good"),
}

#: Of a delivery that nobody on the other side can confirm, and of one that nobody answered for.
DECLARED = t("Declared by one side")
BY_SILENCE = t("Counts as confirmed: nobody answered")


def deliveries_of(session: Session, link: Link, side: Side) -> tuple[DeliveryCard, ...]:
    """A link's deliveries, the latest first, as one side reads them."""
    rows = session.execute(
        sa.select(
            Delivery,
            sa.func.sum(Weighing.gross).label("gross"),
            sa.func.sum(Weighing.deducted).label("deducted"),
            sa.func.max(Weighing.reason).label("reason"),
            sa.func.max(sa.case((Weighing.off_table, 1), else_=0)).label("off_table"),
            assisted.of_delivery(Delivery.id),
        )
        .join(Weighing, Weighing.delivery_id == Delivery.id)
        .where(Delivery.link_id == link.id)
        .group_by(Delivery.id)
        .order_by(Delivery.on_date.desc(), Delivery.id.desc())
    ).all()
    most = most_of(link)
    done = sum(one.accepted for one, *_ in rows if one.state in COUNTED)
    return tuple(
        DeliveryCard(
            id=one.id,
            on_date=one.on_date,
            state=one.state,
            state_words=_delivery_words(link, one),
            tone="wait" if one.by_silence else DELIVERY_WORDS[one.state][1],
            side="seller" if one.recorded_side == "seller" else "buyer",
            accepted=one.accepted,
            value=one.value,
            gross=int(gross),
            deducted=int(deducted),
            reason=reason,
            mine_to_confirm=one.state == "recorded" and one.recorded_side != side,
            recorded_at=one.recorded_at,
            by_silence=one.by_silence,
            beyond=one.state == "recorded" and most is not None and done + one.accepted > most,
            paid_on=one.paid_on,
            off_table=bool(off_table),
            assisted=entered,
        )
        for one, gross, deducted, reason, off_table, entered in rows
    )


def _delivery_words(link: Link, delivery: Delivery) -> Words:
    if link.origin == "declared_one":
        return DECLARED
    return BY_SILENCE if delivery.by_silence else DELIVERY_WORDS[delivery.state][0]
