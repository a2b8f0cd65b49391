"""What programs send about an agreement: a delivery and what was found of it, other terms, its end."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from market.catalogue import spec
from market.errors import Invalid, under
from market.inquiries.bodies import ProposalBody
from market.links.agreed import Weighed
from market.listings import bodies
from market.listings.bodies import Qualities
from market.listings.forms import Goods
from market.listings.terms import Check
from market.web.forms import Prose
from market.web.sent import Amount, Body, Day, Id, Number, Price, Text, Unit, Whole
from market.words import t

MOST_WEIGHINGS = 100


class WeighingBody(Body):
    """What the scale said, what was deducted of it and why."""

    gross: Amount
    deducted: Number | None = None
    reason: Annotated[Text, Field(description="why something was deducted")] | None = None
    price: (
        Annotated[
            Price,
            Field(
                description="đồng per kg or piece; as agreed without: of a table that of the size found; "
                "by a reference it has to be said"
            ),
        ]
        | None
    ) = None
    spec: Annotated[Qualities, Field(default_factory=dict, description="what was found")]


class DeliveryBody(Body):
    """Goods handed over on a day: one weighing (``gross`` and what goes with it), or several."""

    on_date: Day
    unit: Unit | None = None
    gross: Amount | None = None
    deducted: Number | None = None
    deduction_reason: Text | None = None
    price: Annotated[Price, Field(description="đồng per kg or piece; as agreed without")] | None = None
    weighings: Annotated[list[WeighingBody], Field(min_length=1, max_length=MOST_WEIGHINGS)] | None = None
    line: (
        Annotated[Id, Field(description="id of the line of the schedule; else the one of the day")] | None
    ) = None


class ContestBody(Body):
    """What was found instead of what stands: of the whole delivery, or of the weighing on a line."""

    line: Annotated[Id, Field(description="which weighing, counted from 1; the whole without")] | None = None
    what: Literal["volume", "size", "deduction", "price"]
    unit: Unit | None = None
    gross: Amount
    deducted: Number | None = None
    deduction_reason: Text | None = None
    price: Annotated[Price, Field(description="đồng per kg or piece; as it stands without")] | None = None
    spec: Annotated[Qualities, Field(default_factory=dict, description="what was found")]
    message: Prose = ""


class AgreeBody(Body):
    """Yes to what the other side found."""

    line: Annotated[Id, Field(description="of this weighing alone; of all that wait without")] | None = None


class PaidBody(Body):
    """The money has come."""

    paid_on: Day


class ConfirmBody(Body):
    """It was agreed as the other side recorded it."""

    version: Annotated[Whole, Field(description="the agreement's as it was read")] | None = None


class AmendmentBody(ProposalBody):
    """Other terms for the whole agreement, what was delivered included."""

    version: Annotated[Whole, Field(description="the agreement's as it was read")] | None = None


class AnswerBody(Body):
    """Yes or no to the other terms."""

    version: Annotated[Whole, Field(description="the agreement's as it was read")] | None = None


class ContractBody(Body):
    """The signed paper that a side puts up."""

    contract_number: Annotated[Text, Field(min_length=1)]
    contract_date: Day


class CheckBody(Body):
    """A step of what has to pass before goods are handed over."""

    check: Check
    step: Annotated[
        Literal["done", "passed", "failed"], Field(description="passed and failed are the buyer's to say")
    ]
    on_date: Day
    paper: Annotated[Text, Field(max_length=120, description="number of the slip, or the laboratory")] = ""


class CloseBody(Body):
    """The end of an agreement."""

    version: Annotated[Whole, Field(description="the agreement's as it was read")] | None = None
    reason: Literal[
        "agreed",
        "all_delivered",
        "price",
        "quality",
        "no_goods",
        "not_taken",
        "unpaid",
        "force_majeure",
        "other",
    ] = "agreed"


def read_weighings(body: DeliveryBody, goods: Goods) -> list[Weighed]:
    """The weighings in base units; refuses one beside several."""
    if body.weighings is None:
        if body.gross is None:
            raise Invalid(t("Please fill this in."), field="gross")
        alone = WeighingBody(
            gross=body.gross,
            deducted=body.deducted,
            reason=body.deduction_reason,
            price=body.price,
            spec={},
        )
        return [_weighed(alone, goods, body.unit)]
    for name in ("gross", "deducted", "deduction_reason", "price"):
        if getattr(body, name) is not None:
            raise Invalid(t("Say this in each of the weighings."), field=name)
    found = []
    for position, one in enumerate(body.weighings):
        with under(f"weighings.{position}"):
            found.append(_weighed(one, goods, body.unit))
    return found


def read_found(body: ContestBody, goods: Goods) -> Weighed:
    """What was found, in base units."""
    alone = WeighingBody(
        gross=body.gross,
        deducted=body.deducted,
        reason=body.deduction_reason,
        price=body.price,
        spec=body.spec,
    )
    return _weighed(alone, goods, body.unit)


def _weighed(one: WeighingBody, goods: Goods, unit: str | None) -> Weighed:
    deducted = 0
    if one.deducted is not None:
        deducted = bodies.read_amount(goods, one.deducted, unit, field="deducted", zero=True)
    return Weighed(
        gross=bodies.read_amount(goods, one.gross, unit, field="gross"),
        deducted=deducted,
        reason=one.reason or None,
        price=one.price,
        spec=spec.read(goods.definitions, one.spec),
    )
