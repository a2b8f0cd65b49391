"""The loop walked through the proxy over TLS, on the processes of docker-compose.yml started without
containers; what the proxy adds and keeps away; and what people see when nobody behind it answers.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import re
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from market import clock
from market.db import Database
from market.engine import make_engine
from market.statistics import verify
from tests import rules, trade
from tests.deploy.native import DEPLOY, Remote, Stack, started
from tests.make import PASSWORD, make_buyer, make_officer, make_unit
from tests.processes import wait_for
from tests.profiles import Profile


@pytest.mark.long
@pytest.mark.profiles("server")
def test_the_loop_is_walked_through_the_proxy(profile: Profile, tmp_path: Path) -> None:
    settings = profile.own(tmp_path / "data")
    database = Database(make_engine(settings.database))
    with database.session(write=True) as session:
        seller, buyer, officer = make_unit(session), make_buyer(session), make_officer(session)
        listing, _ = trade.make_listing(session, seller, title="Lúa thơm qua cổng")
    with started(tmp_path / "stack", settings.database) as stack:
        unit, asker = Remote(stack), Remote(stack)
        wait_for(lambda: "Lúa thơm qua cổng" in asker.get("/listings", q="lua thom qua cong").text)
        asker.sign_in(buyer.login, PASSWORD)
        unit.sign_in(seller.login, PASSWORD)
        form = asker.get(f"/inquiries/new/{listing.id}").form(f"/inquiries/new/{listing.id}")
        thread = form.send(volume="4 tấn")
        assert thread.path.startswith("/inquiries/"), thread.text
        number = thread.path.rsplit("/", 1)[1]
        agreed = unit.get(thread.path).form(f"/links/agree/{number}").send()
        assert "Đang thực hiện" in agreed.text
        unit.get(agreed.path).form("/deliveries").send(gross="3 tấn")
        done = asker.get(agreed.path).form("/confirm").send()
        assert "Đã xác nhận" in done.text
        desk = Remote(stack)
        desk.sign_in(officer.login, PASSWORD)
        figure = desk.get("/statistics/delivered_volume", period=f"{clock.today():%Y-%m}")
        assert "3 tấn" in figure.text

        _both_machines_answer(stack, listing.id)
        _what_the_proxy_does(stack, asker)
        _nobody_there(stack, asker, agreed.path)
        with database.reading() as session:
            rules.check_volumes(session)
            rules.check_links(session)
            assert verify.everything(session) == []
    database.close()


def _both_machines_answer(stack: Stack, listing_id: int) -> None:
    """The pages above were made by the two in turn: neither keeps anything that the other would miss."""
    for url in stack.web:
        found = httpx2.get(url + "/listings?q=lua+thom+qua+cong")
        assert f"/listings/{listing_id}" in found.text, url


def _what_the_proxy_does(stack: Stack, here: Remote) -> None:
    page = here.client.get("/listings", headers={"Accept-Encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["vary"]
    # The market's own, once each: the proxy adds none.
    for name in ("strict-transport-security", "content-security-policy", "x-content-type-options"):
        assert len(page.headers.get_list(name)) == 1, name
    assert "server" not in page.headers or "/" not in page.headers["server"]
    sheet = re.search(r'href="(/static/[^"]+\.css[^"]*)"', page.text)
    assert sheet
    styles = here.client.get(sheet[1])
    assert (styles.status_code, styles.headers["content-encoding"]) == (200, "gzip")
    assert "max-age" in styles.headers["cache-control"]
    cookies = httpx2.get(stack.url + "/account/sign-in", verify=stack.trust).headers.get_list("set-cookie")
    assert cookies
    assert all("Secure" in one for one in cookies)
    plain = httpx2.get(f"http://127.0.0.1:{stack.http}/listings?q=a", follow_redirects=False)
    assert (plain.status_code, plain.headers["location"]) == (308, "https://127.0.0.1/listings?q=a")
    # Whoever comes by the proxy is not on the machine itself, whatever they say.
    assert httpx2.get(stack.web[0] + "/metrics").status_code == 200
    for claimed in ({}, {"X-Forwarded-For": "127.0.0.1"}):
        assert here.client.get("/metrics", headers=claimed).status_code in (401, 403, 404)
    question = "/listings?q=" + quote("ạ" * 10_000)
    assert _answer(stack, "GET", question)[0] == 200
    for refused, status in (
        (_answer(stack, "POST", "/listings", {"Content-Length": str(10**9)}), 413),
        (_answer(stack, "GET", 2 * question), 414),
    ):
        assert refused[0] == status
        assert "quá lớn" in refused[1]
    _who_knocks_too_often_waits(here)


def _answer(stack: Stack, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and text, of what an HTTP client would refuse to send."""
    with closing(http.client.HTTPSConnection("localhost", stack.https, context=stack.trust)) as line:
        line.request(method, path, headers=headers or {})
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def _who_knocks_too_often_waits(here: Remote) -> None:
    """Whatever names are tried: the proxy counts by address. Who only looks is not counted."""
    answers = [here.client.post("/account/sign-in", data={"login": f"{n}@vidu.test"}) for n in range(80)]
    often = [one for one in answers if one.status_code == 429]
    assert 0 < len(often) < len(answers)
    assert "Xin chờ một phút" in often[-1].text
    assert int(often[-1].headers["retry-after"]) > 0
    assert here.get("/account/sign-in").status == 200


def _nobody_there(stack: Stack, here: Remote, path: str) -> None:
    first, second = stack.running["web"]
    first.kill()
    for _ in range(4):
        assert here.get(path).status == 200, "the other one answers"
    second.kill()
    away = here.client.get(path)
    assert away.status_code == 503
    assert int(away.headers["retry-after"]) > 0
    assert "tạm dừng" in away.text
    assert "what you typed is still there" in away.text
    assert away.headers["cache-control"] == "no-store"
    assert away.headers["strict-transport-security"]
    assert here.client.get("/static/vendor/htmx.min.js").status_code in (200, 503)


@pytest.mark.parametrize("name", ["away.html", "large.html", "often.html"])
def test_the_proxys_own_pages_may_show_their_styles(name: str) -> None:
    text = (DEPLOY / name).read_text()
    (style,) = re.findall(r"<style>(.*?)</style>", text, flags=re.DOTALL)
    mark = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policies = re.findall(r"style-src '(sha256-[^']+)'", (DEPLOY / "nginx.conf").read_text())
    assert policies == [f"sha256-{mark}"]
    assert '<html lang="vi">' in text
    assert '<section lang="en">' in text
    assert text.count("<h1>") == 1
