"""What programs send to ask and to answer: a proposal in the words of the JSON API, and what it says in base
units. Amounts, qualities and terms are read as those of listings are (listings/bodies.py).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema
from sqlalchemy.orm import Session

from market.catalogue import spec
from market.errors import Invalid, under
from market.inquiries.proposals import Line, Proposal
from market.listings import bodies, pricing
from market.listings.bodies import Basis, Qualities, ReferenceBody, SizePriceBody, TermsBody
from market.listings.forms import Goods
from market.listings.pricing import MOST_LINES as MOST_SIZES
from market.listings.pricing import Kind as PriceKind
from market.listings.pricing import Pricing
from market.web.forms import Prose, Refused
from market.web.sent import Amount, Body, Bool, Count, Day, Id, Number, Price, Text, Unit, Whole
from market.words import t

MOST_LINES = 60
Part = Literal["inputs", "production", "processing"]
DeclineReason = Literal["price", "volume", "quality", "window", "place", "sold_out", "other"]


def _hectares(area: Decimal) -> Decimal:
    if not 0 < area <= 100_000:
        raise Refused(t("Please write the area in hectares, as 12.5."))
    return area


Area = Annotated[
    Number,
    AfterValidator(_hectares),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 100_000, "description": "hectares"}),
]


class ScheduleLine(Body):
    """A volume from a day to a day."""

    from_: Day = Field(alias="from")
    to: Day
    volume: Amount


class PricedBody(Body):
    """How a price is made."""

    price_kind: (
        Annotated[
            PriceKind,
            Field(
                description="without it: fixed where a price is said, else as what it answers to; "
                "for work that is paid it is labour always"
            ),
        ]
        | None
    ) = None
    price: (
        Annotated[
            Price, Field(description="of a reference price the estimate; of a table it may be left out")
        ]
        | None
    ) = None
    prices: Annotated[
        list[SizePriceBody],
        Field(default_factory=list, max_length=MOST_SIZES, description="a price for each size"),
    ]
    reference: ReferenceBody | None = None


class ProposalBody(PricedBody):
    """A proposal: how much, when (``from`` and ``to``, or a ``schedule``), what quality, at what price."""

    volume: Annotated[Amount, Field(description="the whole; with a schedule it may be left out")] | None = (
        None
    )
    unit: Unit | None = None
    spec: Annotated[Qualities, Field(default_factory=dict)]
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    schedule: Annotated[list[ScheduleLine], Field(min_length=1, max_length=MOST_LINES)] | None = None
    price_basis: Basis = "field"
    kind: Literal["spot", "season", "linkage"] = "spot"
    covers: Annotated[
        list[Part], Field(default_factory=list, max_length=3, description="what it covers beside the sale")
    ]
    area: Area | None = None
    area_base: (
        Annotated[
            Literal["sown", "land", "pond"],
            Field(description="what is measured; without it as usual for the product, or as so far"),
        ]
        | None
    ) = None
    households: Count | None = None
    all_output: Annotated[
        Bool, Field(description="all that the area gives: the volume is an estimate of it")
    ] = False
    season: (
        Annotated[Text, Field(description="code of a season; an amendment keeps the agreement's")] | None
    ) = None
    lead: (
        Annotated[
            Literal["seller", "buyer", "other"],
            Field(description="who leads; unsaid the seller, of an amendment as so far"),
        ]
        | None
    ) = None
    terms: Annotated[TermsBody, Field(default_factory=TermsBody)]
    message: Prose = ""


class InquiryBody(ProposalBody):
    """A question about a listing."""

    listing_id: Id


class OfferBody(ProposalBody):
    """Another offer."""

    version: Annotated[Whole, Field(description="the inquiry's as it was read")] | None = None


class AcceptBody(Body):
    """Yes to the other side's last offer, whole."""

    version: Annotated[Whole, Field(description="the inquiry's as it was read")] | None = None


class DeclineBody(Body):
    """No, and why."""

    version: Annotated[Whole, Field(description="the inquiry's as it was read")] | None = None
    reason: DeclineReason
    message: Prose = ""


class WithdrawBody(Body):
    """What was said is taken back."""

    message: Prose = ""


def read_proposal(
    session: Session, body: ProposalBody, goods: Goods, *, standing: Pricing, amends: bool = False
) -> Proposal:
    """The proposal in base units; refuses what the product's units and qualities do not know. ``standing``:
    how the price is made of what it answers to, which an amendment keeps.
    """
    quality = spec.read(goods.definitions, body.spec)
    made = read_pricing(body, goods, standing, quality, amends=amends)
    return Proposal(
        lines=_lines(body, goods),
        price=made.price or 0,
        price_kind=made.kind,
        prices=made.lines,
        reference=made.reference,
        price_basis=body.price_basis,
        spec=quality,
        kind=body.kind,
        covers_inputs="inputs" in body.covers,
        covers_production="production" in body.covers,
        covers_processing="processing" in body.covers,
        area_m2=None if body.area is None else round(body.area * 10_000),
        area_base=body.area_base,
        households=body.households,
        all_output=body.all_output,
        season_id=bodies.read_season(session, body.season) if body.season else None,
        lead=body.lead,
        terms=bodies.read_terms(session, body.terms),
    )


def read_pricing(
    body: PricedBody, goods: Goods, standing: Pricing, quality: spec.Spec, *, amends: bool = False
) -> Pricing:
    """How the price is made of goods of a ``quality``; what is left out is as ``standing`` says."""
    kind = body.price_kind or _kind(body, standing)
    if amends:
        if body.price_kind not in (None, standing.kind):
            raise Invalid(t("How the price is made is not amended."), field="price_kind")
        kind = standing.kind
    like = kind == standing.kind
    lines = tuple(bodies.read_table(body.prices, goods))
    reference = bodies.read_reference(body.reference)
    if kind == "reference" and like:
        reference = reference or standing.reference
    price = body.price
    if kind == "reference" and like and price is None:
        price = standing.price
    if kind == "table":
        lines = lines or (standing.lines if like else ())
        counted = pricing.counted_at(lines, quality.get(goods.size.key) if goods.size else None)
        if price is not None and lines and price != counted:
            raise Invalid(t("This is not the price at which the table counts. Leave it out."), field="price")
    elif price is None:
        raise Invalid(t("Please fill this in."), field="price")
    return Pricing(kind, price, lines, reference)


def _kind(body: PricedBody, standing: Pricing) -> str:
    """The kind of a price that does not name it."""
    if body.prices:
        return "table"
    if body.reference is not None:
        return "reference"
    return standing.kind if body.price is None or standing.kind == "labour" else "fixed"


def _lines(body: ProposalBody, goods: Goods) -> tuple[Line, ...]:
    whole = None if body.volume is None else bodies.read_amount(goods, body.volume, body.unit)
    if body.schedule is None:
        for name, said in (("volume", whole), ("from", body.from_), ("to", body.to)):
            if said is None:
                raise Invalid(t("Please fill this in."), field=name)
        assert whole is not None
        assert body.from_ is not None
        assert body.to is not None
        return (Line(body.from_, body.to, whole),)
    if body.from_ is not None or body.to is not None:
        raise Invalid(t("Give the days either by from and to, or by a schedule."), field="schedule")
    lines = []
    for position, line in enumerate(body.schedule):
        with under(f"schedule.{position}"):
            lines.append(Line(line.from_, line.to, bodies.read_amount(goods, line.volume, body.unit)))
    if whole is not None and whole != sum(line.volume for line in lines):
        raise Invalid(t("The lines of the schedule do not add up to this."), field="volume")
    return tuple(lines)
