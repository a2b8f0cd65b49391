"""``market user add`` and ``market token add``: who is made, what is refused and in which words."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from market.accounts import passwords, sessions
from market.accounts import queries as accounts
from market.accounts.models import DUTIES, ApiToken, Membership, OfficerDuty, Person, User
from market.accounts.tokens import hash_token
from market.parties.models import Party
from market.places.models import Place
from tests import make
from tests.shell.conftest import Shell

TYPED = make.PASSWORD + "\n"


def parties(shell: Shell) -> tuple[str, str]:
    """The codes of a unit and a buyer."""
    with shell.database() as database, database.session(write=True) as session:
        return make.make_unit(session).party.code, make.make_buyer(session).party.code


def count(shell: Shell) -> int:
    with shell.database() as database, database.reading() as session:
        return make.count_rows(session, User)


def test_the_first_administrator_is_added_and_signs_in(shell: Shell) -> None:
    done = shell.process(
        "user", "add", "--role", "admin", "--login", "Quan.Tri@vidu.test", "--name", "Người quản trị",
        stdin=TYPED.encode(),
    )  # fmt: skip
    assert (done.code, done.out, done.err) == (0, "", "")
    with shell.database() as database, database.session(write=True) as session:
        user = accounts.find_by_login(session, login="quan.tri@vidu.test")
        assert user is not None
        assert user.is_admin
        assert user.password_hash is not None
        assert make.PASSWORD not in user.password_hash
        assert session.get_one(Person, user.id).name == "Người quản trị"
        opened = sessions.sign_in(
            session, login="quan.tri@vidu.test", password=make.PASSWORD, device="a test"
        )
        assert opened.user_id == user.id


def test_a_buyer_and_a_cooperative_act_for_their_party_and_an_officer_for_a_place(shell: Shell) -> None:
    unit, buyer = parties(shell)
    for role, login, more in (
        ("cooperative", "0912345678", ("--party", unit)),
        ("buyer", "mua@vidu.test", ("--party", buyer)),
        ("officer", "canbo@vidu.test", ("--place", "96")),
    ):
        done = shell.here("user", "add", "--role", role, "--login", login, *more, stdin=TYPED)
        assert (done.code, done.out, done.err) == (0, "", ""), role
    with shell.database() as database, database.reading() as session:
        for login, code in (("0912345678", unit), ("mua@vidu.test", buyer)):
            user = accounts.find_by_login(session, login=login)
            assert user is not None
            assert not user.is_admin
            [role] = accounts.list_roles(session, user_id=user.id)
            powers = session.scalars(sa.select(Membership).where(Membership.id == role.membership_id)).one()
            assert (powers.can_bind, powers.can_trade, powers.can_deliver, powers.can_view) == (True,) * 4
            assert code in (unit, buyer)
        officer = accounts.find_by_login(session, login="canbo@vidu.test")
        assert officer is not None
        held = session.scalars(sa.select(OfficerDuty.duty).where(OfficerDuty.user_id == officer.id)).all()
        assert sorted(held) == sorted(DUTIES)
        assert not officer.is_admin


@pytest.mark.parametrize("typed", ["", "\n", "ngắn\n", "1234567890\n", "aaaaaaaaaaaaaa\n", "x" * 300 + "\n"])
def test_a_weak_password_is_refused_in_one_line(shell: Shell, typed: str) -> None:
    done = shell.here("user", "add", "--role", "admin", "--login", "a@vidu.test", stdin=typed)
    assert "password" in done.refused() or "signs" in done.refused()
    assert count(shell) == 0


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_a_password_that_cannot_be_read_is_refused_in_one_line(shell: Shell, errors: str) -> None:
    # Either is how Python reads standard input, by the language that the system is set to.
    typed = "mật khẩu dài".encode("utf-16") + b"\n"
    add = ("user", "add", "--role", "admin", "--login", "a@vidu.test")
    done = shell.here(*add, stdin=typed, errors=errors)
    assert "password" in done.refused()
    assert count(shell) == 0


def test_a_password_keeps_its_letters_and_blanks(shell: Shell) -> None:
    typed = "  mật khẩu có dấu  "
    done = shell.here(
        "user", "add", "--role", "admin", "--login", "a@vidu.test", stdin=f"{typed}\r\nmore\n".encode()
    )
    assert done.code == 0, done.err
    with shell.database() as database, database.reading() as session:
        user = accounts.find_by_login(session, login="a@vidu.test")
        assert user is not None
        assert passwords.matches(user.password_hash, typed)


def test_a_buyer_without_a_party_gets_one_and_an_officer_without_a_place_the_province(shell: Shell) -> None:
    add = ("user", "add", "--name", "Vựa lúa Ba Đồng", "--role")
    assert shell.here(*add, "buyer", "--login", "mua@vidu.test", stdin=TYPED).code == 0
    assert shell.here(*add, "officer", "--login", "canbo@vidu.test", stdin=TYPED).code == 0
    with shell.database() as database, database.reading() as session:
        buyer = session.scalars(sa.select(Party)).one()
        assert (buyer.name, buyer.standing, buyer.is_unit) == ("Vựa lúa Ba Đồng", "confirmed", False)
        assert session.scalars(sa.select(Membership.party_id)).one() == buyer.id
        [place] = session.scalars(sa.select(OfficerDuty.place_id).distinct())
        assert session.get_one(Place, place).level == "province"


def test_what_does_not_fit_together_is_refused_before_a_password_is_asked(shell: Shell) -> None:
    unit, buyer = parties(shell)
    before = count(shell)
    for role, more, says in (
        ("cooperative", (), "--party"),
        ("buyer", ("--party", "HTX-999999"), "--party"),
        ("buyer", ("--party", unit), "--party"),
        ("cooperative", ("--party", buyer), "--party"),
        ("officer", ("--place", "không có"), "không có"),
        ("officer", ("--place", "96@1999-01-01"), "96"),
    ):
        done = shell.here("user", "add", "--role", role, "--login", "a@vidu.test", *more, stdin=TYPED)
        assert says in done.refused(), (role, more)
    assert count(shell) == before


def test_a_login_that_is_none_or_taken_is_refused(shell: Shell) -> None:
    add = ("user", "add", "--role", "admin", "--login")
    for login in ("", "abc", "0912", "a@", "a b@vidu.test", "a@vidu.test\nBcc: b@vidu.test"):
        assert shell.here(*add, login, stdin=TYPED).refused()
    assert shell.here(*add, "a@vidu.test", stdin=TYPED).code == 0
    assert shell.here(*add, "A@VIDU.test", stdin=TYPED).refused()
    assert count(shell) == 1


def test_wrong_usage_is_another_exit_code(shell: Shell) -> None:
    for arguments in (
        (),
        ("user",),
        ("user", "add"),
        ("user", "add", "--role", "king", "--login", "a@vidu.test"),
        ("user", "add", "--role", "admin"),
        ("token", "add"),
        ("no-such-command",),
        ("index", "burn"),
        ("serve", "--port", "many"),
    ):
        done = shell.here(*arguments)
        assert done.code == 2, arguments
        assert done.out == ""
        assert "usage: market" in done.err


def test_a_token_is_printed_once_and_kept_as_a_hash(shell: Shell) -> None:
    assert shell.here("user", "add", "--role", "admin", "--login", "a@vidu.test", stdin=TYPED).code == 0
    done = shell.here("token", "add", "--login", "A@vidu.test", "--name", "máy cân")
    assert (done.code, done.err) == (0, "")
    token = done.out.removesuffix("\n")
    assert token.startswith("clk_")
    assert len(token) > 40
    assert not set(token) & set(" \n\t")
    second = shell.here("token", "add", "--login", "a@vidu.test").out
    assert second != done.out
    with shell.database() as database, database.reading() as session:
        rows = session.scalars(sa.select(ApiToken).order_by(ApiToken.id)).all()
        assert [row.token_hash for row in rows] == [hash_token(token), hash_token(second.strip())]
        assert [row.name for row in rows] == ["máy cân", ""]
    assert token not in str(shell.dump())


def test_a_token_for_nobody_is_refused(shell: Shell) -> None:
    for login in ("ai@vidu.test", "0912345678", "", "x"):
        assert "account" in shell.here("token", "add", "--login", login).refused()


def test_a_token_is_listed_and_revoked(shell: Shell) -> None:
    shell.here("user", "add", "--role", "admin", "--login", "a@vidu.test", stdin=TYPED)
    shell.here("token", "add", "--login", "a@vidu.test", "--name", "máy cân")
    (line,) = shell.here("token", "list", "--login", "a@vidu.test").out.splitlines()
    number, name, _, used = line.split("\t")
    assert (name, used) == ("máy cân", "-")
    assert shell.here("token", "revoke", "--login", "a@vidu.test", number).code == 0
    assert shell.here("token", "list", "--login", "a@vidu.test").out == ""
    assert "no such token" in shell.here("token", "revoke", "--login", "a@vidu.test", number).refused()
