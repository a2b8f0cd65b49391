"""Whatever is exported is imported as the same: random units, listings, agreements and plans, out into both
kinds of file and back, with nothing to be changed and in a handful of SELECTs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.events import Actor
from market.links import declared
from market.links.declared import Deal
from market.links.models import LINK_STATES
from market.listings import plans, queries
from market.listings import service as listings
from market.listings.pricing import Reference
from market.parties import service as parties
from market.parties.models import BUYER_KINDS, FIELDS, RATINGS, STATUSES, UNIT_KINDS
from market.places import queries as places
from market.spreadsheets import service
from market.spreadsheets.lookups import Lookups
from search.vietnamese import nfc
from tests import make
from tests.make import TODAY
from tests.profiles import Profile
from tests.statements import counting

CLERK = Actor(channel="import")
#: Any sign that a form takes, those of formulas and separators more often.
SIGNS = st.one_of(
    st.sampled_from("=+-@';,\"\t\n0123456789. xđộ"),
    st.characters(
        codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\N{REPLACEMENT CHARACTER}"
    ),
)
#: Composed, as forms and the API hand text on.
LINE = st.text(SIGNS, min_size=1, max_size=20).map(lambda text: " ".join(nfc(text).split())).filter(bool)
PROSE = st.text(SIGNS, max_size=40).map(lambda text: nfc(text).strip())
PAST = st.dates(date(1990, 1, 1), TODAY)

UNITS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(UNIT_KINDS),
        "name": LINE,
        "fields": st.lists(st.sampled_from(FIELDS), unique=True, max_size=3),
        "members": st.one_of(st.none(), st.integers(0, 10**6)),
        "founded_on": st.one_of(st.none(), PAST),
        "email": st.sampled_from([None, "a@vidu.test"]),
        "phone": st.sampled_from([None, "+84912000111", "+842913822222"]),
    }
)
LISTING = st.fixed_dictionaries(
    {
        "product": st.sampled_from(["lua-st25", "tom-su", "chieu-lac", "muoi-trang", "cua-gach", "gao-st25"]),
        "title": LINE,
        "description": PROSE,
        "grade": st.one_of(st.none(), LINE),
        "price": st.one_of(st.none(), st.tuples(st.integers(1, 10**8), st.integers(1, 10**8)).map(sorted)),
        "kind": st.sampled_from(["fixed", "labour", "table", "reference"]),
        "min_order": st.integers(0, 10**9),
        "standards": st.lists(st.sampled_from(["OCOP3", "OCOP4", "SRP", "ASC"]), unique=True),
        "lots": st.lists(
            st.tuples(st.integers(0, 400), st.integers(0, 30), st.integers(1, 10**9)), max_size=3
        ),
        "dice": st.randoms(use_true_random=False),
    }
)
DEAL = st.fixed_dictionaries(
    {
        "product": st.sampled_from(["lua-st25", "tom-su", "chieu-lac"]),
        "buyer": LINE,
        "buyer_kind": st.sampled_from(BUYER_KINDS),
        "days": st.tuples(PAST, st.integers(0, 400)),
        "kind": st.sampled_from(["spot", "season", "linkage"]),
        "form": st.one_of(st.none(), st.integers(1, 7)),
        "volume": st.integers(0, 10**6),
        "price": st.integers(0, 10**6),
        "area_m2": st.one_of(st.none(), st.integers(0, 10**9)),
        "contract_number": st.one_of(st.none(), LINE),
        "state": st.sampled_from(LINK_STATES),
    }
)
PLAN = st.fixed_dictionaries(
    {
        "product": st.sampled_from(["lua-st25", "tom-su", "chieu-lac"]),
        "season": st.sampled_from(["he-thu-2026", "dong-xuan-2026-2027"]),
        "expected": st.integers(0, 10**9),
        "area_m2": st.one_of(st.none(), st.integers(0, 10**9)),
        "days": st.tuples(st.dates(TODAY, date(2027, 1, 1)), st.integers(0, 400)),
    }
)


def spec_of(session: Session, product: Any, dice: Any) -> dict[str, Any]:
    """A quality somewhere within what the product is described by."""
    found: dict[str, Any] = {}
    for one in catalogue.specs_of(session, product):
        if dice.random() < 0.4:
            continue
        if one.kind == "choice":
            found[one.key] = dice.choice(one.choices).code
        else:
            found[one.key] = sorted(
                dice.choice([one.low, one.high, dice.randint(one.low, one.high)]) for _ in "ab"
            )
    return found


def price_of(session: Session, product: Any, one: dict[str, Any]) -> dict[str, Any]:
    """How a listing's price is made: of its kind, as far as the product and the dice let it."""
    (low, high), dice = one["price"] or (None, None), one["dice"]
    size = queries.size_of(catalogue.specs_of(session, product))
    if one["kind"] == "table" and size is not None:
        ends = sorted(dice.sample(range(size.low, size.high + 1), 4))
        first = dice.choice([None, ends[0]])
        lines = ((first, ends[1], dice.randint(1, 10**8)), (ends[2], dice.choice([None, ends[3]]), 9))
        return {"price_kind": "table", "price_lines": lines[: dice.randint(0, 2)]}
    if one["kind"] == "reference":
        limits = {"floor": low, "ceiling": high} if dice.random() < 0.5 else {}
        day, plus = dice.choice([None, TODAY]), dice.randint(-(10**6), 10**6)
        made = Reference(source=one["title"], on_date=day, plus=plus, **limits)
        return {"price_kind": "reference", "price_from": low, "reference": dice.choice([made, None])}
    kind = one["kind"] if one["kind"] == "labour" else "fixed"
    return {"price_kind": kind, "price_from": low, "price_to": high}


def fill(session: Session, world: dict[str, list[dict[str, Any]]]) -> None:
    """A market out of random values, made by the services."""
    communes = places.list_communes(session, on=TODAY)
    ids = []
    for number, unit in enumerate(world["units"]):
        founded = unit["founded_on"]
        place = communes[number]
        party = parties.register_party(session, actor=CLERK, place_id=place.id, **unit)
        parties.confirm_party(session, actor=CLERK, party_id=party.id)
        for year, rating in enumerate(RATINGS[: number + 1], start=2020):
            parties.rate_party(session, actor=CLERK, party_id=party.id, year=year, rating=rating)
        parties.designate_pilot(session, actor=CLERK, party_id=party.id, field=FIELDS[number])
        if founded is not None and founded < TODAY:
            status = STATUSES[number % len(STATUSES)]
            if status != "active":
                parties.change_status(session, actor=CLERK, party_id=party.id, status=status)
        ids.append(party.id)
    for number, one in enumerate(world["listings"]):
        product = catalogue.get_product(session, one["product"])
        quality = spec_of(session, product, one["dice"])
        listing = listings.create_listing(
            session, actor=CLERK, party_id=ids[number % len(ids)], product_id=product.id, title=one["title"],
            description=one["description"], grade=one["grade"], spec=quality, min_order=one["min_order"],
            standards=one["standards"], **price_of(session, product, one),
        )  # fmt: skip
        for begins, lasts, volume in one["lots"]:
            first = TODAY + timedelta(days=begins)
            own = None if one["dice"].random() < 0.7 else spec_of(session, product, one["dice"])
            listings.open_lot(
                session, actor=CLERK, listing_id=listing.id, from_date=first,
                to_date=first + timedelta(days=lasts), volume=volume, spec=own,
            )  # fmt: skip
    for number, one in enumerate(world["links"]):
        buyer = parties.register_party(
            session, actor=CLERK, kind="company", name=one.pop("buyer"), place_id=None, standing="none"
        )
        (first, lasts), product = one.pop("days"), catalogue.get_product(session, one.pop("product"))
        deal = Deal(product_id=product.id, from_date=first, to_date=first + timedelta(days=lasts), **one)
        seller = ids[number % len(ids)]
        declared.declare_link(session, actor=CLERK, seller_id=seller, buyer_id=buyer.id, deal=deal)
    for number, one in enumerate(world["plans"]):
        (first, lasts), product = one.pop("days"), catalogue.get_product(session, one.pop("product"))
        season = catalogue.get_season(session, one.pop("season"))
        plans.plan_season(
            session, actor=CLERK, party_id=ids[number % len(ids)], product_id=product.id, season_id=season.id,
            from_date=first, to_date=first + timedelta(days=lasts), **one,
        )  # fmt: skip
    session.flush()


WORLDS = st.fixed_dictionaries(
    {
        "units": st.lists(UNITS, min_size=1, max_size=5),
        "listings": st.lists(LISTING, max_size=4),
        "links": st.lists(DEAL, max_size=4),
        "plans": st.lists(PLAN, max_size=4),
    }
)


def run(engine: sa.Engine, how_many: int) -> None:
    # What fails is not made smaller: each try starts a process for each workbook.
    @settings(
        max_examples=how_many,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(WORLDS)
    def everything_comes_back(world: dict[str, list[dict[str, Any]]]) -> None:
        with engine.execution_options(sqlite_write=True).connect() as connection:
            outer = connection.begin()
            with Session(connection, join_transaction_mode="create_savepoint") as session, clock.at(TODAY):
                fill(session, world)
                for kind in service.KINDS:
                    for ending in (".xlsx", ".csv"):
                        check(session, kind, ending)
            outer.rollback()

    everything_comes_back()


def check(session: Session, kind: str, ending: str) -> None:
    held = service.export(session, kind=kind, ending=ending)
    found = service.preview(session, kind=kind, file=service.open_file(held))
    rows = len(list(service.KINDS[kind].export(session, Lookups(session, on=TODAY), people=True)))
    report = found.report
    if not rows:
        assert [wrong.row for wrong in report.errors] == [0]
        return
    assert not report.errors, report.errors
    assert (report.rows, report.counts["same"], found.steps) == (rows, rows, [])


@pytest.mark.long
def test_random_worlds_come_back_as_they_went(profile: Profile) -> None:
    run(profile.engine, 8)


@pytest.mark.soak
def test_very_many_random_worlds_come_back_as_they_went(profile: Profile) -> None:
    run(profile.engine, 1_000)


@pytest.mark.usefixtures("on_a_day")
def test_more_rows_are_not_more_selects(session: Session, profile: Profile) -> None:
    unit = make.make_unit(session, code="HTX-T-001")
    one: dict[str, Callable[[int], list[str]]] = {
        "cooperatives": lambda i: [f"C{i},HTX Một {i},HTX,31894"],
        "listings": lambda i: [f"{unit.party.code},lua-st25,Lúa {i},1000"],
        "links": lambda i: [f"{unit.party.code},Vựa {i},lua-st25,1/1/2026,2/1/2026"],
        "season-plans": lambda i: [f"{unit.party.code},lua-st25,he-thu-2026,{i + 1},1/8/2026,2/8/2026"],
    }
    heads = {
        "cooperatives": "code,name,form,place_code",
        "listings": "cooperative_code,product,title,price_from",
        "links": "cooperative_code,buyer,product,from,to",
        "season-plans": "cooperative_code,product,season,output,harvest_from,harvest_to",
    }
    for kind, line in one.items():
        counts = []
        for many in (2, 200):
            lines = [heads[kind], *(text for i in range(many) for text in line(i))]
            with counting(session.get_bind().engine, frames=True) as asked:
                found = service.preview(session, kind=kind, file=service.open_file("\n".join(lines).encode()))
            assert found.report.rows == many
            counts.append(len(asked))
        assert counts[1] <= counts[0] <= 20, (kind, counts)
