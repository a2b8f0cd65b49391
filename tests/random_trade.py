"""Trade by dice, through the services: what several units and several buyers may do to each other, one deed
after the other in whatever order. A deed is a method of ``Trade`` named in ``OFTEN``; it does one thing in
the session it is given and commits nothing. What the services refuse they raise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.demands import answering
from market.demands import service as demands
from market.demands.models import OPEN_STATES, Demand
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.events import Actor
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.inquiries.proposals import Proposal
from market.links import amendments, conditions, deliveries, disputes, holding, outside, silence
from market.links import service as links
from market.links.agreed import Weighed
from market.links.models import CONTESTED, Amendment, Delivery, Link
from market.listings import service as listings
from market.listings.models import LOSS_CAUSES, Listing, Lot
from market.listings.pricing import Pricing
from market.listings.terms import Terms
from tests.make import SHELL, Side
from tests.trade import propose

KILO = 1_000
GOODS = "lua-st25"
#: What happens how often.
OFTEN = {
    "offer_goods": 1,
    "show_or_hide": 1,
    "open_lot": 2,
    "change_lot": 1,
    "lose": 2,
    "sell_outside": 1,
    "ask": 3,
    "answer": 10,
    "demand": 3,
    "plan": 5,
    "answer_demand": 1,
    "amend": 3,
    "sign": 2,
    "deliver": 8,
    "end": 1,
    "time_goes_by": 2,
}
#: What falls due by the clock within nine days.
DUE = (
    (inquiries.list_due, inquiries.expire),
    (holding.list_due, holding.release_due),
    (conditions.list_due, conditions.lapse),
    (demands.list_due, demands.expire),
    (silence.list_to_remind, silence.remind),
    (silence.list_silent, silence.confirm_by_silence),
)


class NothingToDo(Exception):
    """There is nothing yet that the deed could be done to."""


def choose(dice: Random) -> str:
    """The name of a deed."""
    names, weights = zip(*OFTEN.items(), strict=True)
    return dice.choices(names, weights)[0]


@dataclass(frozen=True, slots=True)
class Trade:
    """``units`` and ``buyers`` say who acts for a party, by its id."""

    session: Session
    dice: Random
    units: Mapping[int, Actor]
    buyers: Mapping[int, Actor]

    @classmethod
    def among(cls, session: Session, dice: Random, units: Sequence[Side], buyers: Sequence[Side]) -> Trade:
        """The trade of these parties."""
        own = ({side.party.id: side.actor for side in sides} for sides in (units, buyers))
        return cls(session, dice, *own)

    def anything(self) -> None:
        """Do what the dice say."""
        while True:
            try:
                return self.do(choose(self.dice))
            except NothingToDo:
                continue

    def do(self, name: str) -> None:
        """Do one deed."""
        getattr(self, name)()

    # --- what the dice choose among ---

    def pick(self, table: type[Any], *where: Any) -> Any:
        """One of the rows there are, half of the time one of the newest: there it is crowded."""
        query = sa.select(table.id).where(*where).order_by(table.id.desc())
        ids = self.session.scalars(query.limit(6) if self.dice.random() < 0.5 else query).all()
        if not ids:
            raise NothingToDo
        return self.session.get_one(table, self.dice.choice(ids))

    def one_of(self, sides: Mapping[int, Actor]) -> tuple[int, Actor]:
        """A party with whoever acts for it."""
        return self.dice.choice(sorted(sides.items(), key=lambda side: side[0]))

    def live(self, *where: Any) -> Any:
        """An agreement, mostly one that lives."""
        lives = Link.state.in_(("active", "provisional"))
        return self.pick(Link, *((lives, *where) if self.dice.random() < 0.9 else where))

    def acting(self, party_id: int) -> dict[str, Any]:
        """Who acts for the party. A buyer outside the market has nobody; in its place anybody tries."""
        return {"actor": {**self.units, **self.buyers}.get(party_id, SHELL), "party_id": party_id}

    def side_of(self, link: Any) -> dict[str, Any]:
        """Either side of an agreement."""
        return {**self.acting(self.dice.choice((link.seller_id, link.buyer_id))), "link_id": link.id}

    def some(self, most: int) -> int:
        """A volume in whole kilograms or, now and then, to the gram."""
        grams = self.dice.randrange(1, most * KILO)
        return grams if self.dice.random() < 0.2 else max(KILO, grams // KILO * KILO)

    # --- goods ---

    def offer_goods(self) -> None:
        party_id, actor = self.one_of(self.units)
        listing = listings.create_listing(
            self.session,
            actor=actor,
            party_id=party_id,
            product_id=catalogue.get_product(self.session, GOODS).id,
            title="Lúa của loạt thử",
            price_from=9000 + self.dice.randrange(10) * 50,
        )
        self._open(actor, listing.id)
        listings.publish(self.session, actor=actor, listing_id=listing.id)

    def show_or_hide(self) -> None:
        listing = self.pick(Listing)
        act = self.dice.choices((listings.publish, listings.pause, listings.withdraw), (12, 4, 1))[0]
        act(self.session, actor=self.units[listing.party_id], listing_id=listing.id)

    def open_lot(self) -> None:
        listing = self.pick(Listing)
        self._open(self.units[listing.party_id], listing.id)

    def _open(self, actor: Actor, listing_id: int) -> None:
        first = clock.today() + timedelta(days=self.dice.choice((0, 0, 61, 90, 120)))
        listings.open_lot(
            self.session,
            actor=actor,
            listing_id=listing_id,
            from_date=first,
            to_date=first + timedelta(days=self.dice.choice((5, 20))),
            volume=self.some(900),
        )

    def change_lot(self) -> None:
        lot = self.pick(Lot)
        if self.dice.random() < 0.2:
            listings.close_lot(self.session, actor=SHELL, lot_id=lot.id)
        else:
            listings.change_volume(self.session, actor=SHELL, lot_id=lot.id, volume=self.some(900))

    def lose(self) -> None:
        lot = self.pick(Lot)
        listings.report_loss(
            self.session,
            actor=SHELL,
            lot_id=lot.id,
            amount=self.dice.randrange(1, lot.volume + 2),
            cause=self.dice.choice(LOSS_CAUSES),
            on_date=clock.today(),
        )

    def sell_outside(self) -> None:
        lot = self.pick(Lot)
        listing = self.session.get_one(Listing, lot.listing_id)
        outside.sell_outside(
            self.session,
            **self.acting(listing.party_id),
            lot_id=lot.id,
            volume=self.some(100),
            buyer_kind=self.dice.choice(("collector", "depot")),
            delivered=self.dice.random() < 0.5,
        )

    # --- asking and answering ---

    def _terms(self) -> dict[str, Any]:
        how = self.dice.random()
        if how < 0.7:
            return {}
        return {"terms": Terms(contract_wanted=True) if how < 0.85 else Terms(deposit=1_000_000)}

    def ask(self) -> None:
        buyer_id, actor = self.one_of(self.buyers)
        inquiries.send_inquiry(
            self.session,
            actor=actor,
            buyer_id=buyer_id,
            listing_id=self.pick(Listing).id,
            proposal=propose(self.some(500), lines=self.dice.randrange(1, 4), **self._terms()),
        )

    def answer(self) -> None:
        inquiry = self.pick(Inquiry, Inquiry.state.in_(("negotiating", "held")))
        turn = inquiry.turn if self.dice.random() < 0.95 else inquiries.other(inquiry.turn)
        party_id = inquiry.seller_id if turn == "seller" else inquiry.buyer_id
        about = {**self.acting(party_id), "inquiry_id": inquiry.id}
        match self.dice.choices(("accept", "offer", "decline", "withdraw"), (6, 1, 1, 1))[0]:
            case "accept":
                holding.accept(self.session, **about)
            case "offer":
                other = propose(self.some(400), price=9100, **self._terms())
                inquiries.make_offer(self.session, **about, proposal=other)
            case "decline":
                inquiries.decline(self.session, **about, reason="price")
            case _:
                inquiries.withdraw(self.session, **about)

    # --- demands ---

    def demand(self) -> None:
        buyer_id, actor = self.one_of(self.buyers)
        first = clock.today() + timedelta(days=self.dice.choice((0, 0, 30)))
        lasts = self.dice.choice((5, 20, 20))
        lines = tuple(
            Line(
                first + timedelta(days=30 * turn),
                first + timedelta(days=30 * turn + lasts),
                self.dice.choice((100, 300, 1000, 1600)) * KILO,
            )
            for turn in range(self.dice.randrange(1, 3))
        )
        need = Wanted(
            catalogue.get_product(self.session, GOODS).id,
            lines,
            part_will_do=self.dice.random() < 0.6,
            max_units=self.dice.choice((None, None, 1)),
            buyer_id=buyer_id,
        )
        demands.post_demand(self.session, actor=actor, buyer_id=buyer_id, need=need)

    def plan(self) -> None:
        lives = (Demand.state.in_(("open", "filling", "filled")),) if self.dice.random() < 0.9 else ()
        demand = self.pick(Demand, *lives)
        act = demands.send_plan if self.dice.random() < 0.85 else demands.close_demand
        actor = self.buyers[demand.buyer_id]
        act(self.session, actor=actor, buyer_id=demand.buyer_id, demand_id=demand.id)

    def answer_demand(self) -> None:
        demand = self.pick(Demand, Demand.state.in_(OPEN_STATES))
        lot = self.pick(Lot, Lot.volume > Lot.committed)
        unit_id = self.session.get_one(Listing, lot.listing_id).party_id
        answering.offer(
            self.session,
            actor=self.units[unit_id],
            unit_id=unit_id,
            demand_id=demand.id,
            lot_id=lot.id,
            volume=self.dice.randrange(1, lot.volume - lot.committed + 2),
            made=Pricing(price=9300),
        )

    # --- agreements ---

    def amend(self) -> None:
        open_ones = sa.select(Amendment.link_id).where(Amendment.state == "open")
        if self.dice.random() < 0.5:
            link = self.live()
            other: Proposal = propose(self.some(500), lines=self.dice.randrange(1, 4), kind=link.kind)
            amendments.propose_amendment(self.session, **self.side_of(link), proposal=other)
            return
        link = self.pick(Link, Link.id.in_(open_ones))
        amendment = self.pick(Amendment, Amendment.link_id == link.id)
        act = amendments.accept_amendment if self.dice.random() < 0.8 else amendments.decline_amendment
        act(self.session, **self.side_of(link), amendment_id=amendment.id)

    def sign(self) -> None:
        link = self.pick(Link, Link.state == "provisional")
        if link.waits_for == "deposit":
            about = {**self.acting(link.seller_id), "link_id": link.id}
            conditions.confirm_deposit(self.session, **about)
        else:
            number = f"{link.id}/HĐ"
            conditions.record_contract(
                self.session, **self.side_of(link), number=number, on_date=clock.today()
            )

    def deliver(self) -> None:
        deeds: dict[str, Callable[[], object]] = {
            "record": self._record,
            "confirm": self._confirm,
            "contest": self._contest,
            "settle": self._settle,
        }
        deeds[self.dice.choices(tuple(deeds), (4, 3, 2, 2))[0]]()

    def _weighed(self) -> Weighed:
        gross = self.some(300)
        deducted = gross // 50 if self.dice.random() < 0.3 else 0
        return Weighed(gross, deducted, reason="độ ẩm" if deducted else None)

    def _record(self) -> None:
        link = self.pick(Link, Link.state == "active")
        deliveries.record_delivery(
            self.session,
            **self.side_of(link),
            on_date=clock.today(),
            weighed=[self._weighed() for _ in range(self.dice.randrange(1, 3))],
        )

    def _delivered(self, state: str) -> tuple[Delivery, Any]:
        delivery = self.pick(Delivery, Delivery.state == state)
        return delivery, self.session.get_one(Link, delivery.link_id)

    def _confirm(self) -> None:
        delivery, link = self._delivered("recorded")
        deliveries.confirm_delivery(self.session, **self.side_of(link), delivery_id=delivery.id)

    def _contest(self) -> None:
        delivery, link = self._delivered(self.dice.choice(("recorded", "recorded", "contested")))
        disputes.contest_delivery(
            self.session,
            **self.side_of(link),
            delivery_id=delivery.id,
            what=self.dice.choice(CONTESTED),
            weighed=self._weighed(),
        )

    def _settle(self) -> None:
        delivery, link = self._delivered("contested")
        if self.dice.random() < 0.7:
            disputes.accept_claim(self.session, **self.side_of(link), delivery_id=delivery.id)
        else:
            found = self._weighed()
            disputes.settle_by_officer(
                self.session, actor=SHELL, link=link, delivery_id=delivery.id, weighed=found, ground="Cân lại"
            )

    def end(self) -> None:
        links.end_link(self.session, **self.side_of(self.live()), reason="other")

    def time_goes_by(self) -> None:
        """One thing falls due, as if nine days had passed."""
        with clock.at(clock.now() + timedelta(days=9)):
            list_due, act = self.dice.choice(DUE)
            due = list_due(self.session)
            if not due:
                raise NothingToDo
            act(self.session, self.dice.choice(due))
