"""Agreements as an import compares with them and an export writes them, in a few SELECTs, and how a row finds
its agreement: by contract number, else by unit, buyer, product and days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.errors import Invalid
from market.links.models import Link
from market.parties.models import UNIT_KINDS
from market.spreadsheets import cells
from market.spreadsheets.lookups import Lookups
from market.spreadsheets.offers import chunks
from market.spreadsheets.reading import Cell
from market.words import t
from search import vietnamese

_LINK = (
    Link.id, Link.seller_id, Link.buyer_id, Link.buyer_kind, Link.product_id, Link.kind, Link.form,
    Link.season_id, Link.from_date, Link.to_date, Link.volume, Link.price, Link.area_m2, Link.households,
    Link.contract_number, Link.contract_date, Link.state, Link.origin,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: a party that is known (``party``), or the name of one that is not."""

    name: str
    party: Any = None

    @property
    def key(self) -> str:
        """What tells buyers apart."""
        return f"#{self.party.id}" if self.party is not None else vietnamese.fold(self.name)

    def __str__(self) -> str:
        return self.name


def read_buyer(look: Lookups, cell: Cell) -> Buyer:
    """The buyer with this code, tax code or name; a name that nobody has is a new one."""
    typed: str = cells.text(200)(cell)
    found = look.by_code.get(typed) or look.by_tax_code.get(typed)
    if found is None:
        same = look.by_name.get(vietnamese.fold(typed), [])
        if len(same) > 1:
            same = [row for row in same if " ".join(row.name.split()) == typed] or same
        if len(same) > 1:
            raise Invalid(
                t(
                    "Several parties are called so: write one of {names}.",
                    names=", ".join(r.code for r in same),
                )
            )
        found = same[0] if same else None
    if found is None and not vietnamese.fold(typed):
        raise Invalid(t("Please fill this in."))
    return Buyer(typed, found)


def show_buyer(look: Lookups, party: Any) -> str:
    """The buyer's name where it is read back as this party, else its code."""
    name = " ".join(party.name.split())
    named = look.by_name.get(vietnamese.fold(name), [])
    taken = look.by_code.get(name) or look.by_tax_code.get(name)
    return name if len(named) == 1 and taken is None else party.code


def default_kind(party: Any) -> str:
    """What kind of buyer a party is."""
    return party.buyer_kind or ("cooperative" if party.kind in UNIT_KINDS else "other")


@dataclass(slots=True)
class Deals:
    """The agreements of some units, each to be found once."""

    by_seller: dict[int, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, seller_ids: Iterable[int]) -> Deals:
        """The agreements by which these units sell."""
        found = cls()
        for some in chunks(sorted(set(seller_ids))):
            for row in all_deals(session, Link.seller_id.in_(some)):
                found.by_seller.setdefault(row.seller_id, []).append(row)
        return found

    def candidates(self, said: dict[str, Any]) -> list[Any]:
        """The agreements that a row may speak of and no row before it has spoken of."""
        seller, product, buyer = said["cooperative_code"], said["product"], said["buyer"]
        theirs = [row for row in self.by_seller.get(seller.id, ()) if row.product_id == product.id]
        number = said.get("contract_no")
        numbered = [row for row in theirs if number is not None and row.contract_number == number]
        days = said["from"], said["to"]
        of_days = [
            row
            for row in (numbered or theirs)
            if buyer.party is not None
            and row.buyer_id == buyer.party.id
            and (row.from_date, row.to_date) == days
            and (number is None or row.contract_number in (None, number))
        ]
        return of_days or numbered

    def take(self, row: Any) -> None:
        """No other row speaks of it."""
        self.by_seller[row.seller_id].remove(row)


def all_deals(session: Session, which: sa.ColumnElement[bool] | None = None) -> list[Any]:
    """Agreements in the order of their making."""
    chosen = sa.select(*_LINK).order_by(Link.id)
    return list(session.execute(chosen if which is None else chosen.where(which)))
