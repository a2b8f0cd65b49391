"""``market import|export cooperatives``: what a row becomes, what is refused, and that a file comes back
as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market import clock
from market.changes import Change
from market.parties import queries as parties
from market.parties.models import Identity, Party, PartyRating, PartyStatus, PilotDesignation, UnitSector
from market.places import queries as places
from market.spreadsheets import reading
from market.statistics import verify
from tests import make, trade
from tests.shell.conftest import Shell
from tests.spreadsheets import files
from tests.spreadsheets.conftest import Import, counts

ROW = files.COOPERATIVE


def test_a_row_becomes_a_confirmed_unit_with_its_history(shell: Shell, take: Import) -> None:
    assert counts(take("cooperatives", [ROW], "--dry-run")) == (1, 0, 0)
    assert counts(take("cooperatives", [ROW])) == (1, 0, 0)
    with shell.database() as database, database.reading() as session:
        party = parties.get_by_code(session, "HTX-T-001")
        assert (party.kind, party.standing, party.status, party.identity_level) == (
            "cooperative", "confirmed", "active", "papers",
        )  # fmt: skip
        assert (party.members, party.households, party.tax_code) == (40, 32, "1900123456")
        assert party.founded_on == date(2015, 3, 25)
        assert party.place_id == places.resolve(session, text="31894", on=clock.today()).id
        assert parties.fields_of(session, [party.id]) == {party.id: ["rice", "agricultural_services"]}
        head = parties.current_representative(session, party_id=party.id)
        assert head is not None
        assert (head.name, head.position, head.ground) == ("Nguyễn Văn Tám", "Giám đốc", "law")
        contact = parties.contact_of(session, party_id=party.id)
        assert contact is not None
        assert (contact.phone, contact.email) == ("+84912000111", "htx@vidu.test")
        rating = session.scalars(sa.select(PartyRating)).one()
        assert (rating.year, rating.rating) == (2024, "good")
        assert session.scalars(sa.select(PilotDesignation.field)).all() == ["rice"]
        assert session.scalars(sa.select(UnitSector.sector_code)).all() == ["rice"]
        assert make.count_rows(session, Identity) == 1
        assert list(verify.differences(session)) == []


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_what_is_exported_is_imported_as_the_same(
    take: Import, give: Callable[..., bytes], ending: str
) -> None:
    rows = [
        ROW,
        {**ROW, "code": "THT-2", "form": "THT", "tax_code": None, "place_code": "31894@2022-01-01",
         "name": "=cmd|' /C calc'!A0", "phone": "+84 912 000 112", "status": "suspended"},
        {**ROW, "code": "LH-3", "form": "LHHTX", "tax_code": "0312345678-001", "name": "-Gạo, \"sạch\"; 1",
         "dissolved": date(2022, 3, 25), "status": "Đã giải thể"},
        {"code": "'@4", "name": "'+một", "form": "thT", "place_code": 31894},
    ]  # fmt: skip
    assert counts(take("cooperatives", rows)) == (4, 0, 0)
    assert counts(take("cooperatives", rows)) == (0, 0, 4)
    first = give("cooperatives", ending)
    assert counts(take("cooperatives", first, name=f"back{ending}")) == (0, 0, 4)
    assert give("cooperatives", ending) == first


def test_headings_and_values_as_people_type_them(shell: Shell, take: Import) -> None:
    heads = ["TÊN", "Ma so", "loai hinh", "Mã đơn vị hành chính", "lĩnh vực hoạt động", "Số thành viên",
             "Ghi chú", "ngày thành lập", "Tình trạng", "Ngành hàng"]  # fmt: skip
    rows = [
        heads,
        ["HTX Ba Đình", "A1", "hợp tác xã", "31894", "Lúa;dịch vụ nông nghiệp", "1.234", "x", "25/3/2022",
         "tạm ngừng", "lúa gạo; Tôm"],
        ["HTX Tân Thuận", "A2", "htx", 31894, "tom", 12, None, "2022-03-25", "Đang hoạt động", None],
        ["HTX Phước Hưng", "A3", "Tổ hợp tác", "31894", None, "7", None, date(2022, 3, 25), None, None],
        ["HTX Đại Lợi", "A4", "THT", "31894", None, "7,0", None, "25-3-2022 00:00:00", None, None],
        [None] * 10,
        ["HTX Hòa Phát", "A5", "THT", "31894", None, 7.0, None, "ngày 25 tháng 3 năm 2022", None, None],
    ]  # fmt: skip
    report = take("cooperatives", files.xlsx(rows))
    assert counts(report) == (5, 0, 0)
    assert [(one["row"], one["column"]) for one in report["warnings"]] == [(1, "Ghi chú")]
    with shell.database() as database, database.reading() as session:
        found = session.scalars(sa.select(Party).order_by(Party.code)).all()
        assert {party.founded_on for party in found} == {date(2022, 3, 25)}
        assert [party.members for party in found] == [1234, 12, 7, 7, 7]
        assert found[0].status == "suspended"
    for between in (";", "\t", ","):
        for code in ("utf-8", "utf-8-sig", "utf-16"):
            again = files.text(rows, between=between, code=code)
            assert counts(take("cooperatives", again, name="in.csv")) == (0, 0, 5)


def test_changes_are_kept_by_date_and_an_empty_cell_leaves_what_is_there(shell: Shell, take: Import) -> None:
    take("cooperatives", [ROW])
    changed = {
        "code": ROW["code"], "name": "Hợp tác xã Vĩnh Cường Mới", "form": "LHHTX", "place_code": "31876",
        "fields": "shrimp", "sectors": "shrimp;rice", "tax_code": "1900654321", "members": 55,
        "position": "Chủ tịch", "founded": "1/2/2014", "phone": "0912 000 999", "email": None,
        "rating": "Khá", "rating_year": 2025, "pilot_field": "shrimp", "status": "tạm ngừng",
    }  # fmt: skip
    assert counts(take("cooperatives", [changed])) == (0, 1, 0)
    assert counts(take("cooperatives", [changed])) == (0, 0, 1)
    with shell.database() as database, database.reading() as session:
        party = parties.get_by_code(session, "HTX-T-001")
        assert (party.name, party.kind, party.status) == ("Hợp tác xã Vĩnh Cường Mới", "union", "suspended")
        assert (party.members, party.households, party.tax_code) == (55, 32, "1900654321")
        assert party.founded_on == date(2014, 2, 1)
        contact = parties.contact_of(session, party_id=party.id)
        assert contact is not None
        assert (contact.phone, contact.email) == ("+84912000999", "htx@vidu.test")
        head = parties.current_representative(session, party_id=party.id)
        assert head is not None
        assert (head.name, head.position) == ("Nguyễn Văn Tám", "Chủ tịch")
        days = session.scalars(sa.select(PartyStatus.on_date).order_by(PartyStatus.on_date)).all()
        assert days == [date(2014, 2, 1), date(2015, 3, 25), clock.today()]
        assert list(verify.differences(session)) == []


def test_a_row_without_code_finds_its_unit_by_tax_code_or_by_name_and_place(take: Import) -> None:
    take("cooperatives", [ROW])
    by_tax = {**ROW, "code": None, "name": "Tên khác"}
    assert counts(take("cooperatives", [by_tax], "--dry-run")) == (0, 1, 0)
    by_name = {
        **ROW,
        "code": None,
        "tax_code": None,
        "name": "HỢP TÁC XÃ nông nghiệp VĨNH cường",
        "members": 41,
    }
    assert counts(take("cooperatives", [by_name], "--dry-run")) == (0, 1, 0)
    nobody = {**ROW, "code": None, "tax_code": None, "name": "Không có ai"}
    [wrong] = take("cooperatives", [nobody])["errors"]
    assert (wrong["row"], wrong["column"]) == (2, "code")


#: What is changed of a good row, and the columns in which it is refused.
WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"code": None, "tax_code": None}, {"code"}),
    ({"code": "x" * 61}, {"code"}),
    ({"name": None}, {"name"}),
    ({"name": "x" * 201}, {"name"}),
    ({"name": "a\x07b"}, {"name"}),
    ({"form": None}, {"form"}),
    ({"form": "công ty"}, {"form"}),
    ({"place_code": None}, {"place_code"}),
    ({"place_code": "00000"}, {"place_code"}),
    ({"place_code": "31894@hôm qua"}, {"place_code"}),
    ({"place_code": "31894@1850-01-01"}, {"place_code"}),
    ({"fields": "lúa; vũ trụ"}, {"fields"}),
    ({"sectors": "đóng tàu"}, {"sectors"}),
    ({"status": "ngủ đông"}, {"status"}),
    ({"members": -1}, {"members"}),
    ({"members": 1.5}, {"members"}),
    ({"members": "nhiều"}, {"members"}),
    ({"members": 10**7 + 1}, {"members"}),
    ({"households": "1,5"}, {"households"}),
    ({"members": None, "households": 3}, {"members"}),
    ({"representative": None, "position": "Giám đốc"}, {"representative"}),
    ({"founded": "3/25/2022"}, {"founded"}),
    ({"founded": "25/3/22"}, {"founded"}),
    ({"founded": "31/2/2022"}, {"founded"}),
    ({"founded": "1/1/2099"}, {"founded"}),
    ({"founded": 44645}, {"founded"}),
    ({"dissolved": "1/1/2014"}, {"status", "dissolved"}),
    ({"founded": None, "dissolved": "1/1/2020", "status": None}, {"founded"}),
    ({"phone": "12"}, {"phone"}),
    ({"email": "a@"}, {"email"}),
    ({"rating": "xuất sắc"}, {"rating"}),
    ({"rating_year": None}, {"rating_year"}),
    ({"rating_year": 2099}, {"rating_year"}),
    ({"pilot_field": "x"}, {"pilot_field"}),
]


def test_every_wrong_row_is_reported_with_its_column_and_nothing_is_kept(shell: Shell, take: Import) -> None:
    rows = [{**ROW, "code": f"C{i}", "tax_code": None, **change} for i, (change, _) in enumerate(WRONG)]
    rows.append({**ROW, "code": "good"})
    rows.append({**ROW, "code": "good", "tax_code": None})
    report = take("cooperatives", rows)
    found: dict[int, set[str]] = {}
    for wrong in report["errors"]:
        assert wrong["reason"]
        found.setdefault(wrong["row"], set()).add(wrong["column"])
    wanted = {number: columns for number, (_, columns) in enumerate(WRONG, start=2)}
    wanted[len(WRONG) + 3] = {"code"}
    assert found == wanted
    assert (report["rows"], report["new"]) == (len(rows), 1)
    with shell.database() as database, database.reading() as session:
        assert make.count_rows(session, Party) == 0


def test_codes_of_others_are_not_taken(shell: Shell, take: Import) -> None:
    with shell.database() as database, database.session(write=True) as session:
        code = make.make_buyer(session, tax_code="1900123456").party.code
    [wrong] = take("cooperatives", [{**ROW, "code": code, "tax_code": None}])["errors"]
    assert wrong["column"] == "code"
    [wrong] = take("cooperatives", [ROW])["errors"]
    assert (wrong["row"], wrong["column"], wrong["value"]) == (2, "tax_code", "1900123456")


def test_the_register_lets_go_of_nothing_that_was_dissolved(take: Import) -> None:
    gone = {**ROW, "status": "dissolved", "dissolved": "1/6/2023"}
    take("cooperatives", [gone])
    for change, column in (
        ({"status": "active", "dissolved": None}, "status"),
        ({"dissolved": "2/6/2023"}, "dissolved"),
        ({"founded": "1/1/2016"}, "founded"),
    ):
        [wrong] = take("cooperatives", [{**gone, **change}])["errors"]
        assert wrong["column"] == column


def test_what_an_export_holds_is_read_by_name_or_by_key(take: Import, give: Callable[..., bytes]) -> None:
    take("cooperatives", [ROW])
    [people], [programs] = reading.read(give("cooperatives")), reading.read(give("cooperatives", ".csv"))
    assert people.rows[0][:4] == ["Mã số", "Tên", "Loại hình", "Mã đơn vị hành chính"]
    assert people.rows[1][12] == date(2015, 3, 25)
    assert people.rows[1][7:9] == ["Đang hoạt động", 40]
    assert programs.rows[0] == list(ROW)
    assert programs.rows[1][7] == "active"


def test_the_listings_of_a_unit_that_changed_are_indexed_anew(shell: Shell, tmp_path: Path) -> None:
    with shell.database() as database, database.session(write=True) as session:
        unit = make.make_unit(session, code="HTX-T-001")
        listing, _ = trade.make_listing(session, unit)
        session.execute(sa.delete(Change))
        session.commit()
    path = tmp_path / "in.xlsx"
    path.write_bytes(files.xlsx(files.table([{**ROW, "founded": None}])))
    # A process of its own, in which nobody else has connected anything.
    done = shell.process("import", "cooperatives", str(path))
    assert done.code == 0, done.err
    with shell.database() as database, database.reading() as session:
        assert set(session.scalars(sa.select(Change.subject_id))) == {listing.id}


def test_other_commands_say_their_usage(shell: Shell) -> None:
    for arguments in (
        ("import",), ("import", "cooperatives"), ("import", "boats", "x.csv"), ("export", "cooperatives"),
        ("import", "cooperatives", "x.csv", "--draft"),
    ):  # fmt: skip
        assert shell.here(*arguments).code == 2
    assert "x.csv" in shell.here("import", "cooperatives", "x.csv").refused()
    assert ".xlsx" in shell.here("export", "cooperatives", "x.doc").refused()
