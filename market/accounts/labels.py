"""The duties of officers in words for people; whoever adds a duty in models.py adds its words here."""

from __future__ import annotations

from market.words import Words, t

DUTIES: dict[str, Words] = {
    "register": t("the register"),
    "certificates": t("certificates"),
    "figures": t("figures"),
    "trade_data": t("trade data"),
    "moderation": t("moderation"),
    "view": t("sees only"),
}
#: The same for whoever gives them: what each lets an officer do.
GIVEN: dict[str, Words] = {
    "register": t(
        "The register: confirm units and buyers, keep what is noted of them, see how to reach them"
    ),
    "certificates": t("Certificates: verify them, let them count no more"),
    "figures": t("Figures: close periods, reports, targets, published figures"),
    "trade_data": t("Trade data: open price and counterparty (each look is shown to the two sides)"),
    "moderation": t("Moderation: reports, complaints, requests about personal data"),
    "view": t(
        "Sees only: register, certificates and figures; no price, no buyer, no contact data, no change"
    ),
}
