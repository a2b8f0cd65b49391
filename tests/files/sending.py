"""Forms with files, sent as a browser without JavaScript sends them."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from market import clock
from market.settings import Settings
from tests.pages import Browser, Page

File = tuple[str, bytes]


def send(here: Browser, page: str, action: str, *files: File, fields: Any = None, **typed: str) -> Page:
    """Fill in the form of this action on a page, with files, and send it; ``fields`` in place of its own."""
    form = here.get(page).form(action) if fields is None else None
    told = form.fields if form is not None else fields
    told = {**{name: value for name, value in told.items() if name != "files"}, **typed}
    here.before()
    target = form.action if form is not None else action
    # Without a file a browser sends the field empty, and the form is one with files all the same.
    sent = [("files", file) for file in files] or [("files", ("", b""))]
    return Page(here.client.post(target, data=told, files=sent), here)


def aged(settings: Settings, **changes: float) -> None:
    """Let the papers that lie there be so old."""
    moment = (clock.now() - timedelta(**changes)).timestamp()
    for path in (Path(settings.files) / "papers").rglob("*"):
        os.utime(path, (moment, moment))


def lying(settings: Settings) -> list[str]:
    """The names of all papers that lie there."""
    return sorted(path.name for path in (Path(settings.files) / "papers").glob("[0-9a-f][0-9a-f]/*/*"))
