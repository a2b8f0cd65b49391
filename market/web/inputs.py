"""What a page's route takes: a posted form, ids and codes in addresses. Apart from forms.py because commands
read forms too, and FastAPI takes a moment to import.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Path, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from market.db import MAX_ID
from market.web import csrf
from market.web.forms import raw_of
from market.web.incoming import MOST_BYTES

#: Ids and codes in addresses; anything else there is a 404.
PathId = Annotated[int, Path(ge=1, le=MAX_ID)]
PathCode = Annotated[str, Path(pattern=r"^[A-Za-z0-9@._-]{1,60}$")]


async def read_form(request: Request) -> AsyncIterator[dict[str, Any]]:
    """The fields of a posted form, checked to come from our own page."""
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        raise HTTPException(400)  # forms with files are read in uploads.py, before there is a session
    try:
        data = await request.form(max_fields=300, max_files=0, max_part_size=MOST_BYTES)
    except UnicodeError as wrong:
        # A body may name an encoding that reads no text; Starlette takes it by its word.
        raise HTTPException(400) from wrong
    except ClientDisconnect as gone:
        # Whoever gave up while sending is no fault of ours; nobody is left to read the answer.
        raise HTTPException(400) from gone
    try:
        sent = data.get(csrf.FIELD)
        csrf.check(request, sent if isinstance(sent, str) else "")
        request.state.csrf_checked = True
        yield raw_of(data)
    finally:
        await data.close()


#: The fields of a posted form, checked to come from our own page.
Posted = Annotated[dict[str, Any], Depends(read_form)]
