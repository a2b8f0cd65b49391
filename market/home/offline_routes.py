"""What makes the market an application on a telephone: the manifest by which it is installed, the worker that
keeps the pages seen last, and what is shown where there is neither a line nor a kept page.
"""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from fastapi.responses import Response

from market.home import contexts
from market.web import api, context, language
from market.web.pages import ROOT, page, static
from market.words import t

router = APIRouter()

WORKER = ROOT / "static" / "offline-worker.js"
#: As in the style sheet: the brand's colour, and the paper of the pages.
BRAND, PAPER = "#0b5c6b", "#fdfaf3"
AN_HOUR = 3600


@router.get("/site.webmanifest", name="home:manifest")
def manifest(request: Request) -> Response:
    """How the market is called and looks as an application."""
    told = {
        "id": "/",
        "name": "Chợ Liên Kết",
        "short_name": "Chợ Liên Kết",
        "description": language.say(
            t("The linkage market of the province's cooperatives: find a volume, agree, deliver, count.")
        ),
        "lang": context.language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": BRAND,
        "background_color": PAPER,
        "icons": [
            {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {
                "src": static("icon-512.png"),
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "any maskable",
            },
        ],
        "shortcuts": [
            {"name": language.say(t("Find goods")), "url": "/listings"},
            {"name": language.say(t("Agreements")), "url": "/links"},
        ],
    }
    content = json.dumps(told, ensure_ascii=False).encode()
    headers = {"Vary": "Accept-Language, Cookie"}
    return api.kept(
        request, content, media_type="application/manifest+json", seconds=AN_HOUR, headers=headers
    )


@router.get("/offline-worker.js", name="home:offline_worker")
def worker(request: Request) -> Response:
    """The worker, at the root since it looks after all pages; asked for anew each time, as browsers do."""
    return api.kept(request, WORKER.read_bytes(), media_type="text/javascript", seconds=0)


@router.get("/offline", name="home:offline")
def offline(request: Request) -> Response:
    """What a telephone without a line shows, to nobody in particular, for it is kept. ``sent=no``: where a
    form could not be sent.
    """
    return page(request, contexts.Offline(sent=request.query_params.get("sent") != "no"))
