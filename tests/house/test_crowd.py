"""A crowd at once against a real server: 200 searches and 200 writes, 400 answers, none a 500. Without
the gate before threads and connections most of these would fail.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa

from market import clock
from market.accounts import current, sessions
from market.inquiries.models import Inquiry
from market.web import csrf
from tests import rules
from tests.make import make_buyer, make_unit
from tests.profiles import Profile
from tests.server import Served, serve
from tests.trade import TONNE, make_listing

CROWD = 200
LISTINGS = 4
SECRET = "c" * 32


def _set_up(served: Served) -> tuple[list[str], list[int]]:
    """Fifty signed-in buyers (their cookies) and four listings with plenty."""
    with served.database.session(write=True) as session:
        seller = make_unit(session)
        listings = [
            make_listing(session, seller, volumes=(5000 * TONNE,), title=f"Lúa ST25 số {number}")[0].id
            for number in range(LISTINGS)
        ]
        tokens = []
        for _ in range(CROWD // LISTINGS):
            buyer = make_buyer(session)
            tokens.append(sessions.open_session(session, user=buyer.user, device="test").token)
            session.commit()
    return tokens, listings


async def _crowd(served: Served, tokens: list[str], listings: list[int]) -> list[httpx2.Response]:
    key = served.settings.secret_key
    today = clock.today()
    fields = {
        csrf.FIELD: csrf._sign(key, SECRET),
        "volume": "2 tấn",
        "price": "9.400",
        "from": today.isoformat(),
        "to": (today + timedelta(days=20)).isoformat(),
    }
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx2.AsyncClient(base_url=served.url, limits=limits, timeout=120) as client:
        searches = [client.get("/listings", params={"q": "lúa st25"}) for _ in range(CROWD)]
        writes = [
            client.post(
                f"/inquiries/new/{listing}",
                data={**fields, "once": f"{token[:8]}{listing}"},
                headers={"Cookie": f"{current.COOKIE}={token}; csrf={SECRET}"},
            )
            for token in tokens
            for listing in listings
        ]
        return list(await asyncio.gather(*searches, *writes))


@pytest.mark.long
def test_two_hundred_searches_and_two_hundred_writes_at_once_are_all_answered(
    tmp_path: Path, profile: Profile
) -> None:
    with serve(profile.own(tmp_path / "served"), workers=2) as served:
        tokens, listings = _set_up(served)
        # In a thread: in a process that drives a browser the main one has a running loop.
        with ThreadPoolExecutor(1) as apart:
            answers = apart.submit(asyncio.run, _crowd(served, tokens, listings)).result()
        assert Counter(answer.status_code for answer in answers) == {200: CROWD, 303: CROWD}
        with served.database.reading() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Inquiry)) == CROWD
            rules.check_volumes(session)
