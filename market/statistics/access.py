"""Who may see which figure (glossary, rule 6). The register's counts are public at any time. Trade figures
are public only for whole periods that have ended, never by an arbitrary as-of day (two days apart is one
deal), and hidden where fewer than three units or three buyers stand behind; what units report of their own
business likewise, below three units. Officers with the duty trade data see them all, and the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from market.errors import NotAllowed
from market.statistics import rows_register
from market.statistics.definition import Indicator
from market.statistics.figures import Figure
from market.statistics.periods import WHOLE, Period
from market.words import t

#: Fewer different units or buyers than this behind a trade figure, and it is hidden.
FEWEST = 3
#: Unmet demand is shown from so many searches, or so many buyers, up: to officers as well.
FEWEST_SEARCHES = 5


def is_open(indicator: Indicator, period: Period | None, *, as_of: date, today: date) -> bool:
    """Whether the public may ask for this figure at all."""
    if indicator.access == "register":
        return True
    return period is not None and period.kind in WHOLE and period.has_ended(today) and as_of >= today


def check_open(indicator: Indicator, period: Period | None, *, as_of: date, today: date) -> None:
    """Refuse the public a trade figure of anything but a whole ended period as known today."""
    if not is_open(indicator, period, as_of=as_of, today=today):
        raise NotAllowed(
            t("Trade figures are public for whole months, quarters, halves and years that have ended.")
        )


def for_public(figures: Iterable[Figure]) -> list[Figure]:
    """The figures with those hidden behind which too few stand; nothing at all stays 0."""
    return [suppressed(figure) if _is_thin(figure) else figure for figure in figures]


def for_officers(figures: Iterable[Figure]) -> list[Figure]:
    """The figures as an officer with the duty sees them: all but what would tell what one buyer wants."""
    unmet = ("searches", "needs")
    return [suppressed(one) if one.indicator.access in unmet and _is_thin(one) else one for one in figures]


def _is_thin(figure: Figure) -> bool:
    match figure.indicator.access:
        case "register":
            return False
        case "books":
            return any(rows and sellers < FEWEST for rows, sellers, _ in figure.backing)
        case "searches":
            return any(0 < rows < FEWEST_SEARCHES for rows, _, _ in figure.backing)
        case "needs":
            return any(rows and buyers < FEWEST for rows, _, buyers in figure.backing)
    # What others have published names nobody.
    counted = zip(figure.indicator.parts, figure.backing, strict=True)
    return any(
        rows and (sellers < FEWEST or buyers < FEWEST)
        for part, (rows, sellers, buyers) in counted
        if not part.exact
    )


def opens_register(indicator: Indicator) -> bool:
    """Whether the rows are of the register alone, so that whoever reads the register may read them too: not
    those that say which units trade.
    """
    traders = any(part.rows is rows_register.traders for part in indicator.parts)
    return indicator.access == "register" and not traders


def opens_rows(indicator: Indicator) -> bool:
    """Whether anybody may read the rows: what people look for and do not find is tied to nobody."""
    return indicator.access not in ("searches", "needs")


def suppressed(figure: Figure) -> Figure:
    """A figure that the asker may not have."""
    return replace(figure, value=None, rows=0, status="suppressed")
