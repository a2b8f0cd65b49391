"""How an agreement ends, in words: the reasons that a side gives, and what the other side is told."""

from __future__ import annotations

from typing import Any

from market.words import Words, t

#: END_REASONS as people read them.
WORDS = (
    ("agreed", t("As agreed by both sides")),
    ("all_delivered", t("All that the area gave has been delivered")),
    ("price", t("The price changed")),
    ("quality", t("The quality was not met")),
    ("no_goods", t("The seller has no goods")),
    ("not_taken", t("The buyer does not take the goods")),
    ("unpaid", t("Not paid")),
    ("force_majeure", t("Storm, disease or another force majeure")),
    ("other", t("Another reason")),
)


def told(link: Any, *, side: str, reason: str) -> Words:
    """What the other side is told when ``side`` ends it; takes a row with ``awaits_side``."""
    if link.awaits_side == side:
        return t("The other side says that it has not agreed to what you wrote down by phone.")
    if reason == "all_delivered":
        return t("The seller has closed the agreement: all that the area gave has been delivered.")
    if reason == "other":
        return t("The other side has closed the agreement.")
    return t("The other side has closed the agreement. {reason}.", reason=dict(WORDS)[reason])
