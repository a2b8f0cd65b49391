"""The kind ``links``: a row is an agreement of a unit with a buyer. New ones come in as entered by an
officer, and the unit is asked to confirm them; those of the platform are only written and compared. A buyer
whom nobody knows is registered without an account. An empty cell says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from market.assisted import service as assisted
from market.assisted.service import Entered
from market.catalogue import amounts
from market.errors import Invalid
from market.events import Actor
from market.links import declared
from market.links.declared import ARROWS, Deal
from market.links.models import Link
from market.parties import history
from market.spreadsheets import cells, deals, qualities
from market.spreadsheets.cooperatives import SOURCE, again, past_day
from market.spreadsheets.deals import Buyer, Deals
from market.spreadsheets.headings import Column, Row, Table, read_cells
from market.spreadsheets.listing_lines import attempt, check_unit
from market.spreadsheets.lookups import Lookups
from market.spreadsheets.plans import area, show_area
from market.spreadsheets.report import Report
from market.spreadsheets.steps import Options, Step
from market.spreadsheets.vocabulary import BUYER_KINDS, LINK_KINDS, LINK_STATES
from market.words import t
from search import vietnamese

TITLE = "Liên kết"

#: Columns and what they are in the table of agreements; the row's own names first.
SAID = {
    "buyer_kind": "buyer_kind", "kind": "kind", "form": "form", "season": "season_id", "from": "from_date",
    "to": "to_date", "volume": "volume", "price": "price", "area": "area_m2", "households": "households",
    "contract_no": "contract_number", "contract_date": "contract_date", "state": "state",
}  # fmt: skip
NEEDED = ("cooperative_code", "buyer", "product", "from", "to")


def columns(look: Lookups) -> tuple[Column, ...]:
    """The columns in the order in which they are written."""
    return (
        Column("cooperative_code", "Mã số HTX", look.unit, required=True, also=("Mã HTX",)),
        Column("buyer", "Bên mua", partial(deals.read_buyer, look), required=True),
        Column("buyer_kind", "Loại bên mua", BUYER_KINDS.read),
        Column("product", "Sản phẩm", look.product, required=True),
        Column("kind", "Loại", LINK_KINDS.read),
        Column("form", "Hình thức liên kết", partial(_form, look)),
        Column("season", "Mùa vụ", look.season),
        Column("from", "Từ ngày", cells.day, required=True),
        Column("to", "Đến ngày", cells.day, required=True),
        Column("volume", "Sản lượng", _as_is),
        Column("unit", "Đơn vị", cells.text(60), also=("Đơn vị tính", "ĐVT")),
        Column("price", "Giá", cells.price),
        Column("area", "Diện tích", area, also=("Diện tích ha",)),
        Column("households", "Số hộ", cells.whole(0, history.MOST_MEMBERS)),
        Column("contract_no", "Số hợp đồng", cells.code(120), also=("Hợp đồng số",)),
        Column("contract_date", "Ngày ký", past_day, also=("Ngày hợp đồng",)),
        Column("state", "Tình trạng", LINK_STATES.read),
    )


def _as_is(cell: Any) -> Any:
    return cell


def _form(look: Lookups, cell: Any) -> int:
    """The number of a form of linkage, or its name."""
    typed = vietnamese.fold(cells.plain(cell)).removeprefix("hinh thuc ").strip()
    for number, form in look.forms.items():
        if typed in (str(number), vietnamese.fold(form.name_vi), vietnamese.fold(form.name_en)):
            return number
    raise Invalid(t("The form of linkage is a number from 1 to 7; a sale alone has none."))


def plan(session: Session, look: Lookups, table: Table, report: Report, _: Options) -> list[Step]:
    """What has to be done for the file to hold; every wrong cell goes into the report."""
    by_key = {column.key: column for column in table.columns}
    rows: list[Row] = []
    for row in table.rows():
        report.rows += 1
        read_cells(row, by_key, report)
        if set(NEEDED) <= row.values.keys():
            _read(row, report)
            rows.append(row)
    known = Deals.of(session, (row.values["cooperative_code"].id for row in rows))
    made = _Making()
    # Rows that say what stands there speak for their agreements first, whatever others would change.
    rest = [row for row in rows if not _is_same(row, known, report)]
    steps = [step for row in rest if (step := _compare(row, known, made, report)) is not None]
    steps.sort(key=lambda step: step.row)
    if made.told:
        last = steps[-1].row if steps else 0
        steps += [Step(last, partial(_ask, unit_id=unit_id, made=made)) for unit_id in made.told]
    return steps


def _read(row: Row, report: Report) -> None:
    """What one cell of a row demands of another."""
    said = row.values
    goods = said["product"]
    unit: str | None = said.get("unit")
    prices = [said["price"]] if "price" in said else []
    if unit and attempt(row, report, "unit", partial(check_unit, unit, goods, prices)) is None:
        unit = None
    if "volume" in said:
        read = partial(qualities.volume, said["volume"], goods, unit)
        said["volume"] = attempt(row, report, "volume", read)
    if said["to"] < said["from"]:
        row.refuse(report, "to", t("The last day is before the first."))
    if "contract_date" in said and "contract_no" not in row.cells:
        row.refuse(report, "contract_no", t("Give the contract's number beside its day."))
    buyer: Buyer = said["buyer"]
    if buyer.party is not None and buyer.party.id == said["cooperative_code"].id:
        row.refuse(report, "buyer", t("Nobody sells to themselves."))
    worth = partial(amounts.check_value, said.get("volume") or 0, said.get("price") or 0, goods.unit)
    attempt(row, report, "price", worth)


def _differs(said: dict[str, Any], held: Any) -> list[str]:
    """The columns in which a row says otherwise than an agreement."""
    return [
        column
        for column, name in SAID.items()
        if said.get(column) is not None and said[column] != getattr(held, name)
    ]


def _is_same(row: Row, known: Deals, report: Report) -> bool:
    if row.wrong:
        return False
    said = row.values
    for held in known.candidates(said):
        buyer: Buyer = said["buyer"]
        if buyer.party is not None and buyer.party.id == held.buyer_id and not _differs(said, held):
            known.take(held)
            report.counts["same"] += 1
            return True
    return False


class _Making:
    """What the rows of one file make together: new buyers by name, agreements by unit."""

    def __init__(self) -> None:
        self.buyers: dict[str, int] = {}
        self.told: dict[int, list[Link]] = {}
        self.seen: dict[Any, int] = {}


def _compare(row: Row, known: Deals, made: _Making, report: Report) -> Step | None:
    said = row.values
    found = known.candidates(said)
    if len(found) > 1:
        row.refuse(
            report, "contract_no", t("Several agreements are like this one. Give the contract's number.")
        )
        return None
    if not found:
        return _new(row, made, report)
    held = found[0]
    known.take(held)
    buyer: Buyer = said["buyer"]
    if buyer.party is None or buyer.party.id != held.buyer_id:
        row.refuse(report, "buyer", t("This contract is with another buyer."))
        return None
    differs = _differs(said, held)
    if held.origin != "officer":
        row.refuse(report, differs[0] if differs else "contract_no", declared.not_entered().words)
        return None
    if "state" in differs and said["state"] not in ARROWS.get(held.state, ()):
        row.refuse(report, "state", t("An agreement in this state does not come to that one."))
    deal = {name: getattr(held, name) for name in ("product_id", *SAID.values())}
    deal |= {SAID[column]: said[column] for column in differs}
    worth = partial(amounts.check_value, deal["volume"], deal["price"], said["product"].unit)
    attempt(row, report, "price", worth)
    if row.wrong:
        return None
    report.counts["changed"] += 1
    made.told.setdefault(held.seller_id, [])
    return Step(row.number, partial(_correct, link_id=held.id, deal=Deal(**deal), made=made))


def _new(row: Row, made: _Making, report: Report) -> Step | None:
    said = row.values
    buyer: Buyer = said["buyer"]
    given = {name: said[column] for column, name in SAID.items() if said.get(column) is not None}
    key = said["cooperative_code"].id, buyer.key, said["product"].id, tuple(sorted(given.items(), key=str))
    if not row.wrong and key in made.seen:
        row.refuse(report, "buyer", again(made.seen[key]))
    if row.wrong:
        return None
    made.seen[key] = row.number
    contract = given.get("contract_number")
    given.setdefault("kind", "linkage" if given.get("form") else "season" if contract else "spot")
    given.setdefault("buyer_kind", deals.default_kind(buyer.party) if buyer.party is not None else "other")
    report.counts["new"] += 1
    made.told.setdefault(said["cooperative_code"].id, [])
    deal = Deal(product_id=said["product"].id, **given)
    return Step(
        row.number,
        partial(_declare, seller_id=said["cooperative_code"].id, buyer=buyer, deal=deal, made=made),
    )


def _declare(
    session: Session, *, actor: Actor, seller_id: int, buyer: Buyer, deal: Deal, made: _Making
) -> None:
    buyer_id = buyer.party.id if buyer.party is not None else made.buyers.get(buyer.key)
    if buyer_id is None:
        party = declared.register_buyer(
            session, actor=actor, kind=deal.buyer_kind, name=buyer.name, source=SOURCE
        )
        buyer_id = made.buyers[buyer.key] = party.id
    link = declared.declare_link(session, actor=actor, seller_id=seller_id, buyer_id=buyer_id, deal=deal)
    made.told[seller_id].append(link)


def _correct(session: Session, *, actor: Actor, link_id: int, deal: Deal, made: _Making) -> None:
    link = declared.correct_link(session, actor=actor, link_id=link_id, deal=deal)
    made.told[link.seller_id].append(link)


def _ask(session: Session, *, actor: Actor, unit_id: int, made: _Making) -> None:
    """All agreements of a unit that the file made or changed are asked for at once."""
    assisted.enter_from_file(
        session,
        actor=actor,
        party_id=unit_id,
        made=[
            Entered(
                "link",
                link.product_id,
                link.volume,
                price=link.price or None,
                from_date=link.from_date,
                to_date=link.to_date,
                other_id=link.buyer_id,
                link_id=link.id,
            )
            for link in made.told[unit_id]
        ],
    )


def export(session: Session, look: Lookups, *, people: bool) -> Iterator[list[Any]]:
    """A row for each agreement, the platform's too."""
    found = deals.all_deals(session)
    for row in sorted(found, key=lambda row: (look.parties[row.seller_id].code, row.from_date, row.id)):
        goods = look.goods[row.product_id]
        season = look.seasons.get(row.season_id)
        yield [
            look.parties[row.seller_id].code,
            deals.show_buyer(look, look.parties[row.buyer_id]),
            BUYER_KINDS.write(row.buyer_kind, people=people),
            look.product_name(goods) if people else goods.slug,
            LINK_KINDS.write(row.kind, people=people),
            row.form,
            (season.name_vi if people else season.code) if season else None,
            row.from_date,
            row.to_date,
            qualities.show_volume(row.volume or None, goods),
            qualities.show_unit(goods),
            row.price or None,
            show_area(row.area_m2),
            row.households,
            row.contract_number,
            row.contract_date,
            LINK_STATES.write(row.state, people=people),
        ]
