"""Many wrong passwords at the same instant, on one name, against a real server: each is judged by those that
failed before it.
"""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest

from market.accounts.sessions import MOST_TRIES
from market.web import csrf
from tests import processes
from tests.make import make_unit
from tests.profiles import Profile
from tests.server import serve

AT_ONCE = 40
SECRET = "c" * 32


@pytest.mark.profiles("server")  # on SQLite there is one writer at a time
def test_who_guesses_at_once_has_one_try_more_and_no_others(tmp_path: Path, profile: Profile) -> None:
    with serve(profile.own(tmp_path / "served"), workers=2) as served:
        with served.database.session(write=True) as session:
            login = make_unit(session).login
            session.commit()
        start, answers = threading.Barrier(AT_ONCE), list[int]()
        fields = {
            csrf.FIELD: csrf._sign(served.settings.secret_key, SECRET),
            "login": login,
            "password": "not the one that it is",
        }

        def guess() -> None:
            with processes.client(served.url, timeout=120) as client:
                start.wait()
                answer = client.post("/account/sign-in", data=fields, headers={"Cookie": f"csrf={SECRET}"})
                answers.append(answer.status_code)

        threads = [threading.Thread(target=guess) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    said = Counter(answers)
    assert said.total() == AT_ONCE
    assert set(said) == {422, 429}
    assert MOST_TRIES <= said[422] <= MOST_TRIES + 1, said
