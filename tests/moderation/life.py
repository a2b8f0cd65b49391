"""A person who has left something everywhere where a person can leave anything, for tests of what is held
about it and of what is left once it is erased.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import service as accounts
from market.accounts import sessions, throttle
from market.assisted import service as assisted
from market.assisted.models import AssistedEntry
from market.assisted.service import Call
from market.calls import service as calls
from market.calls.service import Caller
from market.events import Actor
from market.files.models import FileTitle
from market.inquiries import service as inquiries
from market.links import deliveries
from market.links.agreed import Weighed
from market.links.models import Link
from market.listings import saved
from market.listings.models import Listing
from market.moderation import hiding
from market.moderation import service as moderation
from market.notices import service as notices
from market.once import Once
from market.parties import service as parties
from market.words import t
from tests import make, trade
from tests.files.put import put
from tests.make import Side

NAME, EMAIL, PHONE = "Trần Thị Tìm Kiếm", "timkiem@vidu.test", "+84912777888"
SHOWN = ("0912777888", "0912 777 888", "0912.777.888")
WORDS = "Tôi viết riêng những lời này"


@dataclass(frozen=True, slots=True)
class World:
    """Who is to be erased (a unit's manager), the other side, and what was dealt between them."""

    seller: Side
    buyer: Side
    other: Side
    listing: Listing


def a_life(session: Session) -> World:
    """A manager who has left something everywhere where a person can leave anything."""
    person = {"name": NAME, "email": EMAIL, "phone": PHONE}
    seller = make.make_unit(session, user=person, phone=PHONE, email=EMAIL)
    buyer, user_id = make.make_buyer(session), seller.user.id
    parties.add_representative(
        session, party_id=seller.party.id, name=NAME, user_id=user_id, authority_file="scan-7.pdf"
    )
    listing, _ = trade.make_listing(
        session, seller, volumes=(90 * trade.TONNE,), description=f"Gọi {NAME}, {SHOWN[1]}, {EMAIL}"
    )
    link = trade.make_link(session, seller, buyer, listing)
    delivered = deliveries.record_delivery(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        link_id=link.id,
        on_date=clock.today(),
        weighed=[Weighed(gross=trade.TONNE)],
    )
    asked = inquiries.send_inquiry(
        session,
        actor=buyer.actor,
        buyer_id=buyer.party.id,
        listing_id=listing.id,
        proposal=trade.propose(),
        remark=f"Chào chị {NAME}, số {SHOWN[2]}",
    )
    inquiries.make_offer(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        inquiry_id=asked.id,
        proposal=trade.propose(price=9500),
        remark=WORDS,
    )
    saved.save(session, user_id=user_id, fields={"q": WORDS}, often="daily", language="vi")
    sessions.open_session(session, user=seller.user, device=f"điện thoại của {NAME}")
    accounts.add_token(session, user_id=user_id, name=f"cân của {NAME}")
    accounts.record_consents(session, user_id=user_id)
    throttle.note(session, throttle.key("sign-in", EMAIL))
    upload = make.make_upload(session, seller)
    upload.name, upload.report = f"{NAME}.xlsx", {"wrong": [SHOWN[0], NAME]}
    officers = make.make_officer(session)
    hidden, _ = trade.make_listing(session, seller, title="Lúa bị ẩn")
    made = hiding.hide(
        session,
        actor=officers.actor,
        party_id=seller.party.id,
        listing_id=hidden.id,
        reason="price",
        words="Giá sai",
    )
    hiding.appeal(session, actor=seller.actor, hiding_id=made.id, words=f"{WORDS}. {NAME}")
    rival = make.make_unit(session)
    other, _ = trade.make_listing(session, rival)
    moderation.report(
        session,
        actor=seller.actor,
        source="x",
        party_id=other.party_id,
        listing_id=other.id,
        reason="price",
        words=WORDS,
    )
    moderation.report(
        session,
        actor=Actor(),
        source="y",
        party_id=seller.party.id,
        listing_id=None,
        reason="untrue",
        words=f"{NAME} bán hàng giả",
        contact="nguoikhac@vidu.test",
    )
    put(session, seller, "note", link_id=link.id, delivery_id=delivered.id)
    contract = put(session, buyer, "contract", link_id=link.id)
    session.get_one(FileTitle, contract).title = f"Hợp đồng với {NAME}.pdf"
    accounts.add_token(session, user_id=buyer.user.id, name=f"máy của {NAME}")
    saved.save(session, user_id=buyer.user.id, fields={"q": NAME}, often="daily", language="vi")
    _by_phone(session, seller, link)
    # Told to somebody else, by their name; and answers that are kept for a repeated request.
    to = notices.Recipient(buyer.user.id, "vi", "email", buyer.login, "/inquiries")
    told = t("{party} asks to buy {volume}.", party=NAME, volume="1 kg")
    notices.notify(session, to=to, kind="inquiry.sent", words=told, path="/inquiries")
    for scope, key in ((f"{user_id}:x", "a"), (f"{buyer.user.id}:x", "b")):
        answer = json.dumps({"remark": NAME})
        session.add(Once(scope=scope, key=key, body_hash="", answer=answer, at=clock.now()))
    session.commit()
    return World(seller, buyer, rival, listing)


def _by_phone(session: Session, seller: Side, link: Link) -> None:
    """The person called the department, which entered a delivery, and afterwards denied that it was so."""
    caller = Caller(
        Actor(make.make_officer(session).user.id, seller.party.id, "phone"),
        seller.party.id,
        Call(f"Chị {NAME}", SHOWN[1], clock.now(), note=f"{NAME} hẹn gọi lại từ {SHOWN[2]}"),
    )
    calls.record_delivery(
        session, caller, link_id=link.id, on_date=clock.today(), weighed=Weighed(gross=trade.TONNE)
    )
    entry = session.scalars(sa.select(AssistedEntry)).one()
    assisted.deny(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        entry_id=entry.id,
        sign_in_id=None,
        words=f"{WORDS}. {NAME}",
    )
    officer = make.make_officer(session)
    assisted.settle(session, actor=officer.actor, entry=entry, note=f"Đã gọi {NAME} theo số {SHOWN[0]}")
