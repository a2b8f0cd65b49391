"""The codes of certificates in words for people, one table a code. Whoever adds a code in models.py adds its
words here.
"""

from __future__ import annotations

from market.words import Words, t

STATES: dict[str, Words] = {
    "claimed": t("Waits for the department"),
    "verified": t("Verified by the department"),
    "refused": t("Could not be verified"),
    "ended": t("Has ended"),
    "suspended": t("Suspended by its issuer"),
    "revoked": t("Revoked"),
}
TONES = {
    "claimed": "wait",
    "verified": "good",
    "refused": "bad",
    "ended": "off",
    "suspended": "bad",
    "revoked": "bad",
}
GROUNDS: dict[str, Words] = {
    "original": t("The original was seen"),
    "issuer_list": t("It stands on the issuer's list"),
    "issuer_answer": t("The issuer answered"),
    "decision": t("By a decision (OCOP, VietGAP and the like)"),
}
#: How a verified certificate may be made to stop counting.
STOPS: dict[str, Words] = {
    "ended": t("It has ended before its day"),
    "suspended": t("The issuer has suspended it"),
    "revoked": t("The issuer has revoked it"),
}
