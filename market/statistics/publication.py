"""Which trade figures of a year stand in public (glossary, rule 6): whole ended periods within it, by place,
by sector and product, and of the province by some breakdowns more; as many as there can be without anybody
getting at a hidden one by adding and subtracting (disclosure.py). The choice is made by a job once a month,
kept, and asked about each public figure. Until the next choice the public's figures are counted by what was
known at its moment: two looks at the same page, days apart, are not two figures whose difference is a deal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.db import joining_many
from market.links.models import LinkState
from market.places.models import Place, PlaceCover
from market.places.queries import valid_on
from market.statistics import calendar, disclosure, indicators, periods
from market.statistics.access import FEWEST
from market.statistics.aggregates import Dimension, columns_of, rows_for
from market.statistics.definition import Indicator, Rows
from market.statistics.figures import Figure
from market.statistics.history import Ask
from market.statistics.models import Publication, PublishedCell

#: By what the public sees the province's year broken down, besides place, sector and product.
CUTS: tuple[Dimension, ...] = ("kind", "form", "buyer_kind", "destination", "evidence", "price_kind")
#: What is public only where it was chosen: trade, and what units report of their own business.
CHOSEN = ("trade", "books")
#: The day of the month on which what the public sees moves on: by then a month's last deals are entered.
RELEASED_ON = 5
#: Known before a moment is what was written before it; whoever was writing then has ended so much later.
SETTLED = timedelta(minutes=5)
#: Levels below the whole (by place, by goods, by time) that a cell may have in all.
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """A public figure's place, days and goods: ``sector`` and ``product_id`` empty for all goods; ``cut`` and
    ``group`` of a breakdown of the province's year. ``depth`` counts levels below the whole.
    """

    place_id: int
    period: str
    sector: str = ""
    product_id: int = 0
    cut: str = ""
    group: str = ""
    depth: int = field(default=0, compare=False)


@dataclass(slots=True)
class _Table:
    """What one part of a figure is made of: contributions by cell, and who stands behind each."""

    cells: dict[Cell, list[int]] = field(default_factory=lambda: defaultdict(list))
    sellers: list[Any] = field(default_factory=list)
    buyers: list[Any] = field(default_factory=list)
    numbers: dict[tuple[Any, ...], int] = field(default_factory=dict)
    has_buyers: bool = True

    def number(self, row: Any) -> int:
        """The number of a contribution: the row under its key, for its buyer."""
        buyer_id = getattr(row, "buyer_id", None)
        mark = (row.key, row.party_id, buyer_id)
        found = self.numbers.get(mark)
        if found is None:
            found = self.numbers[mark] = len(self.sellers)
            self.sellers.append(row.party_id)
            self.buyers.append(buyer_id)
        return found

    def is_thin(self, members: Iterable[int]) -> bool:
        """Whether fewer than three units stand behind, or three buyers where there are buyers at all."""
        mine = list(members)
        sellers = {self.sellers[one] for one in mine} - {None}
        buyers = {self.buyers[one] for one in mine} - {None}
        return len(sellers) < FEWEST or (self.has_buyers and len(buyers) < FEWEST)


def trade_parts() -> dict[str, Indicator]:
    """What is counted for the trade figures, each once, by its code; of shares both sides."""
    found: dict[str, Indicator] = {}
    for indicator in indicators.ALL:
        if is_chosen(indicator):
            # What others have published stands open already.
            found |= {part.code: part for part in indicator.parts if not part.exact}
    return found


def choose(session: Session, year: int, *, at: datetime) -> dict[str, list[Cell]]:
    """The cells of a year that may stand in public, by the code of what is counted, as known before a
    moment.
    """
    nodes = _nodes(session, year, at)
    if not nodes:
        return {}
    parts = trade_parts()
    covers = _covers(session, year)
    found: dict[str, list[Cell]] = {}
    for rows_of in dict.fromkeys(part.rows for part in parts.values()):
        mine = {code: part for code, part in parts.items() if part.rows is rows_of}
        # How many there are and what they come to are made of the same contributions, and chosen alike.
        first: dict[tuple[Any, ...], str] = {}
        alike = {code: first.setdefault((part.where, part.apart), code) for code, part in mine.items()}
        tables = _read(session, rows_of, {code: mine[code] for code in first.values()}, nodes, covers)
        chosen = {code: _safe(table) for code, table in tables.items()}
        found |= {code: chosen[other] for code, other in alike.items()}
    return found


@dataclass(frozen=True, slots=True)
class _Node:
    """A whole period of a year, how deep it lies in it, and how its rows are asked for."""

    code: str
    depth: int
    ask: Ask


def _nodes(session: Session, year: int, at: datetime) -> list[_Node]:
    """The whole periods of a year that had ended at a moment. One whose days reach into another year is not
    public: two years are never compared.
    """
    today = clock.day_of(at)
    named = [f"{year}", *(f"{year}-H{n}" for n in (1, 2)), *(f"{year}-Q{n}" for n in (1, 2, 3, 4))]
    named += [f"{year}-{n:02}" for n in range(1, 13)]
    depths = {"year": 0, "half": 1, "quarter": 2, "month": 3}
    found = []
    for code in named:
        if not periods.parse(code).has_ended(today):
            continue
        known = calendar.read(session, code, as_of=today)
        of = known.period
        if of.has_ended(today) and of.start.year == of.end.year == year:
            ask = Ask.of(of.start, of.end, today, known.known_before or at)
            found.append(_Node(code, depths[of.kind], ask))
    return found


def _covers(session: Session, year: int) -> dict[int, list[tuple[int, int]]]:
    """For every place: those that cover it and were valid in the year, with how deep each lies."""
    depths = {"province": 0, "district": 1, "commune": 2}
    valid = {
        place_id: depths[level]
        for day in (date(year, 1, 1), date(year, 12, 31))
        for place_id, level in session.execute(sa.select(Place.id, Place.level).where(valid_on(day)))
    }
    if 1 not in valid.values():  # without districts the communes are next to the province
        valid = {place_id: min(depth, 1) for place_id, depth in valid.items()}
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for place_id, ancestor_id in session.execute(sa.select(PlaceCover.place_id, PlaceCover.ancestor_id)):
        if ancestor_id in valid:
            found[place_id].append((ancestor_id, valid[ancestor_id]))
    return found


def _read(
    session: Session,
    rows_of: Rows,
    parts: dict[str, Indicator],
    nodes: Sequence[_Node],
    covers: dict[int, list[tuple[int, int]]],
) -> dict[str, _Table]:
    has = columns_of(rows_of)
    cuts = [cut for cut in CUTS if cut in has]
    wanted = {"key", "party_id", "buyer_id", "place_id", "former_place_id", "sector", "product_id", *cuts}
    wanted |= {column for part in parts.values() for column, _ in part.where} | {"unit", "area_base"}
    tables = {code: _Table(has_buyers="buyer_id" in has) for code in parts}
    for node in nodes:
        rows = rows_for(rows_of, node.ask)
        with joining_many(session):
            found = session.execute(sa.select(*(rows.c[name] for name in sorted(wanted & has)))).all()
        for row in found:
            where = dict(covers.get(row.place_id, ())) | dict(covers.get(row.former_place_id, ()))
            cells = list(_cells_of(row, has, cuts, where, node))
            for code, part in parts.items():
                if all(getattr(row, column) in values for column, values in part.where):
                    table = tables[code]
                    number = table.number(row)
                    kept = str(getattr(row, part.apart.column)) if part.apart else ""
                    for cell in cells:
                        table.cells[_apart(cell, kept)].append(number)
    return tables


def _apart(cell: Cell, kept: str) -> Cell:
    """Goods by weight and by the piece are two figures: told apart by the period's code."""
    if not kept:
        return cell
    return Cell(
        cell.place_id,
        f"{cell.period} {kept}",
        cell.sector,
        cell.product_id,
        cell.cut,
        cell.group,
        cell.depth,
    )


def _cells_of(
    row: Any,
    has: frozenset[str],
    cuts: Sequence[Dimension],
    where: dict[int, int],
    node: _Node,
) -> Iterator[Cell]:
    goods: list[tuple[str, int, int]] = [("", 0, 0)]
    if "sector" in has:
        goods.append((row.sector or "", 0, 1))
    if "product_id" in has:
        goods.append(("", row.product_id, 2))
    for place_id, below in where.items():
        for sector, product_id, finer in goods:
            deep = below + finer + node.depth
            if deep <= DEEPEST:
                yield Cell(place_id, node.code, sector, product_id, depth=deep)
        if not below and not node.depth:
            for cut in cuts:
                group = getattr(row, cut)
                yield Cell(place_id, node.code, cut=cut, group="" if group is None else str(group), depth=1)


def _safe(table: _Table) -> list[Cell]:
    """The cells of a table that may stand in public, the coarsest first."""
    members = {cell: sorted(set(found)) for cell, found in table.cells.items()}
    thin = {cell for cell, found in members.items() if table.is_thin(found)}
    secrets = [members[cell] for cell in thin]
    # What stands in the same cells everywhere is hidden too where few stand behind it: the one deal by which
    # two periods differ.
    secrets += [one for one in _together(members.values()) if table.is_thin(one)]
    return disclosure.choose(
        members, secrets, sorted((cell for cell in members if cell not in thin), key=_rank)
    )


def _rank(cell: Cell) -> tuple[Any, ...]:
    return cell.depth, bool(cell.cut), cell.period, cell.place_id, cell.sector, cell.product_id


def _together(sets: Iterable[Sequence[int]]) -> list[list[int]]:
    """Contributions by the cells that they stand in."""
    seen: dict[int, list[int]] = defaultdict(list)
    for number, members in enumerate(sets):
        for one in members:
            seen[one].append(number)
    found: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for one, where in seen.items():
        found[tuple(where)].append(one)
    return list(found.values())


# --- what is kept, and what is asked ---


def publish(session: Session, year: int) -> int:
    """Choose the public cells of a year anew and keep them; says how many there are."""
    at = moment()
    return keep(session, year, choose(session, year, at=at), at=at)


def moment() -> datetime:
    """As known before which moment to choose now: what is chosen of is then all that will ever be known to
    have been known, and the figures that are shown are made of the same.
    """
    return clock.now() - SETTLED


def keep(session: Session, year: int, found: Mapping[str, Sequence[Cell]], *, at: datetime) -> int:
    """Keep the cells of a year, chosen as of a moment, in place of those before; says how many there are."""
    session.execute(sa.delete(PublishedCell).where(PublishedCell.year == year))
    session.execute(sa.delete(Publication).where(Publication.year == year))
    session.add(Publication(year=year, made_at=at))
    rows = [
        {
            "year": year,
            "part": code,
            "place_id": cell.place_id,
            "period": cell.period,
            "sector": cell.sector,
            "product_id": cell.product_id,
            "cut": cell.cut,
            "of_group": cell.group,
        }
        for code, cells in found.items()
        for cell in cells
    ]
    if rows:
        session.execute(sa.insert(PublishedCell), rows)
    return len(rows)


def list_due(session: Session) -> list[int]:
    """The years to choose again: those whose choice is older than the last day of release, or than the last
    closing, revision or reopening of one of their periods; and those that were chosen while the clock was
    ahead: what is made known until then would show in them day by day.
    """
    first = session.scalar(sa.select(sa.func.min(LinkState.on_date)))
    if first is None:
        return []
    today, made = clock.today(), moments(session)
    released, changed = clock.start_of(last_release(today)), calendar.last_changes(session)
    return [
        year
        for year in range(today.year, first.year - 1, -1)
        if year not in made
        or made[year] > clock.now()
        or made[year] < max(released, changed.get(year, released))
    ]


def last_release(today: date) -> date:
    """The last day on which what the public sees moved on."""
    if today.day < RELEASED_ON:
        today = today.replace(day=1) - timedelta(days=1)
    return today.replace(day=RELEASED_ON)


def next_release(today: date) -> date:
    """The next day on which it will."""
    return (last_release(today).replace(day=1) + timedelta(days=32)).replace(day=RELEASED_ON)


def is_chosen(indicator: Indicator) -> bool:
    """Whether a figure is public only where it was chosen."""
    return indicator.access in CHOSEN


def moments(session: Session) -> dict[int, datetime]:
    """Before which moment the public's figures of each year were known."""
    return {
        row.year: row.made_at for row in session.execute(sa.select(Publication.year, Publication.made_at))
    }


def only_published(session: Session, figures: Sequence[Figure], by: Dimension | None) -> list[Figure]:
    """The figures of which nobody can compute a hidden one; the others are hidden. Zero says so."""
    asked = [one for one in figures if is_chosen(one.indicator) and one.status != "suppressed"]
    known = _published(session, asked)
    withheld = {id(one) for one in asked if not _stands(one, by, known)}
    return [
        replace(one, value=None, rows=0, status="suppressed") if id(one) in withheld else one
        for one in figures
    ]


def _published(session: Session, asked: Iterable[Figure]) -> set[tuple[str, Cell]]:
    """What stands in public of the periods of some figures: pairs of what is counted and the cell."""
    codes = {_period(one) for one in asked}
    if not codes:
        return set()
    years = {one.period.start.year for one in asked}
    rows = session.execute(
        sa.select(PublishedCell.__table__).where(
            PublishedCell.year.in_(years), PublishedCell.period.in_(codes)
        )
    )
    return {
        (row.part, Cell(row.place_id, row.period, row.sector, row.product_id, row.cut, row.of_group))
        for row in rows
    }


def _period(figure: Figure) -> str:
    """A figure's period as cells have it: told apart by what is never added up."""
    return figure.period.code + (f" {figure.kept}" if figure.kept else "")


def _stands(figure: Figure, by: Dimension | None, known: set[tuple[str, Cell]]) -> bool:
    """Whether all that a figure is made of stands in public."""
    place_id, sector, product_id = figure.place_id, figure.sector or "", figure.product_id or 0
    cut = group = ""
    match by:
        case None:
            pass
        case "place":
            place_id = figure.group
        case "sector":
            sector = figure.group
        case "product":
            sector, product_id = "", figure.group
        case _:
            cut, group = by, "" if figure.group is None else str(figure.group)
    # A product lies in one sector: asked for both, it is the product's own cell.
    cell = Cell(place_id, _period(figure), "" if product_id else sector, product_id, cut, group)
    return all(
        part.exact or not rows or (part.code, cell) in known
        for part, (rows, _, _) in zip(figure.indicator.parts, figure.backing, strict=True)
    )
