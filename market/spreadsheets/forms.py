"""The form by which a file is sent."""

from __future__ import annotations

from pydantic import BaseModel

from market.web.forms import Code, Ticked


class SendForm(BaseModel):
    """Beside the file: of which kind it is, and whether new listings stay drafts."""

    kind: Code
    draft: Ticked = False
