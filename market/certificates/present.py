"""What the pages of certificates are filled with: the choices of the form, and the page of one that is put
right, which a unit and an officer share.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts.current import Who
from market.catalogue import queries as catalogue
from market.certificates import contexts, forms, labels, reading
from market.certificates.forms import ClaimForm
from market.certificates.reading import Shown
from market.files import present as files_present
from market.files import queries as files
from market.places import queries as places
from market.web import language
from market.web.context import language as spoken
from market.web.forms import Filled, blank
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


def index_page(
    request: Request,
    session: Session,
    who: Who,
    form: Filled[Any] | None = None,
    *,
    files_form: Filled[Any] | None = None,
    at: int | None = None,
) -> Response:
    """A unit's certificates, with the form for one more, and their files; ``files_form`` is what was refused
    of the files of the certificate ``at``.
    """
    held = reading.list_of_unit(session, party_id=who.acts_for)
    form, files_form = form or blank(ClaimForm), files_form or Filled(raw={})
    context = contexts.Index(
        form=form,
        files_form=files_form,
        files_at=at,
        no_form=Filled(raw={}),
        held=held,
        files=files_of(
            session, held, base="/certificates", party_id=who.acts_for if who.can("trade") else None
        ),
        party_id=who.acts_for,
        can_trade=who.can("trade"),
        labels=labels,
        hectares=forms.hectares,
        **choices(session),
    )
    status = max(form.status, files_form.status)
    return page(request, context, status=status)


def files_of(
    session: Session, held: list[Shown], *, base: str, party_id: int | None = None
) -> dict[int, files_present.Shown]:
    """The files of certificates by their ids; what waits may be taken away by whoever put it up."""
    cards = files.list_files(session, certificate_ids=[one.id for one in held])
    return {
        one.id: files_present.shown(
            files.of(cards, "certificate", one.id),
            base=f"{base}/{one.id}",
            party_id=party_id if party_id == one.unit_id else None,
            kept=one.state != "claimed",
            regret=None,
        )
        for one in held
    }


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
    context = contexts.Edit(
        form=form,
        one=shown,
        back=back,
        action=f"{path}/{shown.id}/edit",
        **choices(session),
    )
    return page(request, context, status=form.status)
