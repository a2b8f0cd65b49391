"""Who may write in the thread of an inquiry, and receiving what they write with its files before the request
asks for a session.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Who
from market.errors import NotFound
from market.files import receiving
from market.files.receiving import Received
from market.inquiries import queries
from market.web.inputs import PathId


def may_say(session: Session, who: Who, inquiry_id: int) -> None:
    """Refuse whoever may not write in this thread."""
    if who.party_id is None:
        raise NotFound
    queries.inquiry_for(session, party_id=who.party_id, inquiry_id=inquiry_id)
    current.need_power(who, "trade")


async def _received(request: Request, inquiry_id: PathId) -> AsyncIterator[Received]:
    allowed = partial(may_say, inquiry_id=inquiry_id)
    async with receiving.form_with_files(request, allowed) as received:
        yield received


#: A word with or without files. It stands before ``session`` in a route: while it is received, nobody waits
#: for this request.
Got = Annotated[Received, Depends(_received)]
