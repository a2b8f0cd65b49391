"""The key that passwords pass through before they are hashed: set later, changed and lost, through the pages
and the doctor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import settings
from market.accounts import passwords, sessions
from market.accounts.models import User
from market.errors import Misconfigured
from tests import make
from tests.accounts.test_passwords import codes_sent
from tests.pages import Browser, Page
from tests.shell.conftest import Shell, shell
from tests.shell.test_doctor import said, wrong

__all__ = ["shell"]

Open = Callable[[], Browser]
OLD, NEW, OTHER = "o" * 32, "n" * 32, "x" * 32
TYPED = "một mật khẩu khác hẳn"


@pytest.fixture(autouse=True)
def no_keys_afterwards() -> Iterator[None]:
    """Other tests of this process know of no key; the hash that all of them share is made without one."""
    make.password_hash()
    yield
    passwords.use_keys(())


def kept(session: Session, account: make.Account) -> str:
    found = session.scalar(sa.select(User.password_hash).where(User.id == account.user.id))
    assert found is not None
    return found


def sign_in(browser: Open, login: str, password: str = make.PASSWORD) -> Page:
    """What somebody gets who signs in, right or wrong."""
    form = browser().get("/account/sign-in").form("/account/sign-in")
    return form.send(login=login, password=password)


def test_a_hash_says_by_which_key_it_was_made_and_nothing_of_the_key() -> None:
    passwords.use_keys((NEW, OLD))
    made = passwords.make_hash(TYPED)
    (name, _) = passwords.names_of((NEW, OLD))
    assert made.startswith(f"hmac-sha256${name}$argon2id$v=19$m=19456,t=2,p=1$")
    assert NEW not in made
    assert passwords.matches(made, TYPED)
    assert not passwords.matches(made, TYPED + " ")
    assert not passwords.is_outdated(made)
    passwords.use_keys((OTHER,))
    assert passwords.lacks_key(made)
    assert not passwords.matches(made, TYPED), "the key is a part of it"
    passwords.use_keys(())
    assert not passwords.matches(made, TYPED)
    # Whoever has the hash alone and tries the right password against it learns nothing.
    bare = "$" + made.split("$", 2)[2]
    assert not passwords.matches(bare, TYPED)
    for broken in ("hmac-sha256$", f"hmac-sha256${name}", f"hmac-sha256${name}$argon2id$", ""):
        passwords.use_keys((NEW,))
        assert not passwords.matches(broken, TYPED), broken


def test_a_key_set_later_takes_each_password_up_at_the_next_sign_in(
    app: FastAPI, session: Session, browser: Open
) -> None:
    account, other = make.make_account(session), make.make_account(session)
    assert kept(session, account).startswith("$argon2id$")
    passwords.use_keys((OLD,))
    assert sign_in(browser, account.login, "wrong " + make.PASSWORD).status == 422
    assert kept(session, account).startswith("$argon2id$"), "a wrong one renews nothing"
    assert sign_in(browser, account.login).path != "/account/sign-in"
    (name,) = passwords.names_of((OLD,))
    assert kept(session, account).startswith(f"hmac-sha256${name}$argon2id$")
    assert kept(session, other).startswith("$argon2id$")
    assert sign_in(browser, account.login).status == 200
    # Another key before it: the old one still serves, and is left behind.
    passwords.use_keys((NEW, OLD))
    assert sign_in(browser, account.login).status == 200
    (newer,) = passwords.names_of((NEW,))
    assert kept(session, account).startswith(f"hmac-sha256${newer}$")
    passwords.use_keys((NEW,))
    assert sign_in(browser, account.login).path != "/account/sign-in"
    assert sign_in(browser, other.login).status == 200


def test_a_lost_key_is_told_alike_to_whoever_is_refused_and_a_code_helps(
    app: FastAPI, session: Session, browser: Open
) -> None:
    passwords.use_keys((OLD,))
    account, other = make.make_account(session), make.make_account(session)
    assert sign_in(browser, account.login).status == 200
    here = browser()
    here.sign_in(account.login, make.PASSWORD)
    usual = sign_in(browser, account.login, "wrong").text
    assert "mất một khóa" not in usual
    passwords.use_keys((NEW,))
    texts = {
        sign_in(browser, login, typed).text.replace(login, "")
        for login, typed in (
            (account.login, make.PASSWORD),
            (account.login, "wrong"),
            (other.login, "wrong"),
            ("nobody@vidu.test", "wrong"),
        )
    }
    (told,) = texts
    assert "mất một khóa bảo vệ mật khẩu" in told
    assert sign_in(browser, other.login).status == 200, "the others are not kept out"
    refused = here.get("/account/password").form("/account/password").send(present=make.PASSWORD, new=TYPED)
    assert "mất khóa" in refused.form("/account/password").error("present")
    made = passwords.make_hash("123456")
    assert made.startswith("hmac-sha256$"), "codes pass through it, too"
    reset = browser().get("/account/reset").form("/account/reset").send(login=account.login)
    answer = reset.form("/account/reset/code").send(code=codes_sent(session)[-1], new=TYPED)
    assert answer.path == "/account"
    (name,) = passwords.names_of((NEW,))
    assert kept(session, account).startswith(f"hmac-sha256${name}$")
    assert "mất một khóa" not in sign_in(browser, account.login, "wrong").text, "nothing is lost any more"
    assert sign_in(browser, account.login, TYPED).status == 200


def test_the_doctor_says_what_stands_under_which_key(shell: Shell) -> None:
    assert shell.here("index", "rebuild").code == 0
    arguments = ("user", "add", "--role", "admin", "--name", "Quản trị", "--login")
    assert shell.here(*arguments, "a@vidu.test", stdin=TYPED).code == 0
    assert said(shell)["passwords"]["words"] == "1 under no key: MARKET_PASSWORD_KEY is not set"
    shell.environment = {"MARKET_PASSWORD_KEY": OLD}
    assert shell.here(*arguments, "b@vidu.test", stdin=TYPED).code == 0
    (name,) = passwords.names_of((OLD,))
    words = f"1 under today's key {name}, 1 are renewed at the next sign-in"
    assert said(shell)["passwords"]["words"] == words
    (newer,) = passwords.names_of((NEW,))
    shell.environment = {"MARKET_PASSWORD_KEY": f"{NEW},{OLD}"}
    words = f"0 under today's key {newer}, 2 are renewed at the next sign-in"
    assert said(shell)["passwords"]["words"] == words
    for left in (NEW, ""):
        shell.environment = {"MARKET_PASSWORD_KEY": left}
        found = wrong(shell)
        assert set(found) == {"passwords"}
        assert f"1 passwords stand under a key that is not there ({name}): put it back" in found["passwords"]
    with shell.database() as database, database.writing() as session:
        shell.environment = {"MARKET_PASSWORD_KEY": f"{OTHER}\n{OLD}"}
        passwords.use_keys((OTHER, OLD))
        found_user = sessions.sign_in(session, login="b@vidu.test", password=TYPED, device="")
        assert found_user
    assert "1 under today's key" in said(shell)["passwords"]["words"]


@pytest.mark.profiles("embedded")
def test_a_process_takes_the_keys_from_a_file_and_no_backup_holds_them(shell: Shell) -> None:
    file = shell.folder.parent / "password_key"
    file.write_text(f"{NEW}\n{OLD}\n")
    shell.environment = {"MARKET_PASSWORD_KEY_FILE": str(file)}
    done = shell.process(
        *("user", "add", "--role", "admin", "--name", "A", "--login", "a@vidu.test"), stdin=TYPED.encode()
    )
    assert done.code == 0, done.err
    (name,) = passwords.names_of((NEW,))
    with shell.database() as database, database.reading() as session:
        assert (session.scalar(sa.select(User.password_hash)) or "").startswith(f"hmac-sha256${name}$")
    backup = shell.folder.parent / "backup"
    assert shell.here("backup", str(backup)).code == 0
    for path in backup.rglob("*"):
        assert not path.is_file() or NEW.encode() not in path.read_bytes(), "no backup holds it"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("short", "at least 32"),
        (f"{NEW},short", "at least 32"),
        (f"{NEW}, {NEW}", "no key twice"),
        (f"{NEW},{'s' * 40}", "MARKET_SECRET_KEY as well"),
    ],
)
def test_keys_that_are_none_stop_the_start(value: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKET_SECRET_KEY", "s" * 40)
    monkeypatch.setenv("MARKET_PASSWORD_KEY", value)
    with pytest.raises(Misconfigured, match=f"MARKET_PASSWORD_KEY: .*{why}") as refused:
        settings.load()
    assert NEW not in str(refused.value)


@pytest.mark.parametrize("value", [f"{NEW},{OLD}", f" {NEW} , {OLD} ", f"{NEW}\n{OLD}\n", f"{NEW},{OLD},"])
def test_keys_are_written_with_commas_or_one_a_line(value: str) -> None:
    assert make.make_settings(password_key=value).password_keys == (NEW, OLD)
    assert make.make_settings(password_key=" ").password_keys == ()
