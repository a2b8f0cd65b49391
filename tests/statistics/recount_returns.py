"""The recount of what units report of themselves: capital, the latest return, high technology. Plain lists
and loops, as in recount.py; nothing here may use market/statistics.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.statistics.lines import Line, units
from tests.statistics.tables import Asked, Tables, held

Counted = Callable[[Tables, Asked], list[Line]]


def _line(kind: str, unit: Line, amount: int) -> Line:
    return Line(unit.key, unit.seller, unit.place, unit.former, amount, facts={"kind": kind})


def capital(t: Tables, asked: Asked) -> list[Line]:
    found = []
    for kind, unit in units(t, asked):
        last = held(t.capitals.get(unit.key, ()), asked.day, asked.moment)
        if last is not None:
            found.append(_line(kind, unit, last.amount))
    return found


def high_tech(t: Tables, asked: Asked) -> list[Line]:
    found = []
    for kind, unit in units(t, asked):
        last = held(t.high_tech.get(unit.key, ()), asked.day, asked.moment)
        if kind == "cooperative" and last is not None and last.holds:
            found.append(_line(kind, unit, 1))
    return found


def said(item: str, *, of: str = "", all_units: bool = False, number: bool = False) -> Counted:
    """What the latest returns of cooperatives (or of all units) come to that say ``item``: its sum, that of
    the whole ``of`` which it is a part, or the ``number`` of those who say it.
    """

    def count(t: Tables, asked: Asked) -> list[Line]:
        found = []
        for kind, unit in units(t, asked):
            last: Any = held(t.returns.get(unit.key, ()), asked.day, asked.moment)
            if last is None or getattr(last, item) is None or not (all_units or kind == "cooperative"):
                continue
            found.append(_line(kind, unit, 1 if number else getattr(last, of or item)))
        return found

    return count


#: By code, as in recount.py.
COUNTS: dict[str, tuple[Counted, ...]] = {
    "charter_capital": (capital,),
    "workers": (said("workers", all_units=True),),
    "assets": (said("assets", all_units=True),),
    "revenue_per_cooperative": (said("revenue"), said("revenue", number=True)),
    "revenue_with_members_share": (said("member_revenue"), said("member_revenue", of="revenue")),
    "profit_per_cooperative": (said("profit"), said("profit", number=True)),
    "income_per_member": (said("member_income"), said("member_income", number=True)),
    "income_per_worker": (said("worker_income"), said("worker_income", number=True)),
    "trained_managers_share": (said("trained_managers"), said("trained_managers", of="managers")),
    "high_tech_cooperatives": (high_tech,),
}
