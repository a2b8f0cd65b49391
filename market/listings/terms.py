"""The terms of a trade besides goods, volume and price: one set of columns for the listing's defaults, every
offer and the link. Unsaid is NULL, shown as "not agreed". Read them as a ``Terms`` value.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

SIDES = ("seller", "buyer")
PAYMENTS = ("on_delivery", "days_after", "in_advance")
#: What may have to pass before goods are handed over.
Check = Literal["sample", "antibiotics", "residues"]
CHECKS: tuple[Check, ...] = get_args(Check)
#: Where the price holds: at field or pond, at the seller's store, at the buyer's.
BASES = ("field", "store", "buyer")


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms as a value. Money in đồng, tolerance in hundredths of a per cent, dates local days; ``checks``
    are codes of ``CHECKS`` with commas between.
    """

    delivery_place_id: int | None = None
    carrier: str | None = None
    carriage_paid_by: str | None = None
    weighed_at: str | None = None
    deductions: str | None = None
    payment: str | None = None
    payment_days: int | None = None
    deposit: int | None = None
    deposit_due: date | None = None
    contract_wanted: bool | None = None
    contract_due: date | None = None
    tolerance: int | None = None
    checks: str | None = None

    @property
    def checked(self) -> tuple[str, ...]:
        """What has to pass before goods are handed over, in the order of ``CHECKS``."""
        return tuple(self.checks.split(",")) if self.checks else ()

    @classmethod
    def of(cls, row: Any) -> Terms:
        """The terms that a row with ``TermsColumns`` carries."""
        return cls(**{f.name: getattr(row, f.name) for f in fields(cls)})

    def columns(self) -> dict[str, Any]:
        """The values for a row's columns."""
        return asdict(self)


class TermsColumns:
    """The columns behind ``Terms``."""

    carrier: Mapped[str | None]
    carriage_paid_by: Mapped[str | None]
    weighed_at: Mapped[str | None]
    deductions: Mapped[str | None]
    payment: Mapped[str | None]
    payment_days: Mapped[int | None]
    deposit: Mapped[int | None]
    deposit_due: Mapped[date | None]
    contract_wanted: Mapped[bool | None]
    contract_due: Mapped[date | None]
    tolerance: Mapped[int | None]
    checks: Mapped[str | None]

    @declared_attr
    def delivery_place_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("places.id"))


def join_checks(codes: Collection[str]) -> str | None:
    """Codes of ``CHECKS`` as ``Terms.checks`` keeps them; None without any."""
    return ",".join(code for code in CHECKS if code in codes) or None
