"""A unit's pages of its certificates: what it has, a new one, putting right what waits, and saying that what
an officer entered is right. The officers' pages, in desk_routes.py, hang here too. Nothing is decided here.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import OfUnit, Who
from market.certificates import desk_routes, file_routes, papers, present, queries, reading
from market.certificates import forms as certificate_forms
from market.certificates import service as certificates
from market.certificates.file_routes import Claimed
from market.files import receiving
from market.web import sending
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import redirect
from market.web.session import Db
from market.words import t

router = APIRouter()
router.routes.extend(desk_routes.router.routes)
router.routes.extend(file_routes.router.routes)

HOME = "/certificates"


@router.get("/certificates", name="certificates:index")
def index(request: Request, session: Db, who: OfUnit) -> Response:
    """What the unit has, and the form for one more."""
    return present.index_page(request, session, who)


@router.post("/certificates", name="certificates:claim")
def claim(request: Request, got: Claimed, session: Db, who: OfUnit) -> Response:
    """Enter a certificate, with its paper as files; sent twice it is one."""
    unit_id = _trader(who)
    form, said = certificate_forms.read(session, got.raw)
    if said is not None:
        with refusals(session, form):
            got.check()
            sent = sending.take(session, who.user_id, "certificate", got.raw, *got.names)
            if sent.led:
                return redirect(request, sent.led)
            made = certificates.claim(session, actor=who.actor, unit_id=unit_id, said=said)
            store = receiving.store_of(request)
            papers.put(session, actor=who.actor, certificate=made, papers=got.papers, store=store)
            sent.leads(HOME)
            return redirect(
                request, HOME, saying=t("Entered. The department will compare it with the papers.")
            )
    return present.index_page(request, session, who, form)


@router.get("/certificates/{certificate_id}/edit", name="certificates:edit")
def edit(request: Request, session: Db, who: OfUnit, certificate_id: PathId) -> Response:
    """The form of a certificate that waits."""
    _mine(session, who, certificate_id)
    [shown] = reading.read(session, [certificate_id])
    return present.edit_page(request, session, certificate_forms.filled(shown), shown, back=HOME)


@router.post("/certificates/{certificate_id}/edit", name="certificates:save")
def save(request: Request, session: Db, who: OfUnit, certificate_id: PathId, raw: Posted) -> Response:
    """Put it right."""
    _mine(session, who, certificate_id)
    form, said = certificate_forms.read(session, raw)
    if said is not None:
        with refusals(session, form):
            certificates.edit(
                session,
                actor=who.actor,
                certificate_id=certificate_id,
                said=said,
                version=form.valid.version or 0,
            )
            return redirect(request, HOME, saying=t("Changed."))
    [shown] = reading.read(session, [certificate_id])
    return present.edit_page(request, session, form, shown, back=HOME)


@router.post("/certificates/{certificate_id}/accept", name="certificates:accept")
def accept(request: Request, session: Db, who: OfUnit, certificate_id: PathId, raw: Posted) -> Response:
    """Say that what an officer entered is right."""
    unit_id = _mine(session, who, certificate_id)
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        certificates.accept(session, actor=who.actor, unit_id=unit_id, certificate_id=certificate_id)
        return redirect(request, HOME, saying=t("Thank you. The entry is confirmed."))
    return present.index_page(request, session, who, form)


def _trader(who: Who) -> int:
    current.need_power(who, "trade")
    return who.acts_for


def _mine(session: Session, who: Who, certificate_id: int) -> int:
    queries.certificate_for(session, unit_id=who.acts_for, certificate_id=certificate_id)
    return _trader(who)
