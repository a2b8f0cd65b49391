"""A search asked again is answered from what was kept, and never from before what can be found now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from markupsafe import Markup
from sqlalchemy.orm import Session

from market import clock, worker
from market.listings import answers, indexing, searching
from market.listings import service as listings
from market.listings.answers import Answer, Answers
from market.listings.models import Listing
from market.listings.results import Drawn, Results
from market.listings.searching import Found, Names
from market.parties.models import Party
from market.runtime import Runtime
from search.errors import SearchUnavailable
from search.query import Page, Query
from tests import make
from tests.listings.goods import make_listing
from tests.make import TODAY
from tests.pages import Browser
from tests.pages import Page as Shown

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
RICE = Query(text="gao")


@pytest.fixture
def runtime(app: FastAPI) -> Runtime:
    found: Runtime = app.state.runtime
    return found


def ask(session: Session, runtime: Runtime, query: Query = RICE) -> Found:
    return searching.find_by_index(session, runtime.the_index(), query, on=TODAY)


def titles(page: Shown) -> list[str]:
    return [node.text().strip() for node in page.css(".card h3")]


def test_what_was_asked_before_needs_no_index(session: Session, runtime: Runtime) -> None:
    make_listing(session, make.make_unit(session), title="Gạo ST25")
    worker.run_due(runtime, long=False)
    asked = [ask(session, runtime) for _ in range(3)]
    assert [len(found.cards) for found in asked] == [1, 1, 1]
    assert asked[2].page is asked[1].page
    runtime.the_index().close()
    assert ask(session, runtime).page is asked[1].page
    with pytest.raises(SearchUnavailable):
        ask(session, runtime, replace(RICE, sort="newest"))


def test_what_can_be_found_now_is_found_at_once(session: Session, runtime: Runtime) -> None:
    unit = make.make_unit(session)
    for number in range(1, 4):
        make_listing(session, unit, title=f"Gạo {number}")
        before = [ask(session, runtime).page.total for _ in range(3)]
        assert before == [number - 1] * 3, "what waits cannot be found"
        worker.run_due(runtime, long=False)
        assert [ask(session, runtime).page.total for _ in range(3)] == [number] * 3


def test_nothing_found_is_asked_again_once_something_is_there(session: Session, runtime: Runtime) -> None:
    assert [ask(session, runtime).page.total for _ in range(3)] == [0, 0, 0]
    make_listing(session, make.make_unit(session), title="Gạo ST25")
    worker.run_due(runtime, long=False)
    assert ask(session, runtime).page.total == 1


def test_a_rebuild_is_a_change(session: Session, runtime: Runtime) -> None:
    listing = make_listing(session, make.make_unit(session), title="Gạo ST25")
    worker.run_due(runtime, long=False)
    assert [ask(session, runtime).page.total for _ in range(2)] == [1, 1]
    # Nobody queues this change: a rebuild alone finds it.
    session.execute(sa.update(Listing).where(Listing.id == listing.id).values(title="Mắm"))
    session.commit()
    clock.move(clock.now() + timedelta(seconds=1))
    indexing.rebuild(runtime.database, runtime.the_index())
    assert ask(session, runtime, Query(text="mam")).page.total == 1
    assert ask(session, runtime).cards[0].title == "Mắm"


def test_what_was_taken_back_is_not_shown_though_the_index_has_it(session: Session, runtime: Runtime) -> None:
    unit = make.make_unit(session)
    listing = make_listing(session, unit, title="Gạo ST25")
    worker.run_due(runtime, long=False)
    assert [len(ask(session, runtime).cards) for _ in range(2)] == [1, 1]
    listings.withdraw(session, actor=unit.actor, listing_id=listing.id)
    session.commit()
    found = ask(session, runtime)
    assert (found.cards, found.page.total) == ([], 1)


def test_an_answer_counts_only_under_the_newest_state_known() -> None:
    kept = Answers(most=2)
    answer = Answer(Page((1,), 1), ("before",))
    kept.keep(RICE, Answer(Page((1,), 1), None))
    assert kept.get(RICE) is None, "of no known state"
    kept.seen = ("before",)
    kept.keep(RICE, answer)
    assert kept.get(RICE) is answer
    kept.seen = ("after",)
    assert kept.get(RICE) is None
    kept.seen = ("before",)
    for text in ("tom", "muoi"):
        kept.get(RICE)
        kept.keep(Query(text=text), answer)
    assert (kept.get(RICE), kept.get(Query(text="tom"))) == (answer, None), "what was unused goes first"


def test_the_answers_of_one_index_are_not_those_of_another(runtime: Runtime) -> None:
    index = runtime.the_index()
    assert answers.of(index) is answers.of(index)


def test_a_page_asked_again_shows_each_card_as_it_is_now(
    session: Session, runtime: Runtime, browser: Open
) -> None:
    unit = make.make_unit(session, name="HTX Ba Đình")
    make_listing(session, unit, title="Gạo ST25", price_from=21_000)
    make_listing(session, unit, title="Gạo Một Bụi", price_from=22_000)
    worker.run_due(runtime, long=False)
    here = browser()
    pages = [here.get("/listings", q="gao") for _ in range(3)]
    assert len({page.response.text for page in pages}) == 1
    assert "HTX Ba Đình" in pages[2].text
    session.execute(sa.update(Party).where(Party.id == unit.party.id).values(name="HTX Ba Đình Mới"))
    session.commit()
    assert "HTX Ba Đình Mới" in here.get("/listings", q="gao").text, "before the index has followed"
    here.get("/language/en")
    english = here.get("/listings", q="gao")
    assert titles(english) == titles(pages[0])
    assert "listings" in english.css(".hits-count")[0].text()


def test_what_is_drawn_says_nothing_of_who_asked(session: Session, runtime: Runtime, browser: Open) -> None:
    make_listing(session, make.make_unit(session), title="Gạo ST25")
    worker.run_due(runtime, long=False)
    someone, other = browser(), browser()
    part = {"HX-Request": "true"}
    first = [someone.get("/listings", q="gao", headers=part).response.text for _ in range(2)][-1]
    assert other.get("/listings", q="gao", headers=part).response.text == first
    # The filters stay open for the one who is ticking them.
    ticking = other.get("/listings", q="gao", headers={**part, "HX-Trigger": "facets"})
    assert ticking.css("details[open]")
    assert not other.get("/listings", q="gao", headers=part).css("details[open]")


def test_wrong_values_are_named_each_time(browser: Open) -> None:
    here = browser()
    for _ in range(3):
        page = here.get("/listings", volume_min="nhiều")
        assert (page.status, len(page.css("#e-volume_min"))) == (422, 1)


def test_drawn_results_hold_while_all_they_were_drawn_of_is_the_same() -> None:
    kept, page, known = Results(most=2), Page((), 0), Names({}, {}, {}, {}, {}, {})
    nothing: Any = None
    found, drawn = Found([], page, from_sql=False), Drawn(Markup("drawn"), nothing)
    kept.keep("gao", found, known, drawn)
    assert kept.get("gao", Found([], page, from_sql=False), known) is drawn
    assert kept.get("gao", replace(found, page=Page((), 0)), known) is None, "the index was asked again"
    assert kept.get("gao", replace(found, relaxed=True), known) is None
    assert kept.get("gao", found, replace(known)) is None, "names may have changed"
    kept.keep("tom", found, known, drawn)
    assert kept.get("gao", found, known) is drawn
    kept.keep("muoi", found, known, drawn)
    assert (kept.get("gao", found, known), kept.get("tom", found, known)) == (drawn, None)
