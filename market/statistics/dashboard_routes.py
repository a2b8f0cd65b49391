"""The department's front page: what waits for an officer and what the figures of a place tell; also as files.
Part of the routes that routes.py hands to the application.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts.current import Officer, Who
from market.assisted import queries as assisted
from market.certificates import queries as certificates
from market.errors import MarketError, NotFound
from market.moderation import queries as moderation
from market.parties import desk
from market.places import queries as places
from market.places.models import Place
from market.spreadsheets import writing
from market.statistics import contexts, dashboard, kept, worklists
from market.statistics.dashboard import Looking
from market.web.downloads import download
from market.web.pages import address, page
from market.web.session import Db

router = APIRouter()

FiguresFile = Annotated[str, InPath(pattern=r"^figures\.(xlsx|csv)$")]


@router.get("/department", name="statistics:department")
def department(request: Request, session: Db, who: Officer) -> Response:
    """What waits for this officer, what her place's figures tell, and where to go."""
    place = chosen_place(request, session, who)
    looking = looking_at(session, who, place)
    found = kept.shown(session, place)
    key = places.key_of(place, looking.on)
    context = contexts.Department(
        **_waiting(session, who),
        place=place,
        places=[one for one in _own_places(session, who) if one[0] != key],
        place_key=key,
        charts=dashboard.all_of(looking, found.figures),
        counted_at=found.counted_at,
        lists=[
            (one, found.waiting.get(one.code, 0), address(f"/department/work/{one.code}", {"place": key}))
            for one in worklists.ALL
            if places.is_held(session, who.read_places(one.duty), place.id)
        ],
    )
    return page(request, context)


@router.get("/department/dashboard/{file}", name="statistics:dashboard_file")
def dashboard_file(request: Request, session: Db, who: Officer, file: FiguresFile) -> Response:
    """The figures of the dashboard as a file."""
    place = chosen_place(request, session, who)
    rows = dashboard.as_rows(looking_at(session, who, place), kept.shown(session, place).figures)
    made = writing.write(Path(file).suffix, title="figures", heads=dashboard.HEADS, rows=rows)
    return download(made, file)


def looking_at(session: Session, who: Who, place: Place) -> Looking:
    """What the officer may see of a place today."""
    everything = places.is_held(session, who.duty_places("trade_data"), place.id)
    return Looking(session, place, clock.today(), everything)


def chosen_place(request: Request, session: Session, who: Who) -> Place:
    """The place of the address if it lies in one of the officer's duties, else the widest of her places."""
    today = clock.today()
    province = places.province_on(session, day=today)
    mine = None if who.is_admin else tuple(sorted({place_id for _, place_id in who.duties}))
    asked = request.query_params.get("place", "")[:60]
    if asked:
        try:
            place = places.resolve(session, text=asked, on=today)
        except MarketError:
            raise NotFound from None
        if not places.is_held(session, mine, place.id):
            raise NotFound
        return place
    if mine is None or places.is_held(session, mine, province.id):
        return province
    return places.get_place(session, mine[0])


def _own_places(session: Session, who: Who) -> list[tuple[str, str]]:
    """Keys and names of the places of the officer's duties, to change between them."""
    today = clock.today()
    ids = {place_id for _, place_id in who.duties}
    return sorted((one.key, one.name) for one in places.names_of(session, ids, on=today).values())


def _waiting(session: Session, who: Who) -> dict[str, Any]:
    registers, attests = who.may_read("register"), who.may_read("certificates")
    unverified, ending = (
        certificates.count_waiting(session, places=who.read_places("certificates")) if attests else (0, 0)
    )
    moderates = who.has_duty("moderation")
    by_phone = None
    if who.has_duty("trade_data"):
        by_phone = assisted.count(session, places=who.duty_places("trade_data"), state="waiting")
    return {
        "by_phone": by_phone,
        "moderation": moderation.count_waiting(session, places=who.duty_places("moderation"))
        if moderates
        else None,
        "registers": registers,
        "pending": desk.count_pending(session, places=who.read_places("register")) if registers else 0,
        "attests": attests,
        "unverified": unverified,
        "ending": ending,
        "counts": who.may_read("figures"),
        "files": who.has_duty("register") or who.has_duty("trade_data") or who.has_duty("figures"),
    }
