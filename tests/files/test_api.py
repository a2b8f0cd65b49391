"""Words and files through the API: of an inquiry, an agreement with its contract, checks and deliveries, and
a certificate; sent as a body or in a form, once, by whoever may.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market import clock, worker
from market.certificates import service as certificates
from market.files.models import StoredFile
from market.links import deliveries, papers
from market.links.deliveries import Weighed
from market.links.models import Link
from market.listings.terms import Terms
from market.notices.models import Notice
from tests import make, trade
from tests.files import sheets
from tests.listings.shots import MAKER, File, shot
from tests.machines import API, Trader, check_declared
from tests.make import Side
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
PDF = {"Content-Type": "application/pdf"}


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def coop(browser: Open, session: Session, seller: Side) -> Trader:
    return Trader(browser(), session, seller.user)


@pytest.fixture
def shop(browser: Open, session: Session, buyer: Side) -> Trader:
    return Trader(browser(), session, buyer.user)


@pytest.fixture
def link(session: Session, seller: Side, buyer: Side) -> Link:
    listing, _ = trade.make_listing(session, seller)
    return trade.make_link(session, seller, buyer, listing, terms=Terms(checks="sample"))


def form(who: Trader, path: str, *files: File, **fields: str) -> Any:
    """Several files, or none, with fields beside them."""
    headers = {"Authorization": f"Bearer {who.token}"}
    who.browser.before()
    sent: list[tuple[str, Any]] = [("files", one) for one in files]
    sent += [(name, (None, value)) for name, value in fields.items()]
    answer = who.browser.client.post(API + path, files=sent, headers=headers)
    check_declared(who.document, "POST", path, answer)
    return answer


def content(who: Trader, told: Any, **fields: str) -> Any:
    """A file's content, from the address that is told of it."""
    headers = {"Authorization": f"Bearer {who.token}"}
    return who.browser.client.get(told["url"], headers=headers, params=fields)


def test_words_with_files_go_back_and_forth_in_an_inquiry(
    browser: Open, session: Session, coop: Trader, shop: Trader, buyer: Side, seller: Side
) -> None:
    inquiry = trade.make_inquiry(session, buyer, trade.make_listing(session, seller)[0])
    path = f"/inquiries/{inquiry.id}"
    answer = form(shop, f"{path}/words", ("a.pdf", sheets.sheet()), ("b.jpg", shot()), message="Bản vẽ.")
    assert answer.status_code == 200
    [word] = answer.json()["words"]
    assert (word["side"], word["text"]) == ("buyer", None), "no free words are kept under a key"
    assert [one["media_type"] for one in word["files"]] == ["application/pdf", "image/webp"]
    [read] = coop.look(f"{path}/words")["words"]
    assert read["text"] == "Bản vẽ."
    seen = read["files"]
    assert [one["own"] for one in seen] == [False, False]
    given = content(coop, seen[0])
    assert (given.status_code, given.content) == (200, sheets.sheet())
    assert given.headers["content-disposition"].startswith("attachment")
    small = content(coop, seen[1], small="1")
    assert MAKER.encode() not in small.content
    assert len(small.content) < len(content(coop, seen[1]).content)
    assert content(coop, seen[1], small="2", big="1").status_code == 422
    one = coop.send("POST", f"{path}/words", raw=sheets.sheet(3), key="k", **PDF)
    again = coop.send("POST", f"{path}/words", raw=sheets.sheet(3), key="k", **PDF)
    assert (again.json(), again.headers["idempotent-replayed"]) == (one.json(), "true")
    assert coop.send("POST", f"{path}/words", raw=sheets.sheet(4), key="k", **PDF).status_code == 409
    assert len(form(coop, f"{path}/words", message="Được.").json()["words"]) == 3
    own = one.json()["words"][1]["files"][0]
    assert shop.wrong("DELETE", f"{path}/files/{own['id']}", 404) == {}
    assert len(coop.does("DELETE", f"{path}/files/{own['id']}")["words"]) == 2
    stranger = Trader(browser(), session, make.make_buyer(session).user)
    assert stranger.send("GET", f"{path}/words").status_code == 404
    assert content(stranger, seen[0]).status_code == 404
    assert stranger.send("POST", f"{path}/words", raw=sheets.sheet(), **PDF).status_code == 404
    stranger.token = "nobody's"
    assert content(stranger, seen[0]).status_code == 401


def test_what_is_no_paper_or_no_word_is_refused_whole(session: Session, coop: Trader, link: Link) -> None:
    path = f"/links/{link.id}/words"
    assert "files" in coop.wrong("POST", path, 422, raw=b"MZ", **PDF)
    assert "files" in coop.wrong("POST", path, 422, raw=sheets.with_script(), **PDF)
    assert "files" in coop.wrong("POST", path, 422, {"message": "x"})
    assert "files" in coop.wrong("POST", path, 422, raw=b"\xff" * (10 * 2**20 + 1), **PDF)
    assert "message" in coop.wrong("POST", path, 422, raw=b"", **PDF)
    assert coop.wrong("POST", path, 400, raw=b"x", **{"Content-Type": "multipart/form-data"}) == {}
    for answer, field in (
        (form(coop, path, message="x" * 4001), "message"),
        (form(coop, path, message=" "), "message"),
        (form(coop, path, words="x"), "words"),
        (form(coop, path, *((f"{n}.pdf", sheets.sheet(n)) for n in range(6))), "files"),
        (form(coop, path, ("a.pdf", sheets.sheet()), ("b.pdf", sheets.locked())), "files"),
    ):
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert coop.look(path)["words"] == []
    assert not make.count_rows(session, StoredFile)


def test_contract_check_and_weighing_note_of_an_agreement(
    session: Session, coop: Trader, shop: Trader, seller: Side, link: Link
) -> None:
    path = f"/links/{link.id}"
    assert coop.send("POST", f"{path}/contract/files", raw=sheets.sheet(), **PDF).status_code == 409
    assert coop.send("POST", f"{path}/checks/sample/files", raw=sheets.sheet(), **PDF).status_code == 409
    assert coop.send("POST", f"{path}/deliveries/1/note", raw=sheets.sheet(), **PDF).status_code == 404
    assert "files" in coop.wrong("POST", f"{path}/contract/files", 422, raw=b"", **PDF)
    day = clock.today().isoformat()
    coop.does("POST", f"{path}/contract", {"contract_number": "1/HĐ", "contract_date": day})
    told = form(coop, f"{path}/contract/files", ("1.jpg", shot()), ("2.jpg", shot(seed=9))).json()
    assert [one["kind"] for one in told["files"]] == ["contract", "contract"]
    news = make.count_rows(session, Notice, Notice.kind == "link.contract")
    assert news
    assert form(coop, f"{path}/contract/files", ("1.jpg", shot())).json() == told
    assert make.count_rows(session, Notice, Notice.kind == "link.contract") == news, "nothing new"
    coop.does("POST", f"{path}/checks", {"check": "sample", "step": "done", "on_date": day})
    coop.send("POST", f"{path}/checks/sample/files", raw=sheets.sheet(), **PDF)
    shop.does("POST", f"{path}/checks", {"check": "sample", "step": "passed", "on_date": day})
    made = deliveries.record_delivery(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        link_id=link.id,
        on_date=clock.today(),
        weighed=[Weighed(gross=trade.TONNE)],
    )
    session.commit()
    assert (
        shop.send("POST", f"{path}/deliveries/{made.id}/note", raw=sheets.sheet(), **PDF).status_code == 200
    )
    seen = coop.look(f"{path}/files")["files"]
    assert [one["kind"] for one in seen] == ["contract", "contract", "check", "note"]
    assert seen[3]["of"] == made.id
    assert content(coop, seen[3]).content == sheets.sheet()
    left = coop.does("DELETE", f"{path}/files/{seen[0]['id']}")["files"]
    assert len(left) == 3
    found = session.get_one(Link, link.id)
    papers.see_contract(session, actor=make.make_officer(session).actor, link=found)
    session.commit()
    assert coop.send("DELETE", f"{path}/files/{seen[1]['id']}").status_code == 409
    assert coop.send("POST", f"{path}/contract/files", raw=sheets.sheet(8), **PDF).status_code == 409
    assert coop.look(path)["contract"] == "seen"


def test_the_paper_of_a_certificate(browser: Open, session: Session, coop: Trader, seller: Side) -> None:
    claimed = make.make_claim(session, seller)
    path = f"/certificates/{claimed.id}/files"
    told = form(coop, path, ("a.pdf", sheets.sheet()), ("b.jpg", shot())).json()["files"]
    assert [(one["kind"], one["of"]) for one in told] == [("certificate", claimed.id)] * 2
    assert content(coop, told[0]).content == sheets.sheet()
    assert len(coop.does("DELETE", f"{path}/{told[1]['id']}")["files"]) == 1
    officer = make.make_officer(session)
    version = session.get_one(type(claimed), claimed.id, populate_existing=True).version
    certificates.verify(
        session,
        actor=officer.actor,
        places=None,
        certificate_id=claimed.id,
        version=version,
        ground="original",
        reference="",
    )
    session.commit()
    assert coop.send("POST", path, raw=sheets.sheet(2), **PDF).status_code == 409
    assert coop.send("DELETE", f"{path}/{told[0]['id']}").status_code == 409
    assert len(coop.look(path)["files"]) == 1
    rival = Trader(browser(), session, make.make_unit(session).user)
    assert rival.send("GET", path).status_code == 404
    assert rival.send("POST", path, raw=sheets.sheet(), **PDF).status_code == 404
