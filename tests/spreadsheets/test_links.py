"""``market import|export links``: agreements made outside come in as entered by an officer, those of the
platform are only compared, and a file comes back as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from market import clock
from market.assisted.models import AssistedEntry
from market.links.models import Link, LinkLine, LinkState, LinkTerms
from market.notices.models import Notice
from market.parties.models import Party
from market.spreadsheets import reading
from market.statistics import verify
from tests import make, trade
from tests.make import Side
from tests.shell.conftest import Shell
from tests.spreadsheets.conftest import Import, counts

ROW = {
    "cooperative_code": "HTX-T-001",
    "buyer": "Công ty Lúa Vàng",
    "buyer_kind": "processor",
    "product": "lua-st25",
    "kind": "linkage",
    "form": 4,
    "season": "Hè Thu 2025",
    "from": date(2025, 5, 1),
    "to": date(2025, 9, 30),
    "volume": 300,
    "unit": "tấn",
    "price": 7200,
    "area": "45,5",
    "households": 32,
    "contract_no": "12/HĐ-2025",
    "contract_date": "25/4/2025",
    "state": "active",
}


@pytest.fixture
def unit(shell: Shell) -> Side:
    """A confirmed cooperative whose agreements come in."""
    with shell.database() as database, database.session(write=True) as session:
        return make.make_unit(session, code="HTX-T-001", founded_on=date(2015, 1, 1))


def only(session: Any) -> Link:
    found: Link = session.scalars(sa.select(Link)).one()
    return found


def test_a_row_becomes_an_agreement_entered_by_an_officer(shell: Shell, unit: Side, take: Import) -> None:
    assert counts(take("links", [ROW], "--dry-run")) == (1, 0, 0)
    assert counts(take("links", [ROW])) == (1, 0, 0)
    assert counts(take("links", [ROW])) == (0, 0, 1)
    with shell.database() as database, database.reading() as session:
        link = only(session)
        assert (link.origin, link.state, link.kind, link.form, link.contract) == (
            "officer", "active", "linkage", 4, "seen",
        )  # fmt: skip
        assert (link.covers_inputs, link.covers_production, link.covers_processing) == (True, True, False)
        assert (link.volume, link.price, link.value) == (300_000_000, 7200, 2_160_000_000)
        assert (link.area_m2, link.area_base, link.households) == (455_000, "sown", 32)
        assert (link.contract_number, link.contract_date) == ("12/HĐ-2025", date(2025, 4, 25))
        buyer = session.get_one(Party, link.buyer_id)
        assert (buyer.name, buyer.standing, buyer.kind, buyer.buyer_kind) == (
            "Công ty Lúa Vàng", "none", "company", "processor",
        )  # fmt: skip
        state = session.scalars(sa.select(LinkState)).one()
        assert (state.state, state.on_date, state.channel) == ("active", date(2025, 4, 25), "import")
        assert session.scalars(sa.select(LinkTerms.on_date)).all() == [date(2025, 4, 25)]
        [notice] = session.scalars(sa.select(Notice).where(Notice.kind == "assisted.entered"))
        assert notice.user_id == unit.user.id
        assert list(verify.differences(session)) == []


def test_one_message_a_unit_and_one_party_a_new_buyer(shell: Shell, unit: Side, take: Import) -> None:
    rows = [{**ROW, "contract_no": f"{i}/HĐ", "buyer": name}
            for i, name in enumerate(["Vựa Tôm Sáu", "vựa tôm sáu", "VUA TOM SAU"])]  # fmt: skip
    assert counts(take("links", rows)) == (3, 0, 0)
    assert counts(take("links", rows)) == (0, 0, 3)
    with shell.database() as database, database.reading() as session:
        assert make.count_rows(session, Party, Party.standing == "none") == 1
        assert make.count_rows(session, Notice, Notice.kind == "assisted.entered") == 1
        assert make.count_rows(session, AssistedEntry, AssistedEntry.kind == "link") == 3


def test_an_officers_entry_is_put_right_and_keeps_what_held_before(
    shell: Shell, unit: Side, take: Import
) -> None:
    take("links", [ROW])
    changed = {**ROW, "volume": "350 tấn", "to": date(2025, 10, 15), "state": "hoàn thành", "price": None}
    assert counts(take("links", [changed])) == (0, 1, 0)
    assert counts(take("links", [changed])) == (0, 0, 1)
    with shell.database() as database, database.reading() as session:
        link = only(session)
        assert (link.volume, link.price, link.value, link.state) == (
            350_000_000, 7200, 2_520_000_000, "fulfilled",
        )  # fmt: skip
        assert make.count_rows(session, LinkTerms) == 2
        lines = session.scalars(sa.select(LinkLine).order_by(LinkLine.id)).all()
        assert [line.replaced_at is None for line in lines] == [False, True]
        assert list(verify.differences(session)) == []
    [wrong] = take("links", [{**changed, "state": "active"}])["errors"]
    assert (wrong["row"], wrong["column"]) == (2, "state")


def test_kind_follows_from_form_and_contract_where_it_is_not_said(
    shell: Shell, unit: Side, take: Import
) -> None:
    bare = {
        **dict.fromkeys(ROW),
        **{name: ROW[name] for name in ("cooperative_code", "buyer", "product", "from", "to")},
    }
    rows = [bare, {**bare, "contract_no": "1"}, {**bare, "form": "Đầu vào, tiêu thụ", "to": date(2025, 9, 1)}]
    assert counts(take("links", rows)) == (3, 0, 0)
    assert counts(take("links", rows)) == (0, 0, 3)
    with shell.database() as database, database.reading() as session:
        found = session.execute(
            sa.select(Link.kind, Link.form, Link.volume, Link.value).order_by(Link.id)
        ).all()
        assert [tuple(row) for row in found] == [
            ("spot", None, 0, 0), ("season", None, 0, 0), ("linkage", 2, 0, 0),
        ]  # fmt: skip


def test_a_past_agreement_ends_on_its_last_day(shell: Shell, unit: Side, take: Import) -> None:
    take("links", [{**ROW, "state": "Đã thanh lý"}])
    with shell.database() as database, database.reading() as session:
        rows = session.execute(sa.select(LinkState.state, LinkState.on_date).order_by(LinkState.id)).all()
        assert [tuple(row) for row in rows] == [
            ("active", date(2025, 4, 25)), ("fulfilled", date(2025, 9, 30)),
        ]  # fmt: skip
        assert list(verify.differences(session)) == []


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_what_is_exported_is_imported_as_the_same(
    shell: Shell, unit: Side, take: Import, give: Callable[..., bytes], ending: str
) -> None:
    with shell.database() as database, database.session(write=True) as session:
        buyers = [
            make.make_buyer(session, name=name)
            for name in ("Công ty A", "Cong ty A", "Vựa =1+1", "HTX-T-001")
        ]
        listing, _ = trade.make_listing(session, unit, volumes=(90_000_000,))
        for buyer in buyers:
            trade.make_link(session, unit, buyer, listing, volume=1_234_567)
        # Two deals alike in all that a file says of them.
        trade.make_link(session, unit, buyers[0], listing, volume=1_234_567)
    take("links", [ROW, {**ROW, "contract_no": None, "contract_date": None, "volume": None, "price": None}])
    file = give("links", ending)
    assert len(reading.read(file)[0].rows) == 1 + 7
    assert counts(take("links", file, name=f"back{ending}")) == (0, 0, 7)
    assert give("links", ending) == file


def test_what_was_agreed_on_the_platform_is_not_changed(shell: Shell, unit: Side, take: Import) -> None:
    with shell.database() as database, database.session(write=True) as session:
        buyer = make.make_buyer(session)
        listing, _ = trade.make_listing(session, unit)
        link = trade.make_link(session, unit, buyer, listing)
        row = {"cooperative_code": "HTX-T-001", "buyer": buyer.party.code, "product": "Lúa ST25",
               "from": link.from_date, "to": link.to_date}  # fmt: skip
    assert counts(take("links", [row])) == (0, 0, 1)
    [wrong] = take("links", [{**row, "price": 1}])["errors"]
    assert (wrong["row"], wrong["column"]) == (2, "price")


WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"cooperative_code": "HTX-0"}, {"cooperative_code"}),
    ({"cooperative_code": None}, {"cooperative_code"}),
    ({"buyer": None}, {"buyer"}),
    ({"buyer": "HTX-T-001"}, {"buyer"}),
    ({"buyer": "!!!"}, {"buyer"}),
    ({"buyer_kind": "phi thuyền"}, {"buyer_kind"}),
    ({"product": "kim cương"}, {"product"}),
    ({"kind": "mượn"}, {"kind"}),
    ({"form": 8}, {"form"}),
    ({"season": "Hè Thu"}, {"season"}),
    ({"from": None}, {"from"}),
    ({"from": "1/13/2025"}, {"from"}),
    ({"to": "1/4/2025"}, {"to"}),
    ({"to": None}, {"to"}),
    ({"volume": "nhiều"}, {"volume"}),
    ({"volume": 10**7}, {"volume"}),
    ({"unit": "con"}, {"unit"}),
    ({"price": "7.200.000.000"}, {"price"}),
    ({"price": 7_200_000}, {"unit"}),
    ({"price": 900_000, "volume": 900_000}, {"price"}),
    ({"area": "rộng"}, {"area"}),
    ({"area": "1,23456"}, {"area"}),
    ({"area": -1}, {"area"}),
    ({"households": 1.5}, {"households"}),
    ({"contract_no": None}, {"contract_no"}),
    ({"contract_no": "x" * 121}, {"contract_no"}),
    ({"contract_date": "1/1/2099"}, {"contract_date"}),
    ({"contract_date": "đầu năm"}, {"contract_date"}),
    ({"state": "đang cãi"}, {"state"}),
    ({"state": 7}, {"state"}),
]


def test_every_wrong_row_is_reported_with_its_column_and_nothing_is_kept(
    shell: Shell, unit: Side, take: Import
) -> None:
    rows = [{**ROW, "contract_no": f"{i}/HĐ", **change} for i, (change, _) in enumerate(WRONG)]
    rows += [{**ROW, "contract_no": "tốt"}] * 2
    report = take("links", rows)
    found: dict[int, set[str]] = {}
    for wrong in report["errors"]:
        assert wrong["reason"]
        found.setdefault(wrong["row"], set()).add(wrong["column"])
    wanted = {number: columns for number, (_, columns) in enumerate(WRONG, start=2)}
    wanted[len(WRONG) + 3] = {"buyer"}
    assert found == wanted
    with shell.database() as database, database.reading() as session:
        assert make.count_rows(session, Link) == 0


def test_a_future_agreement_holds_from_the_day_it_is_entered(shell: Shell, unit: Side, take: Import) -> None:
    today = clock.today()
    row = {**ROW, "from": today + timedelta(days=5), "to": today + timedelta(days=50), "contract_date": None}
    take("links", [row])
    with shell.database() as database, database.reading() as session:
        assert session.scalars(sa.select(LinkState.on_date)).all() == [today]
