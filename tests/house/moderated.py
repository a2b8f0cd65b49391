"""What moderation adds to the small worlds of this folder: something of each kind that its addresses name."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts.models import Consent
from market.events import Actor
from market.listings.models import Listing
from market.moderation import complaints, data_requests, flags, hiding, takedowns
from market.moderation import service as moderation
from market.moderation.data_requests import Clocks
from market.moderation.flag_models import Flag
from tests import make, trade
from tests.make import Side


def _report(session: Session, listing: Listing, source: str) -> int:
    return moderation.report(
        session,
        actor=Actor(),
        source=source,
        party_id=listing.party_id,
        listing_id=listing.id,
        reason="untrue",
        words="Giá không đúng",
        contact="0912 345 678",
    ).id


def _hide(session: Session, unit: Side, title: str) -> int:
    listing, _ = trade.make_listing(session, unit, title=title)
    officer = make.make_officer(session)
    made = hiding.hide(
        session,
        actor=officer.actor,
        party_id=unit.party.id,
        listing_id=listing.id,
        reason="untrue",
        words="Sản lượng không đúng",
    )
    return made.id


def _flag(session: Session, listing: Listing) -> int:
    flags.keep(session, [flags.Found("price", listing.id, listing.party_id, value=1, usual=9400)])
    return session.scalars(sa.select(Flag.id).where(Flag.listing_id == listing.id)).one()


def _takedown(session: Session, listing: Listing) -> int:
    return takedowns.enter(
        session,
        actor=make.make_officer(session).actor,
        party_id=listing.party_id,
        listing_id=listing.id,
        authority="Chi cục Quản lý thị trường",
        number="12/CV",
        words="Gỡ tin",
        hours=24,
    ).id


def build(session: Session, seller: Side, listing: Listing) -> dict[str, Any]:
    """For the world of the rights table: an open report and request about the seller's listing, one that is
    hidden, another that is hidden and objected to.
    """
    objected = _hide(session, seller, "Lúa bị ẩn, có khiếu nại")
    hiding.appeal(session, actor=seller.actor, hiding_id=objected, words="Sản lượng đúng như đã ghi")
    found = {
        "report": _report(session, listing, "a"),
        "takedown": _takedown(session, listing),
        "hiding": _hide(session, seller, "Lúa bị ẩn"),
        "objected": objected,
        "flag": _flag(session, listing),
    }
    session.commit()
    return found | _data(session) | _complaints(session, seller.user.id)


def _complaints(session: Session, user_id: int) -> dict[str, Any]:
    """One of a person's that waits, and one that is answered."""
    made = [
        complaints.complain(
            session,
            actor=Actor(user_id),
            source=f"{user_id}",
            subject="other",
            name="A",
            contact="0912 345 678",
            words="Chậm trả lời",
            days=7,
        )
        for _ in range(2)
    ]
    complaints.answer(session, actor=make.SHELL, complaint_id=made[1].id, words="Đã xem")
    key, number = make.make_settings().secret_key, made[0].number
    session.commit()
    return {
        "complaint": made[0].id,
        "answered": made[1].id,
        "own_complaint": number,
        "complaint_token": complaints.link_token(key, number=number),
    }


def _data(session: Session) -> dict[str, Any]:
    """A person's request that waits, one that is accepted; and everybody's first agreement to take back."""
    found = {}
    for name in ("asked", "accepted"):
        who = make.make_account(session)
        one = data_requests.ask(
            session,
            actor=who.actor,
            user_id=who.user.id,
            kind="correct",
            words="Sai tên",
            clocks=Clocks(2, 15),
            understood=False,
        )
        found[f"{name}_request"] = one.id
    data_requests.answer(
        session, actor=make.SHELL, request_id=found["accepted_request"], accept=True, words="Đúng"
    )
    session.commit()
    return found


def own(session: Session, user_id: int) -> dict[str, Any]:
    """What a person may take back: an agreement and a request."""
    accounts.record_consents(session, user_id=user_id)
    session.flush()
    one = data_requests.ask(
        session,
        actor=Actor(user_id),
        user_id=user_id,
        kind="correct",
        words="Sai tên",
        clocks=Clocks(2, 15),
        understood=False,
    )
    last = sa.select(sa.func.max(Consent.id)).where(Consent.user_id == user_id)
    return {"consent": session.scalar(last), "own_request": one.id}


def ids(session: Session, unit: Side, listing: Listing) -> dict[str, Any]:
    """For the hostile world, by the names of the routes' parameters."""
    hiding_id = _hide(session, unit, "Lúa bị ẩn")
    hiding.appeal(session, actor=unit.actor, hiding_id=hiding_id, words="Đúng như đã ghi")
    found = {
        "report_id": _report(session, listing, "a"),
        "takedown_id": _takedown(session, listing),
        "hiding_id": hiding_id,
        "flag_id": _flag(session, listing),
        "consent_id": session.scalar(sa.select(sa.func.max(Consent.id))) or 1,
        "request_id": _data(session)["asked_request"],
        "complaint_id": _complaints(session, unit.user.id)["complaint"],
        "number": "KN-2026-00000000",
        "version": "2026-01-01",
    }
    session.commit()
    return found
