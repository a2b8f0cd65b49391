"""A small world in which every kind of asker has something to ask for: two sides with an open inquiry on each
side's turn, agreements, deliveries, a pending party; and a session for each of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import codes, current, sessions
from market.accounts import service as accounts
from market.accounts.models import ApiToken, Membership, OfficerDuty, SignIn, User
from market.catalogue import queries as catalogue
from market.certificates import service as certificates
from market.demands import queries as demand_queries
from market.demands import service as demands
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.events import Actor, Event
from market.inquiries import queries as asked
from market.inquiries import service as inquiries
from market.links import amendments, checks, conditions, deliveries, desk, disputes, phone
from market.links import service as links
from market.links.agreed import Weighed
from market.links.models import Link
from market.listings import saved
from market.listings.terms import Terms
from market.notices.models import Notice
from market.parties import service as parties
from market.places import queries as places
from market.statistics import closing, periods
from market.web.context import CSRF_COOKIE
from tests import make, trade
from tests.authenticator import make_key
from tests.files import put
from tests.house import moderated, phone_rights
from tests.house.askers import DUTIES, POWERS, SEAT
from tests.listings import shots
from tests.make import Side

SECRET = "c" * 32


@dataclass(slots=True)
class World:
    """``names`` fill the table's paths and fields; ``cookies`` are each asker's, ``tokens`` its program's."""

    names: dict[str, dict[str, Any]]
    cookies: dict[str, dict[str, str]]
    tokens: dict[str, str] = field(default_factory=dict)

    def filled(self, text: str, asker: str) -> str:
        """A path or value as this asker's side means it."""
        own = self.names.get(asker, {})
        side = "buyer" if asker.startswith("buyer") else "seller"
        return text.format(**{**self.names[side], **own})


def _need(session: Session, buyer_id: int) -> Wanted:
    product = catalogue.get_product(session, "lua-st25")
    line = Line(clock.today(), clock.today() + timedelta(days=20), 2 * trade.TONNE)
    return Wanted(product_id=product.id, lines=(line,), buyer_id=buyer_id)


def _certificates(session: Session, seller: Side, files: Path | None) -> dict[str, int]:
    """One that waits, with a file, one that an officer entered, and one that is verified."""
    officer = make.make_officer(session)
    claimed = make.make_claim(session, seller)
    entered = certificates.enter(
        session,
        actor=officer.actor,
        places=None,
        unit_id=seller.party.id,
        said=make.paper(standard="VIETGAP-TS"),
    )
    verified = make.make_claim(session, seller, standard="ASC", verified=True)
    file_id = put.put(session, seller, "certificate", files, certificate_id=claimed.id)
    session.commit()
    return {
        "certificate": claimed.id,
        "certificate_file": file_id,
        "entered": entered.id,
        "verified": verified.id,
    }


def _periods(session: Session) -> dict[str, str]:
    """The last four months: one is prepared, one closed, of one a commune has submitted; by whoever runs the
    installation. What is learned of the closed one afterwards is a cooperative founded in it.
    """
    months = list(periods.ended("month", today=clock.today(), count=4))
    open_, submitted, prepared, closed = (one.code for one in months)
    shell: dict[str, Any] = {"actor": make.SHELL, "over": None}
    for code in (prepared, closed):
        closing.prepare(session, code=code, **shell)
    closing.close(session, code=closed, **shell)
    parties.register_party(
        session,
        actor=make.SHELL,
        kind="cooperative",
        name="HTX biết sau",
        place_id=make.some_commune(session, index=3).id,
        founded_on=months[3].start,
        standing="confirmed",
    )
    home = make.some_commune(session, index=3)
    closing.submit(session, code=submitted, place_id=home.id, **shell)
    return {
        "open_period": open_,
        "open_first": months[0].start.isoformat(),
        "open_last": (months[0].end - timedelta(days=2)).isoformat(),
        "submitted_period": submitted,
        "prepared_period": prepared,
        "closed_period": closed,
        "home_commune": str(home.id),
    }


def build(session: Session, *, files: Path | None = None) -> World:
    """Make it all; everything is committed to the test's transaction. With ``files``, the folder of what is
    uploaded, the bytes of a photo and of the papers lie there.
    """
    home, away = make.some_commune(session, index=3), make.some_commune(session, index=9)
    seller, buyer = make.make_unit(session, place_id=home.id), make.make_buyer(session)
    rival, stranger = make.make_unit(session, place_id=away.id), make.make_buyer(session)
    pending = make.make_unit(session, place_id=home.id, confirm=False)
    spare = make.make_unit(session, place_id=home.id)
    listing, (lot, _) = trade.make_listing(session, seller, volumes=(900 * trade.TONNE, trade.TONNE))
    other, _ = trade.make_listing(session, seller, volumes=(900 * trade.TONNE,), title="Lúa khác")
    fresh, (fresh_lot,) = trade.make_listing(session, seller, title="Lúa chưa ai hỏi")
    draft, _ = trade.make_listing(session, seller, publish=False, title="Lúa nháp")

    to_seller = trade.make_inquiry(session, buyer, listing)
    to_buyer = trade.make_inquiry(session, buyer, other)
    inquiries.make_offer(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        inquiry_id=to_buyer.id,
        proposal=trade.propose(price=9600),
    )
    link = _link(session, seller, buyer, Terms())
    waiting = _link(session, seller, buyer, Terms(deposit=5_000_000))
    plain = _link(session, seller, buyer, Terms())
    checked = _link(session, seller, buyer, Terms(checks="sample"))
    noted = _link(session, seller, buyer, Terms(checks="sample"))
    checks.note(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        link_id=noted.id,
        code="sample",
        step="done",
        on_date=clock.today(),
    )
    ended = _link(session, seller, buyer, Terms())
    links.end_link(session, actor=seller.actor, party_id=seller.party.id, link_id=ended.id)
    deliveries_by = {
        one: _delivery(session, side, link) for one, side in (("seller", seller), ("buyer", buyer))
    }
    # Recorded by a side, contested by the other: each may agree with what the other has said.
    contested_by = {
        one: _contested(session, side, link, by=other)
        for one, side, other in (("seller", buyer, seller), ("buyer", seller, buyer))
    }
    # Recorded by the other side, so that each may say yes.
    recorded_by = {one: _recorded(session, seller, buyer, by=one) for one in ("seller", "buyer")}
    amended_by = {one: _amended(session, seller, buyer, by=one) for one in ("seller", "buyer")}
    confirmed = _delivery(session, seller, link)
    deliveries.confirm_delivery(
        session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id, delivery_id=confirmed
    )
    conditions.record_contract(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        link_id=link.id,
        number="12/HĐ",
        on_date=clock.today(),
    )
    accounts.add_token(session, user_id=seller.user.id, name="cân")
    session.flush()  # its number is asked for
    upload = make.make_upload(session, seller)
    kept, _ = saved.save(session, user_id=seller.user.id, fields={"q": "tôm"}, often="daily", language="vi")
    entry = phone_rights.an_entry(session, seller)
    denied = phone_rights.a_denied_entry(session, seller)
    demand = demands.post_demand(
        session, actor=buyer.actor, buyer_id=buyer.party.id, need=_need(session, buyer.party.id)
    )
    session.commit()
    planned = demand_queries.plan_of(session, demand, on=clock.today())
    assert planned
    for row in (to_seller, to_buyer, plain, lot):
        session.refresh(row)

    shared = {
        "seller_code": seller.party.code,
        "seller_party": seller.party.id,
        "product": listing.product_id,
        "seller_id": seller.party.id,
        "spare": spare.party.id,
        "buyer_code": buyer.party.code,
        "pending": pending.party.id,
        "pending_user": pending.user.id,
        "listing": listing.id,
        "fresh": fresh.id,
        "fresh_lot": fresh_lot.id,
        "draft": draft.id,
        "photo": shots.note(session, listing, files),
        "lot": lot.id,
        "lot_version": lot.version,
        "link": link.id,
        "plain_link": plain.id,
        "checked": checked.id,
        "noted": noted.id,
        "check": "sample",
        "plain_version": plain.version,
        "waiting_link": waiting.id,
        "ended": ended.id,
        **_certificates(session, seller, files),
        **_periods(session),
        **_staff(session),
        **moderated.build(session, seller, listing),
        "entry": entry,
        "denied": denied,
        "demand": demand.id,
        "province": places.province_on(session, day=clock.today()).code,
        "plan": demands.mark(planned),
        "confirmed": confirmed,
        "today": clock.today().isoformat(),
        "soon": (clock.today() + timedelta(days=20)).isoformat(),
        "notice": session.scalar(sa.select(sa.func.max(Notice.id)).where(Notice.user_id == seller.user.id)),
        "saved": kept.id,
        "upload": upload.id,
        "api_token": session.scalar(sa.select(sa.func.max(ApiToken.id))),
        "stop": saved.stop_token(make.make_settings().secret_key, saved_id=kept.id, user_id=seller.user.id),
        "token": codes.make_link(session, user_id=seller.user.id, path="/account"),
    }
    world = World(
        names={
            "seller": {
                **shared,
                "inquiry": to_seller.id,
                "inquiry_version": to_seller.version,
                **_files(session, seller, "seller", to_seller.id, link.id, files),
                "delivery": deliveries_by["buyer"],
                "contested": contested_by["buyer"],
                **amended_by["buyer"],
                "recorded": recorded_by["buyer"].id,
                "recorded_version": recorded_by["buyer"].version,
            },
            "buyer": {
                **shared,
                "inquiry": to_buyer.id,
                "inquiry_version": to_buyer.version,
                **_files(session, buyer, "buyer", to_buyer.id, link.id, files),
                "delivery": deliveries_by["seller"],
                "contested": contested_by["seller"],
                **amended_by["seller"],
                "recorded": recorded_by["seller"].id,
                "recorded_version": recorded_by["seller"].version,
            },
            "nobody": {"membership": 1, "sign_in": 1, "consent": 1, "own_request": 1},
        },
        cookies={"nobody": {CSRF_COOKIE: SECRET}},
    )
    people: dict[str, User] = {
        "newcomer": make.make_account(session).user,
        "seller:all": seller.user,
        "buyer:all": buyer.user,
        "rival:all": rival.user,
        "stranger:all": stranger.user,
        "elsewhere:all": make.make_officer(session, place_id=away.id).user,
        "admin": make.make_admin(session).user,
    }
    for duty in DUTIES:
        people[f"officer:{duty}"] = make.make_officer(session, duties=(duty,)).user
    people[SEAT] = make.make_officer(session, duties=("view",)).user
    for name in ("officer:trade_data", "admin"):
        # Who settles a delivery, or answers for a unit on the phone, has opened price and buyer before.
        desk.look(session, actor=Actor(people[name].id), link=link)
        events.record(session, Event(asked.LOOKED, to_seller.id, Actor(people[name].id)))
    for name, side in (("seller", seller), ("buyer", buyer)):
        for power in POWERS:
            people[f"{name}:{power}"] = _colleague(session, side, power)
    key = make_key(session, user_id=people["admin"].id)
    for name in ("seller", "buyer"):
        world.names[name]["security_key"] = key.id
    for asker, user in people.items():
        _sign_in(session, world, asker, user)
    session.commit()
    return world


def _staff(session: Session) -> dict[str, int]:
    """An officer whose duties are given and ended."""
    user = make.make_officer(session, duties=("register",)).user
    held = sa.select(OfficerDuty.id).where(OfficerDuty.user_id == user.id)
    return {"staff": user.id, "staff_duty": session.scalars(held).one()}


def _link(session: Session, seller: Side, buyer: Side, terms: Terms) -> Link:
    listing, _ = trade.make_listing(session, seller, volumes=(900 * trade.TONNE,), title="Lúa đã thỏa thuận")
    return trade.make_link(session, seller, buyer, listing, volume=20 * trade.TONNE, terms=terms)


def _delivery(session: Session, side: Side, link: Link) -> int:
    found = deliveries.record_delivery(
        session,
        actor=side.actor,
        party_id=side.party.id,
        link_id=link.id,
        on_date=clock.today(),
        weighed=[Weighed(gross=trade.TONNE, deducted=0, reason=None, price=None)],
    )
    session.flush()  # its id is asked for
    return found.id


def _files(
    session: Session, side: Side, role: str, inquiry_id: int, link_id: int, files: Path | None
) -> dict[str, int]:
    """What this side has put up and may take away again."""
    return {
        "inquiry_file": put.put_word(session, side, role, files, inquiry_id=inquiry_id),
        "link_file": put.put_word(session, side, role, files, link_id=link_id),
    }


def _recorded(session: Session, seller: Side, buyer: Side, *, by: str) -> Link:
    """Agreed by phone, as this side says."""
    listing, _ = trade.make_listing(session, seller, title="Lúa hỏi qua điện thoại")
    side = seller if by == "seller" else buyer
    found = phone.record_agreement(
        session,
        actor=side.actor,
        party_id=side.party.id,
        listing_id=listing.id,
        proposal=trade.propose(),
        other=buyer.party.code,
    )
    session.commit()
    return found


def _amended(session: Session, seller: Side, buyer: Side, *, by: str) -> dict[str, int]:
    """An agreement for which this side proposes other terms."""
    link = _link(session, seller, buyer, Terms())
    side = seller if by == "seller" else buyer
    made = amendments.propose_amendment(
        session, actor=side.actor, party_id=side.party.id, link_id=link.id, proposal=trade.propose()
    )
    session.commit()
    return {"amended": link.id, "amended_version": link.version, "amendment": made.id}


def _contested(session: Session, side: Side, link: Link, *, by: Side) -> int:
    delivery_id = _delivery(session, side, link)
    disputes.contest_delivery(
        session,
        actor=by.actor,
        party_id=by.party.id,
        link_id=link.id,
        delivery_id=delivery_id,
        what="volume",
        weighed=Weighed(gross=900_000, deducted=0, reason=None, price=None),
    )
    return delivery_id


def _colleague(session: Session, side: Side, power: str) -> User:
    """A person who acts for the party with this one power (and sees, as everybody who may act does)."""
    user = make.make_account(session).user
    accounts.grant_membership(session, user_id=user.id, party_id=side.party.id, powers=(power,))
    session.commit()
    return user


def _sign_in(session: Session, world: World, asker: str, user: User) -> None:
    opened = sessions.open_session(session, user=user, device="test")
    session.flush()  # the rows' ids stand in paths
    membership = session.scalar(sa.select(sa.func.max(Membership.id)).where(Membership.user_id == user.id))
    sign_in = session.scalar(sa.select(sa.func.max(SignIn.id)).where(SignIn.user_id == user.id))
    world.names[asker] = {
        "membership": membership or 1,
        "sign_in": sign_in,
        **moderated.own(session, user.id),
    }
    world.tokens[asker] = accounts.add_token(session, user_id=user.id, name="test")
    world.cookies[asker] = {CSRF_COOKIE: SECRET, current.COOKIE: opened.token}
