"""The kinds ``denominators`` and ``official-figures``: a row is what somebody has published of a place. A row
finds what stands by all that says what it is about (market/official/queries.py); said otherwise it corrects.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.official import amounts, queries, service, sources
from market.official.models import BASES
from market.spreadsheets import cells
from market.spreadsheets.cooperatives import again
from market.spreadsheets.headings import Column, Row, Table, read_cells
from market.spreadsheets.listing_lines import attempt
from market.spreadsheets.lookups import Lookups
from market.spreadsheets.reading import Cell
from market.spreadsheets.report import Report
from market.spreadsheets.steps import Options, Step
from market.spreadsheets.vocabulary import Choices

DENOMINATORS = "Mẫu số"
FIGURES = "Số liệu công bố"

_BASES = Choices(
    {
        "sown": ("Diện tích gieo trồng", "Gieo trồng", "Diện tích gieo"),
        "land": ("Diện tích canh tác", "Canh tác", "Đất"),
        "pond": ("Diện tích ao nuôi", "Ao nuôi", "Diện tích nuôi", "Mặt nước"),
        "gram": ("Sản lượng", "Sản lượng (khối lượng)"),
        "piece": ("Sản lượng (cái, con)", "Số cái", "Số con"),
    }
)
#: The unit in which each base is written.
_UNITS = {"sown": "ha", "land": "ha", "pond": "ha", "gram": "kg", "piece": "piece"}
assert set(_BASES.words) == set(_UNITS) == set(BASES)


def denominator_columns(look: Lookups) -> tuple[Column, ...]:
    """The columns in the order in which they are written."""
    return (
        Column("place_code", "Mã đơn vị hành chính", look.place, required=True),
        Column("base", "Loại số liệu", _BASES.read, required=True),
        *_days_and_sector(look),
        Column("product", "Sản phẩm", look.product),
        Column("amount", "Số lượng", cells.decimal, required=True, also=("Giá trị",)),
        *_unit_and_source(),
    )


def figure_columns(look: Lookups) -> tuple[Column, ...]:
    """The columns in the order in which they are written."""
    return (
        Column("place_code", "Mã đơn vị hành chính", look.place, required=True),
        Column("code", "Chỉ tiêu", _code, required=True, also=("Mã chỉ tiêu",)),
        *_days_and_sector(look),
        Column("value", "Giá trị", cells.decimal, required=True),
        *_unit_and_source(),
    )


def _days_and_sector(look: Lookups) -> tuple[Column, ...]:
    return (
        Column("from", "Từ ngày", cells.day, required=True),
        Column("to", "Đến ngày", cells.day, required=True),
        Column("sector", "Ngành hàng", look.sectors.read),
    )


def _unit_and_source() -> tuple[Column, ...]:
    text = cells.text(sources.LONGEST)
    return (
        Column("unit", "Đơn vị", _unit, required=True, also=("Đơn vị tính", "ĐVT")),
        Column("scope", "Phạm vi", text),
        Column("source", "Nguồn", text, required=True),
        Column("source_date", "Ngày của nguồn", _source_date, required=True, also=("Ngày nguồn",)),
    )


def _code(cell: Cell) -> str:
    return amounts.get_code(cells.plain(cell)).code


def _unit(cell: Cell) -> str:
    return amounts.read_unit(cells.plain(cell))


def _source_date(cell: Cell) -> str:
    typed = cells.day(cell).isoformat() if isinstance(cell, date) else cells.plain(cell)
    return sources.read_date(typed)


def plan_denominators(
    session: Session, look: Lookups, table: Table, report: Report, _: Options
) -> list[Step]:
    """What has to be done for the file to hold; every wrong cell goes into the report."""
    held = _held(session, queries.denominators(), queries.DENOMINATOR_KEY)
    seen: dict[tuple[Any, ...], int] = {}
    steps: list[Step] = []
    for row in _rows(table, report):
        said = row.values
        if {"base", "unit"} <= said.keys():
            attempt(row, report, "unit", partial(amounts.check_base, said["base"], said["unit"]))
        if row.wrong:
            continue
        goods = said.get("product")
        number = partial(amounts.whole, said["amount"], said["unit"], field="amount")
        amount = attempt(row, report, "amount", number)
        wanted = {
            "place_id": said["place_code"],
            "base": said["base"],
            "from_date": said["from"],
            "to_date": said["to"],
            "sector": said.get("sector") if goods is None else goods.sector,
            "product_id": None if goods is None else goods.id,
            "amount": amount,
            **_source(said),
        }
        if goods is not None:
            fits = partial(
                service.check_product,
                base=said["base"],
                sector=said.get("sector"),
                of_sector=goods.sector,
                counted=goods.unit,
            )
            attempt(row, report, "product", fits)
        key = tuple(wanted[name.removesuffix("_code")] for name in queries.DENOMINATOR_KEY)
        _compare(row, report, key, wanted, held, seen, steps, service.enter_denominator, ("amount",))
    return steps


def plan_figures(session: Session, look: Lookups, table: Table, report: Report, _: Options) -> list[Step]:
    """What has to be done for the file to hold; every wrong cell goes into the report."""
    held = _held(session, queries.figures(), queries.FIGURE_KEY)
    seen: dict[tuple[Any, ...], int] = {}
    steps: list[Step] = []
    for row in _rows(table, report):
        said = row.values
        if {"code", "unit"} <= said.keys():
            of = amounts.get_code(said["code"])
            attempt(row, report, "unit", partial(amounts.check_unit, of, said["unit"]))
        if row.wrong:
            continue
        found = attempt(row, report, "value", partial(amounts.exact, said["value"], field="value"))
        if found is None:
            continue
        wanted = {
            "code": said["code"],
            "place_id": said["place_code"],
            "from_date": said["from"],
            "to_date": said["to"],
            "sector": said.get("sector"),
            "number": said["value"],
            "unit": said["unit"],
            **_source(said),
        }
        key = tuple(wanted[name.removesuffix("_code")] for name in queries.FIGURE_KEY)
        same = {"amount": found[0], "decimals": found[1]}
        _compare(row, report, key, wanted, held, seen, steps, service.enter_figure, ("unit",), same)
    return steps


def _rows(table: Table, report: Report) -> Iterator[Row]:
    by_key = {column.key: column for column in table.columns}
    for row in table.rows():
        report.rows += 1
        read_cells(row, by_key, report)
        if {"from", "to"} <= row.values.keys():
            attempt(row, report, "to", partial(service.check_days, row.values["from"], row.values["to"]))
        yield row


def _source(said: dict[str, Any]) -> dict[str, str]:
    return {
        "scope": said.get("scope") or "",
        "source": said["source"],
        "source_date": said["source_date"],
    }


def _held(session: Session, rows: sa.Subquery, key: tuple[str, ...]) -> dict[tuple[Any, ...], Any]:
    return {tuple(getattr(row, name) for name in key): row for row in session.execute(sa.select(rows))}


def _compare(
    row: Row,
    report: Report,
    key: tuple[Any, ...],
    wanted: dict[str, Any],
    held: dict[tuple[Any, ...], Any],
    seen: dict[tuple[Any, ...], int],
    steps: list[Step],
    do: Any,
    told: tuple[str, ...],
    computed: dict[str, int] | None = None,
) -> None:
    if key in seen:
        row.refuse(report, "place_code", again(seen[key]))
    seen.setdefault(key, row.number)
    if row.wrong:
        return
    stands = held.get(key)
    now = {name: wanted[name] for name in (*told, "scope", "source", "source_date")} | (computed or {})
    if stands is not None and all(getattr(stands, name) == value for name, value in now.items()):
        report.counts["same"] += 1
        return
    report.counts["changed" if stands is not None else "new"] += 1
    steps.append(Step(row.number, partial(do, over=None, **wanted)))


def export_denominators(session: Session, look: Lookups, *, people: bool) -> Iterator[list[Any]]:
    """A row for each denominator that stands."""
    for row in queries.list_standing(session, queries.denominators())[0]:
        goods = look.goods[row.product_id] if row.product_id else None
        unit = _UNITS[row.base]
        product = None if goods is None else look.product_name(goods) if people else goods.slug
        yield [
            look.place_keys[row.place_id],
            _BASES.write(row.base, people=people),
            row.from_date,
            row.to_date,
            look.sectors.write(row.sector_code, people=people),
            product,
            _plain(amounts.in_unit(row.amount, unit)),
            *_written(row, unit, people=people),
        ]


def export_figures(session: Session, look: Lookups, *, people: bool) -> Iterator[list[Any]]:
    """A row for each official figure that stands."""
    for row in queries.list_standing(session, queries.figures())[0]:
        yield [
            look.place_keys[row.place_id],
            row.code,
            row.from_date,
            row.to_date,
            look.sectors.write(row.sector_code, people=people),
            _plain(Decimal(row.amount).scaleb(-row.decimals)),
            *_written(row, row.unit, people=people),
        ]


def _written(row: Any, unit: str, *, people: bool) -> list[Any]:
    day = date.fromisoformat(row.source_date) if len(row.source_date) == 10 else row.source_date
    return [amounts.UNITS[unit].name.vi if people else unit, row.scope or None, row.source, day]


def _plain(number: Decimal) -> Decimal | int:
    return int(number) if number == int(number) else number
