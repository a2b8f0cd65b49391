"""The kind ``season-plans``: a row is what a unit expects of a product in a season. A row finds its plan by
these three; what it says otherwise holds from today on, and an empty cell leaves what was said before.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import numbers
from market.errors import Invalid
from market.listings import plans, rules
from market.listings.models import SeasonPlan
from market.spreadsheets import cells, qualities
from market.spreadsheets.cooperatives import SOURCE, again
from market.spreadsheets.headings import Column, Row, Table, read_cells
from market.spreadsheets.listing_lines import attempt
from market.spreadsheets.lookups import Goods, Lookups
from market.spreadsheets.report import Report
from market.spreadsheets.steps import Options, Step
from market.words import t

TITLE = "Kế hoạch vụ"
SQUARE_METRES = 10_000

#: Columns beside the three that say which plan it is, and what they are in the table of plans.
SAID = {"area": "area_m2", "output": "expected", "harvest_from": "from_date", "harvest_to": "to_date"}


def columns(look: Lookups) -> tuple[Column, ...]:
    """The columns in the order in which they are written."""
    return (
        Column("cooperative_code", "Mã số HTX", look.unit, required=True, also=("Mã HTX",)),
        Column("product", "Sản phẩm", look.product, required=True),
        Column("season", "Mùa vụ", look.season, required=True),
        Column("area", "Diện tích", area, also=("Diện tích ha",)),
        Column("output", "Sản lượng dự kiến", _as_is, also=("Sản lượng",)),
        Column("unit", "Đơn vị", cells.text(60), also=("Đơn vị tính", "ĐVT")),
        Column("harvest_from", "Thu hoạch từ", cells.day),
        Column("harvest_to", "Thu hoạch đến", cells.day),
    )


def _as_is(cell: Any) -> Any:
    return cell


def area(cell: Any) -> int:
    """Hectares as m²."""
    hectares = cells.decimal(cell.lower().removesuffix("ha") if isinstance(cell, str) else cell)
    found = hectares * SQUARE_METRES
    if found != int(found):
        raise Invalid(t("An area has four decimals at most (ha)."))
    if not 0 <= found <= plans.MOST_AREA:
        raise Invalid(t("This area cannot be meant."))
    return int(found)


def show_area(square_metres: int | None) -> Decimal | int | None:
    """m² as hectares."""
    if square_metres is None:
        return None
    found = Decimal(square_metres) / SQUARE_METRES
    return int(found) if found == int(found) else found


def plan(session: Session, look: Lookups, table: Table, report: Report, _: Options) -> list[Step]:
    """What has to be done for the file to hold; every wrong cell goes into the report."""
    by_key = {column.key: column for column in table.columns}
    known = {(row.party_id, row.product_id, row.season_id): row for row in _current(session)}
    seen: dict[tuple[int, int, int], int] = {}
    steps: list[Step] = []
    for row in table.rows():
        report.rows += 1
        read_cells(row, by_key, report)
        said = row.values
        if not {"cooperative_code", "product", "season"} <= said.keys():
            continue
        key = said["cooperative_code"].id, said["product"].id, said["season"]
        if key in seen:
            row.refuse(report, "season", again(seen[key]))
        seen.setdefault(key, row.number)
        _read(row, said["product"], report)
        _compare(row, key, known.get(key), report, steps)
    return steps


def _read(row: Row, goods: Goods, report: Report) -> None:
    said = row.values
    unit: str | None = said.get("unit")
    if unit and attempt(row, report, "unit", partial(qualities.check_unit, unit, goods)) is None:
        unit = None
    if "output" in said:
        cell = said["output"]
        none = (numbers.read(cell, language="vi") if isinstance(cell, str) else cell) == 0
        found = 0 if none else attempt(row, report, "output", partial(qualities.volume, cell, goods, unit))
        said["output"] = found


def _compare(row: Row, key: tuple[int, int, int], held: Any, report: Report, steps: list[Step]) -> None:
    said = row.values
    wanted: dict[str, Any] = {
        name: said[column] if said.get(column) is not None else (getattr(held, name) if held else None)
        for column, name in SAID.items()
    }
    for column in ("output", "harvest_from", "harvest_to"):
        if wanted[SAID[column]] is None and column not in row.cells:
            row.refuse(report, column, t("Please fill this in."))
    first, last = wanted["from_date"], wanted["to_date"]
    if first is not None and last is not None:
        if last < first:
            row.refuse(report, "harvest_to", t("The last day is before the first."))
        elif last - first > rules.LONGEST_WINDOW:
            row.refuse(report, "harvest_to", t("A window lasts three years at most."))
    if row.wrong:
        return
    if held is not None and all(wanted[name] == getattr(held, name) for name in SAID.values()):
        report.counts["same"] += 1
        return
    report.counts["changed" if held else "new"] += 1
    party_id, product_id, season_id = key
    do = partial(
        plans.plan_season,
        party_id=party_id,
        product_id=product_id,
        season_id=season_id,
        area_base=held.area_base if held else None,
        source=SOURCE,
        **wanted,
    )
    steps.append(Step(row.number, do))


def _current(session: Session) -> list[Any]:
    """The last plan of each unit, product and season."""
    key = (SeasonPlan.party_id, SeasonPlan.product_id, SeasonPlan.season_id)
    order = (SeasonPlan.on_date.desc(), SeasonPlan.recorded_at.desc(), SeasonPlan.id.desc())
    ranked = sa.select(
        *key,
        *(getattr(SeasonPlan, name) for name in (*SAID.values(), "area_base")),
        sa.func.row_number().over(partition_by=key, order_by=order).label("rank_"),
    ).subquery()
    return list(session.execute(sa.select(ranked).where(ranked.c.rank_ == 1)))


def export(session: Session, look: Lookups, *, people: bool) -> Iterator[list[Any]]:
    """A row for each plan that stands."""
    rows = _current(session)
    for row in sorted(rows, key=lambda row: (look.parties[row.party_id].code, row.product_id, row.season_id)):
        goods, season = look.goods[row.product_id], look.seasons[row.season_id]
        yield [
            look.parties[row.party_id].code,
            look.product_name(goods) if people else goods.slug,
            season.name_vi if people else season.code,
            show_area(row.area_m2),
            qualities.show_volume(row.expected, goods),
            qualities.show_unit(goods),
            row.from_date,
            row.to_date,
        ]
