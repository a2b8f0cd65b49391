"""The rows of what units report of themselves: charter capital, high technology and the latest yearly return.
Their definitions are in indicators_returns.py; who the units are is in rows_register.py.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from market.parties.register_models import RETURN_ITEMS, HighTech, PartyCapital, YearlyReturn
from market.statistics.history import Ask, latest
from market.statistics.rows_register import OF_UNIT, units


def books(ask: Ask) -> sa.Select[Any]:
    """One row a collective unit of ``units`` with what it last said by the day (money in đồng).

    A return is of a year and holds from its last day, so the latest by the day is that of the latest year
    that had ended. ``has_<item>`` (1 or 0): whether it says it; what it does not say is 0.
    ``all_revenue``: revenue where the part with members is known too; ``all_managers`` likewise.
    ``high_tech`` (1 or 0).
    """
    unit = units(ask).subquery()
    capital = latest(PartyCapital.party_id, PartyCapital.amount, ask=ask)
    tech = latest(HighTech.party_id, HighTech.holds, ask=ask)
    said = latest(YearlyReturn.party_id, *(getattr(YearlyReturn, name) for name in RETURN_ITEMS), ask=ask)

    def known(column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
        return sa.case((column.is_not(None), 1), else_=0)

    def whole(part: str, of: str) -> sa.ColumnElement[int]:
        return sa.case((said.c[part].is_not(None), sa.func.coalesce(said.c[of], 0)), else_=0)

    return (
        sa.select(
            *unit.c[OF_UNIT],
            unit.c.kind,
            sa.func.coalesce(capital.c.amount, 0).label("capital"),
            known(capital.c.amount).label("has_capital"),
            sa.case((tech.c.holds.is_(True), 1), else_=0).label("high_tech"),
            *(sa.func.coalesce(said.c[name], 0).label(name) for name in RETURN_ITEMS),
            *(known(said.c[name]).label(f"has_{name}") for name in RETURN_ITEMS),
            whole("member_revenue", "revenue").label("all_revenue"),
            whole("trained_managers", "managers").label("all_managers"),
        )
        .select_from(unit)
        .outerjoin(capital, capital.c.party_id == unit.c.party_id)
        .outerjoin(tech, tech.c.party_id == unit.c.party_id)
        .outerjoin(said, said.c.party_id == unit.c.party_id)
    )
