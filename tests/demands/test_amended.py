"""A demand whose agreements are amended: other days change nothing of what is bought, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from market import clock, worker
from market.demands import queries
from market.demands.models import Demand
from market.demands.pooling import Line
from market.inquiries.proposals import Line as Days
from market.inquiries.proposals import Proposal
from market.links import amendments
from market.links import service as links
from market.links.models import Link
from tests import rules
from tests.demands.asking import accept, by_seller, left, post, sellers, send
from tests.make import Side, make_buyer
from tests.trade import TONNE


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def fortnights(count: int, tonnes: int) -> tuple[Line, ...]:
    first = clock.today()
    return tuple(
        Line(first + timedelta(days=14 * n), first + timedelta(days=14 * n + 6), tonnes * TONNE)
        for n in range(count)
    )


def agreed_days(session: Session, link: Link) -> list[Days]:
    return [Days(line.from_date, line.to_date, line.volume) for line in links.lines_of(session, link)]


def amend(session: Session, buyer: Side, unit: Side, link: Link, days: Sequence[Days]) -> None:
    made = amendments.propose_amendment(
        session,
        actor=buyer.actor,
        party_id=buyer.party.id,
        link_id=link.id,
        proposal=Proposal(lines=tuple(days), price=link.price),
    )
    session.commit()
    amendments.accept_amendment(
        session, actor=unit.actor, party_id=unit.party.id, link_id=link.id, amendment_id=made.id
    )
    session.commit()
    rules.check_volumes(session)
    rules.check_commitments(session)


def test_a_call_off_that_is_moved_is_not_bought_again(session: Session) -> None:
    buyer = make_buyer(session)
    [(unit, _)] = sellers(session, (9000, 30))
    demand = post(session, buyer, lines=fortnights(4, 3))
    [inquiry] = send(session, buyer, demand)
    link = accept(session, unit, inquiry)
    assert link is not None
    days = agreed_days(session, link)
    # The second into the days between, the third into those of the fourth.
    days[1] = Days(days[1].from_date + timedelta(days=8), days[1].to_date + timedelta(days=5), days[1].volume)
    days[2] = Days(days[3].from_date, days[3].to_date, days[2].volume)
    amend(session, buyer, unit, link, days)
    assert session.get_one(Demand, demand.id).state == "filled"
    assert left(session, demand) == []
    assert queries.plan_of(session, demand, on=clock.today()) is None
    # What both sides took from it is missing again, on its own line.
    amend(session, buyer, unit, link, [days[0], days[1], Days(days[2].from_date, days[2].to_date, TONNE)])
    assert left(session, demand) == [3 * TONNE, 2 * TONNE]


def test_a_demand_is_filled_though_an_earlier_agreement_was_amended(session: Session) -> None:
    buyer = make_buyer(session)
    offered = sellers(session, (9000, 9), (9500, 9))
    demand = post(session, buyer, lines=fortnights(4, 3))
    made = send(session, buyer, demand)
    (first, _), (second, _) = offered
    link = accept(session, first, by_seller(made, first))
    assert link is not None
    days = agreed_days(session, link)
    amend(session, buyer, first, link, [*days[:-1], Days(days[-1].from_date, days[-1].to_date, TONNE)])
    accept(session, second, by_seller(made, second))
    assert left(session, demand) == [2 * TONNE]
    amend(session, buyer, first, link, days)
    session.expire_all()
    assert (left(session, demand), session.get_one(Demand, demand.id).state) == ([], "filled")
