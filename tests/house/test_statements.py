"""How many SQL statements the busy pages ask: a fixed few, however much there is to show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import worker
from market.statistics import remembered
from tests import make, trade
from tests.pages import Browser
from tests.profiles import Profile
from tests.statements import counting

Open = Callable[[], Browser]

#: The most that each page may ask a signed-in buyer, who is asking included.
MOST = {
    "/": 7,
    "/listings": 3,
    "/listings?q=lua": 3,
    "{listing}": 6,
    "/cooperatives": 10,
    "{unit}": 13,
    "/statistics": 36,
    "/statistics/links_new": 29,
    "/inquiries": 3,
    "/links": 3,
    "/account/data": 26,
    "{thread}": 22,
    "{link}": 14,
}

#: What posting a demand asks, the asker's sign-in and the form's key included.
POSTING = 14


def _fill(session: Session, app: FastAPI, buyer: make.Side, count: int) -> dict[str, str]:
    """``count`` units with a listing, an inquiry and an agreement each; the addresses of the last."""
    for _ in range(count):
        seller = make.make_unit(session, name=f"HTX Lúa số {count}", fields=("rice",))
        listing, _ = trade.make_listing(session, seller, volumes=(30 * trade.TONNE, 20 * trade.TONNE))
        link = trade.make_link(session, seller, buyer, listing)
        inquiry = trade.make_inquiry(session, buyer, listing)
    worker.run_due(app.state.runtime)
    return {
        "listing": f"/listings/{listing.id}",
        "unit": f"/cooperatives/{seller.party.code}",
        "thread": f"/inquiries/{inquiry.id}",
        "link": f"/links/{link.id}",
    }


@pytest.mark.long
def test_the_busy_pages_ask_a_fixed_few_statements(
    app: FastAPI, session: Session, browser: Open, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Beside other work counting may take long, and figures would then hold though something was written.
    monkeypatch.setattr(remembered, "SHORT", 600.0)
    buyer = make.make_buyer(session)
    here = browser()
    here.sign_in(buyer.login)
    counts: list[dict[str, int]] = []
    for size in (2, 20):
        addresses = _fill(session, app, buyer, size)
        counts.append({})
        for page in MOST:
            # What the process keeps (names, the lexicon) is read once, by whoever comes first.
            here.get(page.format(**addresses))
            with counting(profile.engine) as asked:
                assert here.get(page.format(**addresses)).status == 200
            counts[-1][page] = len(asked)
    few, many = counts
    assert many == few, "the number grows with what there is to show"
    assert not {page: n for page, n in many.items() if n > MOST[page]}, many


@pytest.mark.long
def test_posting_a_demand_asks_a_fixed_few_however_many_could_serve(
    session: Session, browser: Open, profile: Profile
) -> None:
    buyer = make.make_buyer(session)
    here = browser()
    here.sign_in(buyer.login)
    counts = []
    for size in (1, 12):
        for _ in range(size):
            trade.make_listing(session, make.make_unit(session), volumes=(30 * trade.TONNE,))
        form = here.get("/demands/new", product="lua-st25").form("/demands")
        with counting(profile.engine) as asked:
            fields = {**form.fields, "volume": "40 tấn"}
            answer = here.client.post("/demands", data=fields, follow_redirects=False)
        assert answer.status_code == 303
        counts.append(len(asked))
    assert counts == [POSTING] * 2, counts
