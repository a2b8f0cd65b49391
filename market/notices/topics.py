"""The few topics that a person tells kinds of news by, and the ways in which one may be told of a topic. What
belongs to no topic (who may sign in, who acts for whom, what became of a file that one has sent) is always
sent.
"""

from __future__ import annotations

#: At once; with the day's other news in one message; in the application alone.
HOWS = ("at_once", "daily", "inside")

#: Topics by what a kind begins with. A whole kind goes before its beginning.
_BEGINNINGS = {
    "inquiry": "inquiries",
    "link": "agreements",
    "amendment": "agreements",
    "delivery": "deliveries",
    "certificate": "certificates",
    "demand": "demands",
    "demand.fits": "wanted",
    "listings": "searches",
}

TOPICS = tuple(dict.fromkeys(_BEGINNINGS.values()))
#: Each saved search says by itself whether it tells at once or once a day.
NOT_DAILY = ("searches",)
#: What kinds of no topic begin with.
ALWAYS = ("account", "assisted", "party", "upload", "department", "moderation", "data", "complaint", "rules")


def topic_of(kind: str) -> str | None:
    """The topic of a kind of notice (``inquiry.sent``), None for what is always sent."""
    return _BEGINNINGS.get(kind) or _BEGINNINGS.get(kind.partition(".")[0])
