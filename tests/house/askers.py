"""Who asks, for the rights tables: everybody's name, who has which power or duty, what a line says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

POWERS = ("bind", "trade", "deliver", "view")
DUTIES = ("register", "certificates", "figures", "trade_data", "moderation")

SELLER = ("seller:all", *(f"seller:{power}" for power in POWERS))
BUYER = ("buyer:all", *(f"buyer:{power}" for power in POWERS))
OTHERS = ("rival:all", "stranger:all")
#: A read-only seat over the province.
SEAT = "officer:view"
OFFICERS = tuple(f"officer:{duty}" for duty in DUTIES)
OFFICIALS = (*OFFICERS, SEAT, "elsewhere:all", "admin")

NOBODY = ("nobody",)
SIGNED_IN = ("newcomer", *SELLER, *BUYER, *OTHERS, *OFFICIALS)
EVERYBODY = (*NOBODY, *SIGNED_IN)
#: Enough of everybody for what is open to everybody.
SOME = ("nobody", "newcomer", "seller:all", "buyer:view", "officer:register", "admin")
PARTIES = (*SELLER, *BUYER, *OTHERS)
UNITS = (*SELLER, "rival:all")


def having(power: str, *sides: str) -> tuple[str, ...]:
    """The askers of these sides who have the power."""
    return tuple(f"{side}:{one}" for side in sides for one in ("all", power))


def on_duty(duty: str, *, anywhere: bool = False) -> tuple[str, ...]:
    """The officers with the duty where the trade is, or anywhere at all, and the administrator."""
    return (f"officer:{duty}", "admin", *(("elsewhere:all",) if anywhere else ()))


def reading(duty: str, *, anywhere: bool = False) -> tuple[str, ...]:
    """The same, with those who see what the duty is about and change nothing."""
    return (*on_duty(duty, anywhere=anywhere), SEAT)


@dataclass(frozen=True, slots=True)
class Right:
    """Who may. ``{names}`` in path and fields are the world's, as the asker's side sees them."""

    who: tuple[str, ...]
    path: str
    fields: dict[str, Any] = field(default_factory=dict)
    method: str = "GET"
    #: Sent beside the fields, by their field: name and content.
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


def send(who: tuple[str, ...], path: str, method: str = "POST", **fields: Any) -> Right:
    """A body that a program sends."""
    return Right(who, path, fields, method)


def post(who: tuple[str, ...], path: str, **fields: Any) -> Right:
    """A form that is sent."""
    return Right(who, path, fields, "POST")
