"""The codes of moderation in words for people, one table a code. Whoever adds a code in models.py adds its
words here.
"""

from __future__ import annotations

from market.accounts import labels as duty_labels
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
REQUEST_KINDS: dict[str, Words] = {
    "correct": t("Put something right"),
    "stop": t("Stop using my data and close the account"),
    "erase": t("Erase me"),
}
REQUEST_STATES: dict[str, Words] = {
    "received": t("Waits for an answer"),
    "accepted": t("Accepted, to be carried out"),
    "done": t("Carried out"),
    "refused": t("Cannot be followed"),
    "withdrawn": t("Withdrawn"),
}
REQUEST_TONES = {
    "received": "wait",
    "accepted": "wait",
    "done": "good",
    "refused": "bad",
    "withdrawn": "off",
}
ANSWERS: dict[str, Words] = {
    "accept": t("It is right: it will be carried out"),
    "refuse": t("It cannot be followed"),
}
PURPOSES: dict[str, Words] = {"terms": t("Terms of use"), "privacy": t("How personal data are used")}
DUTIES: dict[str, Words] = duty_labels.DUTIES
POWERS: dict[str, Words] = {
    "bind": t("agrees and ends agreements"),
    "trade": t("lists and negotiates"),
    "deliver": t("records deliveries"),
    "view": t("sees"),
}
SUBJECTS: dict[str, Words] = {
    "goods": t("Goods: quality, volume, origin"),
    "delivery": t("Delivery"),
    "payment": t("Payment between the two sides"),
    "party": t("How a seller or a buyer behaves"),
    "moderation": t("A decision of an officer"),
    "platform": t("How the market works"),
    "data": t("Personal data"),
    "other": t("Something else"),
}
COMPLAINT_STATES: dict[str, Words] = {
    "received": t("Waits for an answer"),
    "answered": t("Answered"),
    "closed": t("Closed"),
}
COMPLAINT_TONES = {"received": "wait", "answered": "good", "closed": "off"}
OUTCOMES: dict[str, Words] = {
    "upheld": t("It was right"),
    "partly": t("It was right in part"),
    "rejected": t("It was not right"),
    "settled": t("The two sides have settled it"),
    "withdrawn": t("It was taken back"),
    "referred": t("Passed on to the authority in charge"),
}
FLAGS: dict[str, Words] = {
    "duplicate": t("Probably listed twice"),
    "price": t("A price far from the usual"),
    "volume": t("A volume far from the usual"),
}
ABOUT: dict[str, Words] = {
    "remark": t("a word to the other side"),
    "report": t("a report"),
    "objection": t("an objection"),
    "entry by phone": t("a word beside an entry by phone"),
    "complaint": t("a complaint"),
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
