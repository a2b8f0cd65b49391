"""Who sees which figure (rule 6): the register is public; trade is public for whole ended periods as known
today, and never where fewer than three units or three buyers stand behind; officers see all of their place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.errors import NotAllowed
from market.places import queries as places
from market.statistics import access, figures, indicators, periods
from market.statistics.aggregates import Dimension
from market.statistics.definition import Indicator
from market.statistics.figures import Figure
from tests.make import Account, make_admin, make_buyer, make_officer, make_unit, some_commune
from tests.pages import Browser
from tests.trade import TONNE, make_link, make_listing

TODAY = date(2026, 6, 10)
MONTH = periods.parse("2026-05")
TRADE = [one for one in indicators.ALL if one.access != "register"]
REGISTER = [one for one in indicators.ALL if one.access == "register"]


def test_register_figures_are_public_for_any_time() -> None:
    assert {one.code for one in REGISTER} == {
        "cooperatives",
        "groups",
        "unions",
        "members",
        "operating",
        "cooperatives_founded",
        "cooperatives_dissolved",
        "groups_founded",
        "groups_dissolved",
        "rated_cooperatives",
        "rated_good_share",
        "pilot_cooperatives",
        "charter_capital",
        "high_tech_cooperatives",
        "linked_cooperatives",
        "linked_share",
        "trading_cooperatives",
        "ocop_products",
        "certified_area",
        "certified_cooperatives",
        "area_codes",
        "certificates_claimed",
        "listings_published",
    }
    for indicator in REGISTER:
        for text in ("2026", "2026-9M", "2026-06-09", "2026-01-05..2026-02-01"):
            access.check_open(indicator, periods.parse(text), as_of=date(2026, 1, 1), today=TODAY)
        access.check_open(indicator, None, as_of=TODAY, today=TODAY)


@pytest.mark.parametrize("indicator", TRADE, ids=lambda one: one.code)
@pytest.mark.parametrize(
    ("text", "as_of", "is_open"),
    [
        ("2026-05", TODAY, True),
        ("2026-Q1", TODAY, True),
        ("2025-H2", TODAY, True),
        ("2025", TODAY, True),
        # Not over yet: what is shown tomorrow less what is shown today is one deal.
        ("2026-06", TODAY, False),
        ("2026-Q2", TODAY, False),
        ("2026", TODAY, False),
        ("2026-05", date(2026, 5, 31), False),
        # Not whole.
        ("2025-9M", TODAY, False),
        ("2026-05-12", TODAY, False),
        ("2026-05-01..2026-05-31", TODAY, False),
        # As of another day than today.
        ("2025", TODAY - timedelta(days=1), False),
        ("2025", date(2026, 1, 1), False),
    ],
)
def test_trade_figures_are_public_for_whole_ended_periods_as_known_today(
    indicator: Indicator, text: str, as_of: date, is_open: bool
) -> None:
    today = as_of if text == "2026-05" and not is_open else TODAY
    period = periods.parse(text)
    assert access.is_open(indicator, period, as_of=as_of, today=today) is is_open
    if not is_open:
        with pytest.raises(NotAllowed, match="whole months, quarters, halves and years that have ended"):
            access.check_open(indicator, period, as_of=as_of, today=today)


@pytest.mark.parametrize("indicator", TRADE, ids=lambda one: one.code)
def test_without_a_period_no_trade_figure_is_public(indicator: Indicator) -> None:
    assert not access.is_open(indicator, None, as_of=TODAY, today=TODAY)


def trade(session: Session, sellers: int, buyers: int, *, product: str = "lua-st25") -> None:
    """In May 2026 each of these units sells once to one of these buyers, or more often where they are few."""
    with clock.at(MONTH.start + timedelta(days=4)):
        units = [make_unit(session) for _ in range(sellers)]
        others = [make_buyer(session) for _ in range(buyers)]
        for number in range(max(sellers, buyers)):
            seller, buyer = units[number % sellers], others[number % buyers]
            listing, _ = make_listing(session, seller, product=product)
            make_link(session, seller, buyer, listing, volume=TONNE)


def shown(session: Session, *codes: str, by: Dimension | None = None) -> list[Figure]:
    """What the public sees of May 2026 on 10 June."""
    with clock.at(TODAY):
        found = figures.compute(
            session,
            indicators=[indicators.get(code) for code in codes],
            period=MONTH,
            place=None,
            as_of=TODAY,
            by=by,
        )
        return access.for_public(found)


@pytest.mark.parametrize(
    ("sellers", "buyers", "is_shown"),
    [(3, 3, True), (4, 3, True), (2, 5, False), (5, 2, False), (1, 1, False)],
)
def test_a_trade_figure_needs_three_units_and_three_buyers(
    session: Session, sellers: int, buyers: int, is_shown: bool
) -> None:
    trade(session, sellers, buyers)
    deals = max(sellers, buyers)
    new, volume, sent, rate = shown(session, "links_new", "contracted_volume", "inquiries_sent", "match_rate")
    wanted: list[tuple[object, ...]] = [
        (deals, "final"),
        (deals * TONNE, "final"),
        (deals, "final"),
        (1.0, "final"),
    ]
    if not is_shown:
        wanted = [(None, "suppressed")] * 4
    assert [(one.value, one.status) for one in (new, volume, sent, rate)] == wanted
    assert all((one.rows == 0) is not is_shown for one in (new, volume, sent, rate))


def test_nothing_at_all_is_shown_as_nothing(session: Session) -> None:
    trade(session, 3, 3)
    (delivered,) = shown(session, "delivered_volume")
    assert (delivered.value, delivered.status) == (0, "final")


def test_a_register_figure_is_shown_however_few_there_are(session: Session) -> None:
    trade(session, 1, 1)
    found = {
        one.indicator.code: one for one in shown(session, "cooperatives", "members", "trading_cooperatives")
    }
    assert {code: one.value for code, one in found.items()} == {
        "cooperatives": 1,
        "members": 40,
        "trading_cooperatives": 1,
    }


def test_a_thin_cell_of_a_breakdown_is_hidden_and_the_others_stand(session: Session) -> None:
    trade(session, 3, 3)
    trade(session, 2, 4, product="tom-su")
    cells = {one.group: one for one in shown(session, "links_new", by="sector")}
    assert (cells["rice"].value, cells["rice"].status) == (3, "final")
    assert (cells["shrimp"].value, cells["shrimp"].status, cells["shrimp"].rows) == (None, "suppressed", 0)
    (whole,) = shown(session, "links_new")
    assert whole.value == 7


def test_a_share_is_hidden_when_either_side_is_thin(session: Session) -> None:
    trade(session, 4, 4)
    with clock.at(MONTH.start + timedelta(days=6)):
        figure = figures.compute(
            session, indicators=[indicators.get("match_rate")], period=MONTH, place=None, as_of=clock.today()
        )[0]
    for thin in ((4, 2, 4), (4, 4, 2), (1, 1, 1)):
        for backing in ((thin, (4, 4, 4)), ((4, 4, 4), thin)):
            (hidden,) = access.for_public([replace(figure, backing=backing)])
            assert (hidden.value, hidden.status) == (None, "suppressed")


@pytest.fixture
def asks(session: Session, browser: Callable[[], Browser]) -> Callable[[Account | None], bool]:
    """Whether somebody finds the two sides of a single deal on the figure's page of its commune."""
    with clock.at(MONTH.start + timedelta(days=4)):
        seller, buyer = make_unit(session, name="Hợp tác xã Chỉ Một"), make_buyer(session)
        listing, _ = make_listing(session, seller)
        make_link(session, seller, buyer, listing, volume=TONNE)
        session.commit()

    def ask(account: Account | None) -> bool:
        with clock.at(TODAY):
            one = browser()
            if account is not None:
                one.sign_in(account.login)
            key = places.key_of(some_commune(session), TODAY)
            page = one.get("/statistics/links_new", period="2026-05", place=key)
            assert page.status == 200
            return "Hợp tác xã Chỉ Một" in page.text

    return ask


def test_officers_with_the_duty_see_their_place_and_no_other(
    session: Session, asks: Callable[[Account | None], bool]
) -> None:
    with clock.at(TODAY):
        here, elsewhere = some_commune(session), some_commune(session, index=1)
        everywhere = make_officer(session)
        of_here = make_officer(session, place_id=here.id, duties=("trade_data",))
        of_elsewhere = make_officer(session, place_id=elsewhere.id, duties=("trade_data",))
        of_other_duties = make_officer(session, duties=("register", "figures"))
        admin = make_admin(session)
    assert asks(everywhere)
    assert asks(of_here)
    assert asks(admin)
    assert not asks(of_elsewhere)
    assert not asks(of_other_duties)
    assert not asks(None)
