"""Nothing that comes in breaks the application: whatever stands in an address, a query or a body, and whoever
sends it, the answer is below 500, a well-mannered page, and a refusal leaves every table as it was.

Values are dealt out: over the roles and the two profiles every route meets every value, but not every role
every value. (`make soak` sends every value on each profile.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count, cycle, islice
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from market import clock
from tests.conftest import Savepoints
from tests.house import hostile
from tests.house.hostile import World
from tests.pages import Browser, Page
from tests.profiles import NAMES, Profile

#: Pages that read more of their query than the number of a page. (Figures, which cost most, have their own.)
READING = (
    "/listings", "/cooperatives", "/department/parties", "/listings/new", "/listings/mine", "/inquiries",
    "/links", "/account/notices", "/listings/saved/new",
)  # fmt: skip
#: The fields of the pages that search.
SEARCHED = (
    "q", "sector", "product", "place", "standard", "ocop", "month", "volume_min", "price_max", "sort", "page",
    "field", "kind", "period", "all", "by", "standing", "side", "next",
)  # fmt: skip
DAY = date(2026, 3, 10)
NOBODY: Any = SimpleNamespace()
T = TypeVar("T")
MULTIPART = "multipart/form-data; boundary=b; charset="


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture
def world(app: FastAPI, session: Session, database: Savepoints, browser: Callable[[], Browser]) -> World:
    client = browser().client
    client.follow_redirects = False
    return hostile.make_world(app, session, database.connection, client)


@dataclass(slots=True)
class Attack:
    """Sends things in the name of all roles in turn, and keeps what went wrong, so that one run tells all."""

    world: World
    roles: Iterator[str] = field(default_factory=lambda: cycle(hostile.ROLES))
    wrong: list[str] = field(default_factory=list)
    sent: int = 0
    #: Which half of the values is this profile's: 0 or 1; None for all of them.
    half: int | None = None
    shares: Iterator[int] = field(default_factory=count)

    def share(self, values: Iterable[T]) -> list[T]:
        """This profile's half of the values; the next time it is the halves' other ones."""
        dealt_out = list(values)
        return dealt_out if self.half is None else dealt_out[(self.half + next(self.shares)) % 2 :: 2]

    def send(self, method: str, url: str, *, role: str = "", **what: Any) -> int:
        """Send it; no fault, a page with manners, and nothing left behind by a refusal. Says the status."""
        world, role = self.world, role or next(self.roles)
        world.become(role)
        self.sent += 1
        told = f"{role}: {method} {url[:150]} {str(what)[:300]}"
        with world.undone():
            written = world.changes()
            response = world.client.request(method, url, **what)
            status = int(response.status_code)
            if status >= 500:
                self.wrong.append(f"{status} {told}")
                return status
            if status >= 400 and world.changes() != written and world.dump() != world.before:
                self.wrong.append(f"{status} and something was written: {told}")
        try:
            Page(response, NOBODY)
        except AssertionError as rude:
            self.wrong.append(f"{rude}: {told}")
        return status

    def post(self, url: str, fields: dict[str, Any], *, role: str = "") -> int:
        """Send a form that has its token."""
        sent = {name: value for name, value in fields.items() if value is not None}
        return self.send("POST", url, role=role, data={**sent, "csrf_token": self.world.csrf})


@pytest.fixture(params=["shared", pytest.param("all", marks=pytest.mark.soak)])
def attack(request: pytest.FixtureRequest, world: World, profile: Profile) -> Iterator[Attack]:
    made = Attack(world, half=None if request.param == "all" else NAMES.index(profile.name))
    yield made
    assert made.sent
    assert not made.wrong, "\n".join(made.wrong)


def dealt(values: tuple[Any, ...], names: list[str], start: int) -> dict[str, Any]:
    """Each name gets another of the values; another ``start`` shifts them by one."""
    return {name: values[(start + number) % len(values)] for number, name in enumerate(names)}


@pytest.mark.long
def test_no_path_breaks_a_route(attack: Attack) -> None:
    for route in hostile.every_route(attack.world.app):
        for name in route.param_convertors:
            for value in attack.share(hostile.IN_PATHS):
                path = attack.world.fill(route.path, **{name: value})
                post = "POST" in (route.methods or ())
                status = attack.post(path, {}) if post else attack.send("GET", path)
                assert status >= 300, f"{status} for {path[:100]}"


@pytest.mark.long
def test_no_query_breaks_a_page(attack: Attack) -> None:
    names = list(SEARCHED)
    for route in hostile.routes_for(attack.world.app, "GET"):
        starts = len(hostile.IN_QUERIES if route.path in READING else hostile.ROLES)
        for start in attack.share(range(starts)):
            dealt_out = dealt(hostile.IN_QUERIES, names, start)
            query = "&".join(f"{name}={value}" for name, value in dealt_out.items())
            attack.send("GET", f"{attack.world.fill(route.path)}?{query}")


def test_no_form_breaks_a_route(attack: Attack) -> None:
    names = hostile.every_field()
    for route in hostile.routes_for(attack.world.app, "POST"):
        for start in attack.share(range(0, len(hostile.IN_FIELDS), 4)):
            attack.post(attack.world.fill(route.path), dealt(hostile.IN_FIELDS, names, start))


def test_no_encoding_breaks_a_form(attack: Attack) -> None:
    token = attack.world.csrf
    for charset in (
        "undefined",
        "idna",
        "unicode_escape",
        "utf-7",
        "utf-16",
        "nonsense",
        "rot13",
        "punycode",
    ):
        for value in (b"\\ud800", b"+2AA-", b"\xff\xfe", b"\xed\xa0\x80"):
            part = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
            body = b"".join(part % pair for pair in ((b"csrf_token", token.encode()), (b"title", value)))
            body += b"".join(part % (name, value) for name in (b"volume", b"login", b"spec.\\ud800", value))
            for path in ("/listings", attack.world.fill("/inquiries/{inquiry_id}/offer"), "/account/sign-in"):
                headers = {"Content-Type": MULTIPART + charset}
                status = attack.send("POST", path, role="manager", content=body + b"--b--", headers=headers)
                assert status >= 400


#: Nearly all of the lot is gone.
LOSS_SHARED = (
    "/listings/{listing_id}/lots/{lot_id}/loss/shares?amount=88000000&cause=storm&on_date=2026-03-10"
)
#: Who fills which form well: role, page, where it goes, what is typed.
GOOD_FORMS = (
    ("manager", "/listings/new?product=tom-su", "/listings", {"title": "Tôm", "volume": "2 tấn"}),
    ("manager", "/listings/{listing_id}/edit", "/edit", {}),
    ("manager", "/listings/{listing_id}/edit", "/alt", {"alt": "Ao tôm"}),
    ("manager", "/listings/{listing_id}/lots/new", "/lots", {"volume": "2 tấn"}),
    ("manager", "/listings/mine", "/lots/{lot_id}", {}),
    ("manager", "/listings/{listing_id}/lots/{lot_id}/loss", "/loss", {"amount": "1 tấn", "cause": "storm"}),
    ("manager", LOSS_SHARED, "/shares", {}),
    ("other", "/inquiries/new/{listing_id}", "/inquiries/new/{listing_id}", {"volume": "2 tấn"}),
    ("manager", "/inquiries/{inquiry_id}", "/offer", {}),
    ("manager", "/inquiries/{inquiry_id}", "/decline", {"reason": "price"}),
    ("manager", "/inquiries/{inquiry_id}", "/links/agree/{inquiry_id}", {}),
    ("buyer", "/links/{link_id}", "/deliveries", {"gross": "1 t", "deducted": "9", "deduction_reason": "a"}),
    ("buyer", "/links/{link_id}", "/contract", {"contract_number": "01/HĐ"}),
    ("buyer", "/links/{quiet_link_id}", "/close", {"reason": "agreed"}),
    ("buyer", "/listings/saved/new?q=lua&sector=rice&ocop=4", "/listings/saved", {}),
    ("buyer", "/listings/saved", "/often", {}),
    ("officer", "/department/parties/{party_id}", "/confirm", {"identity_level": "papers"}),
    ("officer", "/department/parties/{party_id}", "/refuse", {"reason": "Thiếu giấy tờ."}),
)  # fmt: skip
WINDOW = {"from": "2026-03-10", "to": "2026-04-10", "on_date": "2026-03-10", "contract_date": "2026-03-10"}


@pytest.mark.long
def test_no_single_field_breaks_a_good_form(attack: Attack) -> None:
    """Each field of each form goes wrong alone, so that what stands behind the first look is reached too."""
    values = cycle(hostile.IN_FIELDS)
    for role, path, action, typed in GOOD_FORMS:
        attack.world.become(role)
        page = Page(attack.world.client.get(attack.world.fill(path)), NOBODY)
        form = page.form(attack.world.fill(action))
        good = {**form.fields, **{name: day for name, day in WINDOW.items() if name in form.fields}, **typed}
        good.pop("once", None)
        assert attack.post(form.action, good, role=role) == 303, (path, "the good form is not taken")
        for name in sorted(good.keys() - {"csrf_token"}):
            for value in attack.share(islice(values, 2)):
                status = attack.post(form.action, {**good, name: value}, role=role)
                assert status in (303, 404, 409, 422), (status, path, name, value)


def test_what_is_no_form_is_refused(attack: Attack) -> None:
    token = attack.world.csrf
    bodies: tuple[tuple[str | None, bytes], ...] = (
        (None, b""),
        ("application/json", b'{"csrf_token": "' + token.encode() + b'"}'),
        ("text/plain", f"csrf_token={token}".encode()),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=b", b"--b\r\nbroken"),
        ("multipart/form-data; boundary=" + "b" * 500, b"--b"),
        ("application/x-www-form-urlencoded", f"csrf_token={token}&".encode() + b"a=1&" * 400),
        ("application/x-www-form-urlencoded", f"csrf_token={token}&a=".encode() + b"a" * 2_000_000),
        ("application/x-www-form-urlencoded", "csrf_token=\u00e9\u0111".encode()),
        ("application/x-www-form-urlencoded", b"csrf_token=%00&csrf_token=%FF"),
        ("application/x-www-form-urlencoded; charset=x", b"\xff\xfe%"),
    )
    turns = cycle(bodies)
    for route in hostile.routes_for(attack.world.app, "POST"):
        for kind, body in attack.share(islice(turns, 4)):
            headers = {"Content-Type": kind} if kind else {}
            status = attack.send("POST", attack.world.fill(route.path), content=body, headers=headers)
            assert status in (303, 400, 401, 403, 404, 413), (route.path, kind, status)


def test_files_where_text_belongs_are_fields_left_empty(attack: Attack) -> None:
    names = ("title", "volume", "price", "from", "amount", "gross", "left")
    files = dict.fromkeys(names, ("a.txt", b"\x00\xff"))
    for route in hostile.routes_for(attack.world.app, "POST"):
        path, fields = attack.world.fill(route.path), {"csrf_token": attack.world.csrf}
        attack.send("POST", path, data=fields, files=files)
        many = [("title", ("a.txt", b"x")) for _ in range(20)]
        assert attack.send("POST", path, data=fields, files=many, role="manager") in (400, 401, 403, 404)


def test_no_cookie_breaks_a_page(attack: Attack) -> None:
    for name in ("session", "csrf", "said", "language"):
        for value in (
            b"\xff\xfe",
            b"\x01",
            b"a.b.c",
            b"x" * 9000,
            "đ".encode(),
            "aé.bé".encode(),
            b'"',
            b"=",
        ):
            attack.world.client.cookies.clear()
            headers = {"Cookie": name.encode() + b"=" + value}
            response = attack.world.client.get("/account/sign-in", headers=headers)
            assert response.status_code == 200, (name, value)
            Page(response, NOBODY)
            attack.sent += 1


Words = st.text(max_size=40) | st.sampled_from(
    ("1 tấn", "2026-03", "5", "45-55", "VN-95@2021", "month", "ST25")
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    path=st.sampled_from(("/listings", "/cooperatives")),
    fields=st.lists(st.tuples(st.sampled_from(SEARCHED), Words), max_size=8),
)
def test_no_search_breaks_a_page(attack: Attack, path: str, fields: list[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in fields)
    assert attack.send("GET", f"{path}?{query}") in (200, 303, 403, 422), query


@pytest.mark.parametrize("path", ["/statistics", "/statistics/delivered_volume"])
def test_no_period_and_no_place_break_the_figures(attack: Attack, path: str) -> None:
    places = ("VN-95@0000-00-00", "960@2021-13-01", "96@9999-12-31", "@", "96@", "%00", str(2**64))
    for number, period in enumerate(("2026-Q9", "0000", "9999", "2026-00", "-1", "1899-01", "9" * 4400)):
        status = attack.send("GET", f"{path}?period={period}&place={places[number]}", role="nobody")
        assert status in (200, 422), (period, places[number])
