"""The codes of parties in words for people, one table a code. Used by routes and templates; whoever adds a
code in models.py adds its words here.
"""

from __future__ import annotations

from market.words import Words, t

KINDS: dict[str, Words] = {
    "cooperative": t("Cooperative"),
    "group": t("Cooperative group"),
    "union": t("Union of cooperatives"),
    "company": t("Company"),
    "household_business": t("Household business"),
    "institution": t("Public institution"),
}
STATUSES: dict[str, Words] = {
    "active": t("Operating"),
    "suspended": t("Suspended"),
    "stopped": t("Stopped"),
    "dissolved": t("Dissolved"),
}
#: The classes of Circular 01/2020/TT-BKHĐT.
RATINGS: dict[str, Words] = {
    "good": t("Good"),
    "fair": t("Fair"),
    "average": t("Average"),
    "weak": t("Weak"),
    "unrated": t("Not rated"),
}
STATUS_TONES = {"active": "good", "suspended": "wait", "stopped": "off", "dissolved": "off"}
STANDINGS: dict[str, Words] = {
    "pending": t("Waits for confirmation"),
    "confirmed": t("Confirmed"),
    "refused": t("Could not be confirmed"),
    "none": t("Without an account"),
}
STANDING_TONES = {"pending": "wait", "confirmed": "good", "refused": "bad", "none": "off"}
BUYER_KINDS: dict[str, Words] = {
    "collector": t("Collector"),
    "depot": t("Depot or agent"),
    "processor": t("Processor"),
    "exporter": t("Exporter"),
    "supermarket": t("Supermarket"),
    "wholesaler": t("Wholesaler"),
    "kitchen": t("Kitchen or canteen"),
    "store_chain": t("Chain of stores"),
    "cooperative": t("Cooperative that buys"),
    "other": t("Another kind of buyer"),
}
DESTINATIONS: dict[str, Words] = {
    "province": t("In the province"),
    "region": t("In the Mekong Delta and Ho Chi Minh City"),
    "domestic": t("In the rest of the country"),
    "export": t("Abroad"),
    "unknown": t("Not known yet"),
}
IDENTITY_LEVELS: dict[str, Words] = {
    "none": t("Not verified"),
    "phone": t("Phone number verified"),
    "papers": t("Papers seen by the department"),
    "vneid": t("Verified through VNeID"),
}
GROUNDS: dict[str, Words] = {
    "law": t("By law (director, chair)"),
    "charter": t("By the charter"),
    "authority": t("By the members' written authority"),
}
