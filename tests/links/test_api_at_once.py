"""Five identical requests at the same instant, against a real server with real commits: exactly one thing is
made, and all five are answered alike.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from market import clock
from market.accounts import service as accounts
from market.inquiries.models import Inquiry, Offer
from market.links.models import Delivery, Link
from market.listings.models import Listing, Lot
from market.once import Once
from tests import processes, rules
from tests.make import count_rows, make_buyer, make_unit
from tests.profiles import Profile
from tests.server import Served, serve
from tests.trade import TONNE, make_listing

AT_ONCE = 5


@pytest.fixture
def served(tmp_path: Path, profile: Profile) -> Iterator[Served]:
    with serve(profile.own(tmp_path / "served"), workers=2) as found:
        yield found


def five_times(served: Served, token: str, path: str, body: dict[str, Any], *, key: str) -> list[Any]:
    """The answers to the same request sent five times at once, each over a connection of its own."""
    start, answers = threading.Barrier(AT_ONCE), []
    headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}

    def send() -> None:
        with processes.client(f"{served.url}/api/v1", timeout=60) as client:
            start.wait()
            answers.append(client.post(path, json=body, headers=headers))

    threads = [threading.Thread(target=send) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == AT_ONCE
    return answers


def the_one(answers: list[Any], status: int) -> Any:
    """What all of them say: one did it, the others were told of it."""
    assert [one.status_code for one in answers] == [status] * AT_ONCE, [one.text for one in answers]
    assert len({one.content for one in answers}) == 1
    assert len({one.headers.get("location") for one in answers}) == 1
    assert sum("idempotent-replayed" in one.headers for one in answers) == AT_ONCE - 1
    return answers[0].json()


@pytest.mark.long
def test_several_at_once_make_one_thing(served: Served) -> None:
    # One server for all of it: to start one takes longer than the rest.
    with served.database.session(write=True) as session:
        seller, buyer = make_unit(session), make_buyer(session)
        listing, _ = make_listing(session, seller, volumes=(50 * TONNE,))
        coop = accounts.add_token(session, user_id=seller.user.id, name="test")
        trader = accounts.add_token(session, user_id=buyer.user.id, name="test")
        session.commit()
        listing_id = listing.id
    five_at_once_make_one_thing_at_each_step(served, coop, trader, listing_id)
    without_a_key_one_of_five_is_let_through(served, trader, listing_id)
    two_bodies_under_one_key_are_one_thing_and_a_conflict(served, coop)


def five_at_once_make_one_thing_at_each_step(served: Served, coop: str, trader: str, listing_id: int) -> None:
    days = {"from": clock.today().isoformat(), "to": (clock.today() + timedelta(days=20)).isoformat()}
    goods = {"volume": 10, "unit": "tấn", "price": 9400, **days}
    lots = [{"volume": 5, "unit": "tấn", **days}]
    written = {"product": "lua-st25", "title": "Lúa năm lần", "price_from": 9000, "lots": lots}
    the_one(five_times(served, coop, "/listings", written, key="l"), 201)
    ask = {"listing_id": listing_id, **goods}
    asked = the_one(five_times(served, trader, "/inquiries", ask, key="i"), 201)
    path = f"/inquiries/{asked['id']}"
    the_one(five_times(served, coop, f"{path}/offer", {**goods, "price": 9500}, key="o"), 200)
    link = the_one(five_times(served, trader, f"{path}/accept", {"version": 2}, key="a"), 201)
    at = f"/links/{link['id']}"
    handed = {"on_date": clock.today().isoformat(), "gross": 10_000}
    made = the_one(five_times(served, coop, f"{at}/deliveries", handed, key="d"), 201)
    the_one(five_times(served, trader, f"{at}/deliveries/{made['id']}/confirm", {}, key="c"), 200)
    ended = the_one(five_times(served, coop, f"{at}/close", {}, key="e"), 200)
    assert ended["state"] == "fulfilled"
    with served.database.reading() as session:
        assert count_rows(session, Listing, Listing.title == "Lúa năm lần") == 1
        assert count_rows(session, Lot) == 2
        made_rows = [count_rows(session, table) for table in (Inquiry, Offer, Link, Delivery)]
        assert made_rows == [1, 2, 1, 1]
        assert count_rows(session, Once) == 7
        rules.check_volumes(session)
        rules.check_links(session)


def without_a_key_one_of_five_is_let_through(served: Served, trader: str, listing_id: int) -> None:
    day = clock.today().isoformat()
    body = {"listing_id": listing_id, "volume": 10, "from": day, "to": day, "price": 9400}
    answers = five_times(served, trader, "/inquiries", body, key="")
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409, 409]
    with served.database.reading() as session:
        assert count_rows(session, Inquiry, Inquiry.state == "negotiating") == 1


def two_bodies_under_one_key_are_one_thing_and_a_conflict(served: Served, coop: str) -> None:
    start, answers = threading.Barrier(2), []

    def send(title: str) -> None:
        with processes.client(f"{served.url}/api/v1", timeout=60) as client:
            start.wait()
            headers = {"Authorization": f"Bearer {coop}", "Idempotency-Key": "k"}
            body = {"product": "tom-su", "title": title}
            answers.append(client.post("/listings", json=body, headers=headers))

    threads = [threading.Thread(target=send, args=(title,)) for title in ("Tôm một", "Tôm hai")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.status_code for one in answers) == [201, 409]
    with served.database.reading() as session:
        assert count_rows(session, Listing, Listing.title.startswith("Tôm")) == 1


@pytest.mark.profiles("embedded")
def test_who_sends_slowly_keeps_nobody_waiting(served: Served) -> None:
    with served.database.session(write=True) as session:
        token = accounts.add_token(session, user_id=make_unit(session).user.id, name="test")
        session.commit()
    # On SQLite one writes at a time: half a body must not hold that place.
    address = urlsplit(served.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as slow:
        head = f"POST /api/v1/listings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        slow.sendall(f'{head}Content-Length: 1000\r\n\r\n{{"product": '.encode())
        written = httpx2.post(
            f"{served.url}/api/v1/listings",
            json={"product": "tom-su", "title": "Tôm"},
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
        )
        assert written.status_code == 201
    with served.database.reading() as session:
        assert count_rows(session, Listing) == 1
