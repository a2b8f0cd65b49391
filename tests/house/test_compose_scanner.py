"""The virus scanner of the compose file: it runs where it is asked for, and the settings lead to it."""

from __future__ import annotations

import re

from market import settings
from market.settings import Settings
from tests.house.test_compose import ASKED_FOR, SERVER, services, text

CLAMD = text("deploy/clamav/clamd.conf")


def test_it_runs_where_it_is_asked_for_and_nobody_else_waits_for_it() -> None:
    found = services(SERVER)
    assert {name for name, one in found.items() if one.get("profiles") == ["scanner"]} == ASKED_FOR
    waiting = {name for name, one in found.items() if ASKED_FOR & set(one.get("depends_on", ()))}
    assert waiting <= ASKED_FOR
    assert found["scanner"]["image"] == found["signatures"]["image"]


def test_the_address_of_the_example_leads_to_it() -> None:
    (host, port) = settings.scanner_at("tcp://scanner:3310")
    assert "tcp://scanner:3310" in text(".env.example")
    assert host in services(SERVER)
    assert re.search(rf"^TCPSocket {port}$", CLAMD, flags=re.MULTILINE)


def test_whatever_the_market_takes_may_pass() -> None:
    (most,) = re.findall(r"^StreamMaxLength (\d+)M$", CLAMD, flags=re.MULTILINE)
    (bound,) = [one.le for one in Settings.model_fields["file_mb"].metadata if hasattr(one, "le")]
    assert int(most) > bound
