"""What stands beside each demand in a unit's list: how much of it the unit's lots could serve, or else what
the nearest of them lacks, in short words. The page of one demand says it in full (answer_routes.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.demands import answering, wording
from market.demands.answering import Beside, Fit
from market.demands.models import Demand
from market.demands.queries import DemandRow
from market.listings import reference
from market.web import language
from market.words import Named, Words, t


@dataclass(frozen=True, slots=True)
class Listed:
    """``kind``: the lots serve all that is missing, a part of it, or none: the nearest ``lacks`` something,
    what its days are for is ``taken``, or there is no lot at all. Volumes in base units.
    """

    kind: Literal["all", "part", "lacks", "taken", "none"]
    missing: int
    serves: int
    nearest: Fit | None
    lacks: tuple[Words, ...]


def of(session: Session, *, unit_id: int, rows: Sequence[DemandRow], on: date) -> dict[int, Listed]:
    """By the demands' ids; a fixed few SELECTs, however many rows there are."""
    if not rows:
        return {}
    ids = [row.id for row in rows]
    demands = session.scalars(sa.select(Demand).where(Demand.id.in_(ids))).all()
    found = answering.beside(session, unit_id=unit_id, demands=demands, on=on)
    known = reference.current(session, on)
    qualities = {one.key: one.name for own in known.goods.values() for one in own.described}
    standards = {code: kind.name for code, kind in known.standards.items()}
    return {row.id: _listed(row, found[row.id], qualities, standards) for row in rows}


def _listed(
    row: DemandRow, beside: Beside, qualities: Mapping[str, Named], standards: Mapping[str, Named]
) -> Listed:
    nearest = next(iter(beside.fits), None)
    kind: Literal["all", "part", "lacks", "taken", "none"]
    if beside.serves:
        kind = "all" if beside.serves >= beside.missing else "part"
    elif nearest is None:
        kind = "none"
    else:
        kind = "lacks" if nearest.lot.reasons else "taken"
    lacks: list[Words] = []
    if nearest is not None and kind == "lacks":
        if 0 < nearest.most < beside.missing:
            said = {"volume": nearest.most, "missing": beside.missing}
            amounts = {name: language.volume(amount, row.unit, row.piece) for name, amount in said.items()}
            lacks.append(t("only {volume} of the {missing} still missing", **amounts))
        least = language.volume(nearest.lot.minimum, row.unit, row.piece)
        lacks += wording.lacking_briefly(nearest.lot, qualities, standards, least=least)
    return Listed(kind, beside.missing, beside.serves, nearest, tuple(lacks))
