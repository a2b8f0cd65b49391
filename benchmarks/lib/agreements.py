"""Agreements by the hundred thousand, for speed: units with the register's history, buyers, and agreements of
three years with what was delivered, written in bulk. More of them can be put to what is there.
"""

import random
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from benchmarks.lib import market
from market import clock
from market.accounts import service as accounts
from market.catalogue.models import Product
from market.db import Database
from market.engine import make_engine
from market.links.models import Delivery, DeliveryState, Link, LinkLine, LinkState, LinkTerms
from market.parties.models import BUYER_KINDS, Party, PartyKind, PartyPlace, PartyStatus
from market.places import queries as places
from market.settings import Settings

LISTINGS, BUYERS, STEP = 5_000, 200, 5_000
LOGIN = "canbo@vidu.test"
SHELL = {"channel": "shell"}


def fill(settings: Settings, count: int, *, listings: int = LISTINGS) -> None:
    """Units and listings, the register's history of the units, an officer, and so many agreements."""
    market.fill(settings, listings)
    database = Database(make_engine(settings.database))
    today, now = clock.today(), clock.now()
    with database.writing() as session:
        past = {"on_date": today - timedelta(days=1500), "recorded_at": now - timedelta(days=1500)}
        units = session.execute(sa.select(Party.id, Party.name, Party.place_id)).all()
        session.execute(
            sa.insert(PartyKind), [{"party_id": u.id, "kind": "cooperative", **past} for u in units]
        )
        session.execute(
            sa.insert(PartyStatus), [{"party_id": u.id, "status": "active", **past} for u in units]
        )
        session.execute(
            sa.insert(PartyPlace), [{"party_id": u.id, "place_id": u.place_id, **past} for u in units]
        )
        first = max(u.id for u in units) + 1
        session.execute(
            sa.insert(Party),
            [
                {
                    "id": first + n,
                    "code": f"MUA-{n:04d}",
                    "kind": "company",
                    "name": f"Công ty {n}",
                    "folded": f"cong ty {n}",
                    "sort_key": f"cong ty {n}",
                    "standing": "confirmed",
                    "created_at": now,
                }
                for n in range(BUYERS)
            ],
        )
        user = accounts.create_user(session, name="Cán bộ", email=LOGIN, password="mật khẩu đủ dài để thử")
        accounts.grant_duties(
            session,
            user_id=user.id,
            place_id=places.province_on(session, day=today).id,
            duties=("register", "figures", "trade_data"),
        )
    database.close()
    add(settings, 1, count)


def add(settings: Settings, start: int, end: int) -> None:
    """Agreements with the numbers from start to end."""
    database, dice = Database(make_engine(settings.database)), random.Random(start)
    with database.reading() as session:
        units = session.execute(sa.select(Party.id, Party.place_id).where(Party.kind == "cooperative")).all()
        buyers = session.scalars(sa.select(Party.id).where(Party.kind == "company")).all()
        products = session.execute(sa.select(Product.id, Product.sector_code)).all()
    for begin in range(start, end + 1, STEP):
        rows: dict[Any, list[dict[str, Any]]] = {}
        for number in range(begin, min(begin + STEP, end + 1)):
            _agreement(rows, dice, number, dice.choice(units), dice.choice(buyers), dice.choice(products))
        with database.writing() as session:
            for table, some in rows.items():
                session.execute(sa.insert(table), some)
    market.go_on(database, "parties", "links", "deliveries")
    database.close()


def _agreement(
    rows: dict[Any, list[dict[str, Any]]],
    dice: random.Random,
    number: int,
    unit: Any,
    buyer: int,
    product: Any,
) -> None:
    """An agreement of some day of the last three years; the older are over and were delivered."""
    day = clock.today() - timedelta(days=dice.randrange(1095))
    last, at = day + timedelta(days=dice.randrange(20, 200)), clock.start_of(day)
    over, volume = last < clock.today(), dice.randrange(1, 60) * 1_000_000
    form = dice.choice((None, None, 1, 3, 7))
    terms = {
        "kind": "spot" if form is None else dice.choice(("season", "linkage")),
        "form": form,
        "contract": "none" if form is None else "uploaded",
        "volume": volume,
        "value": volume * 9,
        "area_m2": None if form is None else dice.randrange(1, 90) * 10_000,
        "area_base": None if form is None else "sown",
        "from_date": day,
        "to_date": last,
    }

    def add(table: Any, **values: Any) -> None:
        rows.setdefault(table, []).append(values)

    add(
        Link,
        id=number,
        seller_id=unit.id,
        buyer_id=buyer,
        product_id=product.id,
        sector_code=product.sector_code,
        seller_kind="cooperative",
        place_id=unit.place_id,
        buyer_kind=BUYER_KINDS[buyer % len(BUYER_KINDS)],
        destination=("province", "region", "domestic", "export")[buyer % 4],
        origin="declared_both",
        spec={},
        price=9_000,
        state="fulfilled" if over else "active",
        agreed_at=at,
        **terms,
    )
    add(LinkLine, link_id=number, position=1, from_date=day, to_date=last, volume=volume, price=9_000,
        value=volume * 9)  # fmt: skip
    add(LinkState, link_id=number, state="active", on_date=day, recorded_at=at, **SHELL)
    add(LinkTerms, link_id=number, on_date=day, recorded_at=at, **terms)
    if over:
        at = clock.start_of(last)
        add(LinkState, link_id=number, state="fulfilled", on_date=last, recorded_at=at, **SHELL)
        add(Delivery, id=number, link_id=number, on_date=last, state="confirmed", recorded_side="seller",
            accepted=volume, value=volume * 9, recorded_at=at)  # fmt: skip
        add(DeliveryState, delivery_id=number, state="confirmed", accepted=volume, value=volume * 9,
            on_date=last, recorded_at=at, **SHELL)  # fmt: skip
