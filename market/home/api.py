"""Where the API describes itself: its OpenAPI document, made once of all features' api.py. The same as a page
for people is in machine_routes.py.
"""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from fastapi.responses import Response

from market.web import api
from market.web.api import PREFIX

router = APIRouter()


@router.get(f"{PREFIX}/openapi.json", name="api:openapi", include_in_schema=False)
def openapi(request: Request) -> Response:
    """The OpenAPI document of the API, and of nothing else."""
    document = request.app.state.api_document()
    content = json.dumps(document, ensure_ascii=False).encode()
    return api.kept(request, content, media_type="application/json", seconds=300)
