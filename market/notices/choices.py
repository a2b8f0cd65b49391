"""What a person has chosen to be told, and how: one answer a topic (topics.py). Without one, at once. It is
heeded where people are told, in accounts/service.py.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.db import insert_or_update
from market.errors import Invalid
from market.notices.models import Choice
from market.notices.topics import HOWS, NOT_DAILY, TOPICS
from market.words import t


def chosen(session: Session, *, user_id: int) -> dict[str, str]:
    """How somebody is told, by topic: every topic has its answer."""
    rows = session.execute(sa.select(Choice.topic, Choice.how).where(Choice.user_id == user_id))
    return {**dict.fromkeys(TOPICS, "at_once"), **{row.topic: row.how for row in rows}}


def choose(session: Session, *, user_id: int, hows: Mapping[str, str]) -> None:
    """Keep the answers to these topics; the others stay. Refuses (Invalid, with the topic as the field) what
    is no answer to it.
    """
    for topic, how in hows.items():
        if topic not in TOPICS or how not in HOWS or (how == "daily" and topic in NOT_DAILY):
            raise Invalid(t("Please choose one of the values in the list."), field=topic)
    for topic in sorted(hows):  # in one order, so that two at once do not wait for each other in a ring
        values = {"how": hows[topic], "chosen_at": clock.now()}
        insert_or_update(session, Choice, {"user_id": user_id, "topic": topic}, **values)
