"""What an officer takes in from a file waits for the unit's word like what it said by phone: marked on its
pages, counted apart, asked for once however much it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.assisted.models import AssistedCall, AssistedEntry
from market.events import Actor
from market.links.models import Link
from market.listings.models import Listing
from market.notices.models import Notice
from market.spreadsheets import service
from tests import make
from tests.assisted.test_service import _groups as groups
from tests.make import Account, Side
from tests.pages import Browser, signed_in
from tests.spreadsheets import files
from tests.spreadsheets.test_links import ROW
from tests.spreadsheets.test_listings import ROW as GOODS

Open = Callable[[], Browser]
WAITS = "Cán bộ nhập hộ, đơn vị chưa xác nhận"


@pytest.fixture
def officer(session: Session) -> Account:
    worker.subscribe_all()
    return make.make_officer(session, duties=("trade_data",))


def take(session: Session, by: Actor, kind: str, *rows: dict[str, Any]) -> None:
    found = service.preview(session, kind=kind, file=service.open_file(files.xlsx(files.table(rows))))
    assert not found.report.errors
    service.apply(session, found, actor=by)
    session.commit()


def lines(unit: Side, *changes: dict[str, Any]) -> list[dict[str, Any]]:
    today = clock.today()
    held = {"from": today, "to": today + timedelta(days=60), "contract_date": None, "season": None}
    return [{**ROW, **held, "cooperative_code": unit.party.code, **one} for one in changes]


def test_agreements_from_a_file_are_counted_apart_until_the_unit_confirms_them(
    session: Session, officer: Account, unit: Side, browser: Open
) -> None:
    rows = lines(unit, {"contract_no": "1/HĐ"}, {"contract_no": "2/HĐ"})
    take(session, Actor(officer.user.id, None, "import"), "links", *rows)
    assert groups(session, "links_in_force") == {"unconfirmed": 2}
    mine = (Notice.user_id == unit.user.id, Notice.kind == "assisted.entered")
    [notice] = session.scalars(sa.select(Notice).where(*mine))
    here = signed_in(browser, unit)
    link = session.scalars(sa.select(Link).order_by(Link.id)).first()
    assert link
    page = here.get(f"/links/{link.id}")
    assert WAITS in page.text
    assert "do Sở nhập" in page.text
    done = here.get(notice.path).form("/assisted/confirm").send()
    assert "Cảm ơn" in done.text
    assert groups(session, "links_in_force") == {"officer": 2}
    assert "đơn vị đã xác nhận" in here.get(f"/links/{link.id}").text

    take(session, Actor(channel="import"), "links", {**rows[0], "volume": 400})
    assert groups(session, "links_in_force") == {"officer": 1, "unconfirmed": 1}, "put right, asked again"
    take(session, Actor(channel="import"), "links", {**rows[0], "volume": 500})
    [entry] = session.scalars(sa.select(AssistedEntry).where(AssistedEntry.state == "waiting"))
    assert entry.volume == 500_000_000
    here.get(f"/assisted/{entry.id}").form("/deny").send(words="Chỉ có 300 tấn")
    denied = session.get_one(AssistedEntry, entry.id)
    assert (denied.state, denied.undone) == ("denied", False), "the department looks"
    assert session.get_one(AssistedCall, entry.id).words == "Chỉ có 300 tấn"
    assert groups(session, "links_in_force") == {"officer": 1, "unconfirmed": 1}


def test_goods_from_an_officers_file_are_marked_and_the_units_own_are_not(
    session: Session, officer: Account, unit: Side, browser: Open
) -> None:
    row = {**GOODS, "cooperative_code": unit.party.code}
    take(session, Actor(unit.user.id, unit.party.id, "import"), "listings", {**row, "title": "Lúa tự nhập"})
    assert make.count_rows(session, AssistedEntry) == 0
    take(session, Actor(officer.user.id, None, "import"), "listings", row, {**row, "title": "Lúa khác"})
    assert groups(session, "listings_published") == {"own": 1, "unconfirmed": 2}
    take(session, Actor(officer.user.id, None, "import"), "listings", {**row, "price_to": 9900})
    of_units = sa.and_(Notice.user_id == unit.user.id, Notice.kind.startswith("assisted"))
    told = session.scalars(sa.select(Notice.kind).where(of_units).order_by(Notice.id))
    assert list(told) == ["assisted.entered", "assisted.changed"]
    entry = session.scalars(sa.select(AssistedEntry).order_by(AssistedEntry.id)).first()
    assert entry
    here = signed_in(browser, unit)
    assert WAITS in here.get("/listings/mine").text
    here.get(f"/assisted/{entry.id}").form("/deny").send()
    assert session.get_one(Listing, entry.listing_id).state == "paused"
