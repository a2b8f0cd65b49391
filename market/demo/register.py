"""The demo's register: 191 cooperatives and 514 groups with 35,571 members at the end of 2021 (the article's
figures, reached by registering each unit), then the foundings, endings and reports of later years.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.catalogue.models import Product
from market.demo.world import Buyer, Unit, World
from market.events import Actor
from market.parties import service as parties
from market.places import queries as places
from market.places.models import Place

OPENING = date(2021, 1, 11)
COOPERATIVES, GROUPS = 191, 514
MEMBERS = {"cooperative": 23_671, "group": 11_900}
#: Half a year later the alliance counted 24,821 and 12,239 members; 13 and 8 units were founded,
#: 1 and 5 had ended.
MEMBERS_2022 = {"cooperative": 24_821, "group": 12_239}
PASSWORD = "cho-lien-ket-demo"  # noqa: S105 - printed for everybody who tries the demo

FIELDS = (
    ("rice", "Lúa gạo", 30),
    ("shrimp", "Nuôi tôm", 26),
    ("aquaculture", "Thủy sản", 16),
    ("agricultural_services", "Dịch vụ nông nghiệp", 10),
    ("handicraft", "Thủ công", 8),
    ("fishery_services", "Dịch vụ thủy sản", 6),
    ("rural_trades", "Ngành nghề nông thôn", 4),
)
GOODS_OF = {
    "rice": ("rice",),
    "shrimp": ("shrimp",),
    "aquaculture": ("aquaculture",),
    "agricultural_services": ("rice",),
    "handicraft": ("handicraft",),
    "fishery_services": ("aquaculture", "shrimp"),
    "rural_trades": ("handicraft",),
}
BUYERS = (
    ("Doanh nghiệp Demo Xay xát Lúa Vàng", "company", "processor", "domestic", ("rice",), 5),
    ("Công ty Demo Xuất khẩu Gạo Đồng Bằng", "company", "exporter", "export", ("rice",), 6),
    ("Công ty Demo Chế biến Tôm Biển Bạc", "company", "processor", "export", ("shrimp",), 6),
    ("Công ty Demo Thủy sản Cửa Biển", "company", "exporter", "export", ("shrimp", "aquaculture"), 5),
    ("Siêu thị Demo Miền Tây", "company", "supermarket", "region", ("rice", "shrimp", "aquaculture"), 4),
    ("Chuỗi cửa hàng Demo Đặc sản", "company", "store_chain", "domestic", ("rice", "handicraft"), 4),
    ("Bếp ăn Demo Khu công nghiệp", "institution", "kitchen", "province", ("rice", "aquaculture"), 2),
    ("Vựa Demo Cua Tôm Sáu", "household_business", "depot", "region", ("shrimp", "aquaculture"), 5),
    ("Thương lái Demo Lúa Chín", "household_business", "collector", "region", ("rice",), 5),
    ("Thương lái Demo Tôm Nước Lợ", "household_business", "collector", "region", ("shrimp",), 4),
    ("Nhà phân phối Demo Muối Biển", "company", "wholesaler", "domestic", ("aquaculture",), 3),
    ("Công ty Demo Quà tặng Thủ công", "company", "exporter", "export", ("handicraft",), 4),
    ("Đại lý Demo Chiếu và Đồ đan", "household_business", "depot", "domestic", ("handicraft",), 3),
    ("Chợ đầu mối Demo", "institution", "wholesaler", "region", ("aquaculture", "shrimp", "rice"), 4),
)
CLERK = Actor(channel="demo")


def share_members(total: int, count: int, world: World, low: int) -> list[int]:
    """Split a total over units, uneven as life is, every unit above ``low``, the sum exact."""
    weights = [world.dice.gammavariate(1.6, 1.0) + 0.15 for _ in range(count)]
    spare, whole = total - low * count, sum(weights)
    parts = [low + int(spare * weight / whole) for weight in weights]
    for index in range(total - sum(parts)):
        parts[index % count] += 1
    return parts


def plan_register(world: World, session: Session) -> None:
    """Plan every registration up to the end of 2021 and the register's later life."""
    world.products = {product.slug: product for product in session.query(Product)}
    communes = _communes(session)
    for kind, count, low in (("cooperative", COOPERATIVES, 9), ("group", GROUPS, 4)):
        members = share_members(MEMBERS[kind], count, world, low)
        for number in range(count):
            commune, district = communes[(number * 7 + (3 if kind == "group" else 0)) % len(communes)]
            late = number >= count - (16 if kind == "cooperative" else 20)
            day = _late_day(world) if late else OPENING
            founded = day if late else _past_day(world)
            _plan_unit(world, kind, number + 1, commune, district, members[number], day, founded)
    for name, kind, buyer_kind, destination, fields, appetite in BUYERS:
        _plan_buyer(world, communes, name, kind, buyer_kind, destination, fields, appetite)
    world.plan(date(2022, 6, 20), lambda s: _half_year_2022(world, s, communes))


def _communes(session: Session) -> list[tuple[Place, str]]:
    """The 64 old communes with their district's code, in the register's order."""
    return [
        (commune, places.get_place(session, commune.parent_id or 0).code)
        for commune in places.list_communes(session, on=OPENING)
    ]


def _past_day(world: World) -> date:
    return date(2003, 1, 1) + timedelta(days=world.dice.randrange(0, 6500))


def _late_day(world: World) -> date:
    return date(2021, 2, 1) + timedelta(days=world.dice.randrange(0, 320))


def _plan_unit(
    world: World,
    kind: str,
    number: int,
    commune: Place,
    district: str,
    members: int,
    day: date,
    founded: date,
) -> None:
    code, title, _ = world.dice.choices(FIELDS, weights=[field[2] for field in FIELDS])[0]
    prefix = "HTX" if kind == "cooperative" else "THT"
    name = f"{prefix} Demo {title} {commune.name} {number}"

    def register(session: Session) -> None:
        party = parties.register_party(
            session,
            actor=CLERK,
            kind=kind,
            name=name,
            place_id=commune.id,
            fields=(code,),
            members=members,
            households=members * 4 // 5,
            founded_on=founded,
            # Numbers of a range that is given to nobody.
            phone=f"+8429101{len(world.units):05d}",
            source="demo",
            is_demo=True,
        )
        parties.confirm_party(session, actor=CLERK, party_id=party.id)
        if kind == "group" and number % 3 == 0:
            parties.add_representative(
                session,
                party_id=party.id,
                name=f"Người đại diện demo {number}",
                position="Tổ trưởng",
                ground="authority",
                authority_number=f"{number}/GUQ-DEMO",
                authority_date=day,
            )
        world.units.append(Unit(party.id, kind, name, district, GOODS_OF[code], members))
        world.note("units")

    world.plan(day, register, hour=8 + world.dice.random())


def _plan_buyer(
    world: World,
    communes: Sequence[tuple[Place, str]],
    name: str,
    kind: str,
    buyer_kind: str,
    destination: str,
    fields: tuple[str, ...],
    appetite: int,
) -> None:
    commune = world.dice.choice(communes)[0]

    def register(session: Session) -> None:
        party = parties.register_party(
            session,
            actor=CLERK,
            kind=kind,
            name=name,
            place_id=commune.id,
            buyer_kind=buyer_kind,
            destination=destination,
            phone=f"+8429100{len(world.buyers):05d}",
            source="demo",
            is_demo=True,
        )
        parties.confirm_party(session, actor=CLERK, party_id=party.id)
        world.buyers.append(Buyer(party.id, name, appetite, fields))
        world.note("buyers")

    world.plan(OPENING, register, hour=10)


def _half_year_2022(world: World, session: Session, communes: Sequence[tuple[Place, str]]) -> None:
    """The half-year report of 2022: foundings, endings, and members as then reported."""
    for kind, founded, ended in (("cooperative", 13, 1), ("group", 8, 5)):
        mine = [unit for unit in world.units if unit.kind == kind]
        for unit in [unit for unit in mine if not unit.listings][:ended]:
            parties.change_status(
                session,
                actor=CLERK,
                party_id=unit.party_id,
                status="dissolved",
                on_date=date(2022, 6, 10),
                source="demo",
            )
            mine.remove(unit)
            world.units.remove(unit)
        total = MEMBERS_2022[kind]
        fresh = 12 * founded
        grown = total - fresh
        was = sum(unit.members for unit in mine)
        reported = [unit.members * grown // was for unit in mine]
        for index in range(grown - sum(reported)):
            reported[index % len(reported)] += 1
        for unit, members in zip(mine, reported, strict=True):
            unit.members = members
            parties.report_members(
                session,
                actor=CLERK,
                party_id=unit.party_id,
                on_date=date(2022, 6, 20),
                official=members,
                associate=0,
                households=members * 4 // 5,
                source="demo",
            )
        for number in range(founded):
            commune, district = communes[(number * 11) % len(communes)]
            first = {"cooperative": COOPERATIVES, "group": GROUPS}[kind]
            _plan_unit(
                world, kind, first + number + 1, commune, district, 12, date(2022, 6, 21), date(2022, 6, 15)
            )


def make_accounts(world: World, session: Session) -> tuple[Unit, Buyer]:
    """The four demo accounts: a buyer, a manager with goods to sell, an officer, the administrator.

    Gives the unit and the buyer that the first two act for.
    """
    sellers = [unit for unit in world.units if unit.kind == "cooperative" and len(unit.listings) >= 2]
    manager = next((unit for unit in sellers if "Lúa gạo" in unit.name), sellers[0])
    buyer = next(buyer for buyer in world.buyers if buyer.appetite >= 5)
    for login, name, party_id in (
        ("nguoimua@demo.test", "Người mua demo", buyer.party_id),
        ("htx@demo.test", "Giám đốc HTX demo", manager.party_id),
    ):
        user = accounts.create_user(session, name=name, email=login, password=PASSWORD, is_demo=True)
        accounts.grant_membership(
            session, user_id=user.id, party_id=party_id, powers=("bind", "trade", "deliver", "view")
        )
    officer = accounts.create_user(
        session, name="Cán bộ demo", email="canbo@demo.test", password=PASSWORD, is_demo=True
    )
    for day in (OPENING, date(2025, 7, 1)):
        accounts.grant_duties(
            session,
            user_id=officer.id,
            place_id=places.province_on(session, day=day).id,
            duties=("register", "certificates", "figures", "trade_data", "moderation"),
        )
    accounts.create_user(
        session,
        name="Quản trị demo",
        email="quantri@demo.test",
        password=PASSWORD,
        is_admin=True,
        is_demo=True,
    )
    return manager, buyer
