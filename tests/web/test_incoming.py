"""Forms that are too large, come too slowly, or hold files where none belong; nobody waits for them."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from market import worker
from market.web import incoming
from tests import make
from tests.pages import Browser
from tests.profiles import Profile
from tests.server import serve

Open = Callable[[], Browser]
FORM = {"Content-Type": incoming.FORM.decode()}


def test_a_form_without_end_is_read_no_further(browser: Open) -> None:
    here = browser()
    large = b"a=" + b"x" * incoming.MOST_BYTES
    answer = here.client.post("/account/sign-in", content=large, headers=FORM)
    assert answer.status_code == 413
    files = {"login": ("a.txt", b"x" * 10)}
    assert here.client.post("/account/sign-in", data={"password": "x"}, files=files).status_code == 400


def test_whoever_sends_a_byte_a_minute_keeps_nobody_waiting(tmp_path: Path, profile: Profile) -> None:
    worker.subscribe_all()
    with serve(profile.own(tmp_path / "served")) as served:
        with served.database.writing() as session:
            login = make.make_account(session).login
        host = httpx2.URL(served.url)
        slow = []
        for _ in range(40):  # more than there are places at the gate
            one = socket.create_connection((host.host, host.port or 80))
            head = "POST /account/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
            one.sendall(f"{head}Content-Type: {FORM['Content-Type']}\r\n\r\nlogin=".encode())
            slow.append(one)
        begun = time.monotonic()
        with httpx2.Client(base_url=served.url, timeout=20) as client:
            token = client.get("/account/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
            sent = {"csrf_token": token, "login": login, "password": make.PASSWORD}
            assert client.post("/account/sign-in", data=sent).status_code == 303
        assert time.monotonic() - begun < 15
        for one in slow:
            one.close()


def test_who_is_too_slow_is_sent_away(app: FastAPI, browser: Open) -> None:
    browser()  # the application has started
    sent: list[Any] = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/account/sign-in",
        "raw_path": b"/account/sign-in",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", incoming.FORM)],
        "client": ("203.0.113.9", 5000),
        "server": ("127.0.0.1", 80),
    }

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(30)
        return {}

    async def send(message: Any) -> None:
        sent.append(message)

    patient = incoming.IncomingMiddleware(app, patience=0.05)
    with ThreadPoolExecutor(1) as own:
        own.submit(lambda: asyncio.run(patient(scope, receive, send))).result()
    assert [message["status"] for message in sent if "status" in message] == [408]
