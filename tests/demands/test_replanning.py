"""What falls away of a demand, where its buyer has chosen that others are asked by itself: once, of those who
have not said no, and never of what the buyer lets go.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.demands import queries
from market.demands import service as demands
from market.demands.models import Demand, DemandInquiry
from market.events import EventRow
from market.inquiries import service as inquiries
from market.inquiries import several
from market.inquiries.models import Inquiry
from market.links import service as links
from market.links.models import Link
from market.listings import service as listings
from market.notices.models import Notice
from market.parties.models import Party
from tests import rules
from tests.demands.asking import accept, by_seller, need, sellers, send
from tests.make import Side, count_rows, make_buyer
from tests.trade import TONNE, make_listing, propose


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def buyer(session: Session) -> Side:
    return make_buyer(session)


def post(session: Session, buyer: Side, *, replan: bool = True, tonnes: int = 20) -> Demand:
    wanted = need(session, buyer, tonnes * TONNE)
    made = demands.post_demand(
        session, actor=buyer.actor, buyer_id=buyer.party.id, need=wanted, replan=replan
    )
    session.commit()
    return made


def decline(session: Session, unit: Side, inquiry: Inquiry) -> None:
    inquiries.decline(
        session, actor=unit.actor, party_id=unit.party.id, inquiry_id=inquiry.id, reason="sold_out"
    )
    session.commit()


def asked(session: Session, demand: Demand) -> Sequence[tuple[int, str]]:
    """Who was asked, in order, and what became of it."""
    rows = sa.select(Inquiry.seller_id, Inquiry.state).join(
        DemandInquiry, DemandInquiry.inquiry_id == Inquiry.id
    )
    found = session.execute(rows.where(DemandInquiry.demand_id == demand.id).order_by(Inquiry.id))
    return [(row.seller_id, row.state) for row in found]


def told(session: Session, buyer: Side, kind: str) -> int:
    return count_rows(session, Notice, Notice.user_id == buyer.user.id, Notice.kind == kind)


def news(session: Session, buyer: Side) -> int:
    return told(session, buyer, "demand.short")


def test_another_is_asked_for_what_was_refused(session: Session, app: FastAPI, buyer: Side) -> None:
    (one, _), (two, _) = sellers(session, (9000, 20), (9100, 20))
    demand = post(session, buyer)
    [inquiry] = send(session, buyer, demand)
    decline(session, one, inquiry)
    assert news(session, buyer) == 0, "told when others have been asked"
    worker.run_due(app.state.runtime, long=False)
    session.expire_all()
    assert asked(session, demand) == [(one.party.id, "declined"), (two.party.id, "negotiating")]
    assert news(session, buyer) == 1
    worker.run_due(app.state.runtime, long=False)
    assert len(asked(session, demand)) == 2, "once"


@pytest.mark.parametrize("agreed", [False, True])
def test_who_goes_back_on_its_word_is_not_asked_again(
    session: Session, app: FastAPI, buyer: Side, agreed: bool
) -> None:
    [(one, _)] = sellers(session, (9000, 20))
    demand = post(session, buyer)
    [inquiry] = send(session, buyer, demand)
    if agreed:
        link = accept(session, one, inquiry)
        assert link is not None
        links.end_link(session, actor=one.actor, party_id=one.party.id, link_id=link.id, reason="price")
    else:
        inquiries.withdraw(session, actor=one.actor, party_id=one.party.id, inquiry_id=inquiry.id)
    session.commit()
    worker.run_due(app.state.runtime, long=False)
    session.expire_all()
    assert len(asked(session, demand)) == 1
    assert news(session, buyer) == 1


def test_where_nobody_else_has_it_the_buyer_is_told(session: Session, app: FastAPI, buyer: Side) -> None:
    [(one, _)] = sellers(session, (9000, 20))
    demand = post(session, buyer)
    [inquiry] = send(session, buyer, demand)
    decline(session, one, inquiry)
    worker.run_due(app.state.runtime, long=False)
    session.expire_all()
    assert asked(session, demand) == [(one.party.id, "declined")], "who said no is not asked again"
    assert news(session, buyer) == 1
    assert session.get_one(Demand, demand.id).replan_due is None


def test_what_a_loss_takes_is_asked_of_another(session: Session, app: FastAPI, buyer: Side) -> None:
    (one, lot), (two, _) = sellers(session, (9000, 20), (9100, 20))
    demand = post(session, buyer)
    [inquiry] = send(session, buyer, demand)
    accept(session, one, inquiry)
    listings.report_loss(
        session, actor=one.actor, lot_id=lot.id, amount=5 * TONNE, cause="storm", on_date=clock.today()
    )
    session.commit()
    worker.run_due(app.state.runtime, long=False)
    session.expire_all()
    assert [seller for seller, _ in asked(session, demand)] == [one.party.id, two.party.id]
    assert session.scalar(sa.select(sa.func.count()).select_from(Link)) == 1


@pytest.mark.parametrize("replan", [True, False])
def test_a_loss_on_what_is_held_is_told_and_stands_on_the_agreement(
    session: Session, app: FastAPI, buyer: Side, replan: bool
) -> None:
    (one, lot), (two, _), (three, _) = sellers(session, (9000, 12), (9100, 8), (9200, 5))
    wanted = need(session, buyer, 20 * TONNE, part_will_do=False)
    demand = demands.post_demand(
        session, actor=buyer.actor, buyer_id=buyer.party.id, need=wanted, replan=replan
    )
    made = send(session, buyer, demand)
    accept(session, one, by_seller(made, one))
    listings.report_loss(
        session, actor=one.actor, lot_id=lot.id, amount=5 * TONNE, cause="storm", on_date=clock.today()
    )
    session.commit()
    assert told(session, buyer, "inquiry.at_risk") == 1
    assert count_rows(session, EventRow, EventRow.name == "inquiry.at_risk") == 1
    assert news(session, buyer) == (0 if replan else 1)
    worker.run_due(app.state.runtime, long=False)
    session.expire_all()
    assert news(session, buyer) == 1
    for_the_rest = session.scalar(sa.select(Inquiry).where(Inquiry.seller_id == three.party.id))
    assert (for_the_rest is not None) is replan
    if for_the_rest is not None:
        accept(session, two, by_seller(made, two))
        accept(session, three, for_the_rest)
        risks = session.execute(sa.select(Link.seller_id, Link.at_risk)).all()
        assert sorted(risks) == [(one.party.id, True), (two.party.id, False), (three.party.id, False)]
        rules.check_volumes(session)
        rules.check_commitments(session)


def test_unless_chosen_the_buyer_plans(session: Session, app: FastAPI, buyer: Side) -> None:
    (one, _), (two, _) = sellers(session, (9000, 20), (9100, 20))
    demand = post(session, buyer, replan=False)
    [inquiry] = send(session, buyer, demand)
    decline(session, one, inquiry)
    worker.run_due(app.state.runtime, long=False)
    session.expire_all()
    assert len(asked(session, demand)) == 1
    assert news(session, buyer) == 1
    # And the plan that is shown leaves out who has said no.
    planned = queries.plan_of(session, session.get_one(Demand, demand.id), on=clock.today())
    assert planned is not None
    assert [part.lot.unit_id for part in planned.parts] == [two.party.id]
    assert [reason for _, reasons in planned.left_out for reason in reasons] == ["refused"]


def test_a_no_to_all_that_was_asked_covers_the_units_other_listings(session: Session, buyer: Side) -> None:
    [(one, _), (two, _)] = sellers(session, (9000, 20), (9100, 5))
    make_listing(session, one, volumes=(20 * TONNE,), price_from=9050)
    demand = post(session, buyer, replan=False)
    [inquiry] = send(session, buyer, demand)
    decline(session, one, inquiry)
    planned = queries.plan_of(session, session.get_one(Demand, demand.id), on=clock.today())
    assert planned is not None
    assert {part.lot.unit_id for part in planned.parts} == {two.party.id}
    assert [reason for _, reasons in planned.left_out for reason in reasons] == ["refused", "refused"]


def test_a_no_after_a_yes_covers_what_it_was_said_of_alone(session: Session, buyer: Side) -> None:
    """A unit that has agreed to some is asked again, of another listing, and says no to that."""
    [(unit, _)] = sellers(session, (9000, 8))
    demand = post(session, buyer, replan=False)
    [first] = send(session, buyer, demand)
    accept(session, unit, first)
    for price in (9050, 9100):
        make_listing(session, unit, volumes=(8 * TONNE,), price_from=price)
    [second] = send(session, buyer, session.get_one(Demand, demand.id))
    told = set(several.volumes_of(session, second.id))
    assert len(told) == 2
    decline(session, unit, second)
    assert queries.refused(session, demand_id=demand.id) == told


def test_a_no_of_the_buyer_covers_the_listing_that_it_was_about(session: Session, buyer: Side) -> None:
    [(unit, _)] = sellers(session, (9000, 20))
    make_listing(session, unit, volumes=(20 * TONNE,), price_from=9050)
    demand = post(session, buyer, replan=False)
    [inquiry] = send(session, buyer, demand)
    inquiries.make_offer(
        session,
        actor=unit.actor,
        party_id=unit.party.id,
        inquiry_id=inquiry.id,
        proposal=propose(volume=5 * TONNE, price=9900),
    )
    inquiries.decline(
        session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=inquiry.id, reason="price"
    )
    session.commit()
    assert queries.refused(session, demand_id=demand.id) == {inquiry.listing_id}


def test_what_the_buyer_lets_go_is_not_asked_of_others(session: Session, app: FastAPI, buyer: Side) -> None:
    sellers(session, (9000, 20), (9100, 20))
    demand = post(session, buyer)
    [inquiry] = send(session, buyer, demand)
    inquiries.withdraw(session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=inquiry.id)
    session.commit()
    worker.run_due(app.state.runtime, long=False)
    assert len(asked(session, demand)) == 1


@pytest.mark.parametrize("what", ["withdraw", "end", "close", "expire"])
def test_of_what_the_buyer_lets_go_it_is_not_told(session: Session, buyer: Side, what: str) -> None:
    (one, _), _ = sellers(session, (9000, 12), (9100, 12))
    demand = post(session, buyer, replan=False)
    made = send(session, buyer, demand)
    mine: dict[str, Any] = {"actor": buyer.actor, "party_id": buyer.party.id}
    if what == "withdraw":
        inquiries.withdraw(session, **mine, inquiry_id=made[0].id)
    elif what == "end":
        link = accept(session, one, by_seller(made, one))
        assert link is not None
        links.end_link(session, **mine, link_id=link.id, reason="price")
    elif what == "close":
        demands.close_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    else:
        with clock.at(clock.today() + timedelta(days=41)):
            assert demands.expire(session, demand.id)
    session.commit()
    assert news(session, buyer) == 0
    assert told(session, buyer, "demand.expired") == (1 if what == "expire" else 0)
    assert demand.replan_due is None
    rules.check_steps(session)


def test_a_demand_that_is_closed_asks_nobody(session: Session, app: FastAPI, buyer: Side) -> None:
    (one, _), _ = sellers(session, (9000, 20), (9100, 20))
    demand = post(session, buyer)
    [inquiry] = send(session, buyer, demand)
    decline(session, one, inquiry)
    demands.close_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    session.commit()
    worker.run_due(app.state.runtime, long=False)
    assert len(asked(session, demand)) == 1
    assert not queries.may_be_planned(session.get_one(Demand, demand.id))


def test_what_cannot_be_asked_is_said_and_not_tried_for_ever(
    session: Session, app: FastAPI, buyer: Side
) -> None:
    (one, _), _ = sellers(session, (9000, 20), (9100, 20))
    demand = post(session, buyer)
    [inquiry] = send(session, buyer, demand)
    decline(session, one, inquiry)
    # Meanwhile the department has taken back its confirmation of the buyer.
    session.execute(sa.update(Party).where(Party.id == buyer.party.id).values(standing="refused"))
    session.commit()
    worker.run_due(app.state.runtime, long=False)
    session.expire_all()
    assert asked(session, demand) == [(one.party.id, "declined")]
    assert news(session, buyer) == 1
    assert session.get_one(Demand, demand.id).replan_due is None
