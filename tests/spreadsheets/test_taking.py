"""Agreements taken out by a page: with price and buyer, and the look at each is logged and shown. And a file
that breaks us.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import worker
from market.events import EventRow
from market.links import desk
from market.spreadsheets.incoming import Incoming
from market.spreadsheets.models import Upload
from tests import make, trade
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.spreadsheets.test_uploads import send

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


def test_each_agreement_in_the_file_was_looked_at(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    listing, _ = trade.make_listing(session, seller)
    link = trade.make_link(session, seller, buyer, listing)
    elsewhere = make.make_unit(session, place_id=make.some_commune(session, index=9).id)
    other = trade.make_link(session, elsewhere, buyer, trade.make_listing(session, elsewhere)[0])
    place = seller.party.place_id
    assert place is not None
    officer = make.make_officer(session, place_id=place, duties=("trade_data",))
    here = signed_in(browser, officer)
    assert here.get("/imports/exports/links.csv").status == 404, "not without a press"
    held = here.get("/imports").form("/imports/exports/links.xlsx")
    answer = here.post("/imports/exports/links.csv", held.fields).response
    assert answer.headers["content-type"].startswith("text/csv")
    assert seller.party.code in answer.text
    assert elsewhere.party.code not in answer.text
    looked = session.scalars(sa.select(EventRow.subject_id).where(EventRow.name == desk.LOOKED)).all()
    assert list(looked) == [link.id]
    assert other.id not in looked
    assert "xem" in signed_in(browser, seller).get(f"/links/{link.id}").text
    assert len(desk.list_looks(session, link_id=link.id)) == 1


def test_a_file_that_breaks_us_holds_up_no_other(
    session: Session, app: FastAPI, seller: Side, browser: Open
) -> None:
    here = signed_in(browser, seller)
    first, second = (send(here, b"a,b\n1,2\n", name=f"{n}.csv") for n in range(2))
    upload = session.scalars(sa.select(Upload).order_by(Upload.id)).first()
    assert upload is not None
    path = Incoming(app.state.settings.files).folder / upload.file
    path.unlink()
    path.mkdir()  # no file that can be read, and none that is gone
    worker.run_due(app.state.runtime)
    for page in (first, second):
        assert here.get(page.path).css(".state-bad"), page.path
        assert len(here.get(page.path).css(".cells li")) == 1
