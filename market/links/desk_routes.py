"""The department's page of an agreement: what was agreed and delivered; price and counterparty open after a
press that is logged and shown to the two sides. Part of the routes that routes.py hands to the application.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from market.accounts import current
from market.accounts.current import Officer, Who
from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.inquiries import present
from market.links import desk
from market.parties import labels
from market.web.context import language as spoken
from market.web.forms import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

DUTY = "trade_data"


def _places(who: Who) -> tuple[int, ...] | None:
    current.need_duty(who, DUTY)
    return who.duty_places(DUTY)


@router.get("/department/links/{link_id}", name="links:desk")
def show(request: Request, session: Db, who: Officer, link_id: PathId) -> Response:
    """An agreement of the officer's places."""
    link = desk.link_for_officer(session, places=_places(who), link_id=link_id)
    assert who.user_id is not None
    shown = desk.get_desk_link(session, link=link)
    product = catalogue.get_product(session, shown.product_id)
    context = {
        "link": shown,
        "deal": desk.find_deal(session, link=link, user_id=who.user_id),
        "quality": spec.show(catalogue.specs_of(session, product), shown.spec, spoken()),
        "form_name": catalogue.find_form_name(session, shown.form),
        "words": {
            "kind": dict(present.pairs(present.KINDS)),
            "basis": dict(present.pairs(present.BASES)),
            "buyer_kind": labels.BUYER_KINDS,
            "destination": labels.DESTINATIONS,
        },
    }
    return page(request, "links/desk.html", context)


@router.post("/department/links/{link_id}/look", name="links:look")
def look(request: Request, session: Db, who: Officer, link_id: PathId, raw: Posted) -> Response:
    """Open price and counterparty; the look is logged."""
    link = desk.link_for_officer(session, places=_places(who), link_id=link_id)
    desk.look(session, actor=who.actor, link=link)
    return redirect(
        request,
        f"/department/links/{link_id}",
        saying=t("Price and buyer are open to you for half an hour. The look is shown to the two sides."),
    )
