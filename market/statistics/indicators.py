"""All indicators in the order in which pages show them. A new one of the glossary's table is an entry in
indicators_register, _returns, _trade or _market, and a SELECT in rows_*.py where no rows yet hold what it
counts.

What is public (rule 6): the register's counts, the cooperatives that trade or are linked among them (an
official figure since 2021, shown as a number of cooperatives, never of deals), and how many listings stand
open for everybody to read. Everything that tells of volumes, values, inquiries or agreements is a trade
figure.
"""

from __future__ import annotations

from market.errors import Invalid
from market.statistics import indicators_market, indicators_register, indicators_returns, indicators_trade
from market.statistics.definition import Indicator
from market.words import t

ALL: tuple[Indicator, ...] = (
    *indicators_register.ALL,
    *indicators_returns.ALL,
    *indicators_trade.ALL,
    *indicators_market.ALL,
)
BY_CODE = {indicator.code: indicator for indicator in ALL}


def find(code: str) -> Indicator | None:
    """The indicator with this code."""
    return BY_CODE.get(code)


def get(code: str) -> Indicator:
    """The indicator with this code; refuses Invalid, naming those there are."""
    indicator = find(code)
    if indicator is None:
        raise Invalid(
            t("“{typed}” is no figure: choose of {codes}.", typed=code[:60], codes=", ".join(BY_CODE)),
            field="indicator",
        )
    return indicator
