"""The department's desk through HTTP: what waits for which officer, the decision, and whose it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.events import EventRow
from market.notices.models import Notice
from market.parties import desk
from market.parties import service as parties
from market.parties.models import Identity, Party
from tests import make
from tests.pages import Browser, Page, signed_in

Open = Callable[[], Browser]
DESK = "/department/parties"


@dataclass(frozen=True, slots=True)
class World:
    """Two communes with an officer each, and who registered where."""

    here: make.Account
    there: make.Account
    waits: make.Side
    elsewhere: make.Side


@pytest.fixture
def world(session: Session) -> World:
    first, second = make.some_commune(session), make.some_commune(session, index=5)
    return World(
        here=make.make_officer(session, place_id=first.id),
        there=make.make_officer(session, place_id=second.id),
        waits=make.make_unit(session, name="HTX Ở Đây", place_id=first.id, confirm=False),
        elsewhere=make.make_unit(session, name="HTX Ở Kia", place_id=second.id, confirm=False),
    )


def names(page: Page) -> list[str]:
    assert page.status == 200
    return [" ".join(node.text().split()) for node in page.css("#results ul.lines strong")]


def standing(session: Session, side: make.Side) -> str:
    session.expire_all()
    return session.get_one(Party, side.party.id).standing


def test_an_officer_sees_her_places_alone(world: World, browser: Open) -> None:
    officer, other = signed_in(browser, world.here), signed_in(browser, world.there)
    assert names(officer.get(DESK)) == ["HTX Ở Đây"]
    assert names(other.get(DESK)) == ["HTX Ở Kia"]
    assert officer.get("/department").css(".tile-value")[0].text().strip() == "1"


def test_the_province_and_the_administrator_see_all_and_who_has_no_place(
    session: Session, world: World, browser: Open
) -> None:
    make.make_buyer(session, name="Công ty Ngoài Tỉnh", place_id=None, confirm=False)
    for account in (make.make_officer(session), make.make_admin(session)):
        assert names(signed_in(browser, account).get(DESK)) == [
            "HTX Ở Đây",
            "HTX Ở Kia",
            "Công ty Ngoài Tỉnh",
        ]
    assert "Công ty Ngoài Tỉnh" not in signed_in(browser, world.here).get(DESK, standing="all").text


def test_who_waits_is_served_in_turn(session: Session, browser: Open) -> None:
    start = datetime(2026, 3, 2, 3, tzinfo=UTC)
    for number in range(3):
        with clock.at(start + timedelta(hours=number)):
            make.make_unit(session, name=f"HTX Chờ {number}", confirm=False)
            make.make_unit(session, name=f"HTX Xong {number}")
    officer = signed_in(browser, make.make_officer(session))
    assert names(officer.get(DESK)) == ["HTX Chờ 0", "HTX Chờ 1", "HTX Chờ 2"]
    assert names(officer.get(DESK, standing="confirmed")) == ["HTX Xong 2", "HTX Xong 1", "HTX Xong 0"]


def test_the_desk_is_searched_by_name_side_and_standing(session: Session, browser: Open) -> None:
    make.make_unit(session, name="HTX Đông Hải", confirm=False)
    make.make_buyer(session, name="Công ty Đông Hải", confirm=False)
    refused = make.make_unit(session, name="HTX Bị Từ Chối", confirm=False)
    parties.refuse_party(session, actor=make.SHELL, party_id=refused.party.id, reason="Thiếu giấy tờ.")
    parties.register_party(
        session, actor=make.SHELL, kind="company", name="Công ty Bên Ngoài", place_id=None, standing="none"
    )
    session.commit()
    officer = signed_in(browser, make.make_officer(session))
    assert names(officer.get(DESK, q="dong hai")) == ["HTX Đông Hải", "Công ty Đông Hải"]
    assert names(officer.get(DESK, q="dong hai", side="unit")) == ["HTX Đông Hải"]
    assert names(officer.get(DESK, side="buyer")) == ["Công ty Đông Hải"]
    assert names(officer.get(DESK, standing="refused")) == ["HTX Bị Từ Chối"]
    everyone = names(officer.get(DESK, standing="all"))
    assert len(everyone) == 3
    assert "Công ty Bên Ngoài" not in everyone
    for query in ("standing=none", "standing=%00", "side=x", "page=99999", "q=%00", "q=%25", "q=a&q=b"):
        assert officer.get(f"{DESK}?{query}").status == 200
    assert "Công ty Bên Ngoài" not in officer.get(DESK, standing="none").text


def test_the_queue_comes_in_pages(session: Session, browser: Open) -> None:
    for number in range(desk.PAGE_SIZE + 2):
        make.make_unit(session, name=f"HTX {number:03d}", confirm=False)
    officer = signed_in(browser, make.make_officer(session))
    first = officer.get(DESK)
    assert names(first) + names(officer.get(DESK, page=2)) == [
        f"HTX {number:03d}" for number in range(desk.PAGE_SIZE + 2)
    ]
    assert any("page=2" in link for link in first.links())


def test_confirming_tells_the_unit_and_takes_it_off_the_queue(
    session: Session, world: World, browser: Open
) -> None:
    officer = signed_in(browser, world.here)
    page = officer.get(DESK).follow("HTX Ở Đây")
    assert world.waits.login in page.text, "whom to ask"
    nothing = page.form("/confirm").send()
    assert nothing.status == 422
    assert nothing.css("#e-identity_level")
    by_phone = page.form("/confirm").send(identity_level="phone")
    assert by_phone.status == 422, "a unit's papers have to be seen"
    assert standing(session, world.waits) == "pending"
    done = page.form("/confirm").send(identity_level="papers", reference="GCN 12")
    assert done.path == DESK
    assert "HTX Ở Đây" in done.css(".said")[0].text()
    assert names(done) == []
    assert standing(session, world.waits) == "confirmed"
    [seen] = session.scalars(sa.select(Identity)).all()
    assert (seen.level, seen.reference, seen.recorded_by) == ("papers", "GCN 12", world.here.user.id)
    [event] = session.scalars(sa.select(EventRow).where(EventRow.name == "party.confirmed")).all()
    assert (event.subject_id, event.user_id, event.channel) == (
        world.waits.party.id,
        world.here.user.id,
        "web",
    )
    told = signed_in(browser, world.waits).get("/account/notices")
    assert "HTX Ở Đây" in told.text
    after = officer.get(f"{DESK}/{world.waits.party.id}")
    assert not after.css("form[action$='/confirm'], form[action$='/refuse']")
    assert "GCN 12" in after.text


def test_refusing_needs_a_reason_that_the_unit_is_told(session: Session, world: World, browser: Open) -> None:
    officer = signed_in(browser, world.here)
    path = f"{DESK}/{world.waits.party.id}"
    for reason in ("", "   "):
        wrong = officer.get(path).form("/refuse").send(reason=reason)
        assert wrong.status == 422
        assert wrong.css("#e-reason")
        assert wrong.css("details[open] form[action$='/refuse']"), "the form that is wrong stands open"
    too_long = officer.get(path).form("/refuse").send(reason="x" * 2001)
    assert too_long.form("/refuse").fields["reason"] == "x" * 2001
    done = officer.get(path).form("/refuse").send(reason="Thiếu điều lệ <b>có dấu</b>.")
    assert done.path == DESK
    assert standing(session, world.waits) == "refused"
    told = signed_in(browser, world.waits).get("/account/notices")
    assert "Thiếu điều lệ <b>có dấu</b>." in told.text
    again = officer.get(path)
    assert "Thiếu điều lệ" in again.text
    assert again.form("/confirm").send(identity_level="papers").path == DESK, "and may be made good"
    assert standing(session, world.waits) == "confirmed"


def test_who_decides_too_late_is_told_so_and_sees_what_stands(
    session: Session, world: World, browser: Open
) -> None:
    first, second = signed_in(browser, world.here), signed_in(browser, make.make_officer(session))
    path = f"{DESK}/{world.waits.party.id}"
    confirm, refuse = first.get(path).form("/confirm"), second.get(path).form("/refuse")
    assert confirm.send(identity_level="papers").status == 200
    late = refuse.send(reason="Thiếu giấy tờ.")
    assert late.status == 409
    assert late.heading == "HTX Ở Đây"
    assert "Đã xác nhận" in late.text or "xác nhận" in late.text.lower()
    assert standing(session, world.waits) == "confirmed"
    assert make.count_rows(session, Notice, Notice.kind == "party.refused") == 0


def test_an_officer_of_another_place_finds_nothing(session: Session, world: World, browser: Open) -> None:
    officer = signed_in(browser, world.there)
    own = officer.get(f"{DESK}/{world.elsewhere.party.id}")
    token = own.form("/confirm").fields["csrf_token"]
    path = f"{DESK}/{world.waits.party.id}"
    assert officer.get(path).status == 404
    for action, fields in (
        ("confirm", {"identity_level": "papers"}),
        ("refuse", {"reason": "Không thích."}),
        ("code", {"user_id": str(world.waits.user.id)}),
    ):
        assert officer.post(f"{path}/{action}", {"csrf_token": token, **fields}).status == 404
    for nowhere in (10**9, 0, 2**63, "x"):
        assert officer.get(f"{DESK}/{nowhere}").status == 404
    assert standing(session, world.waits) == "pending"


def test_without_the_duty_of_the_register_the_desk_is_closed(
    session: Session, world: World, browser: Open
) -> None:
    officer = signed_in(browser, make.make_officer(session, duties=("figures", "trade_data")))
    assert officer.get("/department").status == 200
    assert not [link for link in officer.get("/department").links() if link.startswith(DESK)]
    path = f"{DESK}/{world.waits.party.id}"
    assert officer.get(DESK).status == 403
    assert officer.get(path).status == 403
    token = officer.get("/account").form("/account/sign-out").fields["csrf_token"]
    for action in ("confirm", "refuse", "code"):
        assert officer.post(f"{path}/{action}", {"csrf_token": token}).status == 403
    assert standing(session, world.waits) == "pending"


def test_people_of_parties_and_strangers_have_no_desk(session: Session, world: World, browser: Open) -> None:
    manager = signed_in(browser, world.waits)
    path = f"{DESK}/{world.waits.party.id}"
    token = manager.get("/account").form("/account/sign-out").fields["csrf_token"]
    for address in ("/department", DESK, path):
        assert manager.get(address).status == 403
        assert browser().get(address).path == "/account/sign-in"
    own = manager.post(f"{path}/confirm", {"csrf_token": token, "identity_level": "papers"})
    assert own.status == 403, "nobody confirms themselves"
    assert standing(session, world.waits) == "pending"


def test_a_code_is_shown_once_to_the_officer_of_the_place(
    session: Session, world: World, browser: Open
) -> None:
    officer = signed_in(browser, world.here)
    path = f"{DESK}/{world.waits.party.id}"
    shown = officer.get(path).form("/code").send()
    code = "".join(shown.css(".code-once")[0].text().split())
    assert len(code) == 8
    assert not officer.get(path).css(".code-once")
    [event] = session.scalars(sa.select(EventRow).where(EventRow.name == "party.code_handed_over")).all()
    assert event.data == {"user": world.waits.user.id}
    assert event.user_id == world.here.user.id
