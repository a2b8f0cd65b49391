"""The kind ``listings``: a row is a lot of a listing, and what the listing says stands in each of its rows or
in the first alone. Rows of one unit, product and title are one listing. What an existing one says is compared
in listing_changes.py; an empty cell says nothing and leaves what is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from market.assisted import service as assisted
from market.assisted.service import Entered
from market.db import MAX_VOLUME
from market.errors import Invalid
from market.events import Actor
from market.listings import service as listings
from market.spreadsheets import cells, listing_prices, offers, qualities
from market.spreadsheets import listing_changes as changes
from market.spreadsheets.headings import Column, Table, read_cells
from market.spreadsheets.listing_lines import (
    Group,
    Line,
    check_days,
    check_overlaps,
    gather,
    open_lot,
    read_line,
    settle_price,
    standards_of,
)
from market.spreadsheets.listing_prices import NOTHING
from market.spreadsheets.lookups import Goods, Lookups
from market.spreadsheets.offers import Offer, Part
from market.spreadsheets.report import Report
from market.spreadsheets.steps import Options, Step
from market.words import t

TITLE = "Chào bán"


def columns(look: Lookups) -> tuple[Column, ...]:
    """The columns in the order in which they are written."""
    raw = _as_is
    return (
        Column("cooperative_code", "Mã số HTX", look.unit, required=True, also=("Mã HTX",)),
        Column("product", "Sản phẩm", look.product, required=True),
        Column("title", "Tiêu đề", cells.text(300), required=True),
        Column("description", "Mô tả", cells.text(20_000, lines=True)),
        Column("grade", "Quy cách", cells.text(200)),
        Column("price_from", "Giá từ", cells.price, also=("Giá",)),
        Column("price_to", "Giá đến", cells.price),
        Column("unit", "Đơn vị", cells.text(60), also=("Đơn vị tính", "ĐVT")),
        Column("size_from", "Cỡ từ", raw),
        Column("size_to", "Cỡ đến", raw),
        Column("spec", "Chỉ tiêu", cells.text(2_000)),
        Column("volume", "Sản lượng", raw),
        Column("from", "Từ ngày", cells.day),
        Column("to", "Đến ngày", cells.day),
        Column("min_order", "Đặt tối thiểu", raw),
        Column("standards", "Tiêu chuẩn", cells.several(look.standards.read)),
        Column("ocop", "Sao OCOP", partial(_stars, look)),
        Column("area_code", "Mã vùng", cells.text(60), also=("Mã số vùng",)),
        *listing_prices.columns(),
    )


def _as_is(cell: Any) -> Any:
    return cell


def _stars(look: Lookups, cell: Any) -> int:
    """OCOP stars as 4 or '4 sao'; 0: none."""
    typed = cells.plain(cell).lower().replace("sao", "").replace("ocop", "").strip()
    if typed not in {"0", *map(str, look.stars)}:
        raise Invalid(t("OCOP stars are a number from 3 to 5 (0: none)."))
    return int(typed)


Groups = dict[tuple[int, int, str], Group]


def plan(session: Session, look: Lookups, table: Table, report: Report, options: Options) -> list[Step]:
    """What has to be done for the file to hold; every wrong cell goes into the report."""
    by_key = {column.key: column for column in table.columns}
    groups: Groups = {}
    for row in table.rows():
        report.rows += 1
        read_cells(row, by_key, report)
        line = read_line(row, report)
        if line is not None:
            title = str(row.values["title"])
            key = offers.key_of(line.unit.id, line.goods.id, title)
            groups.setdefault(key, Group()).lines.append(line)
    known = offers.offers_of(session, (key[0] for key in groups))
    steps: list[Step] = []
    told: dict[int, _Told] = {}
    for key, group in groups.items():
        existing = known.get(key, [])
        if len(existing) > 1:
            changes.check_namesakes(group, existing, look, report)
            continue
        gather(group, report)
        if existing:
            changed = changes.compare(group, existing[0], look, report)
            if changed:
                told.setdefault(key[0], _Told()).changed += 1
            steps += changed
        else:
            steps += _new(group, look, report, options, told.setdefault(key[0], _Told()))
    last = steps[-1].row if steps else 0
    return steps + [Step(last, partial(_tell, unit_id=unit_id, told=one)) for unit_id, one in told.items()]


@dataclass(slots=True)
class _Told:
    """What a unit is told of once, where an officer takes the file in."""

    made: list[Entered] = field(default_factory=list)
    changed: int = 0


def _tell(session: Session, *, actor: Actor, unit_id: int, told: _Told) -> None:
    """What an officer takes in is marked until the unit has confirmed it; its own it knows."""
    if actor.party_id == unit_id:
        return
    if told.made:
        assisted.enter_from_file(session, actor=actor, party_id=unit_id, made=told.made)
    if told.changed:
        assisted.tell_changed(session, actor=actor, party_id=unit_id, count=told.changed)


def _new(group: Group, look: Lookups, report: Report, options: Options, told: _Told) -> list[Step]:
    """A listing that is not there yet."""
    first = group.first
    lots = [line for line in group.lines if line.window is not None]
    for line in lots:
        check_days(line, report)
    check_overlaps(lots, [], report)
    price = settle_price(group, NOTHING, report)
    if not options.draft:
        unit = first.unit
        tried = any({"price_from", listing_prices.TABLE} & one.row.wrong for one in group.lines)
        if price is not None and price.low is None and not tried:
            first.row.refuse(report, "price_from", t("Please say the price before you publish."))
        if not any("volume" in line.row.cells for line in group.lines):
            first.row.refuse(report, "volume", t("Please add a lot: how much there is, and when."))
        if unit.status != "active":
            first.row.refuse(report, "cooperative_code", t("A unit that is not active publishes nothing."))
        elif unit.standing != "confirmed" or unit.identity_level not in listings.VERIFIED:
            first.row.refuse(
                report, "cooperative_code", t("No officer has confirmed this unit by its papers.")
            )
    good = [line for line in group.lines if not line.row.wrong]
    report.counts["new"] += len(good)
    values = {
        "party_id": first.unit.id,
        "product_id": first.goods.id,
        "title": first.row.values["title"],
        "description": group.said.get("description", ""),
        "grade": group.said.get("grade"),
        "spec": first.quality({}),
        **(price or NOTHING).edited(NOTHING),
        "min_order": group.said.get("min_order", 0),
        "standards": standards_of(group.said, [], look),
        "area_code": group.said.get("area_code"),
    }
    create = partial(_create, values=values, lots=lots, publish=not options.draft, told=told)
    return [Step(first.row.number, create)]


def _create(
    session: Session, *, actor: Actor, values: dict[str, Any], lots: list[Line], publish: bool, told: _Told
) -> None:
    listing = listings.create_listing(session, actor=actor, **values)
    for line in lots:
        open_lot(session, actor=actor, listing_id=listing.id, line=line, base=values["spec"])
    if publish:
        listings.publish(session, actor=actor, listing_id=listing.id)
    windows = [line.window for line in lots if line.window is not None]
    told.made.append(
        Entered(
            "listing",
            listing.product_id,
            min(sum(line.volume or 0 for line in lots), MAX_VOLUME),
            price=listing.price_from,
            from_date=min((first for first, _ in windows), default=None),
            to_date=max((last for _, last in windows), default=None),
            listing_id=listing.id,
        )
    )


def export(session: Session, look: Lookups, *, people: bool) -> Iterator[list[Any]]:
    """A row for each lot that is not over of whatever is offered; one for a listing without such a lot."""
    units = look.parties
    found = sorted(
        offers.all_offers(session),
        key=lambda offer: (units[offer.listing.party_id].code, offer.listing.product_id, offer.listing.id),
    )
    for offer in found:
        goods = look.goods[offer.listing.product_id]
        parts = [part for part in offer.parts if part.to_date >= look.on and part.volume]
        chosen: list[Part | None] = [*parts] or [None]
        for part in chosen:
            yield _written(offer, part, goods, look, people)


def _written(offer: Offer, part: Part | None, goods: Goods, look: Lookups, people: bool) -> list[Any]:
    row = offer.listing
    quality = part.spec if part else row.spec
    definition = qualities.size_definition(goods)
    size: tuple[Any, Any] = (None, None)
    if definition is not None and quality.get(definition.key) is not None:
        size = qualities.show_size(quality[definition.key], definition)
    stars = {code: number for number, code in look.stars.items()}
    starred = [code for code in offer.standards if code in stars]
    # Of several numbers of stars none can stand in the one column.
    plain = offer.standards if len(starred) > 1 else [code for code in offer.standards if code not in stars]
    return [
        look.parties[row.party_id].code,
        look.product_name(goods) if people else goods.slug,
        row.title,
        row.description,
        row.grade,
        row.price_from,
        None if row.price_to == row.price_from else row.price_to,
        qualities.show_unit(goods),
        *size,
        qualities.show_spec(quality, goods, but=definition.key if definition else None),
        qualities.show_volume(part.volume, goods) if part else None,
        part.from_date if part else None,
        part.to_date if part else None,
        qualities.show_volume(row.min_order or None, goods),
        look.standards.write_all(plain, people=people),
        stars[starred[0]] if len(starred) == 1 else None,
        row.area_code,
        *listing_prices.show(listing_prices.held(row, offer.prices, goods), goods, people=people),
    ]
