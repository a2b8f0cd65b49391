"""Units that probably stand twice in the register: in one commune with nearly the same name, or with the same
tax code however it was typed. A hint for officers, who decide; merging is in links/merging.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.parties.models import UNIT_KINDS, Party

#: Names that are so much alike, as a share of their letters, are nearly the same.
ALIKE = 0.9
#: Words that say what kind of unit it is, folded: they tell no two apart.
_KINDS = re.compile(r"\b(hop tac xa|to hop tac|lien hiep|htx|tht|dich vu|dv|nong nghiep|nn)\b")


@dataclass(frozen=True, slots=True)
class Alike:
    """A unit that another may be the same as."""

    id: int
    code: str
    name: str


def find(session: Session, party_ids: Iterable[int]) -> dict[int, list[Alike]]:
    """For each of these units that has any: those that it may be the same as, neither of them dissolved."""
    columns = (Party.id, Party.code, Party.name, Party.folded, Party.tax_code, Party.place_id)
    standing = sa.and_(Party.kind.in_(UNIT_KINDS), Party.status != "dissolved", Party.standing != "refused")
    mine = session.execute(sa.select(*columns).where(Party.id.in_(list(party_ids)), standing)).all()
    if not mine:
        return {}
    digits = {_digits(one.tax_code) for one in mine} - {""}
    bare = sa.func.replace(sa.func.replace(sa.func.replace(Party.tax_code, " ", ""), "-", ""), ".", "")
    others = session.execute(
        sa.select(*columns).where(
            standing,
            sa.or_(
                Party.place_id.in_({one.place_id for one in mine if one.place_id}), bare.in_(sorted(digits))
            ),
        )
    ).all()
    found: dict[int, list[Alike]] = {}
    for one in mine:
        same = [other for other in others if other.id != one.id and _same(one, other)]
        if same:
            found[one.id] = [Alike(other.id, other.code, other.name) for other in same]
    return found


def _digits(tax_code: str | None) -> str:
    return re.sub(r"[ .-]", "", tax_code or "")


def _same(one: Any, other: Any) -> bool:
    if _digits(one.tax_code) and _digits(one.tax_code) == _digits(other.tax_code):
        return True
    if one.place_id is None or one.place_id != other.place_id:
        return False
    left, right = _bare(one.folded), _bare(other.folded)
    # Numbers tell apart what is otherwise alike: "Hop tac xa 1" and "Hop tac xa 2".
    if re.findall(r"\d+", left) != re.findall(r"\d+", right):
        return False
    return left == right or bool(get_close_matches(right, [left], n=1, cutoff=ALIKE))


def _bare(folded: str) -> str:
    return " ".join(_KINDS.sub(" ", folded).split()) or folded
