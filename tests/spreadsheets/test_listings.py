"""``market import|export listings``: rows become listings with lots, changes go through, what is wrong is
said, and a file comes back as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from market import clock
from market.catalogue import queries as catalogue
from market.listings import queries
from market.listings import service as listings
from market.listings.models import Listing, ListingStandard, Lot, LotChange
from market.listings.pricing import Reference
from market.listings.terms import Terms
from market.spreadsheets import reading
from market.statistics import verify
from tests import make, trade
from tests.make import Side
from tests.shell.conftest import Shell
from tests.spreadsheets import files
from tests.spreadsheets.conftest import Import, counts

TODAY = clock.today()
SOON, LATER = TODAY + timedelta(days=10), TODAY + timedelta(days=40)
ROW = {
    "cooperative_code": "HTX-T-001",
    "product": "lua-st25",
    "title": "Lúa ST25 Phước Long",
    "description": "Lúa sạch.\nGiao tại ruộng.",
    "grade": "loại 1",
    "price_from": 9400,
    "price_to": 9800,
    "unit": "kg",
    "spec": "moisture<=14,5; paddy_state=dry",
    "volume": 12000,
    "from": SOON,
    "to": LATER,
    "min_order": 500,
    "standards": "SRP",
    "ocop": None,
    "area_code": "MSVT-1",
}


@pytest.fixture
def unit(shell: Shell) -> Side:
    """A confirmed cooperative whose listings come in."""
    with shell.database() as database, database.session(write=True) as session:
        return make.make_unit(session, code="HTX-T-001")


def only(session: Any) -> Listing:
    found: Listing = session.scalars(sa.select(Listing)).one()
    return found


def test_rows_become_one_published_listing_with_its_lots(shell: Shell, unit: Side, take: Import) -> None:
    later = {
        "cooperative_code": "HTX-T-001",
        "product": "Lúa ST25",
        "title": "lúa st25  phước long",
        "volume": "3,5 tấn",
        "from": LATER + timedelta(days=1),
        "to": LATER + timedelta(days=9),
    }
    assert counts(take("listings", [ROW, later], "--dry-run")) == (2, 0, 0)
    assert counts(take("listings", [ROW, later])) == (2, 0, 0)
    assert counts(take("listings", [ROW, later])) == (0, 0, 2)
    with shell.database() as database, database.reading() as session:
        found = only(session)
        assert (found.state, found.party_id, found.price_from, found.price_to) == (
            "published", unit.party.id, 9400, 9800,
        )  # fmt: skip
        assert (found.min_order, found.grade, found.area_code) == (500_000, "loại 1", "MSVT-1")
        assert found.spec["moisture"] == [80, 145]
        assert found.spec["paddy_state"] == "dry"
        assert found.description == "Lúa sạch.\nGiao tại ruộng."
        lots = session.scalars(sa.select(Lot).order_by(Lot.from_date)).all()
        assert [lot.volume for lot in lots] == [12_000_000, 3_500_000]
        assert all(lot.spec == found.spec for lot in lots)
        assert session.scalars(sa.select(ListingStandard.standard_code)).all() == ["SRP"]
        assert list(verify.differences(session)) == []


def test_drafts_stay_drafts_and_may_lack_price_and_lot(shell: Shell, unit: Side, take: Import) -> None:
    bare = {name: ROW[name] for name in ("cooperative_code", "product", "title")}
    wrong = take("listings", [bare])["errors"]
    assert {one["column"] for one in wrong} == {"price_from", "volume"}
    assert counts(take("listings", [bare], "--draft")) == (1, 0, 0)
    assert counts(take("listings", [bare])) == (0, 0, 1)
    with shell.database() as database, database.reading() as session:
        assert only(session).state == "draft"


def test_changes_of_words_terms_and_volumes(shell: Shell, unit: Side, take: Import) -> None:
    take("listings", [ROW])
    for change, check in (
        ({"price_from": "9.500 đ/kg"}, lambda found: found.price_from == 9500),
        ({"price_to": 9900}, lambda found: found.price_to == 9900),
        ({"description": "Khác"}, lambda found: found.description == "Khác"),
        ({"grade": "loại 2"}, lambda found: found.grade == "loại 2"),
        ({"min_order": "1 tấn"}, lambda found: found.min_order == 1_000_000),
        ({"standards": "GlobalG.A.P.; SRP", "ocop": "4 sao"}, lambda found: True),
        ({"area_code": "MSVT-2"}, lambda found: found.area_code == "MSVT-2"),
        ({"spec": "độ ẩm <= 15; paddy_state=lúa khô"}, lambda found: found.spec["moisture"] == [80, 150]),
    ):  # fmt: skip
        row = {**{name: ROW[name] for name in ("cooperative_code", "product", "title")}, **change}
        assert counts(take("listings", [row])) == (0, 1, 0), change
        assert counts(take("listings", [row])) == (0, 0, 1), change
        with shell.database() as database, database.reading() as session:
            assert check(only(session)), change
            assert queries.claimed_standards(session, listing_id=only(session).id)
            assert Terms.of(only(session)) == Terms()
    more = {**ROW, "volume": 15000, "price_from": None, "price_to": None, "spec": None, "description": None,
            "grade": None, "min_order": None, "standards": None, "area_code": None}  # fmt: skip
    new = {**more, "from": LATER + timedelta(days=1), "to": LATER + timedelta(days=2), "volume": 1}
    assert counts(take("listings", [more, new])) == (1, 1, 0)
    assert counts(take("listings", [more, new])) == (0, 0, 2)
    with shell.database() as database, database.reading() as session:
        kinds = session.scalars(sa.select(LotChange.kind).order_by(LotChange.id)).all()
        assert kinds == ["opened", "raised", "opened"]
        assert queries.claimed_standards(session, listing_id=only(session).id) == [
            "GLOBALGAP",
            "OCOP4",
            "SRP",
        ]
        assert list(verify.differences(session)) == []


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_what_is_exported_is_imported_as_the_same(
    shell: Shell, unit: Side, take: Import, give: Callable[..., bytes], ending: str
) -> None:
    with shell.database() as database, database.session(write=True) as session:
        dry = {"moisture": [80, 145], "paddy_state": "dry"}
        first, _ = trade.make_listing(session, unit, volumes=(10_000_001, 1), spec=dry,
                                             description="=1+1\n-@'", price_to=9400)  # fmt: skip
        listings.edit_listing(session, actor=unit.actor, listing_id=first.id, version=first.version,
                              title=first.title, price_from=9400, spec={"moisture": [130, 150]})  # fmt: skip
        trade.make_listing(session, unit, price_from=9000)  # of the same name
        trade.make_listing(session, unit, volumes=(), publish=False, title="Nháp", price_from=None)
        paused, _ = trade.make_listing(session, unit, title="Tạm dừng", standards=("OCOP3", "OCOP4"))
        listings.pause(session, actor=unit.actor, listing_id=paused.id)
        gone, _ = trade.make_listing(session, unit, title="Rút lại")
        listings.withdraw(session, actor=unit.actor, listing_id=gone.id)
        trade.make_listing(session, unit, title="Tôm", product="tom-su", price_kind="table",
                           price_lines=((20, 30, 200_000), (31, 40, 150_000)), price_from=None,
                           spec={"count_per_kg": [20, 40]}, standards=("OCOP4", "ASC"),
                           min_order=1_500)  # fmt: skip
        trade.make_listing(
            session, unit, title="Chiếu", product="chieu-lac", volumes=(500,), price_from=120_000
        )
        session.commit()
        buyer = make.make_buyer(session)
        trade.make_link(session, unit, buyer, paused_out(session, paused, unit), volume=4_000_000)
    file = give("listings", ending)
    [sheet] = reading.read(file)
    assert len(sheet.rows) == 1 + 7
    report = take("listings", file, name=f"back{ending}")
    assert counts(report) == (0, 0, 7)
    assert give("listings", ending) == file


def paused_out(session: Any, paused: Listing, unit: Side) -> Listing:
    """The listing on sale again."""
    return listings.publish(session, actor=unit.actor, listing_id=paused.id)


#: What is changed of a good row, and the columns in which it is refused.
WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"cooperative_code": None}, {"cooperative_code"}),
    ({"cooperative_code": "HTX-0"}, {"cooperative_code"}),
    ({"product": None}, {"product"}),
    ({"product": "kim cương"}, {"product"}),
    ({"product": "lúa"}, {"product"}),
    ({"title": None}, {"title"}),
    ({"title": "x" * 301}, {"title"}),
    ({"price_from": "rẻ"}, {"price_from"}),
    ({"price_from": 0}, {"price_from"}),
    ({"price_from": 10**8 + 1}, {"price_from"}),
    ({"price_from": "9.400 đ/tấn"}, {"price_from"}),
    ({"price_from": 9400.5}, {"price_from"}),
    ({"price_from": 9_400_000, "price_to": None, "unit": "tấn"}, {"unit"}),
    ({"price_from": None}, {"price_from"}),
    ({"price_to": 9000}, {"price_to"}),
    ({"unit": "con"}, {"unit"}),
    ({"size_from": 20, "size_to": 30}, {"size_from"}),
    ({"spec": "độ cứng=3"}, {"spec"}),
    ({"spec": "moisture"}, {"spec"}),
    ({"spec": "moisture=99"}, {"spec"}),
    ({"spec": "moisture=14; moisture=15"}, {"spec"}),
    ({"spec": "paddy_state=nấu chín"}, {"spec"}),
    ({"volume": "nhiều"}, {"volume"}),
    ({"volume": 0}, {"volume"}),
    ({"volume": 10**9 + 1}, {"volume"}),
    ({"volume": "1,0005"}, {"volume"}),
    ({"volume": None}, {"volume"}),
    ({"from": None}, {"from"}),
    ({"to": SOON - timedelta(days=1)}, {"to"}),
    ({"from": TODAY - timedelta(days=9), "to": TODAY - timedelta(days=2)}, {"to"}),
    ({"to": "1/1/2100"}, {"to"}),
    ({"to": "hôm nay"}, {"to"}),
    ({"min_order": "một ít"}, {"min_order"}),
    ({"standards": "ISO 1"}, {"standards"}),
    ({"ocop": 2}, {"ocop"}),
]  # fmt: skip


def test_every_wrong_row_is_reported_with_its_column_and_nothing_is_kept(
    shell: Shell, unit: Side, take: Import
) -> None:
    rows = [{**ROW, "title": f"Lúa {i}", **change} for i, (change, _) in enumerate(WRONG)]
    rows.append({**ROW, "title": "tốt"})
    report = take("listings", rows)
    found: dict[int, set[str]] = {}
    for wrong in report["errors"]:
        assert wrong["reason"]
        found.setdefault(wrong["row"], set()).add(wrong["column"])
    assert found == {number: columns for number, (_, columns) in enumerate(WRONG, start=2)}
    assert (report["rows"], report["new"]) == (len(rows), 1)
    with shell.database() as database, database.reading() as session:
        assert make.count_rows(session, Listing) == 0


def test_what_rows_of_one_listing_may_not_say(unit: Side, take: Import) -> None:
    inside = {**ROW, "from": SOON + timedelta(days=3), "to": SOON + timedelta(days=4)}
    both = take("listings", [ROW, inside], "--dry-run")
    assert not both["errors"], "as the form takes it, and as it is written out"
    [pointed_out] = both["warnings"]
    assert (pointed_out["row"], pointed_out["column"]) == (3, "from")
    after = {**ROW, "from": LATER + timedelta(days=1), "to": LATER + timedelta(days=2)}
    [wrong] = take("listings", [ROW, {**after, "price_from": 9401}])["errors"]
    assert (wrong["row"], wrong["column"]) == (3, "price_from")
    take("listings", [ROW])
    [wrong] = take("listings", [inside])["errors"]
    assert (wrong["row"], wrong["column"]) == (2, "from")


def test_what_is_agreed_and_what_is_over_stays(shell: Shell, unit: Side, take: Import) -> None:
    take("listings", [ROW])
    with shell.database() as database, database.session(write=True) as session:
        buyer = make.make_buyer(session)
        proposal = trade.propose(4_000_000, days=30)
        inquiry = trade.make_inquiry(session, buyer, only(session), proposal=proposal)
        del inquiry
        lot = session.scalars(sa.select(Lot)).one()
        listings.take_volume(session, lot_ids_and_amounts=[(lot.id, 4_000_000)])
        session.commit()
    [wrong] = take("listings", [{**ROW, "volume": 3999}])["errors"]
    assert (wrong["row"], wrong["column"], wrong["value"]) == (2, "volume", "3999")
    assert counts(take("listings", [{**ROW, "volume": 4000}])) == (0, 1, 0)
    with clock.at(LATER + timedelta(days=1)):
        assert counts(take("listings", [{**ROW, "volume": 4000}])) == (0, 0, 1)
        [wrong] = take("listings", [{**ROW, "volume": 5000}])["errors"]
        assert wrong["column"] == "volume"


def test_a_unit_that_may_not_publish_is_told_beforehand(shell: Shell, take: Import) -> None:
    with shell.database() as database, database.session(write=True) as session:
        make.make_unit(session, code="HTX-T-001", confirm=False)
    [wrong] = take("listings", [ROW])["errors"]
    assert wrong["column"] == "cooperative_code"
    assert counts(take("listings", [ROW], "--draft")) == (1, 0, 0)


def test_of_a_table_of_prices_the_lines_say_the_price(shell: Shell, unit: Side, take: Import) -> None:
    with shell.database() as database, database.session(write=True) as session:
        product = catalogue.get_product(session, "tom-su")
        trade.make_listing(session, unit, title="Tôm", product=product.slug, price_kind="table",
                           price_from=None, price_lines=((20, 30, 200_000), (31, 40, 150_000)))  # fmt: skip
    row = {"cooperative_code": "HTX-T-001", "product": "Tôm sú", "title": "Tôm", "price_from": 150_000}
    assert counts(take("listings", [{**row, "grade": "loại 1"}])) == (0, 1, 0)
    [wrong] = take("listings", [{**row, "price_from": 1}])["errors"]
    assert wrong["column"] == "price_from"
    with shell.database() as database, database.reading() as session:
        assert len(queries.price_lines(session, listing_id=only(session).id)) == 2


def test_prices_of_every_kind_come_in_and_are_changed(
    shell: Shell, unit: Side, take: Import, give: Callable[..., bytes]
) -> None:
    shrimp = {**ROW, "product": "Tôm sú", "spec": None, "standards": None, "title": "Tôm", "price_to": None}
    table = {**shrimp, "price_from": None, "price_table": "<=20: 250.000; 21-30: 200000 đ/kg"}
    by = {
        **shrimp,
        "title": "Tôm theo giá chợ",
        "price_from": 190_000,
        "price_kind": "Tham chiếu",
        "reference": "Chợ đầu mối Bạc Liêu",
        "reference_plus": -5000,
        "floor": "150.000",
        "ceiling": 300_000,
    }
    work = {**by, "title": "Ủ tôm thuê", "price_kind": "tiền công"}
    work |= dict.fromkeys(("reference", "reference_plus", "floor", "ceiling"))
    assert counts(take("listings", [table, by, work])) == (3, 0, 0)
    assert counts(take("listings", [table, by, work])) == (0, 0, 3)
    file = give("listings", ".xlsx")
    assert counts(take("listings", file, name="back.xlsx")) == (0, 0, 3)
    with shell.database() as database, database.reading() as session:
        found = {one.title: one for one in session.scalars(sa.select(Listing))}
        made = {title: queries.pricing_of(session, one) for title, one in found.items()}
        assert [(one.size_to, one.price) for one in made["Tôm"].lines] == [(20, 250_000), (30, 200_000)]
        assert (found["Tôm"].price_from, found["Tôm"].price_to) == (200_000, 250_000)
        reference = made["Tôm theo giá chợ"].reference
        assert reference == Reference("Chợ đầu mối Bạc Liêu", None, -5000, 150_000, 300_000)
        assert found["Ủ tôm thuê"].price_kind == "labour"
    # A limit alone is changed; the rest of what was said stays. A table becomes one price.
    by = {name: by[name] for name in ("cooperative_code", "product", "title")}
    assert counts(take("listings", [{**by, "ceiling": 310_000}])) == (0, 1, 0)
    one_price = {**table, "price_table": None, "price_kind": "Một giá", "price_from": 210_000}
    assert counts(take("listings", [one_price])) == (0, 1, 0)
    with shell.database() as database, database.reading() as session:
        found = {one.title: one for one in session.scalars(sa.select(Listing))}
        kept = queries.pricing_of(session, found["Tôm theo giá chợ"]).reference
        assert kept == replace(reference, ceiling=310_000)
        assert not queries.price_lines(session, listing_id=found["Tôm"].id)
        assert (found["Tôm"].price_kind, found["Tôm"].price_to) == ("fixed", 210_000)


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ({"price_kind": "theo cỡ"}, "price_table"),
        ({"price_table": "20-30"}, "price_table"),
        ({"price_table": "20-30: 9; 25-40: 8"}, "price_table"),
        ({"price_table": "20-30: 9", "price_from": 8}, "price_from"),
        ({"price_kind": "một giá", "price_table": "20-30: 9"}, "price_table"),
        ({"price_kind": "tham chiếu", "price_from": 9}, "reference"),
        ({"price_from": 9, "floor": 8}, "reference"),
        ({"price_from": 9, "reference": "Chợ", "floor": 10}, "price_from"),
        ({"price_from": 9, "reference": "Chợ", "floor": 10, "ceiling": 9}, "ceiling"),
        ({"price_from": 9, "price_to": 10, "reference": "Chợ"}, "price_to"),
        ({"price_from": 9, "price_kind": "rẻ"}, "price_kind"),
    ],
)
def test_prices_that_do_not_hold_are_refused_in_their_column(
    shell: Shell, unit: Side, take: Import, said: dict[str, Any], column: str
) -> None:
    row = {**ROW, "product": "Tôm sú", "spec": None, "standards": None, "price_from": None, "price_to": None}
    assert [one["column"] for one in take("listings", [{**row, **said}])["errors"]] == [column]


def test_the_size_stands_in_two_columns(
    shell: Shell, unit: Side, take: Import, give: Callable[..., bytes]
) -> None:
    row = {**ROW, "product": "Tôm sú", "spec": None, "standards": None, "size_from": 20, "size_to": "30"}
    assert counts(take("listings", [row])) == (1, 0, 0)
    with shell.database() as database, database.reading() as session:
        assert only(session).spec == {"count_per_kg": [20, 30]}
    assert counts(take("listings", [{**row, "spec": "count_per_kg=20-30"}])) == (0, 0, 1)
    [wrong] = take("listings", [{**row, "spec": "count_per_kg=20-31"}])["errors"]
    assert wrong["column"] == "spec"
    [sheet] = reading.read(give("listings", ".csv"))
    assert sheet.rows[1][8:11] == ["20", "30", None]
    assert files.table([dict.fromkeys(sheet.rows[0])])[0] == sheet.rows[0]
