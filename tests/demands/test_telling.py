"""A new demand is told to the units whose open lots could serve it: once, those alone, not too many of them
nor too often, and without the buyer's price. The worker does it, in no transaction of the buyer's.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.accounts import service as accounts
from market.catalogue import queries as catalogue
from market.db import Database
from market.demands import service as demands
from market.demands import telling
from market.demands.models import Demand, DemandTelling
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.notices.models import Message, Notice
from market.web.context import speaking
from market.web.language import say
from market.words import unpack
from tests import make, processes, trade
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")


def post(session: Session, buyer: Side, *, tell: bool = True, **changes: Any) -> Demand:
    line = Line(clock.today(), clock.today() + timedelta(days=30), 20 * TONNE)
    need = Wanted(catalogue.get_product(session, "lua-st25").id, (line,), **changes)
    demand = demands.post_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, need=need)
    session.commit()
    if tell:
        for demand_id in telling.list_due(session):
            assert telling.tell(session, demand_id)
        session.commit()
    return demand


def news(session: Session) -> list[Notice]:
    return list(session.scalars(sa.select(Notice).where(Notice.kind == "demand.fits").order_by(Notice.id)))


def told_units(session: Session, demand: Demand) -> list[int | None]:
    return [one.party_id for one in news(session) if one.path == f"/demands/{demand.id}/offer"]


def test_a_unit_that_could_serve_is_told_once_and_led_to_its_lots(
    session: Session, seller: Side, buyer: Side, browser: Any
) -> None:
    trade.make_listing(session, seller, volumes=(10 * TONNE, 5 * TONNE))
    trade.make_listing(session, seller, title="Lúa khác")
    session.execute(sa.delete(Message))
    demand = post(session, buyer, price_max=9_876)
    [notice] = news(session)
    assert (notice.user_id, notice.party_id) == (seller.user.id, seller.party.id)
    with speaking("vi"):
        words = say(unpack({"text": notice.text, "values": notice.values}))
    assert words == (
        "Có bên mua cần 20 tấn Lúa ST25, từ 10/3/2026 đến 9/4/2026. Hàng của đơn vị có thể đáp ứng."
    )
    [message] = session.scalars(sa.select(Message)).all()
    for secret in ("9876", "9.876", buyer.party.name):
        assert secret not in words + str(notice.values) + message.body
    here: Browser = signed_in(browser, seller)
    opened = here.get("/account/notices").form(f"/{notice.id}/read").send()
    assert (opened.path, opened.status) == (f"/demands/{demand.id}/offer", 200)


def test_whose_lots_cannot_serve_is_not_told(session: Session, buyer: Side) -> None:
    def unit(**changes: Any) -> Side:
        made = make.make_unit(session)
        trade.make_listing(session, made, **{"volumes": (30 * TONNE,), **changes})
        return made

    later = (clock.today() + timedelta(days=60), clock.today() + timedelta(days=90))
    fine = unit()
    unit(window=later)
    unit(price_from=12_000)
    unit(product="gao-st25", title="Gạo")
    unit(publish=False)
    unit(min_order=25 * TONNE)
    demand = post(session, buyer, price_max=10_000)
    assert told_units(session, demand) == [fine.party.id]


def test_a_lot_that_leaves_something_unsaid_is_told_of(session: Session, seller: Side, buyer: Side) -> None:
    trade.make_listing(session, seller)
    demand = post(session, buyer, spec={"moisture": [8, 15]})
    assert told_units(session, demand) == [seller.party.id]


def test_who_asks_is_not_told_to_serve_themselves(session: Session, seller: Side) -> None:
    trade.make_listing(session, seller, volumes=(30 * TONNE,))
    demand = post(session, seller)
    assert told_units(session, demand) == []


def test_those_that_bring_most_are_told_and_no_more_than_so_many(
    session: Session, buyer: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MOST_UNITS", 2)
    units = [make.make_unit(session) for _ in range(3)]
    for unit, tonnes in zip(units, (5, 9, 7), strict=True):
        trade.make_listing(session, unit, volumes=(tonnes * TONNE,))
    demand = post(session, buyer)
    assert told_units(session, demand) == [units[1].party.id, units[2].party.id]


def test_a_unit_is_told_so_many_times_a_day_and_again_on_the_next(
    session: Session, seller: Side, buyer: Side
) -> None:
    trade.make_listing(session, seller, volumes=(30 * TONNE,))
    for _ in range(telling.MOST_A_DAY + 2):
        post(session, buyer)
    assert len(news(session)) == telling.MOST_A_DAY
    assert make.count_rows(session, DemandTelling) == telling.MOST_A_DAY
    clock.move(clock.end_of(clock.today()))
    post(session, buyer)
    assert len(news(session)) == telling.MOST_A_DAY + 1


def test_all_people_of_the_unit_hear_of_it(session: Session, seller: Side, buyer: Side) -> None:
    colleague = make.make_account(session)
    accounts.grant_membership(session, user_id=colleague.user.id, party_id=seller.party.id)
    trade.make_listing(session, seller, volumes=(30 * TONNE,))
    post(session, buyer)
    assert {one.user_id for one in news(session)} == {seller.user.id, colleague.user.id}
    assert make.count_rows(session, DemandTelling) == 1


def test_the_worker_tells_of_it_once(session: Session, app: FastAPI, seller: Side, buyer: Side) -> None:
    trade.make_listing(session, seller, volumes=(30 * TONNE,))
    demand = post(session, buyer, tell=False)
    assert (news(session), telling.list_due(session)) == ([], [demand.id])
    assert worker.run_due(app.state.runtime, long=False)["tell of demands"] == 1
    assert told_units(session, demand) == [seller.party.id]
    assert "tell of demands" not in worker.run_due(app.state.runtime, long=False)
    session.expire_all()
    assert not telling.tell(session, demand.id), "somebody else was quicker"
    assert len(news(session)) == 1


def test_of_what_was_closed_meanwhile_nobody_is_told(session: Session, seller: Side, buyer: Side) -> None:
    trade.make_listing(session, seller, volumes=(30 * TONNE,))
    demand = post(session, buyer, tell=False)
    demands.close_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    session.commit()
    assert telling.tell(session, demand.id)
    session.commit()
    assert (news(session), telling.list_due(session)) == ([], [])


#: Tells of a demand, on a day, and dies before anything is kept.
DYING = """
import os, sys
from datetime import date
from market import clock, features
from market.db import Database
from market.engine import make_engine
from market.demands import telling
features.load_models()
day = date.fromisoformat(sys.argv[3])
with clock.at(day), Database(make_engine(sys.argv[1])).session(write=True) as session:
    telling.tell(session, int(sys.argv[2]))
    session.flush()
    print(len(session.execute(telling.sa.select(telling.DemandTelling)).all()), flush=True)
    os.kill(os.getpid(), 9)
"""


@pytest.mark.long
def test_a_worker_that_dies_in_the_middle_has_told_nobody(
    own_database: Database,
) -> None:
    with own_database.session(write=True) as session:
        units = [make.make_unit(session) for _ in range(3)]
        for unit in units:
            trade.make_listing(session, unit, volumes=(30 * TONNE,))
        demand = post(session, make.make_buyer(session), tell=False)
    url = own_database.engine.url.render_as_string(hide_password=False)
    told = [sys.executable, "-c", DYING, url, str(demand.id), str(clock.today())]
    died = subprocess.run(told, cwd=processes.ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (died.returncode, died.stdout) == (-9, "3\n"), died.stderr
    with own_database.session(write=True) as session:
        assert (news(session), telling.list_due(session)) == ([], [demand.id])
        assert telling.tell(session, demand.id)
        session.commit()
        assert sorted(told_units(session, demand)) == sorted(unit.party.id for unit in units)
