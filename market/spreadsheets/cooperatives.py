"""The kind ``cooperatives``: a row is a collective unit as it stands. A row finds its unit by code, without
one by tax code or by name and place. An empty cell says nothing and leaves what the register holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.errors import Invalid
from market.events import Actor
from market.parties import details, history
from market.parties import service as parties
from market.parties.models import UNIT_KINDS
from market.spreadsheets import cells, register
from market.spreadsheets.headings import Column, Row, Table, read_cells
from market.spreadsheets.lookups import Lookups
from market.spreadsheets.register import Unit
from market.spreadsheets.report import Report
from market.spreadsheets.steps import Options, Step
from market.spreadsheets.vocabulary import FORMS, RATINGS, STATUSES
from market.words import Words, t
from search import vietnamese

TITLE = "Hợp tác xã"
SOURCE = "import"
FIRST_YEAR = 1990

Change = Callable[..., Any]


def again(row: int) -> Words:
    """The refusal of a second row about one thing."""
    return t("Row {row} speaks of the same.", row=row)


def columns(look: Lookups) -> tuple[Column, ...]:
    """The columns in the order in which they are written."""
    people = cells.whole(0, history.MOST_MEMBERS)
    return (
        Column("code", "Mã số", cells.code(), required=True, also=("Mã",)),
        Column("name", "Tên", cells.text(200), required=True, also=("Tên HTX", "Tên đơn vị")),
        Column("form", "Loại hình", FORMS.read, required=True),
        Column("place_code", "Mã đơn vị hành chính", look.place, required=True),
        Column("fields", "Lĩnh vực hoạt động", cells.several(look.fields.read), also=("Lĩnh vực",)),
        Column("sectors", "Ngành hàng", cells.several(look.sectors.read)),
        Column("tax_code", "Mã số thuế", cells.code(digits=10)),
        Column("status", "Tình trạng", STATUSES.read),
        Column("members", "Số thành viên", people),
        Column("households", "Số hộ", people),
        Column("representative", "Người đại diện", cells.text(120)),
        Column("position", "Chức vụ", cells.text(120)),
        Column("founded", "Ngày thành lập", past_day),
        Column("dissolved", "Ngày giải thể", past_day),
        Column("phone", "Điện thoại", cells.phone, also=("Số điện thoại",)),
        Column("email", "Email", cells.email, also=("Thư điện tử",)),
        Column("rating", "Xếp loại", RATINGS.read),
        Column("rating_year", "Năm xếp loại", _year),
        Column("pilot_field", "Điểm chỉ đạo", cells.several(look.fields.read)),
    )


def past_day(cell: Any) -> date:
    """A day that is not still to come."""
    return history.past_day(cells.day(cell))


def _year(cell: Any) -> int:
    found: int = cells.whole(FIRST_YEAR, clock.today().year)(cell)
    return found


def plan(session: Session, look: Lookups, table: Table, report: Report, _: Options) -> list[Step]:
    """What has to be done for the file to hold; every wrong cell goes into the report."""
    known = register.units(session, look)
    by_key = {column.key: column for column in table.columns}
    seen: dict[tuple[str, Any], int] = {}
    steps: list[Step] = []
    for row in table.rows():
        report.rows += 1
        before = len(report.errors)
        read_cells(row, by_key, report)
        unit = _find(row, look, known, report)
        _check_alone(row, unit, look, seen, report)
        if unit is None:
            _check_new(row, report)
            if len(report.errors) == before:
                report.counts["new"] += 1
                steps.append(Step(row.number, partial(_register, values=row.values)))
            continue
        changes = _changes(row, unit, report)
        if len(report.errors) == before:
            report.counts["changed" if changes else "same"] += 1
            if changes:
                steps.append(Step(row.number, partial(_change, party_id=unit.party.id, changes=changes)))
    return steps


def _find(row: Row, look: Lookups, known: dict[int, Unit], report: Report) -> Unit | None:
    """The unit that the row speaks of, if the register has it."""
    said = row.values
    found: Any = None
    if "code" in said:
        found = look.by_code.get(said["code"])
        if found is not None and found.kind not in UNIT_KINDS:
            row.refuse(report, "code", t("This code belongs to a party that is no cooperative or group."))
            return None
    elif "code" not in row.cells:
        if "tax_code" in said:
            found = look.by_tax_code.get(said["tax_code"])
        if found is None and "name" in said and "place_code" in said:
            same = [
                one
                for one in look.by_name.get(vietnamese.fold(str(said["name"])), [])
                if one.place_id == said["place_code"] and one.kind in UNIT_KINDS
            ]
            found = same[0] if len(same) == 1 else None
        if found is not None and found.id in known:
            # Without a code the unit was found another way: what was noted as missing is not.
            report.errors[:] = [one for one in report.errors if (one.row, one.column) != (row.number, "code")]
            row.wrong.discard("code")
    if found is not None:
        try:
            look.check_unit(found.id)
        except Invalid as refusal:
            row.refuse(report, "code", refusal.words)
    return None if found is None else known.get(found.id)


def _check_alone(
    row: Row, unit: Unit | None, look: Lookups, seen: dict[tuple[str, Any], int], report: Report
) -> None:
    """Refuse a second row about one unit, and a tax code that another party has."""
    said = row.values
    tax_code = said.get("tax_code")
    keys: list[tuple[str, Any]] = [("code", unit.party.code if unit else said.get("code"))]
    keys.append(("tax_code", tax_code))
    for column, key in keys:
        if key is None:
            continue
        if (column, key) in seen:
            row.refuse(report, column, again(seen[column, key]))
        seen.setdefault((column, key), row.number)
    owner = look.by_tax_code.get(tax_code) if tax_code else None
    if owner is not None and (unit is None or owner.id != unit.party.id):
        row.refuse(report, "tax_code", t("{code} has this tax code already.", code=owner.code))


def _check_new(row: Row, report: Report) -> None:
    said = row.values
    _check_together(row, report)
    if said.get("dissolved") and "founded" not in row.cells:
        row.refuse(report, "founded", t("Give the day of founding beside that of dissolution."))
    if "households" in said and "members" not in row.cells:
        row.refuse(report, "members", t("Give the number of members beside that of households."))
    if "position" in said and "representative" not in row.cells:
        row.refuse(report, "representative", t("Say who holds this position."))


def _check_together(row: Row, report: Report) -> None:
    """What one cell demands of another."""
    said: dict[str, Any] = row.values
    if "dissolved" in said and said.get("status", "dissolved") != "dissolved":
        row.refuse(report, "status", t("A unit with a day of dissolution has been dissolved."))
    if "dissolved" in said and "founded" in said and said["dissolved"] < said["founded"]:
        row.refuse(report, "dissolved", t("It was dissolved before it was founded."))
    for one, other in (("rating", "rating_year"), ("rating_year", "rating")):
        if one in said and other not in row.cells:
            row.refuse(report, other, t("A rating and its year belong together."))


def _changes(row: Row, unit: Unit, report: Report) -> list[Change]:
    """The services to call for the unit to be as the row says; refuses what the register does not let go."""
    said: dict[str, Any] = row.values
    party = unit.party
    _check_together(row, report)
    changes: list[Change] = []
    corrected = {
        name: said[name]
        for name, held in (("tax_code", party.tax_code), ("phone", unit.phone), ("email", unit.email))
        if name in said and said[name] != held
    }
    if corrected:
        changes.append(partial(details.correct_details, **corrected))
    if "name" in said and said["name"] != " ".join(party.name.split()):
        changes.append(partial(parties.rename_party, name=said["name"], source=SOURCE))
    if "form" in said and said["form"] != party.kind:
        changes.append(partial(parties.change_kind, kind=said["form"], source=SOURCE))
    if "place_code" in said and said["place_code"] != party.place_id:
        changes.append(partial(parties.move_party, place_id=said["place_code"], source=SOURCE))
    for name, held, set_all in (
        ("fields", unit.fields, parties.set_fields),
        ("sectors", unit.sectors, details.set_sectors),
    ):
        if name in said and set(said[name]) != set(held):
            changes.append(partial(set_all, **{name: said[name]}, source=SOURCE))
    if "pilot_field" in said:
        wanted = said["pilot_field"]
        for one in [one for one in wanted if one not in unit.pilots]:
            changes.append(partial(parties.designate_pilot, field=one, source=SOURCE))
        for one in [one for one in unit.pilots if one not in wanted]:
            changes.append(partial(parties.designate_pilot, field=one, holds=False, source=SOURCE))
    if "rating" in said and "rating_year" in said and unit.ratings.get(said["rating_year"]) != said["rating"]:
        changes.append(
            partial(parties.rate_party, year=said["rating_year"], rating=said["rating"], source=SOURCE)
        )
    changes += _of_people(row, unit, report)
    if "founded" in said and said["founded"] != party.founded_on:
        if unit.first_known is not None and said["founded"] > unit.first_known:
            row.refuse(report, "founded", details.known_before(unit.first_known).words)
        changes.append(partial(details.learn_founding, founded_on=said["founded"], source=SOURCE))
    changes += _of_status(row, unit, report)
    return changes


def _of_people(row: Row, unit: Unit, report: Report) -> Iterator[Change]:
    said: dict[str, Any] = row.values
    party = unit.party
    members, households = said.get("members", party.members), said.get("households", party.households)
    if (members, households) != (party.members, party.households):
        if members is None:
            if "members" not in row.cells:
                row.refuse(report, "members", t("Give the number of members beside that of households."))
            return
        # The file gives the sum: who is associate stays so as far as the sum allows.
        associate = unit.associate if unit.associate <= members else 0
        yield partial(
            parties.report_members,
            official=members - associate,
            associate=associate,
            households=households,
            source=SOURCE,
        )
    name = said.get("representative", _one_line(unit.representative))
    position = said.get("position", _one_line(unit.position))
    if (name, position) != (_one_line(unit.representative), _one_line(unit.position)):
        if name is None:
            if "representative" not in row.cells:
                row.refuse(report, "representative", t("Say who holds this position."))
            return
        yield partial(_represent, kind=said.get("form", party.kind), name=name, position=position)


def _one_line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None


def _of_status(row: Row, unit: Unit, report: Report) -> Iterator[Change]:
    said: dict[str, Any] = row.values
    party = unit.party
    wanted = said.get("status", "dissolved" if "dissolved" in said else party.status)
    if party.status == "dissolved":
        if wanted != "dissolved":
            row.refuse(report, "status", t("This unit has been dissolved."))
        elif said.get("dissolved", party.dissolved_on) != party.dissolved_on:
            row.refuse(report, "dissolved", t("It was dissolved on {day}.", day=party.dissolved_on))
    elif wanted != party.status:
        on = said.get("dissolved") if wanted == "dissolved" else None
        if on is not None and unit.status_since is not None and on < unit.status_since:
            row.refuse(report, "dissolved", t("It was operating on {day} still.", day=unit.status_since))
        yield partial(parties.change_status, status=wanted, on_date=on, source=SOURCE)


def _represent(
    session: Session, *, actor: Actor, party_id: int, kind: str, name: str, position: str | None
) -> None:
    # A group is no legal person: nobody stands for it by law alone.
    ground = "charter" if kind == "group" else "law"
    parties.add_representative(session, party_id=party_id, name=name, position=position, ground=ground)


def _change(session: Session, *, actor: Actor, party_id: int, changes: list[Change]) -> None:
    for change in changes:
        change(session, actor=actor, party_id=party_id)


def _register(session: Session, *, actor: Actor, values: dict[str, Any]) -> None:
    """Register a unit and confirm it, as whoever imports has its papers; then what it has beside."""
    party = parties.register_party(
        session,
        actor=actor,
        kind=values["form"],
        name=values["name"],
        place_id=values["place_code"],
        code=values["code"],
        fields=values.get("fields", ()),
        members=values.get("members"),
        households=values.get("households"),
        tax_code=values.get("tax_code"),
        founded_on=values.get("founded"),
        phone=values.get("phone"),
        email=values.get("email"),
        source=SOURCE,
    )
    parties.confirm_party(session, actor=actor, party_id=party.id)
    beside: list[Change] = []
    if values.get("sectors"):
        beside.append(partial(details.set_sectors, sectors=values["sectors"], source=SOURCE))
    if "rating" in values:
        beside.append(
            partial(parties.rate_party, year=values["rating_year"], rating=values["rating"], source=SOURCE)
        )
    for one in values.get("pilot_field", ()):
        beside.append(partial(parties.designate_pilot, field=one, source=SOURCE))
    if "representative" in values:
        beside.append(
            partial(
                _represent,
                kind=values["form"],
                name=values["representative"],
                position=values.get("position"),
            )
        )
    status = values.get("status", "dissolved" if "dissolved" in values else "active")
    if status != "active":
        beside.append(
            partial(parties.change_status, status=status, on_date=values.get("dissolved"), source=SOURCE)
        )
    _change(session, actor=actor, party_id=party.id, changes=beside)


def export(session: Session, look: Lookups, *, people: bool) -> Iterator[list[Any]]:
    """A row for each confirmed unit, in the order of their codes."""
    units = register.units(session, look)
    for unit in sorted(units.values(), key=lambda unit: unit.party.code):
        party = unit.party
        if party.standing != "confirmed":
            continue
        year = max(unit.ratings, default=None)
        yield [
            party.code,
            party.name,
            FORMS.write(party.kind, people=True),
            look.place_keys.get(party.place_id),
            look.fields.write_all(unit.fields, people=people),
            look.sectors.write_all(unit.sectors, people=people),
            party.tax_code,
            STATUSES.write(party.status, people=people),
            party.members,
            party.households,
            unit.representative,
            unit.position,
            party.founded_on,
            party.dissolved_on,
            unit.phone,
            unit.email,
            RATINGS.write(unit.ratings[year], people=people) if year is not None else None,
            year,
            look.fields.write_all(unit.pilots, people=people),
        ]
