"""Tokens let programs in: whose they are, what is refused without one or with a revoked one, that their use
is noted, that cookies let nobody in, and how often one may write.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import machine
from market.accounts import service as accounts
from market.accounts.models import ApiToken, User
from market.errors import TooMany
from market.events import EventRow
from market.listings.models import Listing
from market.once import Once
from tests import make
from tests.machines import API, Trader
from tests.make import TODAY, Side
from tests.pages import Browser, signed_in

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
LISTING = {"product": "lua-st25", "title": "Lúa mới"}


@pytest.fixture
def coop(browser: Open, session: Session, seller: Side) -> Trader:
    return Trader(browser(), session, seller.user)


def used_on(session: Session) -> Any:
    session.expire_all()
    return session.scalar(sa.select(ApiToken.last_used_on))


@pytest.mark.parametrize(
    "said",
    ["", "Bearer", "Bearer ", "Bearer clk_wrong", "Basic abc", "clk_wrong", "Bearer \xff\xfe", "Bearer a b"],
)
def test_without_a_known_token_nobody_comes_in(coop: Trader, session: Session, said: str) -> None:
    before = make.count_rows(session, EventRow)
    for method, path in (
        ("GET", "/inquiries"),
        ("POST", "/listings"),
        ("GET", "/links/1"),
        ("PUT", "/listings/1/lots"),
    ):
        answer = coop.send(method, path, raw=b"{", Authorization=said.encode("latin-1"))
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert make.count_rows(session, EventRow) == before


def test_a_revoked_token_is_refused(coop: Trader, session: Session) -> None:
    assert coop.send("GET", "/inquiries").status_code == 200
    session.execute(sa.update(ApiToken).values(revoked_at=clock.now()))
    session.commit()
    assert coop.send("GET", "/inquiries").status_code == 401
    assert coop.send("POST", "/listings", LISTING).status_code == 401


def test_a_cookie_lets_nobody_into_what_is_ones_own(browser: Open, session: Session, seller: Side) -> None:
    here = signed_in(browser, seller)
    for method, path in (("GET", "/links"), ("GET", "/listings/mine"), ("POST", "/listings")):
        answer = here.client.request(method, API + path, json=LISTING if method == "POST" else None)
        assert answer.status_code == 401
    both = Trader(here, session, make.make_buyer(session).user)
    # The token alone says who: the buyer may not list, whoever's cookie stands beside it.
    assert both.send("POST", "/listings", LISTING).status_code == 403


def test_the_use_of_a_token_is_noted_once_a_day(coop: Trader, session: Session) -> None:
    assert used_on(session) is None
    coop.look("/links")
    assert used_on(session) == TODAY
    for number, (method, path, status) in enumerate(
        (("POST", "/listings", 201), ("GET", "/links/999", 404), ("POST", "/links/999/close", 404)), start=1
    ):
        day = TODAY + timedelta(days=number)
        with clock.at(day):
            assert coop.send(method, path, LISTING if status == 201 else None).status_code == status
        assert used_on(session) == day, path


@pytest.mark.parametrize("change", [{"is_active": False}, {"must_change_password": True}])
def test_a_token_ends_with_its_account(
    coop: Trader, session: Session, seller: Side, change: dict[str, bool]
) -> None:
    session.execute(sa.update(User).where(User.id == seller.user.id).values(**change))
    session.commit()
    assert coop.send("GET", "/links").status_code == (401 if "is_active" in change else 403)


def test_a_token_acts_for_the_first_party_that_the_person_still_acts_for(
    browser: Open, session: Session
) -> None:
    person = make.make_account(session)
    left, stays = make.make_unit(session), make.make_unit(session)
    gone = TODAY - timedelta(days=1)
    first = accounts.grant_membership(
        session, user_id=person.user.id, party_id=left.party.id, valid_from=TODAY - timedelta(days=9)
    )
    first.valid_to = gone
    session.flush()  # the first comes first
    accounts.grant_membership(session, user_id=person.user.id, party_id=stays.party.id)
    session.commit()
    made = Trader(browser(), session, person.user).does("POST", "/listings", LISTING)
    assert session.get_one(Listing, made["id"]).party_id == stays.party.id


def test_somebody_who_acts_for_nobody_may_not(browser: Open, session: Session) -> None:
    newcomer = Trader(browser(), session, make.make_account(session).user)
    assert newcomer.send("GET", "/inquiries").status_code == 403
    assert newcomer.send("POST", "/inquiries", {}).status_code == 403


def test_one_token_writes_so_often_in_a_minute_and_reads_at_will(
    app: Any, coop: Trader, browser: Open, session: Session, buyer: Side
) -> None:
    app.state.write_limit.most = 3
    for number in range(3):
        coop.does("POST", "/listings", {**LISTING, "title": f"Lúa {number}"}, key=f"k{number}")
    refused = coop.send("POST", "/listings", LISTING, key="k3")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "60"
    assert make.count_rows(session, Once) == 3
    coop.look("/links")
    assert Trader(browser(), session, buyer.user).send("POST", "/inquiries", {}).status_code == 422
    with clock.at(clock.now() + timedelta(seconds=61)):
        coop.does("POST", "/listings", LISTING, key="k3")


def test_the_limit_forgets_what_is_over_and_a_clock_put_back() -> None:
    limit = machine.Limit(most=2, within=timedelta(seconds=10))
    start = clock.now()
    for _ in range(2):
        limit.note("a")
    with pytest.raises(TooMany) as refused:
        limit.note("a")
    assert refused.value.seconds == 10
    limit.note("b")
    with clock.at(start - timedelta(hours=1)):
        limit.note("a")
    with clock.at(start + timedelta(seconds=11)):
        for number in range(machine.REMEMBERED + 10):
            limit.note(str(number))
    assert "b" not in limit._writes
