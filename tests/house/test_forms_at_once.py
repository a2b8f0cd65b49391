"""Every form that carries a key, sent five times at the same instant to a real server with real commits: one
thing is made, and all five are sent where it is. What programs send has tests/links/test_api_at_once.py.
"""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market import worker
from market.accounts.models import OfficerDuty, User
from market.assisted.models import AssistedEntry
from market.certificates.models import Certificate
from market.demands.models import Demand
from market.inquiries.models import Inquiry, Remark
from market.links.models import Delivery, Link
from market.listings.models import Listing, Lot, LotChange, SeasonPlan
from market.moderation.complaint_models import Complaint
from market.moderation.models import Report, Takedown
from market.official.models import Denominator, OfficialFigure
from market.once import Once
from market.parties.models import Party
from market.parties.register_models import PartyCapital
from market.spreadsheets.models import Upload
from market.statistics.dashboard_models import Reminder
from market.statistics.target_models import Target
from market.web import csrf
from market.web import pages as web
from market.web.context import CSRF_COOKIE
from tests import make, processes, rules
from tests.house import rights, world
from tests.house.world import World
from tests.make import count_rows
from tests.parties import test_registering as registering
from tests.profiles import Profile
from tests.server import Served, serve

AT_ONCE = 5
#: A key begins so, and goes on with the form's address: whoever registers has none of their own.
KEY = "five times "
#: By route: whoever sends the form, and what it makes one more of.
KEYED: dict[str, tuple[str, Any]] = {
    "accounts:add_officer": ("admin", User),
    "accounts:give_duties": ("admin", OfficerDuty),
    "certificates:claim": ("seller:all", Certificate),
    "certificates:enter": ("officer:certificates", Certificate),
    "parties:change": ("officer:register", PartyCapital),
    "listings:create": ("seller:all", Listing),
    "listings:open_lot": ("seller:all", Lot),
    "listings:report_loss": ("seller:all", LotChange),
    "links:share_loss": ("seller:all", LotChange),
    "inquiries:send": ("stranger:all", Inquiry),
    "inquiries:say": ("seller:all", Remark),
    "links:say": ("buyer:all", Remark),
    "demands:post": ("buyer:all", Demand),
    "demands:offer": ("seller:all", Inquiry),
    "links:record_delivery": ("seller:all", Delivery),
    "links:sell_outside": ("seller:all", Link),
    "links:record_phone": ("seller:all", Link),
    "links:start_renewal": ("buyer:all", Inquiry),
    "calls:enter_listing": ("officer:trade_data", Listing),
    "calls:answer": ("officer:trade_data", AssistedEntry),
    "calls:deliver": ("officer:trade_data", Delivery),
    "spreadsheets:send": ("seller:all", Upload),
    "statistics:plan": ("seller:all", SeasonPlan),
    "statistics:set_target": ("officer:figures", Target),
    "official:enter_denominator": ("officer:figures", Denominator),
    "official:enter_figure": ("officer:figures", OfficialFigure),
    "statistics:tell": ("officer:trade_data", Reminder),
    "moderation:report_listing": ("stranger:all", Report),
    "moderation:complain": ("stranger:all", Complaint),
    "moderation:takedown": ("officer:moderation", Takedown),
}
#: Those that register: no key of a person's own, and more fields than the rights table has.
REGISTERING: dict[str, dict[str, Any]] = {
    registering.UNIT: registering.OF_UNIT,
    registering.BUYER: {**registering.OF_BUYER, "phone": "0912 345 679", "email": "mua@vidu.test"},
}


def test_all_forms_with_a_key_are_known_here() -> None:
    taken = [
        found
        for path in Path(web.ROOT).rglob("*routes.py")
        for found in re.findall(r"sending\.take\(", path.read_text("utf-8"))
    ]
    assert len(taken) == len(KEYED)
    pages = [path.read_text("utf-8") for path in (Path(web.ROOT) / "templates").rglob("*.html")]
    # One form stands in two pages: a word in an inquiry, and about an agreement.
    shared = sum(text.count('include "inquiries/_say.html"') for text in pages) - 1
    assert sum(text.count("once()") for text in pages) + shared == len(KEYED) + len(REGISTERING)


def _five_times(
    served: Served, path: str, fields: dict[str, Any], cookies: dict[str, str], files: dict[str, Any]
) -> list[Any]:
    """The answers to one form sent five times at once, each over a connection of its own."""
    start, answers = threading.Barrier(AT_ONCE), []
    sent = {csrf.FIELD: csrf._sign(served.settings.secret_key, world.SECRET), "once": KEY + path, **fields}

    def send() -> None:
        with processes.client(served.url, timeout=60) as client:
            client.cookies.update(cookies)
            start.wait()
            answers.append(client.post(path, data=sent, files=files or None))

    threads = [threading.Thread(target=send) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _makes_one(
    served: Served,
    table: Any,
    path: str,
    fields: dict[str, Any],
    cookies: dict[str, str],
    files: dict[str, Any],
) -> None:
    with served.database.reading() as session:
        before, keys = count_rows(session, table), count_rows(session, Once)
    answers = _five_times(served, path, fields, cookies, files)
    assert [one.status_code for one in answers] == [303] * AT_ONCE, (path, [one.text for one in answers])
    assert len({one.headers["location"] for one in answers}) == 1, path
    with served.database.reading() as session:
        assert count_rows(session, table) == before + 1, path
        assert count_rows(session, Once) == keys + 1, path


def _each_makes_one(served: Served, made: World, forms: list[str]) -> None:
    for route in forms:
        asker, table = KEYED[route]
        right = rights.TABLE[route]
        fields = {name: made.filled(str(value), asker) for name, value in right.fields.items()}
        if "number" in fields:
            fields["number"] = route  # a paper of its own: the same one is not entered twice
        _makes_one(served, table, made.filled(right.path, asker), fields, made.cookies[asker], right.files)


def _registering_makes_one(served: Served, place_id: int) -> None:
    for path, fields in REGISTERING.items():
        _makes_one(served, Party, path, {**fields, "place_id": place_id}, {CSRF_COOKIE: world.SECRET}, {})


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.long
def test_a_form_sent_five_times_at_once_makes_one_thing(tmp_path: Path, profile: Profile, half: int) -> None:
    # One server for all of it: to start one takes longer than the rest.
    worker.subscribe_all()
    with serve(profile.own(tmp_path / "served"), workers=2) as served:
        with served.database.session(write=True) as session:
            made = world.build(session)
            place_id = make.some_commune(session).id
        forms = list(KEYED)[half::2]
        _each_makes_one(served, made, forms)
        _registering_makes_one(served, place_id)
        with served.database.reading() as session:
            rules.check_volumes(session)
            rules.check_links(session)
            rules.check_commitments(session)
            kept = session.scalars(sa.select(Once.key).where(Once.key.startswith(KEY))).all()
            assert len(kept) == len(forms) + len(REGISTERING)
