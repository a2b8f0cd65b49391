"""Flags: what stands out among a product's listings and what is listed twice; nothing is hidden by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from statistics import median

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from market import clock, worker
from market.errors import Conflict
from market.listings import service as listings
from market.listings.models import Listing
from market.moderation import flags
from market.moderation.flag_models import Flag
from tests import make, trade
from tests.make import Side
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]


def offers(session: Session, *prices: int, volume: int = 10 * trade.TONNE) -> list[Listing]:
    """A listing of a unit of its own at each price."""
    return [
        trade.make_listing(
            session, make.make_unit(session), price_from=price, volumes=(volume,), title=f"Lúa {price}"
        )[0]
        for price in prices
    ]


def found(session: Session, kind: str) -> list[int]:
    return sorted(one.listing_id for one in flags.find(session) if one.kind == kind)


@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=40))
def test_half_of_all_values_are_always_usual(values: list[int]) -> None:
    bounds = flags.outlying(values)
    if len(values) < flags.FEWEST:
        assert bounds is None
    else:
        assert bounds is not None
        inside = [one for one in values if bounds[0] <= one <= bounds[1]]
        assert 2 * len(inside) >= len(values)
        assert bounds[0] <= median(values) <= bounds[1]


def test_a_price_far_from_the_usual_is_flagged_from_eight_listings_on(session: Session) -> None:
    usual = (9000, 9100, 9200, 9300, 9400, 9500)
    offers(session, *usual)
    [far] = offers(session, 90_000)
    assert found(session, "price") == []
    offers(session, 9600)
    assert found(session, "price") == [far.id]
    # Wages are no price of goods.
    offers(session, 200_000)
    wages = session.scalars(sa.select(Listing).order_by(Listing.id.desc())).first()
    assert wages is not None
    wages.price_kind = "labour"
    session.flush()
    assert found(session, "price") == [far.id]
    with clock.at(clock.now() + flags.WINDOW + timedelta(days=1)):
        assert found(session, "price") == []


def test_where_all_are_alike_a_small_difference_does_not_stand_out(session: Session) -> None:
    offers(session, *[9400] * 8, 9500)
    assert found(session, "price") == []
    [far] = offers(session, 12_000)
    assert found(session, "price") == [far.id]


def test_a_volume_far_from_the_usual_is_flagged(session: Session) -> None:
    for tonnes in range(10, 18):
        offers(session, 9400, volume=tonnes * trade.TONNE)
    [far] = offers(session, 9400, volume=5000 * trade.TONNE)
    assert found(session, "volume") == [far.id]


def test_the_same_thing_listed_twice_is_flagged(session: Session, seller: Side) -> None:
    first, _ = trade.make_listing(session, seller, title="Lúa ST25 Phước Long", price_from=9400)
    second, _ = trade.make_listing(session, seller, title="Lua ST25, Phuoc Long", price_from=9450)
    trade.make_listing(session, seller, title="Lúa ST25 Phước Long", price_from=12_000)
    trade.make_listing(session, seller, title="Gạo nếp hữu cơ", price_from=9400)
    trade.make_listing(session, make.make_unit(session), title="Lúa ST25 Phước Long", price_from=9400)
    later = clock.today() + timedelta(days=200)
    trade.make_listing(
        session,
        seller,
        title="Lúa ST25 Phước Long",
        price_from=9400,
        window=(later, later + timedelta(days=5)),
    )
    [one] = [one for one in flags.find(session) if one.kind == "duplicate"]
    assert (one.listing_id, one.other_id) == (second.id, first.id)
    listings.pause(session, actor=seller.actor, listing_id=first.id)
    assert found(session, "duplicate") == []


def test_a_flag_is_dismissed_with_a_word_or_acted_upon(
    app: FastAPI, session: Session, browser: Open, seller: Side
) -> None:
    for _ in range(3):
        trade.make_listing(session, seller, title="Lúa ST25 Phước Long")
    worker.run_due(app.state.runtime)
    made = session.scalars(sa.select(Flag).order_by(Flag.id)).all()
    assert len(made) == 3
    assert session.scalars(sa.select(Listing.hidden).distinct()).all() == [False]
    account = make.make_officer(session)
    officer = signed_in(browser, account)
    desk = officer.get("/department/moderation/flags")
    assert len(desk.css("main ul.lines > li")) == 3
    shown = officer.get(f"/department/moderation/flags/{made[0].id}")
    assert shown.form("/dismiss").send(answer=" ").status == 422
    shown.form("/dismiss").send(answer="Hai vụ khác nhau")
    officer.get(f"/department/moderation/flags/{made[2].id}").form("/hide").send(words="Đăng trùng")
    worker.run_due(app.state.runtime)
    session.expire_all()
    states = session.scalars(sa.select(Flag.state).order_by(Flag.id)).all()
    assert states == ["dismissed", "open", "acted"]
    assert session.get_one(Listing, made[2].listing_id).hidden
    with pytest.raises(Conflict):
        flags.dismiss(session, actor=account.actor, flag_id=made[0].id, answer="x")
