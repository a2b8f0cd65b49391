"""The one SELECT by which every request learns who is asking (current.py): by the cookie of a session or the
token of a program.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from market.accounts.models import (
    POWERS,
    ApiToken,
    FactorRule,
    Membership,
    OfficerDuty,
    Person,
    SecondFactor,
    SignIn,
    User,
)
from market.accounts.queries import holds
from market.notices.models import Notice

#: (session or None, user, membership or None, when it began)
Keys = sa.Select[int, int, int | None, datetime]
Source = Callable[[], Keys]

# Parties stand above accounts; what every page shows of the acting party is read by its columns alone.
_parties = sa.table(
    "parties",
    sa.column("id"),
    sa.column("code"),
    sa.column("name"),
    sa.column("kind"),
    sa.column("standing"),
    sa.column("status"),
    sa.column("buyer_kind"),
)


def by_sign_in() -> Keys:
    """Of a browser's session."""
    return sa.select(
        SignIn.id.label("sign_in_id"), SignIn.user_id, SignIn.membership_id, SignIn.created_at.label("begun")
    ).where(
        SignIn.token_hash == sa.bindparam("hash"),
        SignIn.revoked_at.is_(None),
        SignIn.expires_at > sa.bindparam("now"),
    )


def by_token() -> Keys:
    """Of a program's token."""
    today = sa.bindparam("today", type_=sa.Date())
    first = (
        sa.select(sa.func.min(Membership.id))
        .where(Membership.user_id == ApiToken.user_id, holds(Membership, on=today))
        .scalar_subquery()
    )
    return sa.select(
        sa.null().label("sign_in_id"),
        ApiToken.user_id,
        first.label("membership_id"),
        ApiToken.created_at.label("begun"),
    ).where(ApiToken.token_hash == sa.bindparam("hash"), ApiToken.revoked_at.is_(None))


@cache  # asked by every page: to put it together takes longer than to answer it
def who(source: Source) -> sa.Select[Any]:
    """All that is known of whoever has the key ``hash``, at the moment ``now`` on the day ``today``."""
    key, today = source().subquery(), sa.bindparam("today", type_=sa.Date())
    other = aliased(Membership)
    duties = (
        sa.select(
            sa.func.aggregate_strings(OfficerDuty.duty + ":" + sa.cast(OfficerDuty.place_id, sa.Text), ",")
        )
        .where(OfficerDuty.user_id == User.id, holds(OfficerDuty, on=today))
        .scalar_subquery()
    )
    others = (
        sa.select(sa.func.count()).where(other.user_id == User.id, holds(other, on=today)).scalar_subquery()
    )
    unread = (
        sa.select(sa.func.count())
        .where(Notice.user_id == User.id, Notice.read_at.is_(None))
        .scalar_subquery()
    )
    rule = sa.select(FactorRule.required_from).order_by(FactorRule.id.desc()).limit(1).scalar_subquery()
    return (
        sa.select(
            key.c.sign_in_id,
            key.c.begun,
            User.id.label("user_id"),
            User.is_admin,
            User.must_change_password,
            Person.name,
            Membership.id.label("membership_id"),
            *(getattr(Membership, f"can_{power}") for power in POWERS),
            _parties.c.id.label("party_id"),
            _parties.c.code,
            _parties.c.name.label("party_name"),
            _parties.c.kind,
            _parties.c.standing,
            _parties.c.buyer_kind,
            duties.label("duties"),
            others.label("memberships"),
            unread.label("unread"),
            SecondFactor.user_id.label("factor"),
            rule.label("required_from"),
        )
        .select_from(key)
        .join(User, sa.and_(User.id == key.c.user_id, User.is_active))
        .outerjoin(Person, Person.user_id == User.id)
        .outerjoin(
            SecondFactor, sa.and_(SecondFactor.user_id == User.id, SecondFactor.confirmed_at.is_not(None))
        )
        .outerjoin(
            Membership,
            sa.and_(
                Membership.id == key.c.membership_id,
                Membership.user_id == User.id,
                holds(Membership, on=today),
            ),
        )
        .outerjoin(_parties, _parties.c.id == Membership.party_id)
    )
