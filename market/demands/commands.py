"""``market plan``: the pooling plan for a need that nobody has saved."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market import clock, features
from market.catalogue import amounts, spec
from market.catalogue import queries as catalogue
from market.catalogue.models import Standard
from market.demands import goods, planning, wanted, wording
from market.demands.goods import Goods
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.errors import Invalid, NotFound
from market.listings.searching import as_number, as_unit
from market.places import queries as places
from market.settings import Settings
from market.shell import Commands, database, print_json
from market.words import t


def register(commands: Commands) -> None:
    """Add ``plan``."""
    plan = commands.add_parser("plan", help="which cooperatives together fill a need, and at what price")
    plan.add_argument(
        "--product",
        required=True,
        action="append",
        metavar="SLUG",
        help="several times: one of these will do",
    )
    plan.add_argument("--volume", required=True, metavar="KG", help="kg or pieces, or with a unit: '500 tấn'")
    plan.add_argument("--from", required=True, dest="from_", metavar="DATE")
    plan.add_argument("--to", required=True, metavar="DATE")
    plan.add_argument("--spec", action="append", default=[], metavar="KEY=RANGE")
    plan.add_argument("--source-place", metavar="CODE")
    plan.add_argument("--delivery-place", metavar="CODE")
    plan.add_argument("--carriage", type=int, metavar="ĐỒNG", help="for a tonne and a kilometre")
    plan.add_argument("--max-price", type=int, metavar="ĐỒNG", help="for a kg or a piece")
    plan.add_argument("--price-basis", choices=("field", "store", "buyer"), default="field")
    plan.add_argument("--standard", action="append", default=[], metavar="S")
    plan.add_argument("--max-units", type=int, metavar="N")
    plan.add_argument("--daily-intake", metavar="KG")
    plan.add_argument("--all-or-nothing", action="store_true", help="a part will not do")
    plan.add_argument("--unknown", action="store_true", help="plan with what sellers leave unsaid, too")
    plan.add_argument("--labelled", action="store_true", help="labelled goods of several sellers will do")
    plan.add_argument("--json", action="store_true")
    plan.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Plan and print; nothing is stored."""
    features.load_models()
    with database(settings) as found, found.reading() as session:
        need = read(session, args, settings.language)
        planned = planning.make(session, need, on=clock.today())
        if args.json:
            print_json(planning.as_document(planned))
        else:
            _print(planned)
    return 0


def read(session: Session, args: argparse.Namespace, language: str) -> Wanted:
    """The need that the arguments name; refuses what cannot be meant, naming the argument."""
    today = clock.today()
    asked = goods.named(session, [_slug(session, text) for text in args.product], field="product")
    need = Wanted(
        product_id=asked.products[0].id,
        others=tuple(product.id for product in asked.products[1:]),
        lines=(Line(_day(args.from_), _day(args.to), _volume(session, asked, args.volume, language)),),
        spec=_spec(session, asked, args.spec),
        price_max=args.max_price,
        price_basis=args.price_basis,
        source_place_id=_place(session, args.source_place, today),
        delivery_place_id=_place(session, args.delivery_place, today),
        carriage_rate=args.carriage,
        daily_intake=_volume(session, asked, args.daily_intake, language) if args.daily_intake else None,
        max_units=args.max_units,
        standards=tuple(dict.fromkeys(_standard(session, code) for code in args.standard)),
        part_will_do=not args.all_or_nothing,
        unknown_will_do=args.unknown,
        labelled_will_do=args.labelled,
    )
    wanted.check(session, need, asked.unit)
    return need


def _volume(session: Session, asked: Goods, text: str, language: str) -> int:
    return amounts.parse_volume(
        text,
        unit=asked.unit,
        language=language,
        packs=goods.packs(session, asked),
        piece=asked.piece,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(t("“{typed}” is no day: write it as 2026-12-31.", typed=text), field="from") from None


def _slug(session: Session, text: str) -> str:
    product = catalogue.find_product(session, text)
    if product is None:
        raise NotFound(t("There is no such product in the catalogue."))
    return product.slug


def _spec(session: Session, asked: Goods, pairs: list[str]) -> dict[str, Any]:
    raw = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise Invalid(t("A quality is KEY=RANGE, such as count_per_kg=20-30."), field="spec")
        raw[spec.PREFIX + key.strip()] = value
    return spec.parse(goods.described(session, asked), raw)


def _place(session: Session, code: str | None, on: date) -> int | None:
    return places.resolve(session, text=code, on=on).id if code else None


def _standard(session: Session, code: str) -> str:
    found = session.get(Standard, code) or session.get(Standard, code.upper())
    if found is None:
        raise NotFound(t("There is no such standard: {code}.", code=code))
    return found.code


def _print(planned: planning.Planned) -> None:
    plan, unit = planned.plan, planned.unit
    print(
        f"{planned.product.slug}, {plan.status}: "
        f"{as_number(plan.volume, unit)} of {as_number(plan.wanted, unit)} {as_unit(unit)}, "
        f"{plan.units} sellers, {plan.cost} đ"
    )
    for part in planned.parts:
        print(
            f"{part.lot.lot_id}\t{part.lot.unit_name}\t{part.from_date}..{part.to_date}\t"
            f"{as_number(part.volume, unit)}\t{part.lot.price} đ\t{part.total} đ"
        )
    if planned.fewer is not None:
        fewer = planned.fewer
        print(
            f"or with --max-units {fewer.max_units} {fewer.product.slug}, {fewer.plan.status}: "
            f"{fewer.plan.units} sellers, {fewer.plan.cost} đ"
        )
    for product, other in planned.others:
        print(
            f"or {product.slug}, {other.status}: {as_number(other.volume, unit)} {as_unit(unit)}, "
            f"{other.units} sellers, {other.cost} đ"
        )
    for one, reasons in planned.left_out:
        words = "; ".join(str(wording.REASONS[reason]) for reason in reasons)
        print(f"-\t{one.lot_id}\t{one.unit_name}\t{words}")
