"""The codes of moderation in words for people, one table a code. Whoever adds a code in models.py adds its
words here.
"""

from __future__ import annotations

from market.words import Words, t

REASONS: dict[str, Words] = {
    "untrue": t("It is not true (volume, quality, certificate, who it is)"),
    "unlawful": t("Goods that may not be sold"),
    "counterfeit": t("Counterfeit goods or somebody else's brand"),
    "unsafe": t("Unsafe food or banned substances"),
    "price": t("A price that misleads"),
    "duplicate": t("The same thing is listed several times"),
    "offensive": t("Offensive words or pictures"),
    "other": t("Something else"),
}
REPORT_STATES: dict[str, Words] = {
    "open": t("To be looked at"),
    "dismissed": t("No reason to act was found"),
    "acted": t("Acted upon"),
}
REPORT_HEADINGS: dict[str, Words] = {
    "open": t("Reports that wait"),
    "dismissed": t("Reports without a reason to act"),
    "acted": t("Reports that were acted upon"),
}
TONES = {"open": "wait", "dismissed": "off", "acted": "good", "kept": "bad", "lifted": "good"}
GROUNDS: dict[str, Words] = {
    "report": t("after a report"),
    "officer": t("found by an officer"),
    "authority": t("at an authority's request"),
}
APPEAL_OUTCOMES: dict[str, Words] = {
    "kept": t("The decision stands"),
    "lifted": t("The decision was lifted"),
}
