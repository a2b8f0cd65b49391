"""The page of a person's news: what is new, opening it, pages of it, and that it is nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.notices import queries
from market.notices import service as notices
from market.notices.models import Notice
from market.words import Named, Volume, t
from tests import make
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]
START = datetime(2026, 3, 2, 3, tzinfo=UTC)


def tell(session: Session, account: make.Account, count: int = 1, path: str = "/account") -> list[int]:
    """So many notices to somebody, a minute apart, the oldest first."""
    made = []
    for number in range(1, count + 1):
        with clock.at(START + timedelta(minutes=number)):
            made.append(
                notices.notify(
                    session,
                    to=notices.Recipient(account.user.id),
                    kind="party.confirmed",
                    words=t(
                        "{party} asks to buy {volume}.",
                        party=f"Công ty số {number}",
                        volume=Volume(number * 1_000_000, "gram"),
                    ),
                    path=path,
                )
            )
    session.commit()
    return [notice.id for notice in made]


def lines(here: Browser, **fields: object) -> list[str]:
    page = here.get("/account/notices", **fields)
    assert page.status == 200
    return [" ".join(node.css_first("strong, a").text().split()) for node in page.css("main ul.lines > li")]


def count(here: Browser) -> str:
    found = here.get("/account/notices").css("a.news .count")
    return found[0].text() if found else ""


def test_news_stand_newest_first_in_the_readers_language(session: Session, browser: Open) -> None:
    account = make.make_account(session)
    tell(session, account, 3)
    here = signed_in(browser, account)
    assert lines(here) == [f"Công ty số {number} hỏi mua {number} tấn." for number in (3, 2, 1)]
    here.get("/language/en")
    assert lines(here)[0] == "Công ty số 3 asks to buy 3 tonnes."


def test_opening_one_leads_where_it_belongs_and_makes_it_old(session: Session, browser: Open) -> None:
    account = make.make_account(session)
    first, second = tell(session, account, 2)
    here = signed_in(browser, account)
    assert count(here) == "2"
    opened = here.get("/account/notices").form(f"/{second}/read").send()
    assert opened.path == "/account"
    assert count(here) == "1"
    page = here.get("/account/notices")
    assert [node.text() for node in page.css("li.line-new strong")] == ["Công ty số 1 hỏi mua 1 tấn."]
    session.expire_all()
    read_at = session.get_one(Notice, second).read_at
    assert read_at is not None
    here.post(f"/account/notices/{second}/read", page.form("/read").fields)
    session.expire_all()
    assert session.get_one(Notice, second).read_at == read_at, "the first look is what counts"
    assert session.get_one(Notice, first).read_at is None


def test_everything_is_read_at_once_and_nobody_elses(session: Session, browser: Open) -> None:
    account, other = make.make_account(session), make.make_account(session)
    tell(session, account, 3)
    tell(session, other)
    here = signed_in(browser, account)
    here.get("/account/notices").form("/account/notices/read").send()
    assert count(here) == ""
    assert not here.get("/account/notices").css("form[action='/account/notices/read']")
    assert len(lines(here)) == 3
    assert make.count_rows(session, Notice, Notice.read_at.is_(None)) == 1


def test_a_getting_look_at_the_list_reads_nothing(session: Session, browser: Open) -> None:
    account = make.make_account(session)
    [notice_id] = tell(session, account)
    here = signed_in(browser, account)
    lines(here)
    assert here.get(f"/account/notices/{notice_id}/read").status == 405
    assert count(here) == "1"


def test_news_come_in_pages(session: Session, browser: Open) -> None:
    account = make.make_account(session)
    tell(session, account, queries.PAGE_SIZE * 2 + 3)
    here = signed_in(browser, account)
    assert count(here) == str(queries.PAGE_SIZE * 2 + 3)
    seen = [line for page in (1, 2, 3) for line in lines(here, page=page)]
    assert seen == [f"Công ty số {n} hỏi mua {n} tấn." for n in range(queries.PAGE_SIZE * 2 + 3, 0, -1)]
    assert len(lines(here, page=3)) == 3
    first = here.get("/account/notices")
    assert any("page=2" in link for link in first.links())
    assert any(
        "page=1" in link or link == "/account/notices"
        for link in here.get("/account/notices", page=3).links()
    )


def test_a_page_that_cannot_be_is_answered_politely(session: Session, browser: Open) -> None:
    account = make.make_account(session)
    tell(session, account, 2)
    here = signed_in(browser, account)
    for page in ("0", "-1", "x", "99999", "1e9", "9" * 400, "٣", "", "1&page=2"):
        assert here.get(f"/account/notices?page={page}").status == 200, page


def test_somebody_elses_news_are_not_there(session: Session, browser: Open) -> None:
    owner, stranger = make.make_account(session), make.make_account(session)
    [theirs] = tell(session, owner)
    tell(session, stranger)
    here = signed_in(browser, stranger)
    fields = here.get("/account/notices").form("/read").fields
    for notice_id in (theirs, theirs + 1000, 0, 2**63 - 1, 2**63, "x", "%00"):
        assert here.post(f"/account/notices/{notice_id}/read", fields).status == 404
    assert "Công ty số 2" not in here.get("/account/notices").text
    assert session.scalars(sa.select(Notice.read_at).where(Notice.id == theirs)).one() is None


def test_who_is_not_signed_in_has_no_news(session: Session, browser: Open) -> None:
    account = make.make_account(session)
    [notice_id] = tell(session, account)
    here = browser()
    assert here.get("/account/notices").path == "/account/sign-in"
    token = here.get("/account/sign-in").form("/account/sign-in").fields["csrf_token"]
    for path in ("/account/notices/read", f"/account/notices/{notice_id}/read"):
        assert here.post(path, {"csrf_token": token}).status == 401


def test_a_hostile_name_stays_text(session: Session, browser: Open) -> None:
    account = make.make_account(session)
    name = '<script>alert(1)</script>"><b onmouseover=x>{0}{party.__class__}%s'
    notices.notify(
        session,
        to=notices.Recipient(account.user.id),
        kind="party.confirmed",
        words=t("{party} asks to buy {volume}.", party=name, volume=Named("một ít", "a little")),
        path="/account",
    )
    session.commit()
    here = signed_in(browser, account)
    assert lines(here) == [f"{name} hỏi mua một ít."]
    assert not here.get("/account/notices").css("main script, main b")


def test_nothing_new_says_what_this_page_is_for(session: Session, browser: Open) -> None:
    here = signed_in(browser, make.make_account(session))
    assert lines(here) == []
    assert "SMS" in here.get("/account/notices").text
