"""Somebody who hangs up while a form is on its way is no fault of the program."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI

from tests.pages import Browser


def test_whoever_hangs_up_while_sending_is_not_logged_as_a_fault(
    app: FastAPI, browser: Callable[[], Browser], caplog: pytest.LogCaptureFixture
) -> None:
    browser()  # the application has started
    sent: list[Any] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/account/sign-in",
        "raw_path": b"/account/sign-in",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", b"90")],
        "client": ("203.0.113.9", 5000),
        "server": ("127.0.0.1", 80),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    # In a thread of its own: this one may belong to a driven browser, whose loop runs as long as it does.
    with caplog.at_level(logging.ERROR), ThreadPoolExecutor(1) as own:
        own.submit(lambda: asyncio.run(app(scope, receive, send))).result()
    assert "fault in request" not in caplog.text
    assert [message["status"] for message in sent if "status" in message] == [400]
