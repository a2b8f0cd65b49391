"""Many accept at once, with real threads and real commits, over links of several lines and lots, while losses
are reported in between: nothing is oversold (rule 1), every matched inquiry has its one link (rule 2).
"""

from __future__ import annotations

import random
import threading
from collections import Counter

import pytest
import sqlalchemy as sa

from market import clock
from market.db import Database
from market.errors import Conflict
from market.events import Actor
from market.links import amendments
from market.links import service as links
from market.links.models import Link
from market.listings import service as listings
from market.listings.models import Lot
from market.statistics import verify
from tests import rules
from tests.make import make_buyer, make_unit
from tests.trade import TONNE, make_inquiry, make_link, make_listing, propose

ACCEPTANCES = 200


@pytest.mark.long
def test_two_hundred_acceptances_at_once_oversell_nothing(own_database: Database) -> None:
    dice = random.Random(7)
    with own_database.session(write=True) as session:
        seller = make_unit(session)
        offers = [
            make_listing(
                session, seller, volumes=(30 * TONNE, 20 * TONNE, 10 * TONNE), title=f"Lúa {number}"
            )[0]
            for number in range(5)
        ]
        waiting = []
        for number in range(ACCEPTANCES):
            buyer = make_buyer(session)
            proposal = propose(dice.randrange(1, 6) * TONNE, lines=dice.randrange(1, 4))
            waiting.append(make_inquiry(session, buyer, offers[number % 5], proposal=proposal).id)
        lots = list(session.scalars(sa.select(Lot.id)))
        seller_id, actor = seller.party.id, seller.actor

    outcomes: Counter[str] = Counter()
    start = threading.Barrier(24)
    jobs = iter([("agree", one) for one in waiting] + [("loss", lot) for lot in lots * 2])
    order = list(jobs)
    dice.shuffle(order)
    queue, lock = iter(order), threading.Lock()

    def work() -> None:
        start.wait()
        while True:
            with lock:
                job = next(queue, None)
            if job is None:
                return
            what = job[0]
            try:
                with own_database.writing() as session:
                    if what == "agree":
                        links.agree_link(session, actor=actor, party_id=seller_id, inquiry_id=job[1])
                    else:
                        lose(session, job[1], actor)
                outcome = what
            except Conflict:
                outcome = f"{what} refused"
            except Exception as error:
                outcome = f"{what}: {error!r}"
            with lock:
                outcomes[outcome] += 1

    threads = [threading.Thread(target=work) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(outcomes) <= {"agree", "agree refused", "loss", "loss refused"}, outcomes
    assert outcomes["agree"] + outcomes["agree refused"] == ACCEPTANCES
    assert outcomes["agree"] > 0
    assert outcomes["agree refused"] > 0
    assert outcomes["loss"] > 0
    with own_database.reading() as session:
        rules.check_volumes(session)
        rules.check_links(session)
        made = session.scalar(sa.select(sa.func.count()).select_from(Link))
        assert made == outcomes["agree"]
        assert session.scalar(sa.select(sa.func.count()).select_from(Link).where(Link.at_risk)), outcomes


def lose(session: sa.orm.Session, lot_id: int, actor: Actor) -> None:
    """Report that five tonnes of a lot are lost."""
    listings.report_loss(
        session, actor=actor, lot_id=lot_id, amount=5 * TONNE, cause="storm", on_date=clock.today()
    )


def test_one_of_two_gets_the_last_tonne(own_database: Database) -> None:
    with own_database.session(write=True) as session:
        seller = make_unit(session)
        listing, _ = make_listing(session, seller, volumes=(TONNE,))
        first = make_inquiry(session, make_buyer(session), listing, volume=TONNE).id
        second = make_inquiry(session, make_buyer(session), listing, volume=TONNE).id
        seller_id, actor = seller.party.id, seller.actor
    start, answers = threading.Barrier(2), []

    def accept(inquiry_id: int) -> None:
        start.wait()
        try:
            with own_database.writing() as session:
                links.agree_link(session, actor=actor, party_id=seller_id, inquiry_id=inquiry_id)
            answers.append("agreed")
        except Conflict as refusal:
            answers.append(str(refusal))

    threads = [threading.Thread(target=accept, args=(one,)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("agreed") == 1
    assert any("0 kg" in answer for answer in answers)
    with own_database.reading() as session:
        rules.check_volumes(session)
        rules.check_links(session)


def test_amendments_and_acceptances_at_once_oversell_nothing(own_database: Database) -> None:
    with own_database.session(write=True) as session:
        seller, buyer = make_unit(session), make_buyer(session)
        listing, lots = make_listing(session, seller, volumes=(12 * TONNE, 8 * TONNE))
        made = [make_link(session, seller, make_buyer(session), listing, volume=2 * TONNE) for _ in range(5)]
        jobs: list[tuple[str, int, int]] = []
        for number, link in enumerate(made):
            amendment = amendments.propose_amendment(
                session,
                actor=buyer.actor,
                party_id=link.buyer_id,
                link_id=link.id,
                proposal=propose((4 if number % 2 else 1) * TONNE, lines=2),
            )
            session.commit()
            jobs.append(("amend", link.id, amendment.id))
        for _ in range(6):
            inquiry = make_inquiry(session, make_buyer(session), listing, volume=3 * TONNE)
            jobs.append(("agree", inquiry.id, 0))
        jobs += [("loss", lot.id, 0) for lot in lots]
        seller_id, actor = seller.party.id, seller.actor
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(len(jobs))

    def work(what: str, one: int, other: int) -> None:
        start.wait()
        try:
            with own_database.writing() as session:
                if what == "agree":
                    links.agree_link(session, actor=actor, party_id=seller_id, inquiry_id=one)
                elif what == "amend":
                    amendments.accept_amendment(
                        session, actor=actor, party_id=seller_id, link_id=one, amendment_id=other
                    )
                else:
                    lose(session, one, actor)
            outcomes[what] += 1
        except Conflict:
            outcomes[f"{what} refused"] += 1
        except Exception as error:
            outcomes[f"{what}: {error!r}"] += 1

    random.Random(5).shuffle(jobs)
    threads = [threading.Thread(target=work, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    known = {f"{what}{end}" for what in ("agree", "amend", "loss") for end in ("", " refused")}
    assert set(outcomes) <= known, outcomes
    assert sum(outcomes.values()) == len(jobs)
    assert outcomes["amend"] > 0
    with own_database.reading() as session:
        rules.check_volumes(session)
        rules.check_links(session)
        assert list(verify.differences(session)) == []
