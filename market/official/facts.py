"""The published facts that come with the program (data/README.md), as what the service enters."""

from __future__ import annotations

import csv
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from market.official import amounts, service
from market.places import queries as places


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact: ``enter`` takes the session and ``actor``; ``known_on`` ends its source's date."""

    known_on: date
    enter: Callable[..., Any]


def read() -> Iterator[Fact]:
    """Every fact of the data files."""
    sources = {row["id"]: row for row in _rows("sources")}
    for row in _rows("denominators"):
        yield _fact(row, sources, _denominator)
    for row in _rows("figures"):
        yield _fact(row, sources, _figure)


def _rows(name: str) -> list[dict[str, str]]:
    with (amounts.DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _fact(row: dict[str, str], sources: dict[str, dict[str, str]], enter: Callable[..., Any]) -> Fact:
    source = sources[row["source"]]
    shared = {
        "from_date": date.fromisoformat(row["from"]),
        "to_date": date.fromisoformat(row["to"]),
        "sector": row["sector"] or None,
        "scope": row["scope"],
        "source": f"{source['title']} ({source['id']})",
        "source_date": source["date"],
    }
    return Fact(_last_day(source["date"]), partial(enter, row=row, shared=shared))


def _denominator(session: Session, *, actor: Any, row: dict[str, str], shared: dict[str, Any]) -> None:
    service.enter_denominator(
        session,
        actor=actor,
        over=None,
        place_id=_place(session, row, shared),
        base=row["base"],
        amount=amounts.whole(Decimal(row["amount"]), row["unit"], field="amount"),
        **shared,
    )


def _figure(session: Session, *, actor: Any, row: dict[str, str], shared: dict[str, Any]) -> None:
    service.enter_figure(
        session,
        actor=actor,
        over=None,
        code=row["code"],
        place_id=_place(session, row, shared),
        number=Decimal(row["value"]),
        unit=row["unit"],
        **shared,
    )


def _place(session: Session, row: dict[str, str], shared: dict[str, Any]) -> int:
    return places.resolve(session, text=row["place"], on=shared["to_date"]).id


def _last_day(text: str) -> date:
    """The last day of a year, a month, or the day itself."""
    year, *rest = (int(part) for part in text.split("-"))
    month = rest[0] if rest else 12
    return date(year, month, rest[1] if len(rest) > 1 else monthrange(year, month)[1])
