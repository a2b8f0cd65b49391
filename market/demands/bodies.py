"""What programs send to post a demand, in the words of the JSON API, and what it says in base units. Amounts
and qualities are read as those of listings are (listings/bodies.py).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import spec
from market.catalogue.models import Standard
from market.demands import goods
from market.demands.goods import MOST_PRODUCTS, Goods
from market.demands.models import MAX_CARRIAGE
from market.demands.pooling import Line
from market.demands.wanted import MOST_LINES, MOST_UNITS, Wanted
from market.errors import Invalid, NotFound, under
from market.inquiries.bodies import ScheduleLine
from market.listings import bodies
from market.listings.bodies import Basis, Qualities
from market.listings.forms import Goods as Counted
from market.places import queries as places
from market.web.sent import Amount, Body, Bool, Day, Price, Text, Unit, Whole
from market.words import t

MOST_STANDARDS = 10
#: What a program calls goods of a sector that are not weighed.
PIECES = ("piece", "pieces")


class DemandBody(Body):
    """What a buyer needs: how much, when (``from`` and ``to``, or a ``schedule``), what quality."""

    product: Annotated[Text, Field(description="slug")] | None = None
    products: (
        Annotated[
            list[Text],
            Field(
                min_length=1,
                max_length=MOST_PRODUCTS,
                description="slugs, in place of product: one of these will do; counted alike",
            ),
        ]
        | None
    ) = None
    sector: Annotated[Text, Field(description="code, in place of product: any goods of it")] | None = None
    volume: Amount | None = None
    unit: Unit | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    schedule: Annotated[list[ScheduleLine], Field(min_length=1, max_length=MOST_LINES)] | None = None
    spec: Annotated[Qualities, Field(default_factory=dict)]
    price_max: Price | None = None
    price_basis: Basis = "field"
    source_place: Annotated[Text, Field(description="code of a place")] | None = None
    delivery_place: Annotated[Text, Field(description="code of a place")] | None = None
    carriage: (
        Annotated[Whole, Field(le=MAX_CARRIAGE, description="đồng for a tonne and a kilometre")] | None
    ) = None
    daily_intake: Amount | None = None
    max_units: Annotated[Whole, Field(ge=1, le=MOST_UNITS)] | None = None
    standards: Annotated[list[Text], Field(default_factory=list, max_length=MOST_STANDARDS)]
    part_will_do: Bool = True
    hold_days: Annotated[Whole, Field(ge=1, le=30, description="where only the whole will do")] | None = None
    replan: Annotated[Bool, Field(description="what falls away is asked of others by itself")] = False
    unknown_will_do: Bool = False
    labelled_will_do: Bool = False


def goods_of(session: Session, body: DemandBody) -> Goods:
    """The goods that are named one way or another; of a sector those that are weighed, unless ``unit`` is
    piece or none of them is.
    """
    given = [name for name in ("product", "products", "sector") if getattr(body, name) is not None]
    if not given:
        raise Invalid(t("Please fill this in."), field="product")
    if len(given) > 1:
        raise Invalid(t("Give a product, several products or a sector: one of these."), field=given[1])
    if body.sector is not None:
        units = goods.units_of(session, body.sector)
        pieces = "piece" in units and ("gram" not in units or (body.unit or "").lower() in PIECES)
        return goods.of_sector(session, body.sector, "piece" if pieces else "gram")
    if body.products is not None:
        return goods.named(session, body.products, field="products")
    return goods.named(session, [body.product or ""], field="product")


def read(session: Session, body: DemandBody, asked: Goods, *, buyer_id: int) -> Wanted:
    """The need in base units; refuses what the goods' units and qualities do not know."""
    described = goods.described(session, asked)
    counted = Counted(asked.unit, asked.piece, tuple(goods.packs(session, asked)), tuple(described), None)
    intake = None
    if body.daily_intake is not None:
        with under("daily_intake"):
            intake = bodies.read_amount(counted, body.daily_intake, body.unit)
    return Wanted(
        product_id=None if asked.sector else asked.products[0].id,
        others=() if asked.sector else tuple(product.id for product in asked.products[1:]),
        sector=asked.sector.code if asked.sector else None,
        unit=asked.unit,
        lines=_lines(body, counted),
        spec=spec.read(described, body.spec),
        price_max=body.price_max,
        price_basis=body.price_basis,
        source_place_id=_place(session, body.source_place, "source_place"),
        delivery_place_id=_place(session, body.delivery_place, "delivery_place"),
        carriage_rate=body.carriage,
        daily_intake=intake,
        max_units=body.max_units,
        standards=tuple(dict.fromkeys(_standard(session, code) for code in body.standards)),
        part_will_do=body.part_will_do,
        unknown_will_do=body.unknown_will_do,
        labelled_will_do=body.labelled_will_do,
        buyer_id=buyer_id,
    )


def _lines(body: DemandBody, counted: Counted) -> tuple[Line, ...]:
    if body.schedule is None:
        for name, said in (("volume", body.volume), ("from", body.from_), ("to", body.to)):
            if said is None:
                raise Invalid(t("Please fill this in."), field=name)
        assert body.volume is not None
        assert body.from_ is not None
        assert body.to is not None
        return (Line(body.from_, body.to, bodies.read_amount(counted, body.volume, body.unit)),)
    if body.volume is not None or body.from_ is not None or body.to is not None:
        raise Invalid(t("Give the days either by from and to, or by a schedule."), field="schedule")
    lines = []
    for position, line in enumerate(body.schedule):
        with under(f"schedule.{position}"):
            lines.append(Line(line.from_, line.to, bodies.read_amount(counted, line.volume, body.unit)))
    return tuple(lines)


def _place(session: Session, code: str | None, name: str) -> int | None:
    if not code:
        return None
    try:
        return places.resolve(session, text=code, on=clock.today()).id
    except (Invalid, NotFound) as wrong:
        raise Invalid(wrong.words, field=name) from wrong


def _standard(session: Session, code: str) -> str:
    if session.get(Standard, code) is None:
        raise Invalid(t("There is no such standard: {code}.", code=code), field="standards")
    return code
