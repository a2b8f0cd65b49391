"""The rows of the list of people whom no message reached (worklists.py). It names parties and how many of
their people it is about, never a person or an address.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from market.accounts.models import Membership, Person, User
from market.accounts.queries import holds
from market.notices.models import Message
from market.parties.models import Party


def unreached(on: date) -> sa.Select[Any]:
    """One row a member of a party with neither address, or whose last message failed; the subject is the
    person's account, ``first`` the moment of that message.
    """
    newest = (
        sa.select(Message.user_id, sa.func.max(Message.id).label("id"))
        .where(Message.state.in_(("sent", "failed")))
        .group_by(Message.user_id)
        .subquery()
    )
    last = (
        sa.select(Message.user_id, Message.created_at.label("at"))
        .join(newest, newest.c.id == Message.id)
        .where(Message.state == "failed")
        .subquery()
    )
    nowhere = sa.and_(
        sa.func.coalesce(Person.email, "") == "",
        sa.func.coalesce(Person.phone, "") == "",
    )
    nothing = sa.cast(sa.null(), sa.BigInteger)
    return (
        sa.select(
            Membership.party_id,
            Membership.user_id.label("subject_id"),
            nothing.label("product_id"),
            nothing.label("link_id"),
            nothing.label("volume"),
            last.c.at.label("first"),
            sa.cast(sa.null(), sa.Date).label("last"),
            Party.place_id,
            Party.former_place_id,
            Membership.party_id.label("rank"),
        )
        .select_from(Membership)
        .join(Party, Party.id == Membership.party_id)
        .join(User, sa.and_(User.id == Membership.user_id, User.is_active))
        .join(Person, Person.user_id == User.id)
        .outerjoin(last, last.c.user_id == User.id)
        .where(holds(Membership, on=sa.literal(on)), sa.or_(nowhere, last.c.user_id.is_not(None)))
    )
