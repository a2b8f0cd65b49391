"""The codes of parties in words for people, one table a code. Used by routes and templates; whoever adds a
code in models.py adds its words here.
"""

from __future__ import annotations

from typing import Literal

from market.parties.register_models import RETURN_PEOPLE
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
#: The fifteen criteria of Circular 01/2020/TT-BKHĐT.
CRITERIA: dict[int, Words] = {
    1: t("1. Capital"),
    2: t("2. Assets"),
    3: t("3. Results of production and business"),
    4: t("4. Setting aside of funds"),
    5: t("5. Keeping of the law"),
    6: t("6. Disputes and complaints"),
    7: t("7. Training of its officers"),
    8: t("8. What members and workers are given"),
    9: t("9. Technology, brand, value chain"),
    10: t("10. How far members take part"),
    11: t("11. What members gain"),
    12: t("12. Goods and services for members"),
    13: t("13. Information and training"),
    14: t("14. What it does for the community"),
    15: t("15. Awards"),
}
#: The items of a yearly return, and as what each is typed.
RETURN_ITEMS: dict[str, Words] = {
    "workers": t("Regular workers"),
    "revenue": t("Revenue"),
    "member_revenue": t("Of it with members"),
    "profit": t("Profit (a loss with −)"),
    "member_income": t("Income of a member in the year"),
    "worker_income": t("Income of a worker in the year"),
    "assets": t("Total capital and assets"),
    "managers": t("Managers"),
    "trained_managers": t("Of them trained"),
}
RETURN_WIDGETS: dict[str, Literal["number", "money"]] = {
    name: "number" if name in RETURN_PEOPLE else "money" for name in RETURN_ITEMS
}
YES_NO: dict[str, Words] = {"yes": t("Yes"), "no": t("No")}


def buying(party: str, *, buys: bool) -> Words:
    """What is said once it is noted whether a unit also buys."""
    if buys:
        return t("Noted: {party} also buys. It can ask and post demands now.", party=party)
    return t("Noted: {party} does not buy. What it has asked already goes on.", party=party)
