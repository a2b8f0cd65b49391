"""A few figures of a place and period as a page so small that other sites can frame it: what it shows, the
page itself, and the piece of HTML that puts it into another page. It shows what the public sees (seen.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
from fastapi import Request
from markupsafe import Markup
from sqlalchemy.orm import Session

from market.statistics import indicators, open_data, present, publication, seen
from market.statistics.asked import Asked
from market.web import language
from market.web.pages import address
from market.words import t

USUAL = ("cooperatives", "groups", "members", "linked_cooperatives", "links_new", "contracted_value")
MOST = 6
#: As tall as six figures stand below one another on a telephone, and no taller than needed beside text.
HEIGHT = 340


def read(session: Session, of: Asked, codes: Sequence[str]) -> dict[str, Any]:
    """What the page shows: the figures that are asked for, as far as they are known, or the usual ones."""
    asked_for = [one for one in map(indicators.find, dict.fromkeys(codes)) if one is not None]
    wanted = asked_for[:MOST] or [indicators.get(code) for code in USUAL]
    released = publication.moments(session)
    found, _ = seen.compute(session, wanted, of, everything=False, released=released)
    of_trade = any(publication.is_chosen(one) for one in wanted)
    return {
        "of": of,
        "known_on": (seen.released_on(released, of) if of_trade else None) or of.as_of,
        "title": title(of),
        "tiles": present.tiles(found[:MOST], [], of.fields()),
        "licence": open_data.LICENCE,
        "licence_url": open_data.LICENCE_URL,
        "more": address("/statistics", of.fields()),
    }


def title(of: Asked) -> str:
    """What the figures are of."""
    return language.say(t("Figures of {place}, {period}", place=of.place.name, period=of.period.words))


def render(request: Request, context: Mapping[str, Any]) -> bytes:
    """The page: nothing of who asks goes into it."""
    env: jinja2.Environment = request.app.state.templates
    return env.get_template("statistics/widget.html").render(context).encode()


def snippet(href: str, of: Asked) -> str:
    """The HTML that shows it on another page."""
    made = Markup(
        '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy" style="border:0"></iframe>'
    )
    words = language.say(t("Figures of {place}", place=of.place.name))
    return str(made.format(href, words, HEIGHT))
