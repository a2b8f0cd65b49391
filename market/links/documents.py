"""An agreement as programs of its two sides are told it."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.catalogue.models import Product, Season
from market.inquiries import documents as inquiries
from market.inquiries.documents import OfferTold
from market.links import checks, history, queries, renewals
from market.links.listed import LinkRow
from market.links.queries import DeliveryCard
from market.listings import documents
from market.listings import queries as listings
from market.listings.documents import Assisted, Qualities, ReferenceTold, SizePriceTold, TradeTerms
from market.listings.searching import as_number, as_unit
from market.web.api import Amount, Model, Name, Paged


class LinkLineTold(Model):
    """A line of the schedule with what was delivered against it."""

    id: int
    from_: date = Field(alias="from")
    to: date
    volume: Amount
    delivered: Amount


class DeliveryTold(Model):
    """Goods handed over. It counts as delivered once it is confirmed or settled."""

    id: int
    link_id: int
    on_date: date
    state: str = Field(
        description="recorded, confirmed, contested or settled",
        pattern="^(recorded|confirmed|contested|settled)$",
    )
    side: str = Field(description="seller or buyer: who recorded it")
    gross: Amount
    deducted: Amount
    reason: str | None = Field(description="why something was deducted")
    accepted: Amount
    value: int = Field(description="đồng")
    by_silence: bool = Field(description="confirmed because the other side did not answer for seven days")
    beyond_agreed: bool = Field(
        description="with it more than agreed is delivered, beyond the tolerance: silence does not confirm it"
    )
    mine_to_confirm: bool
    recorded_at: datetime
    paid_on: date | None = Field(description="as the seller has noted it")
    assisted: Assisted


class StepTold(Model):
    """A step of the agreement's life."""

    state: str
    on_date: date
    side: str | None
    reason: str | None


class AmendmentTold(Model):
    """Other terms that one side proposes for the whole agreement; until the other accepts nothing changes."""

    id: int
    side: str = Field(description="seller or buyer: who proposes them")
    offer: OfferTold


class CheckTold(Model):
    """What has to pass before goods are handed over, as it stands."""

    check: str = Field(description="sample, antibiotics or residues")
    step: str = Field(description="asked, done, passed or failed")
    on_date: date | None
    paper: str | None = Field(description="number of the slip, or the laboratory")


class LinkDocument(Model):
    """An agreement."""

    id: int
    url: str = Field(description="its page")
    side: str = Field(description="seller or buyer: the asker's own")
    inquiry_id: int | None
    state: str = Field(
        description="provisional, active, lapsed, fulfilled, short or ended_early",
        pattern="^(provisional|active|lapsed|fulfilled|short|ended_early)$",
    )
    at_risk: bool
    waits_for: str | None = Field(description="deposit, contract or authority")
    provisional_until: datetime | None
    version: int
    kind: str = Field(description="spot, season or linkage")
    form: int | None = Field(description="of Decree 98/2018; a sale alone has none")
    contract: str
    contract_number: str | None
    contract_date: date | None
    product: str = Field(description="slug")
    product_name: Name
    unit: str = Field(description="kg or piece")
    seller: str
    seller_code: str
    buyer: str
    price_kind: str = Field(description="fixed, table, reference or labour")
    price: int = Field(
        description="đồng per kg or piece; of a table what it counts at, of a reference the estimate"
    )
    prices: list[SizePriceTold]
    reference: ReferenceTold | None
    price_basis: str
    volume: Amount
    value: int = Field(description="đồng; estimated of a reference and of all output, wages of labour")
    covers: list[str]
    area: float | None = Field(description="hectares")
    area_base: str | None
    households: int | None
    season: str | None = Field(description="code of a season")
    lead: str = Field(description="seller, buyer or other: who leads")
    all_output: bool = Field(description="all that the area gives: the volume is an estimate of it")
    delivered: Amount
    committed: Amount
    from_: date = Field(alias="from")
    to: date
    agreed_at: datetime
    spec: Qualities
    terms: TradeTerms
    checks: list[CheckTold] = Field(description="while one has not passed no delivery is recorded")
    schedule: list[LinkLineTold]
    deliveries: list[DeliveryTold] = Field(description="the latest first")
    history: list[StepTold]
    amendment: AmendmentTold | None = Field(description="the other terms that wait for an answer")
    awaits_side: str | None = Field(description="whose yes to what the other side recorded it still lacks")
    renewable: bool = Field(description="it has ended, or is in its last month")
    renews_id: int | None = Field(description="the agreement that it renews")
    renewed_by_id: int | None = Field(description="the agreement that renews it")
    assisted: Assisted


class LinkRowTold(Model):
    """An agreement in the list."""

    id: int
    url: str
    side: str
    state: str
    version: int
    other: str = Field(description="name of the other side")
    product_name: Name
    volume: Amount
    delivered: Amount
    unit: str
    price: int
    price_kind: str
    from_: date = Field(alias="from")
    to: date
    waits_for_me: bool = Field(description="a delivery is the asker's to confirm")


class LinkRows(Paged):
    """A page of one's agreements, newest first."""

    links: list[LinkRowTold]


def tell_row(row: LinkRow, *, url: str) -> LinkRowTold:
    """An agreement of the list."""
    return LinkRowTold(
        id=row.id,
        url=url,
        side=row.side,
        state=row.state,
        version=row.version,
        other=row.other_name,
        product_name=Name.of(row.product),
        volume=as_number(row.volume, row.unit),
        delivered=as_number(row.delivered, row.unit),
        unit=as_unit(row.unit),
        price=row.price,
        price_kind=row.price_kind,
        from_=row.from_date,
        to=row.to_date,
        waits_for_me=row.waits_for_me,
    )


def tell_link(session: Session, *, party_id: int, link_id: int, url: str) -> LinkDocument:
    """The whole agreement for one of its sides."""
    link = queries.get_link(session, party_id=party_id, link_id=link_id)
    product = catalogue.get_product(session, link.product_id)
    definitions = catalogue.specs_of(session, product)

    def amount(base_units: int) -> int | float:
        return as_number(base_units, link.unit)

    return LinkDocument(
        id=link.id,
        url=url,
        side=link.side,
        inquiry_id=link.inquiry_id,
        state=link.state,
        at_risk=link.at_risk,
        waits_for=link.waits_for,
        provisional_until=link.provisional_until,
        version=link.version,
        kind=link.kind,
        form=link.form,
        contract=link.contract,
        contract_number=link.contract_number,
        contract_date=link.contract_date,
        product=product.slug,
        product_name=Name.of(link.product),
        unit=as_unit(link.unit),
        seller=link.seller,
        seller_code=link.seller_code,
        buyer=link.buyer,
        price_kind=link.price_kind,
        price=link.price,
        prices=documents.tell_table(link.prices, listings.size_of(definitions)),
        reference=documents.tell_reference(link.reference),
        price_basis=link.price_basis,
        volume=amount(link.volume),
        value=link.value,
        covers=list(link.covers),
        area=None if link.area_m2 is None else link.area_m2 / 10_000,
        area_base=link.area_base,
        households=link.households,
        season=_season(session, link.season_id),
        lead=link.lead,
        all_output=link.all_output,
        delivered=amount(link.delivered),
        committed=amount(link.committed),
        from_=link.from_date,
        to=link.to_date,
        agreed_at=link.agreed_at,
        spec=spec.tell(definitions, link.spec),
        terms=documents.tell_terms(session, link.terms),
        checks=[
            CheckTold(check=one.code, step=one.step, on_date=one.on_date, paper=one.paper)
            for one in checks.of(session, link_id=link_id, terms=link.terms)
        ],
        schedule=[
            LinkLineTold(
                id=line.id,
                from_=line.from_date,
                to=line.to_date,
                volume=amount(line.volume),
                delivered=amount(line.delivered),
            )
            for line in link.lines
        ],
        deliveries=[tell_delivery(one, link_id, link.unit) for one in link.deliveries],
        history=[
            StepTold(state=state, on_date=day, side=side, reason=reason)
            for state, day, side, reason in link.steps
        ],
        amendment=_amendment(session, link_id, product) if link.version > 1 else None,
        awaits_side=link.awaits_side,
        renewable=renewals.is_open_to(link),
        renews_id=link.chain.renews,
        renewed_by_id=link.chain.renewed_by,
        assisted=link.assisted,
    )


def _season(session: Session, season_id: int | None) -> str | None:
    return session.get_one(Season, season_id).code if season_id else None


def _amendment(session: Session, link_id: int, product: Product) -> AmendmentTold | None:
    proposed = history.changes_of(session, link_id=link_id).proposed
    if proposed is None:
        return None
    offer = inquiries.tell_offer(session, proposed.card, product)
    return AmendmentTold(id=proposed.id, side=proposed.side, offer=offer)


def tell_delivery(card: DeliveryCard, link_id: int, unit: str) -> DeliveryTold:
    """One delivery of a side's agreement, without its weighings."""
    return DeliveryTold(
        id=card.id,
        link_id=link_id,
        on_date=card.on_date,
        state=card.state,
        side=card.side,
        gross=as_number(card.gross, unit),
        deducted=as_number(card.deducted, unit),
        reason=card.reason,
        accepted=as_number(card.accepted, unit),
        value=card.value,
        by_silence=card.by_silence,
        beyond_agreed=card.beyond,
        mine_to_confirm=card.mine_to_confirm,
        recorded_at=card.recorded_at,
        paid_on=card.paid_on,
        assisted=card.assisted,
    )
