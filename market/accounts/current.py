"""Who is asking, for which party and with which powers: read in one SELECT at the start of every request,
and the ways a route says whom it is for. Rights over one object are decided by the owning feature's
``<thing>_for`` functions; nothing here knows an object.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from market import clock
from market.accounts import asking
from market.accounts.models import (
    DUTIES,
    POWERS,
    SEAT,
    SEEN,
)
from market.accounts.sessions import OFFICER_LIFE
from market.accounts.tokens import hash_token
from market.errors import MustChangePassword, MustEnrol, NotAllowed, NotSignedIn
from market.events import Actor
from market.web import cookies
from market.web.session import Db, Gate
from market.words import t

COOKIE = "session"
#: Where a machine says by its token who it is.
FOR_MACHINES = ("/api/", "/metrics")

UNIT_KINDS = ("cooperative", "group", "union")


@dataclass(frozen=True, slots=True)
class Who:
    """The asker. Without a user: somebody who only looks."""

    user_id: int | None = None
    name: str = ""
    is_admin: bool = False
    must_change_password: bool = False
    #: Signs in with a second step; is an officer who has to set one up before anything else.
    has_factor: bool = False
    must_enrol: bool = False
    sign_in_id: int | None = None
    membership_id: int | None = None
    party_id: int | None = None
    party_code: str = ""
    party_name: str = ""
    party_kind: str = ""
    party_standing: str = ""
    buyer_kind: str | None = None
    powers: frozenset[str] = frozenset()
    #: (duty, place id) pairs of an officer, read-only seats among them.
    duties: frozenset[tuple[str, int]] = frozenset()
    memberships: int = 0
    unread: int = 0
    channel: str = field(default="web")

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def person(self) -> int:
        """Who asks, where only those come in who have signed in."""
        assert self.user_id is not None
        return self.user_id

    @property
    def acts_for(self) -> int:
        """The party acted for, where nobody comes in who acts for none (``Acting``, ``may_buy``)."""
        assert self.party_id is not None
        return self.party_id

    @property
    def is_unit(self) -> bool:
        """Acts for a collective unit."""
        return self.party_kind in UNIT_KINDS

    @property
    def is_buyer(self) -> bool:
        """Acts for a party that may buy (a cooperative may, from a group for its mill)."""
        return self.party_id is not None and (self.buyer_kind is not None or not self.is_unit)

    @property
    def is_officer(self) -> bool:
        return self.is_admin or bool(self.duties)

    def can(self, power: str) -> bool:
        """Has this power for the acting party."""
        return power in self.powers

    def has_duty(self, duty: str) -> bool:
        """Has the duty somewhere; where exactly is for the query to restrict (``duty_places``)."""
        return self.is_admin or any(d == duty for d, _ in self.duties)

    def duty_places(self, duty: str) -> tuple[int, ...] | None:
        """The places whose part of the map the duty covers; None means everywhere."""
        return None if self.is_admin else tuple(sorted(p for d, p in self.duties if d == duty))

    def may_read(self, duty: str) -> bool:
        """May read what the duty is about, somewhere: by the duty itself or from a read-only seat."""
        return self.has_duty(duty) or (duty in SEEN and self.has_duty(SEAT))

    def read_places(self, duty: str) -> tuple[int, ...] | None:
        """The places of which the asker may read what the duty is about; None means everywhere."""
        by = (duty, SEAT) if duty in SEEN else (duty,)
        return None if self.is_admin else tuple(sorted({p for d, p in self.duties if d in by}))

    @property
    def actor(self) -> Actor:
        """The asker as an event's doer."""
        return Actor(self.user_id, self.party_id, self.channel)

    def phoned_by(self, party_id: int) -> Actor:
        """An officer as the doer of what a party has said on the phone; nothing else acts by that channel."""
        return Actor(self.user_id, party_id, "phone")


NOBODY = Who()


def load(request: Request, session: Session) -> Who:
    """Find out who is asking and leave it in ``request.state.who`` for the page."""
    found = NOBODY
    token, cookie = bearer(request), cookies.read(request, COOKIE)
    if token is not None:
        found = of_token(session, token)
    elif cookie:
        found = _find(session, asking.by_sign_in, cookie, channel="web")
    request.state.who = found
    return found


def of_token(session: Session, token: str) -> Who:
    """Whose token this is; nobody's when it was revoked, or never given out."""
    return _find(session, asking.by_token, token, channel="api")


def bearer(request: Request) -> str | None:
    """The token that a program says it has."""
    said = request.headers.get("authorization", "")
    machine = said.lower().startswith("bearer ") and request.url.path.startswith(FOR_MACHINES)
    return said[7:].strip() if machine else None


def _says_who(request: Request) -> bool:
    return bearer(request) is not None or bool(cookies.read(request, COOKIE))


def _find(session: Session, source: asking.Source, token: str, *, channel: str) -> Who:
    now = clock.now()
    given = {"hash": hash_token(token), "now": now, "today": clock.today()}
    row = session.execute(asking.who(source), given).first()
    if row is None:
        return NOBODY
    pairs = (part.split(":") for part in (row.duties or "").split(",") if part)
    held = frozenset((duty, int(place)) for duty, place in pairs if duty in (*DUTIES, SEAT))
    official = channel == "web" and (row.is_admin or bool(held))
    if official and row.begun <= now - OFFICER_LIFE:
        return NOBODY  # begun before the person became an officer: it may not last as long
    wanted = row.required_from is not None and row.required_from <= clock.today()
    must_enrol = wanted and official and row.factor is None
    return Who(
        user_id=row.user_id,
        name=row.name or "",
        # Until then nobody is an officer, on pages that are everybody's neither.
        is_admin=row.is_admin and not must_enrol,
        must_change_password=row.must_change_password,
        has_factor=row.factor is not None,
        must_enrol=must_enrol,
        sign_in_id=row.sign_in_id,
        membership_id=row.membership_id,
        party_id=row.party_id,
        party_code=row.code or "",
        party_name=row.party_name or "",
        party_kind=row.kind or "",
        party_standing=row.standing or "",
        buyer_kind=row.buyer_kind,
        powers=frozenset(power for power in POWERS if row.party_id and getattr(row, f"can_{power}")),
        duties=frozenset() if must_enrol else held,
        memberships=row.memberships,
        unread=row.unread,
        channel=channel,
    )


# The first of these alone may wait for the database. The others are coroutines because a plain function
# would be sent to a thread and back, which takes longer than what they do.


async def _anyone(request: Request, session: Db) -> Who:
    known = getattr(request.state, "who", None)
    if isinstance(known, Who):
        return known
    if not _says_who(request):
        request.state.who = NOBODY
        return NOBODY
    return await run_in_threadpool(load, request, session)


#: Anybody, signed in or not.
Anyone = Annotated[Who, Depends(_anyone)]


async def _signed_in(who: Anyone) -> Who:
    if not who.signed_in:
        raise NotSignedIn
    _need_ready(who)
    return who


def _need_ready(who: Who) -> None:
    if who.must_change_password:
        raise MustChangePassword
    if who.must_enrol:
        raise MustEnrol


SignedIn = Annotated[Who, Depends(_signed_in)]


async def _enrolling(who: Anyone) -> Who:
    # Not ``SignedIn``: who must set up a second step first may come here.
    if not who.signed_in:
        raise NotSignedIn
    if who.must_change_password:
        raise MustChangePassword
    if not (who.is_officer or who.must_enrol or who.has_factor):
        raise NotAllowed(t("This is for officers of the department."))
    return who


#: An officer, or somebody who was one and has a second step still.
Enrolling = Annotated[Who, Depends(_enrolling)]


async def _acting(who: SignedIn) -> Who:
    if who.party_id is None:
        raise NotAllowed(t("This is for people who act for a cooperative, a group or a buyer."))
    return who


#: Somebody who acts for a party, whatever the powers.
Acting = Annotated[Who, Depends(_acting)]


async def _unit(who: Acting) -> Who:
    if not who.is_unit:
        raise NotAllowed(t("This is for cooperatives and cooperative groups."))
    return who


#: Somebody who acts for a collective unit, whatever the powers.
OfUnit = Annotated[Who, Depends(_unit)]


async def _officer(who: SignedIn) -> Who:
    if not who.is_officer:
        raise NotAllowed(t("This is for officers of the department."))
    return who


Officer = Annotated[Who, Depends(_officer)]


async def _administrator(who: SignedIn) -> Who:
    if not who.is_admin:
        raise NotAllowed(t("This is for the administrator."))
    return who


Administrator = Annotated[Who, Depends(_administrator)]


def need_power(who: Who, power: str) -> None:
    """Refuse unless the asker has the power for the party they act for."""
    if not who.can(power):
        raise NotAllowed(t("Your role for {party} does not include this.", party=who.party_name))


def need_duty(who: Who, duty: str) -> None:
    """Refuse unless the asker is an officer with this duty somewhere."""
    if not who.has_duty(duty):
        raise NotAllowed(t("This is not among your duties."))


def need_reading(who: Who, duty: str) -> None:
    """Refuse unless the asker may read what the duty is about, somewhere."""
    if not who.may_read(duty):
        raise NotAllowed(t("This is not among your duties."))


async def before_reading(
    request: Request, allowed: Callable[[Session, Who], object], *, stranger: NotSignedIn | None = None
) -> Actor:
    """Ask, before anything is read of what is sent, whether the asker may send it at all; ``allowed``
    refuses, a ``stranger`` is refused with these words. Gives who sends. Who asks is looked at again when it
    is kept: that may be minutes from now.
    """

    def look() -> Actor:
        with request.app.state.database.reading() as session:
            who = load(request, session)
            if not who.signed_in:
                raise stranger or NotSignedIn()
            _need_ready(who)
            allowed(session, who)
            return who.actor

    gate: Gate = request.app.state.gate
    async with gate.pass_through(write=False):
        sender = await run_in_threadpool(look)
    del request.state.who
    return sender
