"""What every operation of a program on an agreement does alike: the address holds no other fields, the
agreement is one of the asker's, the work is done once, and what stands then is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from market.accounts import machine
from market.accounts.current import Who
from market.links import documents, queries
from market.web import api
from market.web.pages import absolute
from market.web.sent import Made

B = TypeVar("B", bound=BaseModel)


def act(
    request: Request,
    session: Session,
    who: Who,
    link_id: int,
    *,
    power: str,
    raw: bytes,
    model: type[B],
    do: Callable[[B], object],
    tell: Callable[[], BaseModel] | None = None,
) -> Response:
    """``do`` it once, with the body as ``model``, for whoever has the power; then ``tell``, by itself the
    agreement. Refuses (NotFound) an agreement of others before anything else.
    """
    api.read(request)
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)

    def work(wanted: B) -> Made:
        do(wanted)
        return Made(tell() if tell else told(request, session, who, link_id))

    return machine.do_once(request, session, who, power=power, raw=raw, model=model, work=work)


def told(request: Request, session: Session, who: Who, link_id: int) -> documents.LinkDocument:
    """The agreement as it stands."""
    return documents.tell_link(
        session, party_id=who.acts_for, link_id=link_id, url=absolute(request, f"/links/{link_id}")
    )
