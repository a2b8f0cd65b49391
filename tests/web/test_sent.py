"""What programs send: bodies are read strictly and refused with what is wrong beside each field, nothing is
stored of what is refused, and under a key an operation is done once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from market.accounts.models import ApiToken
from market.events import EventRow
from market.inquiries.models import Inquiry
from market.listings.models import Listing
from market.once import Once
from tests import make, trade
from tests.machines import Trader
from tests.make import TODAY, Side
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
DAY = TODAY.isoformat()
LISTING = {"product": "lua-st25", "title": "Lúa mới", "price_from": 9000}


@pytest.fixture
def coop(browser: Open, session: Session, seller: Side) -> Trader:
    return Trader(browser(), session, seller.user)


@pytest.fixture
def trader(browser: Open, session: Session, buyer: Side) -> Trader:
    return Trader(browser(), session, buyer.user)


@pytest.fixture
def listing(session: Session, seller: Side) -> Listing:
    return trade.make_listing(session, seller)[0]


@pytest.fixture
def ask(listing: Listing) -> dict[str, Any]:
    """A question that is fine."""
    return {"listing_id": listing.id, "volume": 1000, "from": DAY, "to": DAY, "price": 9400}


def traces(session: Session) -> list[int]:
    session.expire_all()
    return [make.count_rows(session, table) for table in (EventRow, Once, Inquiry, Listing)]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"no json", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"\xef\xbb\xbf{}", 400),
        (b"volume=1&price=2", 400),
        (b'{"a": 1,}', 400),
        (b"[" * 60_000, 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b"12", 422),
        (b"NaN", 422),
        (b'{"volume": ' + b"[" * 20 + b"]" * 20 + b"}", 422),
        (b'{"a":' * 900 + b"1" + b"}" * 900, 422),
        (b"x" * 70_000, 413),
        (b"", 422),
        (b"  \n ", 422),
    ],
)
def test_what_is_no_object_is_refused_in_words(
    trader: Trader, session: Session, raw: bytes, status: int
) -> None:
    before = traces(session)
    answer = trader.send("POST", "/inquiries", raw=raw, key="k")
    assert answer.status_code in ({status, 400} if b"900" in raw or len(raw) > 4000 else {status}), (
        answer.text
    )
    assert answer.json()["detail"]
    assert traces(session) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("volume", '"1000"'),
        ("volume", "true"),
        ("volume", "null"),
        ("volume", "NaN"),
        ("volume", "Infinity"),
        ("volume", "-Infinity"),
        ("volume", "-5"),
        ("volume", "0"),
        ("volume", "0.0005"),
        ("volume", "1e400"),
        ("volume", "1e999999999999999999999"),
        ("volume", "1E-30"),
        ("volume", "9" * 5000),
        ("volume", "9" * 18),
        ("volume", "[1]"),
        ("volume", "{}"),
        ("price", '"9400"'),
        ("price", "9400.5"),
        ("price", "0"),
        ("price", "-1"),
        ("price", "1e9"),
        ("price", "9" * 30),
        ("price", "null"),
        ("listing_id", "0"),
        ("listing_id", '"1"'),
        ("listing_id", str(2**63)),
        ("listing_id", "1.5"),
        ("from", '"10/3/2026"'),
        ("from", '"2026-02-30"'),
        ("from", '"0001-01-01"'),
        ("from", '"２０２６-03-10"'),
        ("from", "20260310"),
        ("from", "null"),
        ("to", '"2026-03-09"'),
        ("to", '"2026-03-10T00:00:00"'),
        ("unit", '"giờ"'),
        ("unit", '"000 kg"'),
        ("unit", '"."'),
        ("unit", "5"),
        ("unit", '"kg\\u0000"'),
        ("message", '"\\ud800"'),
        ("message", '"a\\u0000b"'),
        ("message", "5"),
        ("message", json.dumps("x" * 4001)),
        ("kind", '"swap"'),
        ("kind", "[]"),
        ("kind", "{}"),
        ("covers", '["inputs"]'),
        ("covers", '"inputs"'),
        ("covers.0", '["sale"]'),
        ("area", "0"),
        ("area", "1e9"),
        ("households", "-1"),
        ("season", '"khong-co"'),
        ("spec", "[]"),
        ("spec.colour", '{"colour": 1}'),
        ("spec.moisture", '{"moisture": "khô"}'),
        ("spec.moisture", '{"moisture": [1]}'),
        ("spec.moisture", '{"moisture": [14, 12]}'),
        ("spec.moisture", '{"moisture": [0, 1e30]}'),
        ("spec.moisture", '{"moisture": [0, NaN]}'),
        ("spec.moisture", '{"moisture": {"a": 1}}'),
        ("spec.moisture", '{"moisture": true}'),
        ("spec.moisture", '{"moisture": 14.123}'),
        ("terms", "[]"),
        ("terms.colour", '{"colour": 1}'),
        ("terms.delivery_place", '{"delivery_place": "00000"}'),
        ("terms.delivery_place", '{"delivery_place": "96@yesterday"}'),
        ("terms.carrier", '{"carrier": "me"}'),
        ("terms.payment_days", '{"payment_days": 366}'),
        ("terms.deposit", '{"deposit": -1}'),
        ("terms.deposit", '{"deposit": 1e13}'),
        ("terms.contract_wanted", '{"contract_wanted": "yes"}'),
        ("terms.tolerance", '{"tolerance": 5}'),
        ("terms.tolerance", '{"tolerance": "5%"}'),
        ("schedule", "[]"),
        ("schedule", json.dumps([{"from": DAY, "to": DAY, "volume": 1000}])),
        ("colour", '"red"'),
        ("from_", json.dumps(DAY)),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(
    trader: Trader, session: Session, ask: dict[str, Any], field: str, value: str
) -> None:
    before = traces(session)
    name = field.partition(".")[0]
    rest = json.dumps({key: held for key, held in ask.items() if key != name})
    raw = f"{rest[:-1]}, {json.dumps(name)}: {value}}}".encode()
    wrong = trader.wrong("POST", "/inquiries", 422, raw=raw, key="k")
    named = {"covers": {"kind", "covers"}, "kind": {"kind"}}.get(field, {field})
    assert set(wrong) <= named, wrong
    assert all(wrong.values())
    assert wrong
    assert traces(session) == before
    # The key is free: what was refused was not made.
    assert trader.does("POST", "/inquiries", ask, key="k")["id"]


def test_all_that_is_wrong_is_told_at_once_in_the_language_asked_for(
    trader: Trader, ask: dict[str, Any]
) -> None:
    body = {**ask, "volume": "1", "price": 0, "x": 2}
    vi = trader.wrong("POST", "/inquiries", 422, body)
    assert set(vi) == {"volume", "price", "x"}
    en = trader.wrong("POST", "/inquiries?lang=en", 422, body)
    assert (en["volume"], en["x"]) == ("This must be a number, not text.", "There is no such field.")
    assert vi["x"] == "Không có trường này."
    assert trader.wrong("POST", "/inquiries?colour=red", 422, ask) == {"colour": "Không có tham số này."}
    assert set(trader.wrong("POST", "/inquiries", 422, {**ask, "a\ud800": 1})) == {"a\ufffd"}
    twice = b'{"volume": 1, "volume": 2, "price": 1}'
    assert set(trader.wrong("POST", "/inquiries", 422, raw=twice)) == {"volume"}


def test_a_number_may_be_written_in_every_way_of_json(
    coop: Trader, trader: Trader, ask: dict[str, Any]
) -> None:
    raw = json.dumps(ask).replace("1000", "1.0005e3").replace("9400", "9400.0").encode()
    made = trader.send("POST", "/inquiries", raw=raw).json()
    assert (made["offer"]["volume"], made["offer"]["price"]) == (1000.5, 9400)


def test_the_same_again_under_a_key_is_answered_as_before(
    trader: Trader, coop: Trader, session: Session, ask: dict[str, Any]
) -> None:
    first = trader.send("POST", "/inquiries", ask, key="k")
    assert first.headers["location"].endswith(f"/inquiries/{first.json()['id']}")
    after = traces(session)
    coop.does("POST", f"/inquiries/{first.json()['id']}/decline", {"reason": "price"})
    # In another order, with other blanks: the same object.
    raw = json.dumps(dict(reversed(ask.items())), indent=3).encode()
    for again in (
        trader.send("POST", "/inquiries", ask, key="k"),
        trader.send("POST", "/inquiries", raw=raw, key="k"),
    ):
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["location"] == first.headers["location"]
        assert again.headers["idempotent-replayed"] == "true"
    assert traces(session)[1:] == after[1:]


def test_another_request_under_a_key_is_a_conflict(
    trader: Trader, coop: Trader, session: Session, ask: dict[str, Any]
) -> None:
    made = trader.does("POST", "/inquiries", ask, key="k")
    before = traces(session)
    trader.wrong("POST", "/inquiries", 409, {**ask, "price": 9500}, key="k")
    trader.wrong("POST", f"/inquiries/{made['id']}/withdraw", 409, {}, key="k")
    assert traces(session) == before
    # Another's key of the same name is another key.
    assert coop.does("POST", "/listings", LISTING, key="k")["state"] == "draft"


def test_put_and_patch_take_a_key_as_well(coop: Trader, listing: Listing) -> None:
    path = f"/listings/{listing.id}"
    first = coop.does("PATCH", path, {"price_from": 9500}, key="p")
    assert coop.does("PATCH", path, {"price_from": 9500}, key="p") == first
    assert coop.does("PATCH", path, {"price_from": 9500})["version"] == first["version"] + 1
    lots = {"lots": [{"volume": 5000, "from": DAY, "to": DAY}]}
    put = coop.does("PUT", f"{path}/lots", lots, key="l")
    assert coop.does("PUT", f"{path}/lots", lots, key="l") == put


@pytest.mark.parametrize("key", ["", "a b", "đ", "x" * 201, "\t", "\x7f"])
def test_what_is_no_key_is_refused(coop: Trader, session: Session, key: str) -> None:
    headers: Any = {"Idempotency-Key": key.encode()}
    assert set(coop.wrong("POST", "/listings", 422, LISTING, **headers)) == {"Idempotency-Key"}
    assert make.count_rows(session, Listing) == 0


def test_what_is_kept_under_a_key_holds_no_words_of_people(
    trader: Trader, session: Session, ask: dict[str, Any]
) -> None:
    made = trader.does("POST", "/inquiries", {**ask, "message": "Gọi số 0912000111"}, key="k")
    trader.does("POST", f"/inquiries/{made['id']}/withdraw", {"message": "Anh Ba gọi lại"}, key="w")
    kept = [row.answer or "" for row in session.query(Once)]
    assert len(kept) == 2
    assert not [one for one in kept if "0912000111" in one or "Anh Ba" in one]


Junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=8)
    | st.sampled_from(("2026-03-10", "kg", "≤ 14", "96", "price", "fixed", "lua-st25", "45-55")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def test_no_body_breaks_an_operation(
    app: Any, coop: Trader, trader: Trader, session: Session, ask: dict[str, Any]
) -> None:
    app.state.write_limit.most = 10**9
    inquiry = trader.does("POST", "/inquiries", ask)["id"]
    good: dict[tuple[str, str], dict[str, Any]] = {
        ("POST", "/inquiries"): ask,
        ("POST", f"/inquiries/{inquiry}/offer"): {**ask, "version": 1},
        ("POST", f"/inquiries/{inquiry}/decline"): {"reason": "price", "message": "", "version": 9},
        ("POST", "/listings"): {**LISTING, "lots": [{"volume": 1, "from": DAY, "to": DAY}], "spec": {}},
        ("PATCH", f"/listings/{ask['listing_id']}"): {"prices": [{"size": 1, "price": 2}], "terms": {}},
        ("PUT", f"/listings/{ask['listing_id']}/lots"): {"lots": [{"id": 1, "volume": 5}]},
    }
    tokens = make.count_rows(session, ApiToken)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(sorted(good)), st.data())
    def try_it(operation: tuple[str, str], data: st.DataObject) -> None:
        body: Any = dict(good[operation])
        for name in data.draw(st.lists(st.sampled_from([*sorted(body), "zzz"]), max_size=3, unique=True)):
            body[name] = data.draw(Junk)
        if data.draw(st.booleans()):
            body = data.draw(Junk)
        who = trader if "inquiries" in operation[1] and "offer" not in operation[1] else coop
        answer = who.send(*operation, raw=json.dumps(body).encode())
        assert answer.status_code < 500, (operation, body)

    try_it()
    assert make.count_rows(session, ApiToken) == tokens
