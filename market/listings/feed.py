"""The feed of a search: its newest listings as an Atom document, for whoever wants to hear of new goods
without coming back to look. The fields are those of the search page; ``/listings.atom`` is its address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.listings import machine_search, queries
from market.listings.cards import Card
from market.web import api, atom
from market.web.atom import Entry, Feed
from market.web.context import language as spoken
from market.web.language import gettext, say
from market.web.pages import absolute, address
from market.web.session import Db

router = APIRouter()

PATH = "/listings.atom"
MOST_ENTRIES = 50
#: The feed has an order of its own, and no pages.
NOT_HERE = ("sort", "page")


def address_of(fields: Mapping[str, Any]) -> str:
    """The address of the feed of a search, by the fields of the search page's own."""
    return address(PATH, {name: value for name, value in fields.items() if name not in NOT_HERE})


@router.get(PATH, name="listings:feed", include_in_schema=False)
def feed(request: Request, session: Db) -> Response:
    """The newest fifty listings of a search, in the language that is asked for."""
    given = api.read(request, *machine_search.FIELDS)
    asked = machine_search.search(
        session,
        request.app.state.runtime.index,
        given,
        on=clock.today(),
        sort="newest",
        facets=(),
        offset=0,
        limit=MOST_ENTRIES,
    )
    fields = {name: value for name, value in given.items() if name not in NOT_HERE}
    here = absolute(request, address_of(fields))
    entries = _entries(request, session, asked.found.cards)
    words = [gettext("Find goods"), str(given.get("q", ""))]
    content = atom.render(
        Feed(
            id=here,
            title=" · ".join(["Chợ Liên Kết", *(word for word in words if word)]),
            href=here,
            page=absolute(request, address("/listings", {**fields, "lang": None})),
            # Without entries it holds for the day.
            updated=max((entry.updated for entry in entries), default=clock.start_of(clock.today())),
            language=spoken(),
            entries=entries,
        )
    )
    return api.kept(
        request, content, media_type=atom.MEDIA_TYPE, seconds=300, headers={"Vary": "Accept-Language"}
    )


def _entries(request: Request, session: Session, cards: Sequence[Card]) -> list[Entry]:
    moments = queries.moments_of(session, ids=[card.id for card in cards])
    base = absolute(request, "/")
    return [_entry(request, card, base, *moments[card.id]) for card in cards]


def _entry(request: Request, card: Card, base: str, published: datetime, updated: datetime) -> Entry:
    told = [say(card.product_name), say(card.grade), say(card.price), say(card.window), card.place]
    return Entry(
        id=atom.tag(base, f"listings/{card.id}"),
        title=card.title,
        href=absolute(request, f"/listings/{card.id}"),
        author=card.cooperative,
        published=published,
        updated=updated,
        summary=" · ".join(part for part in told if part not in ("", "–")),
        category=card.sector,
    )
