"""What the pages of certificates are filled with: the choices of the form, and the page of one that is put
right, which a unit and an officer share.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.certificates.reading import Shown
from market.places import queries as places
from market.web import language
from market.web.context import language as spoken
from market.web.forms import Filled
from market.web.pages import page
from market.words import Named


def standards(session: Session) -> list[tuple[str, str]]:
    """All standards as a select takes them."""
    return [
        (one.code, language.say(Named(one.name_vi, one.name_en))) for one in catalogue.list_standards(session)
    ]


def choices(session: Session) -> dict[str, Any]:
    """What the form of a certificate offers to choose from; products as the catalogue groups them."""
    english = spoken() == "en"
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in catalogue.list_products(session):
        named = (one.slug, one.name_en if english else one.name_vi)
        groups.setdefault(one.group_en if english else one.group_vi, []).append(named)
    return {"standards": standards(session), "products": list(groups.items())}


def communes(session: Session) -> list[tuple[int, str]]:
    """Today's communes as a select takes them."""
    return [(place.id, place.name) for place in places.list_communes(session, on=clock.today())]


def edit_page(
    request: Request,
    session: Session,
    form: Filled[Any],
    shown: Shown,
    *,
    back: str,
    path: str = "/certificates",
) -> Response:
    """The form of a certificate that waits. ``path`` is where its address begins, ``back`` where it leads."""
    context = {
        "form": form,
        "one": shown,
        "back": back,
        "action": f"{path}/{shown.id}/edit",
        **choices(session),
    }
    return page(request, "certificates/edit.html", context, status=form.status)
