"""Saved searches by their pages: keeping, listing, changing, deleting, and ending the mails without signing
in. What is told when is in test_saved_news.py.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market.listings import saved
from market.listings.saved_models import SavedSearch
from tests import make
from tests.pages import Browser, Page, signed_in

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture
def here(buyer: make.Side, browser: Open) -> Browser:
    """A browser in which the buyer has signed in."""
    return signed_in(browser, buyer)


def keep(here: Browser, *, name: str = "", often: str = "daily", **fields: object) -> Page:
    form = here.get("/listings/saved/new", **fields).form("/listings/saved")
    hidden: dict[str, list[str]] = {}
    for node in form.node.css("input[type=hidden]"):
        hidden.setdefault(node.attributes["name"] or "", []).append(node.attributes["value"] or "")
    return here.post(form.action, {**hidden, "name": name, "often": often})


def kept(session: Session) -> list[SavedSearch]:
    session.expire_all()
    return list(session.scalars(sa.select(SavedSearch).order_by(SavedSearch.id)))


def test_a_search_is_kept_with_all_it_asks_for_but_not_its_order(session: Session, here: Browser) -> None:
    asked = {
        "q": "tôm sú",
        "sector": ["shrimp"],
        "ocop": "4",
        "month": "2026-05",
        "volume_min": "1,5 tấn",
        "price_max": "210.000",
        "place": "96",
        "sort": "price",
        "page": "3",
    }
    page = keep(here, name="Tôm tháng năm", often="at_once", **asked)
    assert page.path == "/listings/saved"
    assert "Tôm tháng năm" in page.text
    [row] = kept(session)
    assert row.often == "at_once"
    assert row.fields == {
        "q": "tôm sú",
        "sector": ["shrimp"],
        "ocop": 4,
        "month": ["2026-05"],
        "place": ["96"],
        # In digits that both languages read alike.
        "volume_min": "1500 kg",
        "price_max": "210000",
    }
    again = page.follow("Tôm tháng năm")
    assert again.path == "/listings"
    here.get("/language/en")
    assert here.get("/listings/saved").follow("Tôm tháng năm").status == 200


def test_the_search_page_may_send_its_fields_without_a_form_between(session: Session, here: Browser) -> None:
    fields = here.get("/listings/saved/new", q="muối").form("/listings/saved").fields
    sent = {"csrf_token": fields["csrf_token"], "q": "muối", "sector": ["shrimp"], "sort": "newest"}
    assert here.post("/listings/saved", sent).path == "/listings/saved"
    [row] = kept(session)
    assert (row.name, row.often) == ("muối · Tôm", "daily")


def test_the_same_search_is_kept_once_however_it_is_written(session: Session, here: Browser) -> None:
    keep(here, q="Tôm  Sú", sector=["rice", "shrimp"], volume_min="2 tấn")
    again = keep(here, name="Tên khác", q="tôm sú", sector=["shrimp", "rice"], volume_min="2.000 kg")
    assert "đã lưu mục tìm kiếm này" in again.text
    assert len(kept(session)) == 1
    keep(here, q="tôm sú")
    assert len(kept(session)) == 2


def test_another_person_keeps_the_same_for_themselves(session: Session, here: Browser, browser: Open) -> None:
    keep(here, q="tôm")
    other = signed_in(browser, make.make_account(session))
    assert other.get("/listings/saved").css(".empty")
    keep(other, q="tôm")
    assert len({row.user_id for row in kept(session)}) == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "q"),
        ({"q": "?!"}, "q"),
        ({"q": "tôm", "volume_min": "nhiều"}, "volume_min"),
        ({"q": "tôm", "product": "no-such"}, "product"),
        ({"q": "tôm", "place": "nowhere"}, "place"),
        ({"q": "tôm", "month": "2026-13"}, "month"),
    ],
)
def test_what_cannot_be_meant_is_not_kept(
    session: Session, here: Browser, fields: dict[str, str], field: str
) -> None:
    token = here.get("/listings/saved/new", q="x").form("/listings/saved").fields["csrf_token"]
    page = here.post("/listings/saved", {"csrf_token": token, "often": "daily", **fields})
    assert page.status == 422
    assert page.css(f".problems a[href='#f-{field}']")
    assert kept(session) == []


def test_fifty_and_no_more(session: Session, buyer: make.Side, here: Browser) -> None:
    for number in range(saved.MOST):
        fields = {"q": f"tôm {number}"}
        saved.save(session, user_id=buyer.user.id, fields=fields, often="never", language="vi")
    session.commit()
    page = keep(here, q="muối")
    assert page.status == 409
    assert str(saved.MOST) in page.css(".problems")[0].text()
    assert keep(here, q="tôm 7").status == 200, "one that is kept already is shown"
    assert len(kept(session)) == saved.MOST


def test_how_often_is_changed_and_a_search_deleted_in_the_list(session: Session, here: Browser) -> None:
    keep(here, q="tôm")
    keep(here, q="muối", often="never")
    page = here.get("/listings/saved")
    [first, second] = kept(session)
    changed = page.form(f"/{first.id}/often").send(often="at_once")
    assert "Ngay khi có" in changed.text
    assert kept(session)[0].often == "at_once"
    assert page.form(f"/{first.id}/often").send(often="hourly").status == 422
    page.form(f"/{second.id}/delete").send()
    assert [row.id for row in kept(session)] == [first.id]
    assert page.form(f"/{second.id}/delete").send().status == 404


def test_nobody_touches_anybody_elses(session: Session, here: Browser, browser: Open) -> None:
    keep(here, q="tôm")
    [row] = kept(session)
    other = signed_in(browser, make.make_admin(session))
    token = other.get("/listings/saved/new", q="x").form("/listings/saved").fields["csrf_token"]
    for what in ("often", "delete"):
        fields = {"csrf_token": token, "often": "never"}
        assert other.post(f"/listings/saved/{row.id}/{what}", fields).status == 404
    assert kept(session)[0].often == "daily"


def test_the_link_of_a_mail_ends_it_by_one_press_without_signing_in(
    app: FastAPI, session: Session, here: Browser, browser: Open
) -> None:
    keep(here, q="tôm", often="at_once")
    [row] = kept(session)
    link = saved.stop_path(app.state.settings.secret_key, saved_id=row.id, user_id=row.user_id)
    stranger = browser()
    page = stranger.get(link)
    assert page.status == 200
    assert kept(session)[0].often == "at_once", "who only looks, as mail programs do, ends nothing"
    ended = page.form("/stop").send()
    assert ended.status == 200
    assert kept(session)[0].often == "never"
    # A mail program posts straight away, as RFC 8058 says, and may do so again.
    assert stranger.post(link, {"List-Unsubscribe": "One-Click"}).status == 200


def test_the_link_of_another_ends_nothing(
    app: FastAPI, session: Session, here: Browser, browser: Open
) -> None:
    keep(here, q="tôm")
    keep(here, q="muối")
    first, second = kept(session)
    token = saved.stop_token(app.state.settings.secret_key, saved_id=first.id, user_id=first.user_id)
    stranger = browser()
    for link in (f"{second.id}/stop?token={token}", f"{first.id}/stop", f"{first.id}/stop?token=é", "0/stop"):
        assert stranger.get(f"/listings/saved/{link}").status == 404
        assert stranger.post(f"/listings/saved/{link}", {}).status == 404
    assert {row.often for row in kept(session)} == {"daily"}


def test_who_is_not_signed_in_is_sent_there_and_back(browser: Open) -> None:
    page = browser().get("/listings/saved/new", q="tôm")
    assert page.path == "/account/sign-in"
    assert page.form("/account/sign-in").fields["next"].startswith("/listings/saved/new?q=")
