"""What the hostile tests are made of: every route of the application, a small world whose ids fill their
paths, the people who ask, values that nobody should send, and a watch over what a refusal leaves behind.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from market import clock, features
from market.accounts import current, sessions
from market.accounts.models import OfficerDuty, SignIn
from market.db import Base
from market.demands import service as demands
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.links import amendments, deliveries
from market.links.agreed import Weighed
from market.listings import saved
from market.notices.models import Notice
from market.statistics import periods
from market.web import csrf
from market.web.context import CSRF_COOKIE
from tests import make, trade
from tests.authenticator import make_key
from tests.files import put
from tests.house import moderated, phone_rights
from tests.listings import shots

ROLES = ("nobody", "buyer", "manager", "officer", "admin")
SECRET = "c" * 32
#: Written by a refusal on purpose: the slowing down of whoever guesses passwords.
MAY_SURVIVE = ("failed_tries",)
#: Large, and written by migrations and commands alone.
REFERENCE = ("places", "place_covers", "place_successions", "product_synonyms", "product_specs", "products")

#: As they stand in an address, percent-encoded: no number, out of bounds, no letters, digits of others.
IN_PATHS = (
    "abc", "0", "-1", str(2**63), str(2**64), "9" * 4400, "%00", "%ED%A0%80", "x" * 900, "%D9%A3",
    "..%2f..%2fetc%2fpasswd", "1e3",
)  # fmt: skip
#: As they stand in a query.
IN_QUERIES = (
    "%00", "%ED%A0%80", "-1", "0", str(2**63), str(2**64), "9" * 4400, "%D9%A3", "x" * 300, "1e309", "NaN",
    "2026-02-30", "99999-13-45", "-0001-01-01", "%3Cscript%3E", "%27%20OR%201%3D1", "@",
    "000000001" + "9" * 4400,
)  # fmt: skip
#: In a form's field; None leaves it out, a list gives it several times.
IN_FIELDS: tuple[Any, ...] = (
    "", None, "\x00", "a\x00b", "-1", "0", str(2**63), str(2**64), "9" * 5000, "1e309", "NaN", "٣", "１２",
    "x" * 5000, "\u202e", "🦐" * 50, "-5 tấn", "31/2/2026", "0001-01-01", "9999-12-31", "1/1/-2026",
    "<script>", "1,2,3.4.5", ["1", "2"],
)  # fmt: skip


def every_route(app: FastAPI) -> list[APIRoute]:
    """All the routes: an included router keeps its own, and may hold others."""

    def walk(routes: Iterable[Any]) -> Iterator[APIRoute]:
        for route in routes:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                yield from walk(inner.routes)
            elif isinstance(route, APIRoute):
                yield route

    return list(walk(app.routes))


def routes_for(app: FastAPI, method: str) -> list[APIRoute]:
    """The routes that answer to a method."""
    return [route for route in every_route(app) if method in (route.methods or ())]


def every_field() -> list[str]:
    """The names of all fields of all forms, and of those that are read beside a model."""
    names = {"once", "product", "then", "line1.size", "line1.price", "spec.count_per_kg", "spec.moisture"}
    names |= {"call1.volume", "call1.from", "call1.to"}
    for module in features.gather("forms"):
        for _, model in inspect.getmembers(module, inspect.isclass):
            if issubclass(model, BaseModel):
                names |= {info.alias or name for name, info in model.model_fields.items()}
    return sorted(names)


@dataclass(slots=True)
class World:
    """Who may ask, and ids for the routes' paths by the parameter's name."""

    app: FastAPI
    connection: sa.Connection
    tokens: dict[str, str]
    ids: dict[str, str]
    client: TestClient
    before: dict[str, list[Any]]
    writes: int = 0

    def fill(self, path: str, **changes: str) -> str:
        """A route's path with its parameters filled."""
        known = {**self.ids, **changes}
        if "/cooperatives/" in path:
            known = {"code": self.ids["unit_code"], **changes}
        return re.sub(r"\{(\w+)\}", lambda found: known[found.group(1)], path)

    def become(self, role: str) -> None:
        """Ask as somebody of this role from now on."""
        self.client.cookies.clear()
        self.client.cookies.set(CSRF_COOKIE, SECRET)
        if role in self.tokens:
            self.client.cookies.set(current.COOKIE, self.tokens[role])

    @property
    def csrf(self) -> str:
        return csrf._sign(self.app.state.settings.secret_key, SECRET)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is written meanwhile is taken back."""
        savepoint = self.connection.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()

    def changes(self) -> int:
        """How many statements on this connection have ever written rows, taken back or not."""
        return self.writes

    def dump(self) -> dict[str, list[Any]]:
        """All rows of all tables that are not reference data."""
        return {
            table.name: self.connection.execute(sa.select(table)).all()
            for table in Base.metadata.sorted_tables
            if table.name not in (*MAY_SURVIVE, *REFERENCE)
        }


def make_world(app: FastAPI, session: Session, connection: sa.Connection, client: TestClient) -> World:
    """A unit with a listing, a buyer who asks and has bought, another ("other"), a newcomer, an officer..."""
    unit, buyer = make.make_unit(session), make.make_buyer(session)
    newcomer, other = make.make_buyer(session, confirm=False), make.make_buyer(session)
    officer, admin = make.make_officer(session), make.make_admin(session)
    listing, lots = trade.make_listing(session, unit, volumes=(90 * trade.TONNE,))
    link, quiet = (trade.make_link(session, unit, buyer, listing) for _ in range(2))
    inquiry = trade.make_inquiry(session, buyer, listing)
    delivery = deliveries.record_delivery(
        session,
        actor=unit.actor,
        party_id=unit.party.id,
        link_id=link.id,
        on_date=clock.today(),
        weighed=[Weighed(gross=trade.TONNE)],
    )
    amendment = amendments.propose_amendment(
        session, actor=unit.actor, party_id=unit.party.id, link_id=link.id, proposal=trade.propose()
    )
    people = {
        "buyer": buyer.user,
        "manager": unit.user,
        "officer": officer.user,
        "admin": admin.user,
        "other": other.user,
    }
    tokens = {
        role: sessions.open_session(session, user=user, device="test").token for role, user in people.items()
    }
    line = Line(clock.today(), clock.today() + timedelta(days=20), 2 * trade.TONNE)
    need = Wanted(listing.product_id, (line,), buyer_id=buyer.party.id)
    demand = demands.post_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, need=need)
    kept, _ = saved.save(session, user_id=buyer.user.id, fields={"q": "tôm"}, often="daily", language="vi")
    photo = shots.note(session, listing)
    file_id = put.put_word(session, unit, "seller", link_id=link.id)
    session.commit()
    ids = {
        "saved_id": kept.id,
        "upload_id": make.make_upload(session, unit).id,
        "token_id": "1",
        "key_id": make_key(session, user_id=officer.user.id).id,
        "demand_id": demand.id,
        "inquiry_id": inquiry.id,
        "link_id": link.id,
        "quiet_link_id": quiet.id,
        "delivery_id": delivery.id,
        "amendment_id": amendment.id,
        "listing_id": listing.id,
        "lot_id": lots[0].id,
        "photo": photo,
        "file_id": file_id,
        "check": "sample",
        "file": f"{photo}-320.webp",
        "party_id": newcomer.party.id,
        "sign_in_id": session.scalar(sa.select(sa.func.max(SignIn.id))),
        "user_id": officer.user.id,
        "duty_id": session.scalar(sa.select(sa.func.max(OfficerDuty.id))),
        "certificate_id": make.make_claim(session, unit).id,
        "notice_id": session.scalar(sa.select(sa.func.max(Notice.id))),
        "code": "links_new",
        "worklist": "no_outlet",
        "period": next(periods.ended("month", today=clock.today(), count=1)).code,
        "entry_id": phone_rights.an_entry(session, unit),
        "place_id": make.some_commune(session).id,
        "unit_code": unit.party.code,
        "token": "abcdef",
        "ending": "csv",
        "kind": "rating",
        **moderated.ids(session, unit, listing),
    }
    session.close()
    world = World(app, connection, tokens, {k: str(v) for k, v in ids.items()}, client, {})
    world.before = world.dump()

    def note(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and cursor.rowcount:
            world.writes += 1

    sa.event.listen(connection, "after_cursor_execute", note)
    return world
