"""The department's people, looked after by the administrator through HTTP: from a new officer's first code to
the closed account; what is refused, and what stays noted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import officers, sessions
from market.accounts.models import OfficerDuty, SignIn, User
from market.errors import Conflict, Invalid, NotFound
from market.events import EventRow
from tests import make
from tests.pages import Browser, Page, signed_in

Open = Callable[[], Browser]
HOME = "/department/officers"
NEW = "mật khẩu mới của tôi"


def noted(session: Session, user_id: int) -> list[str]:
    """What happened to an officer, in order."""
    rows = sa.select(EventRow.name).where(
        EventRow.name.startswith("officer."), EventRow.subject_id == user_id
    )
    return list(session.scalars(rows.order_by(EventRow.id)))


def held(session: Session, user_id: int) -> list[tuple[str, object, object]]:
    session.expire_all()
    rows = session.scalars(
        sa.select(OfficerDuty).where(OfficerDuty.user_id == user_id).order_by(OfficerDuty.id)
    )
    return [(row.duty, row.valid_from, row.valid_to) for row in rows]


def test_a_new_officer_comes_in_by_a_code_and_goes_when_the_duty_ends(
    session: Session, browser: Open
) -> None:
    commune, today = make.some_commune(session), clock.today()
    admin, theirs = signed_in(browser, make.make_admin(session)), browser()
    form = admin.get("/department").follow("Quản lý cán bộ").follow("Thêm cán bộ").form(HOME)
    typed = {"name": "Cán Bộ Mới", "login": "moi@vidu.test", "place": commune.code}
    wrong = form.send(**typed, valid_from="2020-01-01", duties=["register"])
    assert wrong.status == 422
    assert wrong.form(HOME).error("valid_from")
    assert wrong.form(HOME).fields["name"] == "Cán Bộ Mới"
    page = form.send(**typed, duties=["register", "view"])
    user_id = int(page.path.rsplit("/", 1)[1])
    code = page.form("/code").send().css(".code-once")[0].text()
    chosen = theirs.get("/account/reset/code").form().send(login="moi@vidu.test", code=code, new=NEW)
    assert chosen.path == "/account"
    assert theirs.get("/department/parties").status == 200
    assert theirs.get(HOME).status == 403
    listed = admin.get(HOME)
    assert "Cán Bộ Mới" in listed.text
    assert f"{commune.name}: sổ đăng ký đơn vị, chỉ xem từ" in listed.text

    assert admin.get(page.path).form("/end").send(valid_to=today.isoformat()).status == 200
    assert theirs.get("/department/parties").status == 200  # the seat is left
    assert theirs.get("/department/certificates/new").status == 403
    assert held(session, user_id) == [("register", today, today), ("view", today, None)]
    again = admin.get(page.path).form("/duties").send(place=commune.code, duties=["register"])
    assert again.form("/duties").error("valid_from")
    assert noted(session, user_id) == [
        "officer.added",
        "officer.duty_given",
        "officer.duty_given",
        "officer.code_handed_over",
        "officer.duty_ended",
    ]


def test_a_closed_account_is_signed_out_at_once_and_may_be_opened_again(
    session: Session, browser: Open
) -> None:
    officer = make.make_officer(session)
    admin, theirs = signed_in(browser, make.make_admin(session)), signed_in(browser, officer)
    path = f"{HOME}/{officer.user.id}"
    form = admin.get(path).form("/account")
    assert form.send().status == 200
    assert theirs.get("/department").path == "/account/sign-in"
    still = sa.select(sa.func.count()).select_from(SignIn)
    assert session.scalar(still.where(SignIn.user_id == officer.user.id, SignIn.revoked_at.is_(None))) == 0
    with pytest.raises(Invalid):
        sessions.sign_in(session, login=officer.login, password=make.PASSWORD, device="test")
    assert all(end == clock.today() for _, _, end in held(session, officer.user.id))
    closed = admin.get(path)
    assert not closed.css("form[action$='/duties']")
    code = closed.form("/account").send().form("/code").send().css(".code-once")[0].text()
    with pytest.raises(Invalid):  # the old password opens nothing any more
        sessions.sign_in(session, login=officer.login, password=make.PASSWORD, device="test")
    assert browser().get("/account/reset/code").form().send(login=officer.login, code=code, new=NEW).path == (
        "/account"
    )


def test_the_last_administrator_stays(session: Session, browser: Open) -> None:
    admin = make.make_admin(session)
    session.execute(sa.update(User).where(User.id != admin.user.id).values(is_admin=False))
    session.commit()
    here, path = signed_in(browser, admin), f"{HOME}/{admin.user.id}"
    for action in ("/administrator", "/account"):
        refused = here.get(path).form(action).send(holds="0")
        assert refused.status == 409
        assert "tài khoản quản trị cuối cùng" in refused.text
    second = make.make_officer(session)
    assert here.get(f"{HOME}/{second.user.id}").form("/administrator").send().status == 200
    assert here.get(path).form("/administrator").send().path == "/account"
    assert here.get(HOME).status == 403


def refusal(session: Session, officer: make.Account, **changes: Any) -> str | None:
    values: dict[str, Any] = {
        "actor": officer.actor,
        "user_id": officer.user.id,
        "place_id": make.some_commune(session).id,
        "duties": ("figures",),
        "valid_from": clock.today(),
        **changes,
    }
    with pytest.raises(Invalid) as wrong:
        officers.give_duties(session, **values)
    return wrong.value.field


def test_what_does_not_fit_is_refused_beside_its_field(session: Session, browser: Open) -> None:
    commune, today = make.some_commune(session), clock.today()
    officer = make.make_officer(session, place_id=commune.id, duties=("figures",))
    assert refusal(session, officer) == "duties"
    assert refusal(session, officer, valid_from=today + timedelta(days=9)) == "duties"
    assert refusal(session, officer, duties=()) == "duties"
    assert refusal(session, officer, duties=("cook",)) == "duties"
    assert refusal(session, officer, duties=("view",), valid_from=today - timedelta(days=1)) == "valid_from"
    row = session.scalars(sa.select(OfficerDuty).where(OfficerDuty.user_id == officer.user.id)).one()
    row.valid_from = today + timedelta(days=5)
    session.commit()
    ends: dict[str, Any] = {"actor": officer.actor, "user_id": officer.user.id, "duty_id": row.id}
    with pytest.raises(Invalid, match="cannot end before"):
        officers.end_duty(session, **ends, valid_to=today + timedelta(days=4))
    officers.end_duty(session, **ends, valid_to=today + timedelta(days=9))
    officers.end_duty(session, **ends, valid_to=today + timedelta(days=8))
    with pytest.raises(Invalid):
        officers.end_duty(session, **ends, valid_to=today + timedelta(days=10))
    other = make.make_officer(session)
    with pytest.raises(NotFound):
        officers.end_duty(session, **{**ends, "user_id": other.user.id}, valid_to=today)
    with pytest.raises(NotFound):
        officers.shut_out(session, actor=officer.actor, user_id=make.make_buyer(session).user.id)
    row.valid_to = row.valid_from = today
    session.commit()
    with pytest.raises(Conflict):
        officers.end_duty(session, **ends, valid_to=today + timedelta(days=1))
    page: Page = signed_in(browser, make.make_admin(session)).get(f"{HOME}/{officer.user.id}")
    unknown = page.form("/duties").send(place="00000", duties=["view"])
    assert unknown.status == 422
    assert unknown.form("/duties").error("place")
    taken = page.browser.get(HOME + "/new").form(HOME).send(name="A", login=officer.login, duties=["view"])
    assert taken.form(HOME).error("login")
