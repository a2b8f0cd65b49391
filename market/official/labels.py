"""What denominators measure, in words."""

from __future__ import annotations

from market.words import Words, t

BASES: dict[str, Words] = {
    "sown": t("Sown area (adds up over seasons)"),
    "land": t("Cultivated land"),
    "pond": t("Area of ponds"),
    "gram": t("Output by weight"),
    "piece": t("Output by the piece"),
}
