"""Handing a file on to whoever may see what it belongs to: a PDF to be kept, never shown within our pages, a
picture that was written anew as it is. Nothing in either may do anything on our address.
"""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.errors import NotFound
from market.files import queries
from market.files.models import PDF, StoredFile
from market.files.papers import files_of
from market.files.receiving import store_of
from market.web import api
from market.web.api import Parameter
from market.words import t

SMALL = Parameter(
    "small", t("Of a picture the small one, 320 pixels wide at most"), {"type": "string", "enum": ["1"]}
)


def hand_on(request: Request, session: Session, file: StoredFile, *, secret: bool = False) -> Response:
    """The file's content; of a picture the small one if the address asks for it (``small=1``).

    A browser may keep it and asks each time whether it may still show it: whoever signs in after another, or
    comes when it was taken away, sees nothing of it. What is ``secret`` no browser keeps.
    """
    small = request.query_params.get("small") == "1"
    names = files_of(file.name, file.media, file.width)
    name = names[0 if small else -1]
    try:
        content = store_of(request).place(name).read_bytes()
    except FileNotFoundError:
        raise NotFound from None
    return api.kept(
        request,
        content,
        media_type=file.media,
        mark=f'"{name}"',  # made of the content
        headers={
            "Cache-Control": "private, no-store" if secret else "private, no-cache",
            "Content-Disposition": _disposition(file, queries.title_of(session, file.id), secret=secret),
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _disposition(file: StoredFile, title: str, *, secret: bool) -> str:
    how = "attachment" if file.media == PDF or secret else "inline"
    ending = "pdf" if file.media == PDF else "webp"
    stem = title.rpartition(".")[0] or title or f"{file.kind}-{file.id}"
    plain, told = f"{file.kind}-{file.id}.{ending}", quote(f"{stem}.{ending}", safe="")
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{told}"
